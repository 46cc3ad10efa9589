"""Taking files in, and what becomes of them in a draft."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy import Connection, Row, insert, update

from app.accounts.permissions import Officer
from app.authoring import desk_queries, draft_actions, draft_queries, media_rules
from app.authoring.draft_actions import Edit
from app.authoring.media_models import MediaSpeaker, MediaVoice, MediaWork
from app.authoring.media_queries import IN_HAND, NAMING, WORK, speaker, told
from app.core import clock, ids
from app.core.cleaned import NotTaken
from app.core.db import insert_or_ignore, replace, upsert
from app.core.errors import MakesNoSense, NotFound, Unavailable
from courses import parts, voices
from courses.model import SOURCE, source_hash
from courses.words import UNVOICED

CHUNK = 1 << 20
HEARD = "♪"
"""Stands before words whose voice was judged."""


class Sent(NamedTuple):
    """A file somebody sent and what she said of it; `name` as it will be called in the lesson, without the ending."""

    id: str
    course: str
    lesson: str
    kind: str
    name: str
    told: Mapping[str, Any]


def keep(folder: Path, id: str, file: BinaryIO, largest: int) -> None:
    """Durably, under its id; of more than `largest` bytes nothing stays. Raises `NotTaken`, `Unavailable`."""
    path = folder / id
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            while part := file.read(CHUNK):
                if out.write(part) and out.tell() > largest:
                    raise NotTaken("too-large")
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise Unavailable(f"the file could not be saved in {folder}: {error.strerror}") from error
    except NotTaken:
        path.unlink(missing_ok=True)
        raise
    if path.stat().st_size == 0:
        path.unlink()
        raise NotTaken("empty")


def begin(conn: Connection, sent: Sent, by: str) -> None:
    """Notes a file that was kept; the same id twice is once."""
    row = {
        "id": sent.id, "course": sent.course, "lesson": sent.lesson, "kind": sent.kind, "name": sent.name,
        "told": json.dumps(dict(sent.told), ensure_ascii=False), "state": "waiting", "done": 0, "why": "", "by": by,
        "made_at": clock.now(),
    }  # fmt: skip
    insert_or_ignore(conn, MediaWork, [row])


def stop(conn: Connection, course: str, id: str) -> None:
    """She does not want it after all."""
    _become(conn, id, "stopped", (WORK.c.course == course) & WORK.c.state.in_(IN_HAND))


def _become(conn: Connection, id: str, state: str, from_: Any, **more: Any) -> bool:
    changed = update(WORK).where((WORK.c.id == id) & from_).values(state=state, **more)
    return conn.execute(changed).rowcount == 1


def refuse(conn: Connection, id: str, why: str) -> None:
    _become(conn, id, "refused", WORK.c.state.in_(IN_HAND), why=why)


def finish(conn: Connection, row: Row[Any], files: Mapping[str, Mapping[str, Any]], seconds: int) -> None:
    """Puts what was made of a file into the draft; `files` are values of parts by ending. What was stopped stays out."""
    if not _become(conn, row.id, "done", WORK.c.state.in_(IN_HAND), done=100):
        return
    said = told(row)
    if "key" in said:
        _put(conn, row, {f"{row.name}.opus": _voice(said, files[".opus"], seconds, row.by)})
        return
    made = {f"{row.name}{ending}": dict(value) for ending, value in files.items()}
    smallest = f"{row.name}{ {'picture': '.webp', 'video': '.mp4', 'sound': '.opus'}[row.kind] }"
    if row.kind == "sound":
        made[smallest] |= {name: said[name] for name in ("speaker", "group", "consent") if said.get(name)}
        made[smallest] |= {"seconds": seconds, "author": row.by, "state": "approved"}
    made[smallest]["agreed"] = row.by
    if said.get("alt"):
        made[f"{row.name}.webp"]["alt"] = said["alt"]
    _put(conn, row, made)
    if said.get("place"):
        _place(conn, row, said, smallest, seconds)


def _voice(said: Mapping[str, Any], value: Mapping[str, Any], seconds: int, by: str) -> dict[str, Any]:
    spoken = {name: said[name] for name in ("speaker", "group", "consent") if said.get(name)}
    state = voices.first_state(said["lang"])
    return {**value, **spoken, "seconds": seconds, "state": state, "author": by, "from": said["hash"]}


def _put(conn: Connection, row: Row[Any], values: Mapping[str, Any]) -> None:
    edits = [edit_of(conn, row.course, f"{row.lesson}/media/{name}", value) for name, value in values.items()]
    _save(conn, row.course, edits, row.by)


def _save(conn: Connection, course: str, edits: Sequence[Edit], by: str, signs: bool = False) -> None:
    wrong = [one for one in draft_actions.save(conn, course, edits, by, signs) if one.result == "refused"]
    assert not wrong, f"these are parts: {wrong}"


def edit_of(conn: Connection, course: str, part: str, value: Any) -> Edit:
    """Made upon what the part says now."""
    head = draft_queries.part(conn, course, part)
    return Edit(ids.new(), part, value, head.head if head else "")


def _place(conn: Connection, row: Row[Any], said: Mapping[str, Any], file: str, seconds: int) -> None:
    """Where she wanted it, if that place is still there."""
    kind = "question" if said["of"] == "question" else "block"
    part = f"{row.lesson}/{kind}/{said['place'].partition('.')[0]}"
    held = draft_queries.part(conn, row.course, part)
    if held is None or held.value is None:
        return
    fields: dict[str, Any] = {"picture": file} if row.kind == "picture" else {"media": file}
    if row.kind == "video":
        fields |= {"poster": f"{row.name}.webp", "seconds": seconds}
    edits = [Edit(ids.new(), part, media_rules.placed(held.value, said["place"], fields), held.head)]
    if said.get("alt"):
        words = {"text": said["alt"], "state": "approved", "author": row.by}
        edits.append(edit_of(conn, row.course, f"{row.lesson}/words/{SOURCE}/{said['place']}.alt", words))
    _save(conn, row.course, edits, row.by)


def remove(conn: Connection, course: str, lesson: str, base: str, by: str) -> None:
    """Takes a file out of a lesson, in every size, and away from where it stood; the history keeps it."""
    there = draft_queries.parts(conn, course, f"{lesson}/")
    gone = [part for part, one in there.items() if one.value and _is(part, base)]
    if not gone:
        raise NotFound("there is no such file")
    names = {part.rpartition("/")[2] for part in gone}
    freed = {
        part: media_rules.without(one.value, names)
        for part, one in there.items()
        if part.split("/")[1] in NAMING and media_rules.used(one.value, names)
    }
    edits = [edit_of(conn, course, part, None) for part in gone]
    freed = {part: value for part, value in freed.items() if part not in gone}
    _save(conn, course, [*edits, *(edit_of(conn, course, part, value) for part, value in freed.items())], by)


def _is(part: str, base: str) -> bool:
    found = parts.name(part)
    if found is None or found.kind not in ("media", "practice"):
        return False
    return (media_rules.base(found.key) if found.kind == "media" else found.key) == base


def speak(
    conn: Connection, staff: str, lang: str, name: str, group: str, consent: str, person: str = ""
) -> None:
    """`person` is her record, "" where she has none here."""
    said, now = speaker(conn, staff, lang), clock.now()
    same = said is not None and said.voice and (said.name, said.person_id) == (name, person)
    voice = said.voice if said is not None and same else ids.new()
    upsert(conn, MediaVoice, [{"id": voice, "person_id": person, "name": name, "at": now}], replace)
    row = {"staff": staff, "lang": lang, "name": name, "group": group, "consent": consent, "at": now}
    upsert(conn, MediaSpeaker, [row | {"voice": voice, "person_id": person}], replace)


# What is said of a voice


def review(
    conn: Connection, course: str, part: str, officer: Officer, approve: bool, comment: str = ""
) -> None:
    """A reviewer answers for a voice, or says why not. Raises `MakesNoSense` where it is her own."""
    value, state = _held(conn, course, part), "approved" if approve else "rejected"
    if value.get("author") == officer.id:
        raise MakesNoSense("own-voice")
    said = {"state": state, "reviewer": officer.id, "comment": comment}
    _save(conn, course, [edit_of(conn, course, part, {**value, **said})], officer.id, signs=True)
    _, lang, words = _spoken(conn, course, part)
    author = value.get("author", "")
    row = {
        "id": ids.new(), "course": course, "lang": lang, "part": part, "verdict": state,
        "text": f"{HEARD} {words}", "source": value.get("from", ""), "by": officer.id, "name": officer.name,
        "author": draft_queries.names(conn, [author]).get(author, ""), "comment": comment, "at": clock.now(),
        "place": desk_queries.place_of(conn, officer),
    }  # fmt: skip
    conn.execute(insert(desk_queries.REVIEW), [row])


def fits(conn: Connection, course: str, part: str, by: str) -> None:
    """The words changed, and the voice still says them: so somebody says who is not taken for its reviewer."""
    value = _held(conn, course, part)
    _, lang, words = _spoken(conn, course, part)
    if not words:
        raise NotFound("there are no such words")
    state = voices.first_state(lang) if value.get("state") not in UNVOICED else value["state"]
    said = {"from": source_hash(words), "state": state, "reviewer": ""}
    _save(conn, course, [edit_of(conn, course, part, {**value, **said})], by)


def _spoken(conn: Connection, course: str, part: str) -> tuple[str, str, str]:
    """The key, the language and the words a voice speaks, as they are now."""
    name = parts.name(part)
    spoken = parts.VOICE.fullmatch(name.key) if name else None
    if name is None or spoken is None:
        raise NotFound("there is no such voice")
    words = draft_queries.part(conn, course, f"{name.lesson}/words/{spoken[2]}/{spoken[1]}")
    return spoken[1], spoken[2], words.value["text"] if words and words.value else ""


def _held(conn: Connection, course: str, part: str) -> dict[str, Any]:
    held = draft_queries.part(conn, course, part)
    if held is None or not held.value:
        raise NotFound("there is no such voice")
    return dict(held.value)
