"""A course as parts that are saved, merged and brought back each by itself, and the folder made of them again.

`course`, `course/words/{lang}/{title|about}`, and of each lesson `{lesson}/lesson` (with the ids of its `blocks` and
`questions` in order), `{lesson}/block/{id}`, `{lesson}/question/{id}`, `{lesson}/practice/{file}`,
`{lesson}/words/{lang}/{key}` and `{lesson}/media/{name}`. Values are as in JSON; None is a part that was removed.
"""

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from courses import folder, lessons, practice, tomlfile, voices, wordfile
from courses.folder import Files
from courses.keys import lesson_keys
from courses.languages import LANGUAGES
from courses.lessons import PARTS
from courses.model import BLOCK_KINDS, ORIGINS, SOURCE, STATES, Lesson, Unit
from courses.tables import ID, Faults, Lines, Table

COURSE = "course"
TITLES = ("title", "about")
NAME = re.compile(
    r"course(?:/words/(?P<clang>[A-Za-z-]+)/(?P<title>title|about))?"
    r"|(?P<lesson>[a-z0-9-]+)/(?:lesson"
    r"|(?P<kind>block|question)/(?P<id>[a-z0-9-]+)"
    r"|practice/(?P<file>[A-Za-z0-9_-]+\.toml)"
    r"|words/(?P<lang>[A-Za-z-]+)/(?P<key>[a-z0-9.-]+)"
    r"|media/(?P<media>(?!\.)[^/\x00-\x1f]+))"
)
FIELDS = {"source": "source", "author": "author", "reviewer": "reviewer", "from": "from_hash"}
PROPOSED = ("proposal", "proposal_from", "proposal_author", "proposal_origin")
"""Words that wait beside approved ones, with what is known of them."""
BESIDE = {"words": ("comment", "at", *PROPOSED), "media": ("comment", "at", "alt", "agreed")}
"""What a part says that a course folder does not."""
VOICE = re.compile(r"(.+)\.([A-Za-z-]+)\.opus")
TYPES = {
    "opus": "audio/ogg", "webm": "video/webm", "mp4": "video/mp4", "webp": "image/webp", "avif": "image/avif",
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "svg": "image/svg+xml",
}  # fmt: skip

Parts = dict[str, Any]
Media = Callable[[str], bytes]


class NotParts(ValueError):
    """A folder or parts that make no course, in a sentence."""


class Name(NamedTuple):
    """`kind` is course, lesson, block, question, practice, words or media; `lesson` is "" in what the course says.

    `key` is the id, the file or the key of words; `lang` is that of words.
    """

    kind: str
    lesson: str = ""
    key: str = ""
    lang: str = ""

    def __str__(self) -> str:
        if self.kind == COURSE:
            return COURSE
        at = self.lesson or COURSE
        return "/".join(one for one in (at, self.kind, self.lang, self.key) if one)


def name(text: str) -> Name | None:
    """What part is meant, or None."""
    found = NAME.fullmatch(text)
    if found is None or ((lang := found["clang"] or found["lang"]) and lang not in LANGUAGES):
        return None
    if lang:
        return Name("words", found["lesson"] or "", found["title"] or found["key"], lang)
    if not found["lesson"]:
        return Name(COURSE)
    if found["kind"]:
        return Name(found["kind"], found["lesson"], found["id"])
    if found["file"]:
        return Name("practice", found["lesson"], found["file"])
    if found["media"]:
        return Name("media", found["lesson"], found["media"])
    return Name("lesson", found["lesson"])


def unit_value(unit: Unit) -> dict[str, str]:
    """Words as a part: `text`, `state`, and what is known of them."""
    value = {"text": unit.text, "state": unit.state, "origin": unit.origin}
    value |= {name: getattr(unit, field) for name, field in FIELDS.items()}
    return {name: one for name, one in value.items() if one or name in ("text", "state")}


def unit_of(value: Mapping[str, str]) -> Unit:
    source, author, reviewer, made_from = (value.get(name, "") for name in FIELDS)
    return Unit(value["text"], value["state"], value.get("origin", ""), source, author, reviewer, made_from)


def plain(part: str, value: Any) -> Any:
    """What of a value a course folder holds."""
    beside = BESIDE.get(found.kind if (found := name(part)) else "", ())
    return {key: one for key, one in value.items() if key not in beside} if beside and value else value


def signed(part: str) -> str:
    """What of a part a reviewer signs: the `text` of a translation, the `sha256` of its voice; of anything else "" ."""
    found = name(part)
    voice = VOICE.fullmatch(found.key) if found and found.kind == "media" else None
    if voice:
        return "" if voice[2] == SOURCE else "sha256"
    return "text" if found and found.kind == "words" and found.lang != SOURCE else ""


def unsigned(part: str, value: Any, now: Any) -> Any:
    """A translation or voice that calls itself approved, as waiting for review; what `now` is approved stays so."""
    what = signed(part)
    if not (what and isinstance(value, dict)):
        return value
    signed_by = (what, "state", "reviewer", "from")
    if (
        value.get("state") != "approved"
        or what not in value
        or (now and all(now.get(one) == value.get(one) for one in signed_by))
    ):
        return value
    return {key: one for key, one in value.items() if key != "reviewer"} | {"state": "needs_review"}


def beside(part: str, value: Any, now: Any) -> Any:
    """What a part says once somebody brings `value`: words that are approved stand, and what nobody signed waits beside."""
    if signed(part) != "text" or not now or now["state"] != "approved":
        return value
    if value and (value.get("state") == "approved" or "text" not in value):
        return value
    if not value or value["text"] in ("", now["text"]):
        return now
    told = {f"proposal_{one}": value[one] for one in ("from", "author", "origin") if value.get(one)}
    return {key: one for key, one in now.items() if key not in PROPOSED} | {"proposal": value["text"]} | told


def signed_here(files: Files, known: Mapping[str, Any], author: str) -> dict[str, bytes]:
    """A folder that staff send, its translations approved where `known` parts are alike; who sent it is the others' author."""
    try:
        parts = split(files)
    except NotParts:
        return dict(files)
    told = {part: unsigned(part, value, plain(part, known.get(part))) for part, value in parts.items()}
    waiting = {part: value | {"author": author} for part, value in told.items() if value is not parts[part]}
    if not waiting:
        return dict(files)
    held = {hashlib.sha256(data).hexdigest(): data for data in files.values()}
    return join(parts | waiting, held.__getitem__)


def split(files: Files) -> Parts:
    """The parts of a course folder. Raises `NotParts` where a file of it cannot be read."""
    course = _table(files, "course.toml")
    read = folder.read({"course.toml": files["course.toml"]}).course
    parts: Parts = {COURSE: {key: value for key, value in course.items() if key not in TITLES}}
    for title in TITLES:
        for lang, unit in (getattr(read, title) if read else {}).items():
            parts[str(Name("words", "", title, lang))] = unit_value(unit)
    for path in sorted(files):
        lesson, _, inside = path.partition("/")
        if inside == "lesson.toml":
            parts |= _lesson(lesson, _table(files, path))
        elif f"{lesson}/lesson.toml" in files:
            parts |= _file(lesson, inside, files[path], path)
    for path in sorted(path for path in files if path.endswith(f"/{voices.FILE}")):
        for media, told in _table(files, path).items():
            part = str(Name("media", path.partition("/")[0], media))
            parts |= {part: parts[part] | told} if part in parts else {}
    return parts


def _table(files: Files, path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(files[path].decode("utf-8-sig"))
    except (KeyError, ValueError) as error:
        raise NotParts(f"{path} cannot be read: {error}") from None


def _lesson(lesson: str, table: dict[str, Any]) -> Parts:
    parts: Parts = {}
    for listed, kind in (("blocks", "block"), ("questions", "question")):
        for one in table.get(listed, []):
            parts[str(Name(kind, lesson, str(one["id"])))] = one
    ids = {listed: [one["id"] for one in table.get(listed, [])] for listed in ("blocks", "questions")}
    return {str(Name("lesson", lesson)): table | ids, **parts}


def _file(lesson: str, inside: str, data: bytes, path: str) -> Parts:
    if inside.startswith("media/"):
        media = inside.removeprefix("media/")
        return {str(Name("media", lesson, media)): media_value(media, data)}
    if inside.endswith(".toml") and inside != voices.FILE:
        return {str(Name("practice", lesson, inside)): _table({path: data}, path)}
    lang = inside.removesuffix(".md")
    if inside.endswith(".md") and lang in LANGUAGES:
        units = wordfile.parse(path, lang, data.decode("utf-8-sig"), Faults())
        return {str(Name("words", lesson, key, lang)): unit_value(unit) for key, unit in units.items()}
    return {}


def media_value(name: str, data: bytes) -> dict[str, Any]:
    ending = name.rpartition(".")[2].lower()
    kind = TYPES.get(ending, "application/octet-stream")
    return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "type": kind}


def join(parts: Mapping[str, Any], media: Media) -> dict[str, bytes]:
    """The course folder; `media` gives the bytes of a SHA-256. What stands in no lesson any more is left out."""
    course = parts.get(COURSE)
    if course is None:
        raise NotParts("There is no course.")
    told = {**course, **{title: titles for title in TITLES if (titles := _titles(parts, title))}}
    files = {"course.toml": tomlfile.dump(told).encode()}
    for lesson in (*course.get("lessons", ()), *filter(None, [course.get("final")])):
        files |= join_lesson(parts, lesson, media)
    return files


def _titles(parts: Mapping[str, Any], title: str) -> dict[str, Any]:
    found = {}
    for lang in LANGUAGES:
        if value := parts.get(str(Name("words", "", title, lang))):
            simple = lang == SOURCE and value.keys() == {"text", "state"} and value["state"] == "approved"
            found[lang] = value["text"] if simple else plain(f"course/words/{lang}/{title}", value)
    return found


def join_lesson(parts: Mapping[str, Any], lesson: str, media: Media) -> dict[str, bytes]:
    """The files of one lesson by their paths in the course folder; none where there is no such lesson."""
    table = lesson_table(parts, lesson)
    if table is None:
        return {}
    own = _own(parts, lesson)
    files = {f"{lesson}/lesson.toml": tomlfile.dump(table).encode()}
    for name, value in own:
        if name.kind == "practice":
            files[f"{lesson}/{name.key}"] = tomlfile.dump(value).encode()
    keys = list(_keys(lesson, table, own))
    for lang in LANGUAGES:
        units = {
            name.key: unit_of(value) for name, value in own if name.kind == "words" and name.lang == lang
        }
        if kept := {key: units[key] for key in keys if key in units}:
            files[f"{lesson}/{lang}.md"] = wordfile.dump(kept).encode()
    for name, value in own:
        voice = VOICE.fullmatch(name.key)
        if name.kind == "media" and not (voice and voice[2] in LANGUAGES and voice[1] not in keys):
            files[f"{lesson}/media/{name.key}"] = media(value["sha256"])
    if told := {file: voice for file, voice in _voices(own).items() if f"{lesson}/media/{file}" in files}:
        files[f"{lesson}/{voices.FILE}"] = tomlfile.dump(told).encode()
    return files


def _voices(own: list[tuple[Name, Any]]) -> dict[str, Any]:
    """What voices.toml says, by file."""
    return {name.key: told for name, value in own if name.kind == "media" and (told := voices.value(value))}


def lesson_table(parts: Mapping[str, Any], lesson: str) -> dict[str, Any] | None:
    """What lesson.toml says."""
    value = parts.get(str(Name("lesson", lesson)))
    if value is None:
        return None
    held = {
        listed: [one for id in value.get(listed, ()) if (one := parts.get(f"{lesson}/{kind}/{id}"))]
        for listed, kind in (("blocks", "block"), ("questions", "question"))
    }
    return {**value, **held}


def _own(parts: Mapping[str, Any], lesson: str) -> list[tuple[Name, Any]]:
    at = f"{lesson}/"
    here = ((name(part), value) for part, value in parts.items() if part.startswith(at) and value is not None)
    return [(found, value) for found, value in here if found]


def lesson_of(parts: Mapping[str, Any], lesson: str) -> Lesson | None:
    """The lesson as the checks and the pages have it; what is wrong in it is passed over."""
    table = lesson_table(parts, lesson)
    return None if table is None else _built(lesson, table, _own(parts, lesson))


def _built(lesson: str, table: dict[str, Any], own: list[tuple[Name, Any]]) -> Lesson:
    practices = {
        name.key: practice.read(name.key, _read(f"{lesson}/{name.key}", value))
        for name, value in own
        if name.kind == "practice"
    }
    words: dict[str, dict[str, Unit]] = {}
    for name, value in own:
        if name.kind == "words":
            words.setdefault(name.lang, {})[name.key] = unit_of(value)
    media = frozenset(name.key for name, _ in own if name.kind == "media")
    told = voices.read(_read(f"{lesson}/{voices.FILE}", _voices(own)))
    return lessons.lesson(lesson, _read(f"{lesson}/lesson.toml", table), practices, words, media, told)


def _read(file: str, values: dict[str, Any]) -> Table:
    return Table(file, 1, values, Lines.of(""), Faults())


def _keys(lesson: str, table: dict[str, Any], own: list[tuple[Name, Any]]) -> dict[str, None]:
    """The keys the lesson has, in their order."""
    return {key.name: None for key in lesson_keys(_built(lesson, table, own))}


def fault(part: str, value: Any) -> str:
    """Why this cannot be a part, as one word, or "": name, form, words, id, ids or media."""
    found = name(part)
    if found is None or found.lesson == COURSE:
        return "name"
    if value is None:
        return ""
    if not isinstance(value, dict) or not _is_plain(value):
        return "form"
    return _FAULTS[found.kind](found, value) if found.kind in _FAULTS else ""


def _is_plain(value: Any, depth: int = 6) -> bool:
    """What both JSON and TOML can say."""
    if isinstance(value, dict | list):
        inside = value.values() if isinstance(value, dict) else value
        return depth > 0 and all(_is_plain(one, depth - 1) for one in inside)
    if isinstance(value, str):
        return "\0" not in value and not re.search(r"[\ud800-\udfff]", value)
    return isinstance(value, int | float) and abs(value) < 10**12


def _words_fault(name: Name, value: dict[str, Any]) -> str:
    known = {"text", "state", "origin", *FIELDS, *BESIDE["words"]}
    if value.keys() - known or not {"text", "state"} <= value.keys():
        return "words"
    if not all(isinstance(one, str) for key, one in value.items() if key != "at"):
        return "words"
    return "" if value["state"] in STATES and value.get("origin", "") in ("", *ORIGINS) else "words"


def _listed_fault(name: Name, value: dict[str, Any]) -> str:
    kinds = BLOCK_KINDS if name.kind == "block" else frozenset(PARTS)
    return "" if value.get("id") == name.key and value.get("kind") in kinds else "id"


def _order_fault(name: Name, value: dict[str, Any]) -> str:
    lists = ("lessons",) if name.kind == COURSE else ("blocks", "questions")
    return "" if all(_are_ids(value.get(one, [])) for one in lists) else "ids"


def _are_ids(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and ID.fullmatch(one) for one in value)


def _media_fault(name: Name, value: dict[str, Any]) -> str:
    return "" if re.fullmatch(r"[0-9a-f]{64}", str(value.get("sha256", ""))) else "media"


_FAULTS: Mapping[str, Callable[[Name, dict[str, Any]], str]] = {
    COURSE: _order_fault,
    "lesson": _order_fault,
    "words": _words_fault,
    "block": _listed_fault,
    "question": _listed_fault,
    "media": _media_fault,
}


class Clash(ValueError):
    """Two changes of one thing that cannot both be."""


def merge(part: str, base: Any, mine: Any, theirs: Any) -> Any:
    """What became of `base` when both changed it, where they changed different things; raises `Clash` otherwise.

    Words and media are one thing each: their text, state and author belong together.
    """
    found = name(part)
    if found and found.kind in ("words", "media"):
        return _chosen(base, mine, theirs)
    return _merged(base, mine, theirs)


def _chosen(base: Any, mine: Any, theirs: Any) -> Any:
    if mine in (theirs, base):
        return theirs
    if theirs == base:
        return mine
    raise Clash


def _merged(base: Any, mine: Any, theirs: Any) -> Any:
    if all(isinstance(one, dict) for one in (base, mine, theirs)):
        return _merged_tables(base, mine, theirs)
    if all(_has_ids(one) for one in (base, mine, theirs)):
        return _merged_lists(base, mine, theirs)
    return _chosen(base, mine, theirs)


_GONE = object()


def _merged_tables(base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    merged = {}
    for key in dict.fromkeys([*theirs, *mine, *base]):
        value = _merged(base.get(key, _GONE), mine.get(key, _GONE), theirs.get(key, _GONE))
        if value is not _GONE:
            merged[key] = value
    return merged


def _id(one: Any) -> str:
    return str(one["id"]) if isinstance(one, dict) else str(one)


def _has_ids(value: Any) -> bool:
    if not isinstance(value, list) or not all(
        isinstance(one, str) or (isinstance(one, dict) and "id" in one) for one in value
    ):
        return False
    return len({_id(one) for one in value}) == len(value)


def _merged_lists(base: list[Any], mine: list[Any], theirs: list[Any]) -> list[Any]:
    was, own, other = ({_id(one): one for one in listed} for listed in (base, mine, theirs))
    stays = [id for id in own if id in was and id in other]
    order = _chosen(
        [id for id in was if id in stays],
        [id for id in own if id in stays],
        [id for id in other if id in stays],
    )
    kept = _with_new(_with_new(order, [*own], was), [*other], was)
    if any((id in was) and (id in own) != (id in other) and _changed(id, was, own, other) for id in was):
        raise Clash
    return [_merged(was.get(id, _GONE), own.get(id, _GONE), other.get(id, _GONE)) for id in kept]


def _changed(id: str, was: dict[str, Any], own: dict[str, Any], other: dict[str, Any]) -> bool:
    """One removed what the other changed."""
    return bool(own.get(id, other.get(id)) != was[id])


def _with_new(order: list[str], listed: list[str], was: Mapping[str, Any]) -> list[str]:
    """`order` with what `listed` has anew, each behind what it stands behind there."""
    made = list(order)
    for at, id in enumerate(listed):
        if id in was or id in made:
            continue
        before = next((one for one in reversed(listed[:at]) if one in made), None)
        made.insert(made.index(before) + 1 if before is not None else 0, id)
    return made
