"""The address in a QR code, each asked for once: processor time of the server over that of verifying the same bytes bare.

The limit is cbor2 and cryptography alone: two maps read, one signature verified. On SQLite and on PostgreSQL, whose own
processor time is not counted: the server named in BANHOC_TEST_DATABASE_URL, which must be empty, else one of our own.
"""

import os
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, insert

from app.certificates import cose
from app.certificates import projections as kinds
from app.certificates.models import Certificate, CertificateHolder
from app.certificates.snapshot import Issuer, Snapshot
from app.core import clock, ids
from app.core.db import table_of
from app.core.signing import Key, Keys, from_multikey
from bench.load import drive, request
from bench.served import Server, banhoc
from tools.with_postgresql import own_cluster

COUNT, ROUNDS, CONNECTIONS = 1_500, 5, 2
MOST = 6.0
URL = "https://127.0.0.1"
ASKED = [("accept-encoding", "gzip, deflate, br"), ("accept", "text/html")]
TICKS = os.sysconf("SC_CLK_TCK")
POSTGRESQL = os.environ.get("BANHOC_TEST_DATABASE_URL", "")


def main() -> None:
    _measured("SQLite")
    with _postgresql() as url:
        _measured("PostgreSQL", url)


def _measured(database: str, url: str = "") -> None:
    own = {"BANHOC_DATABASE_URL": url} if url else {}
    with banhoc(BANHOC_PUBLIC_URL=URL, BANHOC_LANGUAGES="vi", BANHOC_SHOW_DRAFTS="0", **own) as server:
        key = Keys(server.data / "keys").make(_year())
        snapshots = [_snapshot(seq) for seq in range(1, COUNT * ROUNDS + 1)]
        _keep(url or f"sqlite:///{server.data / 'banhoc.db'}", snapshots)
        signed = [cose.sign(one, key) for one in snapshots]
        parts = [signed[start : start + COUNT] for start in range(0, len(signed), COUNT)]
        _asked(server, parts[0][:500])
        ratios = [_round(server, key, some) for some in parts]
    each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    print(
        f"/C/… on {database} over bare COSE verification: median {statistics.median(ratios):.2f} of {each}; at most {MOST}"
    )


@contextmanager
def _postgresql() -> Iterator[str]:
    if POSTGRESQL:
        yield POSTGRESQL
        return
    with own_cluster() as url:
        yield url.replace("postgresql://", "postgresql+psycopg://")


def _round(server: Server, key: Key, signed: Sequence[bytes]) -> float:
    bare, ours = _bare(key, signed), _asked(server, signed)
    print(f"  /C/… {ours * 1e6:,.0f} µs, bare {bare * 1e6:,.0f} µs of processor time")
    return ours / bare


def _asked(server: Server, signed: Sequence[bytes]) -> float:
    """Seconds of the server's processor time each took."""
    asked = [request("GET", f"/C/{cose.to_text(one)}", headers=ASKED) for one in signed]
    before = _spent(server)
    run = drive(server.address, asked.__getitem__, len(asked), CONNECTIONS)
    assert set(run.statuses) == {200}, set(run.statuses)
    return (_spent(server) - before) / len(signed)


def _bare(key: Key, signed: Sequence[bytes]) -> float:
    from cbor2 import dumps, loads
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    public = Ed25519PublicKey.from_public_bytes(from_multikey(key.public.multikey))
    before = time.process_time()
    for one in signed:
        protected, _, payload, signature = loads(one).value
        public.verify(signature, dumps(["Signature1", protected, b"", payload]))
        assert loads(protected)[cose.KEY] and loads(payload)
    return (time.process_time() - before) / len(signed)


def _spent(server: Server) -> float:
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _snapshot(seq: int) -> Snapshot:
    issuer = Issuer(code="DB", names={"vi": "Nền tảng học tập Bản Học, tỉnh Điện Biên"}, url=URL)
    return Snapshot(
        id=ids.new(), number=f"DB-{_year()}-{seq:06d}", issuer=issuer, name="Lò Thị Mỷ", course="dt05", structure="0" * 12,
        titles={"vi": "Chống lừa đảo trên mạng"}, day=f"{_year()}-01-01", score=90, status=seq, sample=False,
    )  # fmt: skip


def _keep(url: str, snapshots: Sequence[Snapshot]) -> None:
    """Into the register, past the ledger: what is asked of it here is to be read."""
    database = create_engine(url)
    with database.begin() as conn:
        for table in map(table_of, (Certificate, CertificateHolder)):
            names = [column.name for column in table.columns]
            rows = [_row(one) for one in snapshots]
            conn.execute(insert(table), [{name: row[name] for name in names} for row in rows])
    database.dispose()


def _row(said: Snapshot) -> dict[str, object]:
    import json

    whole, code, year, seq = said.to_json(), *said.number.split("-")
    kept = kinds.HERS | {"id", "number", "status"}
    return {
        **whole, "code": code, "year": int(year), "seq": int(seq), "place": "11", "batch_id": "", "rule": "any", "by": "",
        "issued_at": clock.now(), "person_id": said.id, "folded": "lo thi my",
        "about": json.dumps({key: value for key, value in whole.items() if key not in kept}),
        "hers": json.dumps({key: value for key, value in whole.items() if key in kinds.HERS}),
    }  # fmt: skip


def _year() -> int:
    return clock.as_datetime(clock.now()).year


if __name__ == "__main__":
    main()
