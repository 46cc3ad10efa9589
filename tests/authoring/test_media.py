"""Voices and pictures of a lesson: sent, made light beside the requests, answered for, and given to learners."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response

from app.accounts import people
from app.accounts.permissions import Role
from app.authoring import draft_actions, draft_queries, media_actions, media_rules
from app.authoring.desk_models import WordsReview
from app.authoring.draft_models import DraftEdit
from app.authoring.media_models import MediaSpeaker, MediaVoice, MediaWork
from app.authoring.media_studio import Studio
from app.core import erasing, ids, ledger
from app.curriculum import actions as curriculum
from app.main import restock
from app.programmes import class_actions, class_queries
from tests.cast import LESSON, STAFF, Phone, rows, run
from tests.core import files_of_phones as phones
from tests.page import opened

AT = "/teach/courses/small"
TITLE = "first/media/title.vi.opus"
ORIGIN = {"Origin": "http://ban.test"}


class Author(Phone):
    """A member of staff at the small course."""

    def __init__(self, app: FastAPI, name: str, role: Role) -> None:
        super().__init__(app)
        self.id = app.state.writer.call(lambda conn: people.add_staff(conn, name, STAFF[1], role))
        self.post("/staff/sign-in", {"name": name, "passphrase": STAFF[1]})
        self.get(f"{AT}/sound")

    def part(self, name: str) -> Any:
        found = self.app.state.writer.call(lambda conn: draft_queries.part(conn, "small", name))
        return found.value if found else None

    def write(self, part: str, value: Any) -> None:
        def work(conn: Any) -> None:
            draft_actions.save(conn, "small", [media_actions.edit_of(conn, "small", part, value)], self.id)

        self.app.state.writer.call(work)

    def speaks(self, lang: str = "vi", status: int = 303, **other: str) -> Response:
        told = {"lang": lang, "name": "Lò Thị Mai", "group": "Thái Đen", "consent": "1"} | other
        return self.post(f"{AT}/sound/speaker", told, status)

    def records(self, voice: Path, lang: str = "vi", status: int = 303, key: str = "title") -> str:
        """As the page without script does it; gives the answer's text."""
        page = self.get(f"{AT}/sound?spoken={lang}&which=all").text
        form = page[page.index(f'id="first.{key}"') :]
        fields = {name: _field(form, name) for name in ("id", "lesson", "key", "hash")}
        return self.sends("sound", voice.read_bytes(), "ghi âm.m4a", "audio/mp4", status, lang=lang, **fields)

    def sends(self, what: str, data: bytes, name: str, kind: str, status: int = 303, **fields: str) -> str:
        told = {"id": ids.new(), "lesson": "first"} | fields
        response = self.client.post(
            f"{AT}/{what}", data=told, files={"file": (name, data, kind)}, headers=ORIGIN
        )
        assert response.status_code == status, response.text[:800]
        self.app.state.studio.wait()
        return response.text

    def publish(self) -> None:
        state = self.app.state

        def work(conn: Any) -> None:
            draft_actions.take_in(conn, state.shelf.blobs, state.library, "small", self.id)
            curriculum.publish(conn, "small", self.id)

        state.writer.call(work)
        restock(self.app)


def _field(form: str, name: str) -> str:
    return form.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]


@pytest.fixture
def mai(app: FastAPI) -> Author:
    """Teaches."""
    return Author(app, "Lò Thị Mai", Role.TEACHER)


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return phones.speech(tmp_path_factory.mktemp("voice") / "voice", 2, silence=0.2)


def heard(app: FastAPI) -> list[str]:
    """The recordings of the lesson's page for learners."""
    page = opened(Phone(app).client, LESSON)
    return [one.attrs["data-s"] for one in page.elements if "/media/" in one.attrs.get("data-s", "")]


def test_a_teacher_reads_a_title_and_learners_hear_it(app: FastAPI, mai: Author, voice: Path) -> None:
    page = opened(mai.client, f"{AT}/sound")
    assert not page.all("form", class_="take"), "first it is asked who speaks"
    mai.speaks(status=422, consent="")
    mai.speaks()
    mai.records(voice)
    said = mai.part(TITLE)
    [speaker] = rows(app, MediaVoice)
    assert (speaker["name"], speaker["id"]) == ("Lò Thị Mai", said["speaker"])
    assert (said["group"], said["state"], said["author"]) == ("Thái Đen", "approved", mai.id)
    assert said["consent"].startswith("1/vi/") and said["seconds"] == 2 and said["size"] < 8192
    assert heard(app) == []
    mai.publish()
    [told] = heard(app)
    url, kilobytes = told.split(" ")
    assert int(kilobytes) < 8 and mai.get(url).content[:4] == b"OggS"
    assert 'id="first.title"' not in mai.get(f"{AT}/sound").text, "what has a voice waits for none"
    mai.write("first/words/vi/title", {"text": "Tên khác hẳn", "state": "approved"})
    mai.publish()
    assert heard(app) == [], "a voice that says other words is not heard"
    mai.post(f"{AT}/sound/fit", {"lang": "vi", "lesson": "first", "key": "title"})
    mai.publish()
    assert len(heard(app)) == 1
    mai.post(f"{AT}/sound/removal", {"lang": "vi", "lesson": "first", "key": "title"})
    assert mai.part(TITLE) is None


def test_who_read_aloud_and_is_erased_is_named_nowhere_and_still_heard(
    app: FastAPI, mai: Author, my: Phone, voice: Path
) -> None:
    """She is a learner of the teacher's class; what was published of her voice stays as it is."""
    hers = my.register("Vàng Thị Súa")

    def begin(conn: Any) -> str:
        told = {"name": "Lớp tối", "place": "03160", "from_day": "2026-11-01", "to_day": "2027-11-01"}
        return class_actions.set_class(conn, mai.id, helper=mai.id, courses=[("small", "")], **told)

    id = app.state.writer.call(begin)
    app.state.writer.call(lambda conn: class_actions.join(conn, class_queries.class_row(conn, id), hers))
    page = opened(mai.client, f"{AT}/sound")
    assert page.all("option", value=hers)
    mai.speaks(name="", person=hers)
    mai.records(voice)
    mai.publish()
    value = mai.part(TITLE)
    assert "Vàng Thị Súa" in mai.get(f"{AT}/sound?which=all").text
    exported = app.state.writer.call(lambda conn: erasing.export_person(conn, [hers]))
    assert exported["authoring"]["voices"][0]["recordings"] == [f"small/{TITLE}"]

    app.state.writer.call(lambda conn: ledger.record(conn, erasing.ERASED, hers, by=people._node(conn)))
    assert "Vàng Thị Súa" not in mai.get(f"{AT}/sound?which=all").text
    assert "Người đọc đã xin xóa tên" in mai.get(f"{AT}/sound?which=all").text
    assert rows(app, MediaVoice) == rows(app, MediaSpeaker) == []
    assert mai.part(TITLE) == value and value["consent"].startswith("1/vi/") and heard(app)
    name = "Vàng Thị Súa".encode()
    blobs = [one for one in app.state.settings.blobs.rglob("*") if one.is_file()]
    assert blobs and not [one for one in blobs if name in one.read_bytes()]
    assert not [row for row in [*rows(app, DraftEdit), *rows(app, MediaWork)] if "Vàng Thị Súa" in str(row)]


def test_a_voice_in_another_language_waits_for_somebody_else(app: FastAPI, mai: Author, voice: Path) -> None:
    sua, part = Author(app, "Vàng Thị Súa", Role.REVIEWER), "first/media/title.hmn.opus"
    words = {"text": "Zaj ib", "state": "needs_review", "author": "x"}
    sua.write("first/words/hmn/title", words)
    told = {"lang": "hmn", "lesson": "first", "key": "title", "verdict": "approve"}
    mai.speaks("hmn", 404)
    sua.speaks("hmn", group="Mông Lềnh")
    sua.records(voice, "hmn")
    assert sua.part(part)["state"] == "needs_review"
    assert "người khác duyệt" in sua.post(f"{AT}/sound/review", told, 422).text
    sua.write(part, sua.part(part) | {"state": "approved"})
    assert sua.part(part)["state"] == "needs_review", "nor by writing so"
    other = Author(app, "Giàng A Sử", Role.REVIEWER)
    other.post(f"{AT}/sound/review", told | {"verdict": "reject", "comment": "Ồn quá"})
    assert "Ồn quá" in other.get(f"{AT}/sound?spoken=hmn").text
    other.post(f"{AT}/sound/review", told)
    assert (sua.part(part)["state"], sua.part(part)["reviewer"]) == ("approved", other.id)
    judged = [(row["verdict"], row["text"], row["author"]) for row in rows(app, WordsReview)]
    assert judged == [(said, "♪ Zaj ib", "Vàng Thị Súa") for said in ("rejected", "approved")]
    opened(other.client, "/teach/reviews")


def test_what_was_sent_twice_is_kept_once_and_silence_is_told(
    app: FastAPI, mai: Author, tmp_path: Path
) -> None:
    mai.speaks()
    silence = phones.speech(tmp_path / "silence", 1, level=0)
    mai.records(silence)
    [row] = rows(app, MediaWork)
    assert (row["state"], row["why"]) == ("refused", "silent") and mai.part(TITLE) is None
    assert "gần máy hơn" in opened(mai.client, f"{AT}/sound").html
    fields = {"lang": "vi", "key": "title", "hash": "0" * 8}
    mai.sends("sound", silence.read_bytes(), "a", "audio/wav", id=row["id"], **fields)
    assert len(rows(app, MediaWork)) == 1
    assert [*app.state.studio.folder.iterdir()] == []


PHOTO = {"alt": "Chợ phiên buổi sáng", "place": "picture:story", "consent": "1"}


def test_a_photograph_stands_in_the_lesson_small_and_can_be_had_large(app: FastAPI, mai: Author) -> None:
    mai.sends("media", phones.small_photo(), "../../Ảnh chợ phiên.JPG", "image/jpeg", **PHOTO)
    assert mai.part("first/block/story")["picture"] == "anh-cho-phien.webp"
    assert mai.part("first/words/vi/story.alt")["text"] == PHOTO["alt"]
    page = opened(mai.client, f"{AT}/media?lesson=first")
    assert "story" in page.html and page.all("img", alt=PHOTO["alt"])
    mai.publish()
    page = opened(Phone(app).client, LESSON)
    [small] = [one for one in page.all("img") if one.attrs["alt"] == PHOTO["alt"]]
    [large] = page.all("a", data_play="img")
    assert small.attrs["src"] != large.attrs["href"] and "KB" in large.text
    answer = mai.post(f"{AT}/media/removal", {"lesson": "first", "base": "anh-cho-phien", "back": "first"})
    assert mai.part("first/media/anh-cho-phien.960.webp") is None
    assert mai.part("first/block/story") == {"id": "story", "kind": "text"}
    page = opened(mai.client, answer.headers["location"])
    assert page.all("form", action=f"{AT}/media/undoing")
    mai.post(f"{AT}/media/undoing", {"was": page.all("input", name="was")[0].attrs["value"]})
    assert mai.part("first/media/anh-cho-phien.960.webp")
    assert mai.part("first/block/story")["picture"] == "anh-cho-phien.webp"


def test_what_nothing_names_is_counted_and_can_go(app: FastAPI, mai: Author) -> None:
    """A picture nobody placed, a voice of words that are gone, a practice no block shows."""
    mai.sends("media", phones.small_photo(), "thừa.jpg", "image/jpeg", alt="Thừa", consent="1")
    sound = {"sha256": "0" * 64, "size": 20_000, "type": "audio/ogg"}
    mai.write("first/media/gone.vi.opus", sound)
    mai.write("first/practice/left.toml", {"start": "a", "screens": [{"id": "a", "end": "right"}]})
    page = opened(mai.client, f"{AT}/media")
    assert "Không dùng ở đâu: 3 tệp" in page.html
    left = [one.attrs["value"] for one in page.all("input", name="base")]
    assert sorted(left) == ["gone.vi.opus", "left.toml", "thua"]
    for base in left:
        mai.post(f"{AT}/media/removal", {"lesson": "first", "base": base})
    assert "Không dùng ở đâu" not in opened(mai.client, f"{AT}/media").html
    assert mai.part("first/practice/left.toml") is None

    mai.sends("media", phones.small_photo(), "chuyện.jpg", "image/jpeg", **PHOTO)
    lesson = mai.part("first/lesson")
    mai.write("first/lesson", lesson | {"blocks": [one for one in lesson["blocks"] if one != "story"]})
    assert "Không dùng ở đâu: 1 tệp" in opened(mai.client, f"{AT}/media").html, "its block was taken out"


@pytest.mark.parametrize(
    ("name", "kind", "said", "sentence"),
    [
        ("a.svg", "image/svg+xml", {}, "SVG không nhận"),
        ("a.jpg", "image/jpeg", {"alt": ""}, "cho người không nhìn thấy"),
        ("a.jpg", "image/jpeg", {"consent": ""}, "họ đồng ý"),
        ("a.jpg", "image/jpeg", {"place": "video:story"}, "Chỗ đã chọn"),
        ("a.docm", "application/vnd.ms-word", {}, "không mở được"),
    ],
)
def test_what_cannot_be_taken_says_how_to_mend_it(
    mai: Author, name: str, kind: str, said: dict[str, str], sentence: str
) -> None:
    answer = mai.sends("media", b"<svg/>", name, kind, 422, **(PHOTO | said))
    assert sentence in answer and (said.get("alt", PHOTO["alt"]) in answer)
    assert rows(mai.app, MediaWork) == []


def test_a_drawing_called_a_photograph_is_found_out(mai: Author) -> None:
    mai.sends("media", b"<svg onload='alert(1)'/>", "a.jpg", "image/jpeg", **PHOTO)
    assert "SVG không nhận" in opened(mai.client, f"{AT}/media?lesson=first").html


def test_a_film_that_was_cut_off_is_gone_on_with_and_one_that_is_not_wanted_ends(
    app: FastAPI, mai: Author, tmp_path: Path
) -> None:
    mai.write("first/block/film", {"id": "film", "kind": "video"})
    state, folder = app.state, app.state.studio.folder
    for id, name in ((ids.new(), "phim"), (ids.new(), "thoi")):
        told = {"sent": "a.mp4", "alt": "Hai người", "place": "film", "of": "video"}
        sent = media_actions.Sent(id, "small", "first", "video", name, told)
        folder.mkdir(exist_ok=True)
        phones.film(folder / id, 1)
        state.writer.call(lambda conn, sent=sent: media_actions.begin(conn, sent, mai.id))
    mai.post(f"{AT}/media/work/{id}/cancellation")
    run(app, "UPDATE media_work SET state = 'working', done = 40 WHERE state = 'waiting'")
    again = Studio(state.database, state.writer, state.shelf.blobs, folder)
    again.begin()
    again.wait()
    block = mai.part("first/block/film")
    assert (block["media"], block["poster"], block["seconds"]) == ("phim.mp4", "phim.webp", 1)
    assert (
        mai.part("first/media/phim.360.mp4")["type"] == "video/mp4"
        and mai.part("first/media/thoi.mp4") is None
    )
    assert mai.get(f"{AT}/media/work.json").json() == [] and [*folder.iterdir()] == []


def test_two_gigabytes_are_not_even_read(mai: Author) -> None:
    sent = {"Content-Length": str(2 << 30), "Content-Type": "multipart/form-data; boundary=x", **ORIGIN}
    response = mai.client.post(f"{AT}/media", content=b"--x", headers=sent)
    assert response.status_code == 413 and "lớn quá" in response.text


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Ảnh\\Đèo Pha Đin.png", "deo-pha-din"),
        ("a\u0309nh.jpg", "anh"),
        ("…", "tep"),
    ],
)
def test_a_name_is_plain_letters_whatever_the_telephone_says(sent: str, name: str) -> None:
    assert media_rules.plain_name(sent) == name
    assert media_rules.free_name(sent, {name}) == f"{name}-2"
