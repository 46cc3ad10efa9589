"""Drafts: every edit is kept, what two wrote at once becomes one or waits to be chosen, and nothing published changes."""

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection

from app.authoring import draft_actions as actions
from app.authoring import draft_queries as queries
from app.authoring.draft_actions import Edit
from app.authoring.draft_models import DraftEdit
from app.core import ids
from app.core.errors import MakesNoSense, NotFound
from app.curriculum import actions as curriculum
from app.curriculum import queries as published
from courses import folder
from tests.cast import COURSE, rows
from tests.conftest import Ticker

TITLE = "first/words/vi/title"
MY, LO = ids.new(), ids.new()


class Draft:
    """The small course opened for writing, in transactions of their own as requests are."""

    def __init__(self, app: FastAPI) -> None:
        self.app, self.blobs = app, app.state.shelf.blobs
        self.work(lambda conn: actions.open_course(conn, self.blobs, "small"))

    def work(self, do):
        return self.app.state.writer.call(do)

    def said(self, part: str):
        return self.work(lambda conn: queries.part(conn, "small", part))

    def save(self, by: str, part: str, value, base: str | None = None, id: str = "") -> actions.Outcome:
        head = self.said(part)
        base = (head.head if head else "") if base is None else base
        edit = Edit(id or ids.new(), part, value, base)
        return self.work(lambda conn: actions.save(conn, "small", [edit], by))[0]

    def waiting(self, by: str):
        return self.work(lambda conn: queries.waiting(conn, "small", by))


@pytest.fixture
def draft(app: FastAPI) -> Draft:
    return Draft(app)


def words(text: str) -> dict[str, str]:
    return {"text": text, "state": "approved"}


def test_the_draft_of_a_course_is_the_course_and_opening_it_again_changes_nothing(draft: Draft) -> None:
    before = rows(draft.app, DraftEdit)
    draft.work(lambda conn: actions.open_course(conn, draft.blobs, "small"))
    assert before and rows(draft.app, DraftEdit) == before
    made = draft.work(lambda conn: actions.files(conn, draft.blobs, "small"))
    assert folder.read(made).course == folder.read(folder.from_dir(COURSE)).course
    with pytest.raises(NotFound):
        draft.work(lambda conn: actions.open_course(conn, draft.blobs, "none"))


def test_an_edit_sent_again_is_the_same_edit(draft: Draft) -> None:
    first = draft.save(MY, TITLE, words("Một"), id=(id := ids.new()))
    assert (first.result, first.by) == ("head", MY)
    again = draft.save(MY, TITLE, words("Một"), base="", id=id)
    assert again == first and len([one for one in rows(draft.app, DraftEdit) if one["id"] == id]) == 1
    assert draft.save(LO, TITLE, words("Hai"), id=id).why == "id"
    assert draft.said(TITLE).value == words("Một")


def test_two_who_write_different_things_both_have_written_them(draft: Draft) -> None:
    lesson = draft.said("first/lesson")
    blocks = lesson.value["blocks"]
    draft.save(MY, "first/lesson", lesson.value | {"blocks": ["mine", *blocks]})
    other = draft.save(
        LO, "first/lesson", lesson.value | {"blocks": [*blocks, "hers"], "minutes": 9}, lesson.head
    )
    assert other.result == "merged" and other.by == LO
    assert draft.said("first/lesson").value["blocks"] == ["mine", *blocks, "hers"]
    assert draft.said("first/lesson").value["minutes"] == 9
    assert draft.save(LO, "first/block/hers", {"id": "hers", "kind": "text"}).result == "head"


def test_two_who_write_the_same_words_are_shown_both_and_one_is_chosen(draft: Draft) -> None:
    base = draft.said(TITLE).head
    mine = draft.save(MY, TITLE, words("Của Mỷ"), base)
    hers = draft.save(LO, TITLE, words("Của Lò"), base)
    assert (hers.result, hers.value, hers.by, hers.head) == ("conflict", words("Của Mỷ"), MY, mine.id)
    on = draft.save(LO, TITLE, words("Của Lò, viết tiếp"), hers.id)
    assert on.result == "conflict"
    [waits] = draft.waiting(LO)
    assert (waits.value, waits.theirs, waits.their_by) == (words("Của Lò, viết tiếp"), words("Của Mỷ"), MY)
    assert draft.waiting(MY) == [] and draft.said(TITLE).value == words("Của Mỷ")
    draft.work(lambda conn: actions.choose(conn, "small", on.id, MY, mine=True))
    assert draft.waiting(LO), "nobody chooses for her"
    for _ in range(2):
        draft.work(lambda conn: actions.choose(conn, "small", on.id, LO, mine=True))
    assert draft.said(TITLE).value == words("Của Lò, viết tiếp") and draft.waiting(LO) == []
    again = draft.save(MY, TITLE, words("Mỷ nữa"), mine.id)
    draft.work(lambda conn: actions.choose(conn, "small", again.id, MY, mine=False))
    assert draft.said(TITLE).value == words("Của Lò, viết tiếp") and draft.waiting(MY) == []
    texts = {
        value["text"] for _, value in draft.work(lambda conn: queries.part_history(conn, "small", TITLE))
    }
    assert {"Của Mỷ", "Của Lò, viết tiếp"} <= texts


def test_what_waits_is_not_given_up_by_writing_elsewhere_in_the_same_part(draft: Draft) -> None:
    lesson = draft.said("first/lesson")
    draft.save(MY, "first/lesson", lesson.value | {"minutes": 7})
    first = draft.save(LO, "first/lesson", lesson.value | {"minutes": 8}, lesson.head)
    more = draft.save(LO, "first/lesson", lesson.value | {"minutes": 8, "codes": ["NLS:1.1"]}, first.id)
    assert more.result == "conflict"
    assert [one.value["minutes"] for one in draft.waiting(LO)] == [8]


def test_what_is_no_part_is_refused_and_the_rest_is_kept(draft: Draft) -> None:
    bad = Edit(ids.new(), "first/words/vi/title", {"text": "x"}, "")
    good = Edit(ids.new(), "first/words/vi/new", words("Mới"), "")
    made = draft.work(lambda conn: actions.save(conn, "small", [bad, good], MY))
    assert [(one.result, one.why) for one in made] == [("refused", "words"), ("head", "")]
    assert draft.save(MY, TITLE, words("x" * 200_000)).why == "large"
    assert draft.save(MY, TITLE, words("x"), id="nothing").why == "id"


def test_edits_of_one_author_within_ten_minutes_are_one_revision_and_can_be_brought_back(
    draft: Draft, ticker: Ticker
) -> None:
    before = draft.said(TITLE).value
    ticker.advance(3_600_000)
    first = draft.save(MY, TITLE, words("Một"))
    ticker.advance(9 * 60_000)
    draft.save(LO, "first/lesson", draft.said("first/lesson").value | {"minutes": 9})
    last = draft.save(MY, TITLE, words("Hai"))
    ticker.advance(11 * 60_000)
    later = draft.save(MY, TITLE, words("Ba"))
    found = draft.work(lambda conn: queries.history(conn, "small"))
    assert [(one.by, one.id) for one in found if one.by == MY] == [(MY, later.id), (MY, last.id)]
    assert [one.by for one in found][-1] == queries.IMPORT
    at = draft.work(lambda conn: queries.parts_at(conn, "small", first.id))
    assert at[TITLE].value == words("Một")
    draft.work(lambda conn: actions.bring_back(conn, "small", found[-1].id, MY, only=TITLE))
    assert draft.said(TITLE).value == before and draft.said("first/lesson").value["minutes"] == 9
    draft.work(lambda conn: actions.bring_back(conn, "small", found[-1].id, MY))
    made = draft.work(lambda conn: actions.files(conn, draft.blobs, "small"))
    assert folder.read(made).course == folder.read(folder.from_dir(COURSE)).course


def test_a_folder_brought_in_again_comes_as_edits_and_never_over_somebodys_work(draft: Draft) -> None:
    files = folder.from_dir(COURSE)
    draft.save(MY, TITLE, words("Của Mỷ"))
    changed = folder.read(files).course
    assert changed
    title = changed.lessons[0].words["vi"]["title"].text
    path = "first/vi.md"
    files[path] = files[path].decode().replace(title, "Của tệp", 1).encode()
    files["course.toml"] = files["course.toml"].replace(b"order = 1", b"order = 7", 1)

    def again(conn: Connection) -> None:
        curriculum.take_in(conn, draft.blobs, draft.app.state.library, files, MY)
        actions.open_course(conn, draft.blobs, "small")

    draft.work(again)
    assert draft.said("course").value["order"] == 7
    assert draft.said(TITLE).value == words("Của Mỷ")
    [waits] = draft.waiting(MY)
    assert (waits.by, waits.value["text"]) == (queries.IMPORT, "Của tệp")
    draft.work(again)
    assert len(draft.waiting(MY)) == 1


def test_a_draft_becomes_a_revision_that_does_not_come_back_as_an_import(draft: Draft) -> None:
    draft.save(MY, TITLE, words("Của Mỷ"))

    def take_in(conn: Connection) -> None:
        actions.take_in(conn, draft.blobs, draft.app.state.library, "small", MY)

    draft.work(take_in)
    draft.save(MY, TITLE, words("Của Mỷ, sau đó"))
    edits = rows(draft.app, DraftEdit)
    draft.work(lambda conn: actions.open_course(conn, draft.blobs, "small"))
    assert rows(draft.app, DraftEdit) == edits
    revision = draft.work(lambda conn: published.latest_revision(conn, "small"))
    shown = draft.work(lambda conn: published.latest_publication(conn, "small"))
    assert shown.manifest != revision.manifest


def test_a_course_begun_here_has_its_id_alone(draft: Draft) -> None:
    parts = {"course": {"id": "moi", "lessons": []}, "course/words/vi/title": words("Mới")}
    draft.work(lambda conn: actions.begin(conn, "moi", parts, MY))
    assert draft.work(lambda conn: queries.courses(conn)) == ["moi", "small"]
    for taken in ("moi", "small"):
        with pytest.raises(MakesNoSense):
            draft.work(lambda conn, taken=taken: actions.begin(conn, taken, parts, MY))
