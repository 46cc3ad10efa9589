"""A course being written: every edit there ever was, and the parts as they are now."""

from typing import ClassVar

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from app.core.models import STRICT, Record


class DraftCourse(Record, table=True):
    """A course somebody began to write; `manifest` is the revision the draft last agreed with, "" for none."""

    __tablename__: ClassVar[str] = "draft_course"

    course: str = Field(primary_key=True)
    manifest: str = ""
    made_at: int = Field(sa_type=BigInteger)


class DraftEdit(Record, table=True):
    """Append-only. `id` is made where she typed, `seq` where it was taken in: that is the order.

    `value` is JSON, null for what was removed; `base` is the edit it was made upon, "" for none. `outcome` is head (it
    became what the part says), same (the part said so already), merged (into the edit `into`) or conflict; `waiting`
    is a conflict nobody has chosen in yet.
    """

    __tablename__: ClassVar[str] = "draft_edit"
    __table_args__ = (Index("ix_draft_edit_course_seq", "course", "seq"), STRICT)

    id: str = Field(primary_key=True)
    seq: str
    course: str
    part: str
    value: str = Field(sa_type=Text)
    base: str
    by: str
    at: int = Field(sa_type=BigInteger)
    outcome: str
    into: str = ""
    waiting: bool = False


class DraftPart(Record, table=True):
    """What a part says now: the value of the edit `head`."""

    __tablename__: ClassVar[str] = "draft_part"

    course: str = Field(primary_key=True)
    part: str = Field(primary_key=True)
    head: str
    value: str = Field(sa_type=Text)


class DraftPresence(Record, table=True):
    """Who has which lesson of a course open, and when her page last said so; `lesson` is "" for the whole."""

    __tablename__: ClassVar[str] = "draft_presence"

    course: str = Field(primary_key=True)
    staff: str = Field(primary_key=True)
    lesson: str
    at: int = Field(sa_type=BigInteger)
