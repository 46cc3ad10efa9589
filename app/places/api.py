"""The places, for anybody."""

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from app.places import queries
from app.web.sessions import Read


def public() -> None:
    """The word for what is for everybody."""


router = APIRouter(prefix="/api/v1", tags=["places"])


class PlaceOut(BaseModel):
    """`kind` is province, commune, ward or village; districts ended on 1 July 2025."""

    code: str
    name: str
    kind: str
    parent: str | None
    former_district_unverified: str


@router.get("/places", dependencies=[Depends(public)])
def places(db: Read) -> list[PlaceOut]:
    names = PlaceOut.model_fields
    return [
        PlaceOut(**{name: getattr(row, name) for name in names}) for row in queries.places(db.connection())
    ]
