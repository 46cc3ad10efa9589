"""Projections of what learners did: functions of the set of entries, whatever their order."""

from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from app.core.models import Record


class QuestionResult(Record, table=True):
    """A person's best of one question of one structure: `best_at` is the earliest claimed time of that best."""

    __tablename__: ClassVar[str] = "result"

    person_id: str = Field(primary_key=True)
    course: str = Field(primary_key=True)
    structure: str = Field(primary_key=True)
    lesson: str = Field(primary_key=True)
    question: str = Field(primary_key=True)
    score: int
    best_at: int = Field(sa_type=BigInteger)
    tries: int = 1


class LessonRead(Record, table=True):
    """The last card of a lesson was reached, first at `at`."""

    __tablename__: ClassVar[str] = "lesson_read"

    person_id: str = Field(primary_key=True)
    course: str = Field(primary_key=True)
    structure: str = Field(primary_key=True)
    lesson: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)


class Moved(Record, table=True):
    """An answer given under a wrong face, and to whom a move gave it: of several moves the greatest id says."""

    entry_id: str = Field(primary_key=True)
    move_id: str = Field(primary_key=True)
    to_id: str = Field(index=True)
