"""A course folder comes in whole or not at all, and what is served stays until a better one is published."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest
from fastapi import FastAPI

from app import main
from app.core import ids
from app.core.models import Entry
from app.curriculum import actions, queries
from app.curriculum.actions import Refused
from app.curriculum.models import Publication, Revision
from app.main import restock
from courses.folder import NotAFolder
from tests.cast import COURSE, LESSON, RIGHT, Phone, changed_course, id_of, publish, rows

BROKEN = [
    ("course.toml", "id = ", "id = = "),
    ("course.toml", '"second"]', '"second", "third"]'),
    ("first/lesson.toml", 'kind = "text"', 'kind = "dance"'),
    ("first/lesson.toml", ', right = true }, { id = "b" }, { id = "c", right = true }', ' }, { id = "b" }'),
    ("first/vi.md", "## ", "## unknown-"),
]


def bring_in(app: FastAPI, folder: Path) -> str:
    state = app.state
    found: str = state.writer.call(
        lambda conn: actions.bring_in(conn, state.shelf.blobs, state.library, folder, ids.new())
    )
    return found


def test_it_works(tmp_path: Path, app: FastAPI, my: Phone) -> None:
    folder = changed_course(tmp_path / "new", "course.toml", "Khóa nhỏ", "Khóa bé")
    publish(app, folder)
    assert "Khóa bé" in my.get("/vi").text


@pytest.mark.parametrize(("file", "old", "new"), BROKEN)
def test_a_broken_folder_is_refused_with_the_place_and_nothing_changes(
    tmp_path: Path, app: FastAPI, my: Phone, file: str, old: str, new: str
) -> None:
    tables = (Entry, Revision, Publication)
    before, page = [rows(app, table) for table in tables], my.get(LESSON).text
    with pytest.raises(Refused, match=": error: ") as refused:
        bring_in(app, changed_course(tmp_path / "broken", file, old, new))
    assert all(fault.line >= 1 and fault.what and fault.mend for fault in refused.value.faults)
    restock(app)
    assert [rows(app, table) for table in tables] == before
    assert my.get(LESSON).text == page
    my.send_form(**RIGHT)


def test_what_is_no_course_at_all_is_refused(tmp_path: Path, app: FastAPI) -> None:
    with pytest.raises(NotAFolder):
        bring_in(app, COURSE / "course.toml")
    (tmp_path / "empty").mkdir()
    with pytest.raises(Refused, match="missing"):
        bring_in(app, tmp_path / "empty")


def test_the_same_folder_twice_is_one_revision(app: FastAPI) -> None:
    before = rows(app, Revision)
    bring_in(app, COURSE)
    assert rows(app, Revision) == before


def test_a_revision_is_seen_only_once_it_is_published(tmp_path: Path, app: FastAPI, my: Phone) -> None:
    bring_in(app, changed_course(tmp_path / "new", "course.toml", "Khóa nhỏ", "Khóa bé"))
    restock(app)
    assert "Khóa bé" not in my.get("/vi").text
    assert app.state.writer.call(lambda conn: actions.publish(conn, "small", ids.new())) is True
    assert app.state.writer.call(lambda conn: actions.publish(conn, "small", ids.new())) is False
    restock(app)
    assert "Khóa bé" in my.get("/vi").text


def test_what_is_written_out_is_what_came_in(tmp_path: Path, app: FastAPI) -> None:
    latest = app.state.writer.call(lambda conn: queries.latest_publication(conn, "small"))
    actions.export(app.state.shelf.blobs, latest.manifest, tmp_path / "out")
    assert tree(tmp_path / "out") == tree(COURSE)
    shutil.rmtree(tmp_path / "out" / "second")
    with pytest.raises(Exception, match="not empty: name a new one"):
        actions.export(app.state.shelf.blobs, latest.manifest, tmp_path / "out")


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture
def watchful(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server looks twenty times a second."""
    monkeypatch.setattr(main, "FOLLOW_SECONDS", 0.05)


def comes_true(said: Callable[[], bool], seconds: float = 20) -> bool:
    end = monotonic() + seconds
    while not said() and monotonic() < end:
        sleep(0.02)
    return said()


def published_elsewhere(app: FastAPI, folder: Path) -> str:
    """As another process does it: this one hears nothing of it. Gives the structure."""
    course = bring_in(app, folder)
    app.state.writer.call(lambda conn: actions.publish(conn, course, ids.new()))
    return str(rows(app, Publication)[-1]["structure"])


def test_what_another_process_publishes_is_taken_up_without_a_restart(
    watchful: None, tmp_path: Path, app: FastAPI, my: Phone
) -> None:
    published_elsewhere(app, changed_course(tmp_path / "new", "first/vi.md", "## title\n", "## title\nMới: "))
    assert comes_true(lambda: "Mới: " in my.get(LESSON).text)
    printed = app.state.press.printed
    sleep(0.3)
    assert app.state.press.printed is printed, "nothing changed, and yet all pages were printed again"


def test_a_look_that_fails_is_told_once_and_the_server_goes_on(
    watchful: None,
    tmp_path: Path,
    app: FastAPI,
    my: Phone,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    looks: list[int] = []

    def fail(app: FastAPI) -> None:
        looks.append(1)
        raise OSError("no disk")

    with monkeypatch.context() as broken, caplog.at_level(logging.ERROR, "app.main"):
        broken.setattr(main, "follow", fail)
        assert comes_true(lambda: len(looks) > 3)
        my.get("/vi")
    assert len([one for one in caplog.records if one.name == "app.main"]) == 1
    published_elsewhere(app, changed_course(tmp_path / "new", "course.toml", "Khóa nhỏ", "Khóa bé"))
    assert comes_true(lambda: "Khóa bé" in my.get("/vi").text)


def test_an_answer_to_what_was_published_a_moment_ago_is_no_nonsense(
    tmp_path: Path, app: FastAPI, my: Phone
) -> None:
    lesson = changed_course(tmp_path / "new", "course.toml", "pass = 50", "pass = 60")
    structure = published_elsewhere(app, lesson)
    assert structure != my.structure
    body = my.answered(ids.new(), structure=structure)
    assert my.outbox(body)["recorded"] == [id_of(body)]
