"""A course looked at before anybody learns from it: the real pages, whatever is missing, and nothing is kept."""

import pytest
from fastapi import FastAPI

from app.authoring import preview
from app.core.models import Entry
from courses import folder
from tests.cast import COURSE, LESSON, Staff, rows
from tests.page import opened

HERE = "/teach/courses/small/preview"


def test_it_is_the_lesson_page_with_other_ways_and_scripts(app: FastAPI, staff: Staff) -> None:
    real, seen = opened(staff.client, LESSON), opened(staff.client, f"{HERE}/vi/first")
    assert [one.text for one in seen.all("section")] == [one.text for one in real.all("section")]
    assert "Không ghi lại gì" in seen.html and "/vi/courses/small" not in seen.html
    assert seen.all("a", href=f"{HERE}/vi/second") and seen.all("a", href=f"{HERE}/hmn/first")
    assert "/preview." in seen.html and "/study." not in seen.html


@pytest.mark.only_on("sqlite")
def test_it_opens_in_a_frame_of_ours_alone_and_changes_no_language(staff: Staff) -> None:
    answer = staff.get(f"{HERE}/hmn/first")
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert "lang" not in staff.client.cookies and '"lang":"vi"' in answer.text


def test_the_course_has_a_page_with_and_without_drafts(app: FastAPI, staff: Staff) -> None:
    before = rows(app, Entry)
    assert opened(staff.client, f"{HERE}/vi").all("a", href=f"{HERE}/vi/first")
    with_drafts = opened(staff.client, f"{HERE}/hmn?drafts=1")
    assert with_drafts.all("a", href=f"{HERE}/hmn?drafts=0")
    assert opened(staff.client, f"{HERE}/hmn").html == with_drafts.html, "the choice is kept"
    assert rows(app, Entry) == before


CHANGES: list[tuple[str, str, str]] = [
    ("first/vi.md", "## story", "## storm"),
    ("first/lesson.toml", 'kind = "text"', 'kind = "practice"\npractice = "gone.toml"'),
    ("first/lesson.toml", "", "minutes = 1"),
    ("course.toml", "[title]", "[titles]"),
]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(("file", "old", "new"), CHANGES)
def test_what_is_not_finished_can_be_looked_at(
    staff: Staff, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str
) -> None:
    files = folder.from_dir(COURSE)
    changed = files[file].decode().replace(old, new) if old else new
    broken = {**files, file: changed.encode()}
    assert broken != files
    monkeypatch.setattr(preview, "folder_of", lambda conn, blobs, course: preview.Folder(broken, {}))
    for path in ("vi/first", "hmn/first", "vi/test", "vi"):
        staff.get(f"{HERE}/{path}")
