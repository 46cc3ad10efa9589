"""What reviewers said of translations, each once and for good."""

from typing import ClassVar

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from app.core.models import STRICT, Record


class WordsReview(Record, table=True):
    """Append-only. `verdict` is approved or rejected; `source` the hash of the Vietnamese it was judged against.

    `name` is the reviewer's as it was, `place` the code of the place she reviews for.
    """

    __tablename__: ClassVar[str] = "words_review"
    __table_args__ = (Index("ix_words_review_course_lang", "course", "lang"), STRICT)

    id: str = Field(primary_key=True)
    course: str
    lang: str
    part: str
    verdict: str
    text: str = Field(sa_type=Text)
    source: str
    author: str
    by: str = Field(index=True)
    name: str
    place: str
    comment: str = Field(default="", sa_type=Text)
    at: int = Field(sa_type=BigInteger)
