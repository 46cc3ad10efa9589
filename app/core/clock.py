"""The one clock: integer UTC milliseconds. Tests replace `source`; nothing else asks the system for the time."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

VIET_NAM = timezone(timedelta(hours=7))
HOUR = 60 * 60 * 1000
DAY = 24 * HOUR


def system() -> int:
    return time.time_ns() // 1_000_000


source: Callable[[], int] = system


def now() -> int:
    return source()


def as_datetime(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(VIET_NAM)


def month(at: int) -> str:
    """The calendar month in Viet Nam, `2026-11`."""
    return _month_of_hour(at // HOUR)


@lru_cache(maxsize=10_000)
def _month_of_hour(hour: int) -> str:
    return as_datetime(hour * HOUR).strftime("%Y-%m")
