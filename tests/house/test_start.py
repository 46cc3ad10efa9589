"""Starting again: where nothing changed since, nothing is made ready again."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app import opening
from app.core.settings import Settings
from app.curriculum.library import Library
from app.main import CONTENT
from tests.cast import COURSE


@dataclass(frozen=True)
class Small(Library):
    def courses(self) -> list[Path]:
        return [COURSE]


@pytest.fixture
def ready(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(opening, "library", lambda: Small(CONTENT))
    assert not opening.is_prepared(settings)
    opening.prepare(settings)
    return settings


def test_what_was_made_ready_is_ready_and_settings_or_courses_change_that(ready: Settings) -> None:
    assert opening.is_prepared(ready)
    assert not opening.is_prepared(replace(ready, show_drafts=not ready.show_drafts))
    opening.bring_in(ready, CONTENT / "courses/dt05")
    opening.publish(ready, ["dt05"])
    assert not opening.is_prepared(ready)


def test_another_database_is_not_ready(ready: Settings, tmp_path: Path) -> None:
    assert not opening.is_prepared(replace(ready, database_url=f"sqlite:///{tmp_path / 'other.db'}"))
