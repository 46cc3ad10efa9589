"""Pure decisions about a person's own data: until when a request must be answered, and for whom a guardian says yes."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from app.accounts.consent import FOLDER
from app.core import clock

KINDS = ("see", "correct", "take", "delete", "stop")
RECEIVED, TAKEN_BACK = "received", "taken-back"
OPEN = ("", RECEIVED)
"""Received and told what will be done, but not done."""
BY_STAFF = (RECEIVED, "done", "refused")
OUTCOMES = (*BY_STAFF, TAKEN_BACK)
LONGEST_WORDS = 1000
SATURDAY = 5


@cache
def terms() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "terms.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Due:
    """Until when, in milliseconds: the end of a day in Viet Nam."""

    first_answer: int
    done: int


def due(kind: str, asked_at: int) -> Due:
    """Holidays are not known here: a working day is one from Monday to Friday."""
    said = terms()
    return Due(
        _working_days_after(asked_at, said["first_answer_working_days"]),
        _end_of_day(asked_at, said["days"][kind]),
    )


def _working_days_after(at: int, days: int) -> int:
    moment, left = clock.as_datetime(at), days
    while left:
        moment += timedelta(days=1)
        left -= moment.weekday() < SATURDAY
    return _end_of_day(int(moment.timestamp() * 1000), 0)


def _end_of_day(at: int, days: int) -> int:
    last = clock.as_datetime(at) + timedelta(days=days)
    return int(last.replace(hour=23, minute=59, second=59, microsecond=0).timestamp() * 1000)


def is_child(year: int | None, now: int) -> bool:
    """Whether she may be below the age at which one agrees alone, as far as a year can say."""
    return year is not None and clock.as_datetime(now).year - year <= terms()["child"]["below"]
