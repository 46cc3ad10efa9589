"""What learners told us about the place where something is wrong, and what they were answered."""

from typing import ClassVar

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from app.core.models import Record


class Report(Record, table=True):
    """`voice` is the SHA-256 of a recording kept as a blob, or empty."""

    id: str = Field(primary_key=True)
    person_id: str
    course: str = ""
    lesson: str = ""
    lang: str = ""
    words: str = Field(sa_type=Text)
    voice: str = ""
    claimed_at: int = Field(sa_type=BigInteger)
    received_at: int = Field(sa_type=BigInteger)


class ReportAnswer(Record, table=True):
    """What staff answered to a report; `id` is the entry."""

    __tablename__: ClassVar[str] = "report_answer"

    id: str = Field(primary_key=True)
    report_id: str = Field(index=True)
    by: str
    words: str = Field(sa_type=Text)
    answered_at: int = Field(sa_type=BigInteger)
