"""What was brought in and what is published: projections of the ledger. The files themselves are blobs."""

from typing import ClassVar

from sqlalchemy import BigInteger, false
from sqlmodel import Field

from app.core.models import Record


class Revision(Record, table=True):
    """A course as it was brought in; `manifest` is the SHA-256 of its manifest's blob."""

    id: str = Field(primary_key=True)
    course: str = Field(index=True)
    structure: str
    manifest: str
    made_at: int = Field(sa_type=BigInteger)


class Publication(Record, table=True):
    """A revision shown to learners. Immutable: a change is another publication, and so is an earlier one again.

    `by` is a member of staff or the node; `announced` says that learners are told of something new.
    """

    id: str = Field(primary_key=True)
    course: str = Field(index=True)
    structure: str
    manifest: str
    published_at: int = Field(sa_type=BigInteger)
    by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    announced: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class CourseAsking(Record, table=True):
    """Somebody who may not publish asks that a course be published."""

    __tablename__: ClassVar[str] = "course_asking"

    id: str = Field(primary_key=True)
    course: str = Field(index=True)
    by: str
    asked_at: int = Field(sa_type=BigInteger)


class CourseWithdrawal(Record, table=True):
    """A course that rests, until it is published again."""

    __tablename__: ClassVar[str] = "course_withdrawal"

    id: str = Field(primary_key=True)
    course: str = Field(index=True)
    by: str
    reason: str
    withdrawn_at: int = Field(sa_type=BigInteger)
