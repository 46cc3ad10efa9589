"""Certificates in the register, as issuing writes them, for who only reads them."""

from dataclasses import replace
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Connection

from app.accounts import people
from app.accounts.permissions import Role
from app.certificates import cose, issuing
from app.certificates import projections as kinds
from app.certificates.snapshot import Carriers, Issuer, Snapshot
from app.core import ids, ledger
from app.core.signing import Key, Keys
from tests.cast import STAFF

PLACE, YEAR = "11", 2026
ISSUER = Issuer(code="DB", names={"vi": "Tỉnh thử"}, url="https://hoc.example")


def snapshot(seq: int = 1, **other: Any) -> Snapshot:
    """Mỷ's certificate, or another."""
    made = Snapshot(
        id=ids.new(), number=f"DB-{YEAR}-{seq:06d}", issuer=ISSUER, name="Lò Thị Mỷ", course="small", structure="0" * 12,
        titles={"vi": "Khóa nhỏ", "hmn": "Yênhx nor me"}, day="2026-11-18", score=90, supervised=True, status=seq,
        sample=False,
    )  # fmt: skip
    return replace(made, **other)


class Register:
    """Issues, revokes and replaces by entries of the ledger, signed with a key of its own."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.keys = Keys(app.state.settings.data / "keys")
        self.key: Key = self.keys.make(YEAR)
        self.url = app.state.settings.public_url
        self.by = self.write(lambda conn: people.add_staff(conn, "Sùng", STAFF[1], Role.ADMINISTRATOR, PLACE))
        self.batch = ids.new()
        self.write(
            lambda conn: ledger.record(
                conn, kinds.BATCH_MADE, self.by, batch=self.batch, course="small", rules=[], programme="",
                source="person", source_id="", lang="", template="default@1", second=False, place=PLACE, by=self.by,
            )
        )  # fmt: skip

    def write(self, work: Any) -> Any:
        return self.app.state.writer.call(work)

    def issue(self, said: Snapshot, person: str = "") -> Carriers:
        """Into the register; what carries it is kept too."""
        person = person or ids.new()
        made = issuing.carry(said, self.key, self.url)
        whole = said.to_json()
        about = {
            key: value for key, value in whole.items() if key not in kinds.HERS | {"id", "number", "status"}
        }
        hers = {key: value for key, value in whole.items() if key in kinds.HERS}
        own = {"batch": self.batch, "place": PLACE, "by": self.by, "certificate": said.id}

        def work(conn: Connection) -> None:
            ledger.record(
                conn, kinds.ISSUED, self.by, number=said.number, status=said.status, about=about, rule="any@default", **own
            )  # fmt: skip
            ledger.record(conn, kinds.NAMED, person, hers=hers, listed=person, **own)
            found = issuing.queries.by_number(conn, said.number)
            assert found is not None
            issuing.keep_carriers(conn, [(found, made)])

        self.write(work)
        return made

    def revoke(self, said: Snapshot, reason: str = "mistake") -> None:
        own = {"place": PLACE, "by": self.by}
        self.write(
            lambda conn: ledger.record(
                conn, kinds.REVOKED, self.by, certificate=said.id, reason=reason, **own
            )
        )

    def revoke_batch(self) -> None:
        own = {"place": PLACE, "by": self.by}
        self.write(
            lambda conn: ledger.record(
                conn, kinds.BATCH_REVOKED, self.by, batch=self.batch, reason="mistake", **own
            )
        )


def address(made: Carriers) -> str:
    return f"/C/{cose.to_text(made.cose)}"
