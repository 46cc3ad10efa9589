"""A thousand certificates issued: judged, numbered, written, signed for QR and badge, drawn and sealed as PDF.

The limit is the sum of the four parts done bare, each by its library alone and in the same run: COSE by cbor2 and
cryptography, the QR code by zxing-cpp, the Open Badge by PyLD, the PDF by Typst from the same source and words. Beside it
stands the sum of the same parts by our own functions, which keep what is constant.
"""

import base64
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from app import main as house
from app.accounts import people
from app.accounts import queries as accounts
from app.accounts.projections import REGISTERED
from app.certificates import actions, badge, cose, giving, linked, paper, proof, queries, templates
from app.certificates.issuing import Job, Office
from app.certificates.snapshot import Snapshot
from app.core import clock, ids, ledger
from app.core.blobs import Blobs
from app.core.db import Database, insert_or_ignore
from app.core.ledger import Received
from app.core.migrate import upgrade
from app.core.settings import Settings
from app.core.signing import Key, Keys
from app.core.writer import Writer
from app.curriculum import actions as curriculum
from app.curriculum.library import Library
from app.curriculum.shelf import Shelf
from app.learning.models import LessonRead, QuestionResult
from app.places import actions as places
from app.places import queries as known_places
from app.programmes import programme_rules

PEOPLE = 1_000
COURSE = "dt05"
URL = "https://hoc.dienbien.example"
NAMES = ("Lò Thị Mỷ", "Vừ A Chứ", "Quàng Văn Ổn", "Giàng Thị Sua", "ꪶꪩ ꪙꪱꪥ ꪼꪕ", "Sùng A Páo")
MOST_OVER_BARE, MOST_MEMORY = 1.3, 250e6


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        _child("prepare", folder)
        ours, bare = _child("ours", folder), _child("bare", folder)
    total = sum(bare["bare"].values())
    each = ", ".join(f"{name} {seconds:.2f}" for name, seconds in bare["bare"].items())
    own = ", ".join(f"{name} {seconds:.2f}" for name, seconds in bare["own"].items())
    print(f"{PEOPLE:,} certificates issued: {ours['seconds']:.2f} s of processor time ({ours['issued']:.2f} judged, numbered, "
          f"signed; {ours['drawn']:.2f} drawn), {ours['seconds'] / total:.2f} of the four parts bare ({total:.2f} s); "
          f"at most {MOST_OVER_BARE}")  # fmt: skip
    print(f"  bare: {each}")
    print(
        f"  the same by our own functions: {own}; {ours['seconds'] / sum(bare['own'].values()):.2f} of their sum"
    )
    print(f"memory at its peak: {ours['memory'] / 1e6:.0f} MB; at most {MOST_MEMORY / 1e6:.0f} MB")


def _child(task: str, folder: str) -> Any:
    """What a process of its own prints, so that memory and caches are its own."""
    command = [sys.executable, "-m", "bench.certificates", task, folder]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout.splitlines()[-1])


def _settings(folder: str) -> Settings:
    return Settings(data=Path(folder), public_url=URL)


def _shelf(settings: Settings, database: Database) -> Shelf:
    shelf = Shelf(Blobs(settings.blobs))
    house.register(shelf)
    with database.read() as session:
        shelf.load(session.connection())
    return shelf


def prepare(folder: str) -> None:
    """People who finished a course with every answer right, and a batch that asks for all of them."""
    settings = _settings(folder)
    database = Database(settings.database)
    upgrade(database)
    shelf = Shelf(Blobs(settings.blobs))
    house.register(shelf)
    Keys(settings.data / "keys").make(clock.as_datetime(clock.now()).year)
    library = Library(house.CONTENT)
    with database.write() as session:
        conn = session.connection()
        places.bring_in(conn, house.CONTENT / "places.csv")
        course = curriculum.bring_in(
            conn, shelf.blobs, library, house.CONTENT / "courses" / COURSE, ids.new()
        )
        curriculum.publish(conn, course, ids.new())
        shelf.load(conn)
        at, province = clock.now(), known_places.province(conn)
        learners = [ids.new() for _ in range(PEOPLE)]
        said = {"face": "bun", "lang": "vi", "consent": "1", "place": province}
        bodies = [
            ledger.compose(REGISTERED, one, name=f"{NAMES[n % len(NAMES)]} {n}", **said)
            for n, one in enumerate(learners)
        ]
        for start in range(0, PEOPLE, 500):
            ledger.append(conn, [Received(body, at) for body in bodies[start : start + 500]])
        for one in learners:
            _finish(conn, shelf, one, at)
        officer = accounts.officer(conn, people.add_staff(conn, "Sùng", "bốn con trâu qua suối"))
        assert officer is not None
        actions.make_batch(
            conn,
            _office(settings, shelf),
            learners,
            officer,
            course=COURSE,
            source="place",
            source_id=province,
        )
    database.close()
    print("{}")


def _finish(conn: Any, shelf: Shelf, person: str, at: int) -> None:
    published = shelf.courses[COURSE]
    where = {"person_id": person, "course": COURSE, "structure": published.structure}
    answered = [
        where | {"lesson": lesson.id, "question": asked, "score": 100, "best_at": at, "tries": 1}
        for lesson in published.outline.lessons
        for asked in lesson.ways[0]
    ]
    insert_or_ignore(conn, QuestionResult, answered)
    insert_or_ignore(
        conn, LessonRead, [where | {"lesson": one.id, "at": at} for one in published.outline.lessons]
    )


def _office(settings: Settings, shelf: Shelf) -> Office:
    shipped = house.certificates_rules.read((house.CONTENT / "certificates.toml").read_bytes())
    programmes = programme_rules.read((house.CONTENT / "programmes.toml").read_bytes())
    return Office(Keys(settings.data / "keys"), shelf, shipped, programmes, (), url=URL)


def ours(folder: str) -> None:
    """All that the server does from the confirmed batch to a PDF each, ready to be given out."""
    settings = _settings(folder)
    database = Database(settings.database)
    shelf = _shelf(settings, database)
    office, writer = _office(settings, shelf), Writer(database).start()
    begun = time.process_time()
    Job(database, writer, office).run()
    issued = time.process_time() - begun
    with database.read() as session:
        conn = session.connection()
        [batch] = [row.batch_id for row in conn.exec_driver_sql("SELECT DISTINCT batch_id FROM certificate")]
        last, drawn = "", 0
        while some := queries.of_batch(conn, batch, after=last, limit=50):
            last = some[-1].number
            drawn += sum(giving.drawn(conn, office, one, "pdf").startswith(b"%PDF") for one in some)
    assert drawn == PEOPLE, drawn
    seconds = time.process_time() - begun
    writer.stop()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "issued": issued, "drawn": seconds - issued, "memory": memory}))


def bare(folder: str) -> None:
    """The four parts over the same certificates, one after the other."""
    settings = _settings(folder)
    database = Database(settings.database)
    key = Keys(settings.data / "keys").current(clock.as_datetime(clock.now()).year)
    with database.read() as session:
        conn = session.connection()
        [batch] = [row.batch_id for row in conn.exec_driver_sql("SELECT DISTINCT batch_id FROM certificate")]
        found = queries.of_batch(conn, batch)
        template = templates.find(conn, Blobs(settings.blobs), found[0].snapshot.template)
    these = [one.snapshot for one in found]
    documents = [badge.document(one, URL) for one in these]
    carried = [one.carriers for one in found if one.carriers]
    addresses = [cose.url(URL, one.cose) for one in carried]
    pages = [
        json.dumps(paper._said("sheet", [pair], template, URL, attached=pair[1].badge), ensure_ascii=False)
        for pair in zip(these, carried, strict=True)
    ]
    bare_parts: dict[str, Callable[[], object]] = {
        "COSE": lambda: [_cose(one, key) for one in these],
        "QR": lambda: [_qr(one) for one in addresses],
        "badge": lambda: [_badge(one, key) for one in documents],
        "PDF": lambda: _pdfs(pages),
    }
    own_parts: dict[str, Callable[[], object]] = {
        "COSE": lambda: [cose.sign(one, key) for one in these],
        "QR": lambda: [paper.code(one) for one in addresses],
        "badge": lambda: [badge.issue(one, key, URL) for one in these],
        "PDF": lambda: _pdfs(pages),
    }
    print(json.dumps({"bare": _timed(bare_parts), "own": _timed(own_parts)}))


def _timed(parts: dict[str, Callable[[], object]]) -> dict[str, float]:
    return {name: _seconds(work) for name, work in parts.items()}


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _cose(snapshot: Snapshot, key: Key) -> bytes:
    import cbor2

    claims = [
        snapshot.number,
        snapshot.name,
        snapshot.course,
        snapshot.titles["vi"],
        snapshot.day,
        snapshot.score,
    ]
    protected = cbor2.dumps({1: -8, 4: key.id.encode()})
    payload = cbor2.dumps(dict(enumerate(claims, 1)), canonical=True)
    signature = key._secret.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    return cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))


def _qr(address: str) -> str:
    from zxingcpp import BarcodeFormat, create_barcode

    return str(create_barcode(address, BarcodeFormat.QRCode, ec_level="M").to_svg())


def _badge(document: dict[str, Any], key: Key) -> dict[str, Any]:
    from pyld import jsonld

    own = {
        "type": proof.TYPE, "cryptosuite": proof.SUITE, "created": "2026-11-22T00:00:00Z",
        "verificationMethod": f"did:web:x#{key.id}", "proofPurpose": proof.PURPOSE,
    }  # fmt: skip
    options = {
        "algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": linked._loader(linked.SHIPPED),
    }  # fmt: skip
    config = {"@context": document["@context"], **own}
    hashes = [sha256(jsonld.normalize(one, options).encode()).digest() for one in (config, document)]
    signature = base64.b64encode(key._secret.sign(b"".join(hashes))).decode()
    return {**document, "proof": {**own, "proofValue": signature}}


def _pdfs(pages: Sequence[str]) -> None:
    compiler = paper._compiler()
    for one in pages:
        compiler.compile(sys_inputs={"said": one}, format="pdf", pdf_standards=paper.STANDARDS)


if __name__ == "__main__":
    {"prepare": prepare, "ours": ours, "bare": bare}[sys.argv[1]](sys.argv[2])
