"""What was brought in and what is published: projections of the ledger. The files themselves are blobs."""

from sqlalchemy import BigInteger
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
    """A revision shown to learners. Immutable: a change is another publication."""

    id: str = Field(primary_key=True)
    course: str = Field(index=True)
    structure: str
    manifest: str
    published_at: int = Field(sa_type=BigInteger)
