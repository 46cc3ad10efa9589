"""Places: the province, its communes and wards, their villages. Written at the hub alone."""

from typing import ClassVar

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from app.core.models import Record


class Place(Record, table=True):
    """`kind` is province, commune, ward or village. A place that was merged keeps its row and says into which.

    Folded from what was shipped and from the place's changes; `rebuild` folds it anew and never empties it, for what
    was shipped is no entry. `contact` is whom to ask there, `phone` her numbers between commas.
    """

    code: str = Field(primary_key=True)
    name: str
    folded: str = Field(index=True)
    kind: str
    parent: str | None = Field(default=None, index=True)
    former_district_unverified: str = ""
    power: str = ""
    signal: str = ""
    contact: str = ""
    phone: str = ""
    merged_into: str | None = Field(default=None, index=True)


class PlaceShipped(Record, table=True):
    """What the file that comes with the program says of a place; what people here say of it stands above."""

    __tablename__: ClassVar[str] = "place_shipped"

    code: str = Field(primary_key=True)
    name: str
    kind: str
    parent: str | None = None
    former_district_unverified: str = ""


class PlaceChange(Record, table=True):
    """One entry about a place: its history, and what it is folded from. `said` is what it sets, as JSON."""

    __tablename__: ClassVar[str] = "place_change"

    id: str = Field(primary_key=True)
    code: str = Field(index=True)
    type: str
    by: str
    said: str = Field(sa_type=Text)
    made_at: int = Field(sa_type=BigInteger)
