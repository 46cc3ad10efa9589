"""What teachers have in hand."""

from typing import ClassVar

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from app.core.models import Record


class MaterialImport(Record, table=True):
    """A teacher's file on its way in: `state` is refused, ready or done; `found` is JSON, what was read of it.

    `file` and `folder` name blobs: what was sent, and the course folder (a zip) it became once that was confirmed.
    `brought` says whether that came in as a revision of `course`; else `found` names what is to be mended first.
    """

    __tablename__: ClassVar[str] = "material_import"

    id: str = Field(primary_key=True)
    name: str
    file: str = Field(index=True)
    by: str = Field(index=True)
    state: str
    form: str = ""
    found: str = Field(default="", sa_type=Text)
    course: str = ""
    folder: str = ""
    brought: bool = False
    made_at: int = Field(sa_type=BigInteger)
