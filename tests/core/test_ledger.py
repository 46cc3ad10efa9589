import json
import random

import pytest
from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.exc import DBAPIError

from app.core import chain, clock, ids, ledger
from app.core.db import Database, table_of
from app.core.errors import Broken, MakesNoSense, NotFound
from app.core.ledger import Fact, Outcome, Received
from app.core.models import Entry, LogHead, LogLine, Node, SetAside

PERSON = ids.new()


def body(**changes: object) -> str:
    return ledger.compose("answered/1", PERSON, **({"course": "dt05", "answer": ["a"]} | changes))


def received(text: str) -> Received:
    return Received(text, clock.now())


def take(database: Database, *bodies: str) -> list[Outcome]:
    with database.write() as db:
        return ledger.append(db.connection(), [received(text) for text in bodies])


def count(database: Database, model: type) -> int:
    with database.read() as db:
        return db.connection().execute(select(func.count()).select_from(table_of(model))).scalar_one()


def test_it_keeps_what_was_received_verbatim_with_both_times(database: Database, ticker) -> None:
    text = body(answer=["Điện Biên"]).replace('"course"', ' "course"')
    claimed = ticker.at
    ticker.advance(5000)
    (outcome,) = take(database, text)
    with database.read() as db:
        entry = db.get_one(Entry, outcome.id)
    assert (entry.body, entry.claimed_at, entry.received_at) == (text, claimed, claimed + 5000)
    assert (entry.type, entry.version, entry.person_id) == ("answered", 1, PERSON)
    assert outcome.state == "recorded"


def test_numbers_have_no_hole_and_the_chain_holds(database: Database) -> None:
    for size in (1, 7, 3):
        take(database, *[body() for _ in range(size)])
    with database.read() as db:
        conn = db.connection()
        seqs = conn.execute(select(chain.LINE.c.seq).order_by(chain.LINE.c.seq)).scalars().all()
        assert seqs == list(range(1, 12))
        assert ledger.verify(conn) == 11


def test_the_same_entry_twice_is_the_same_entry(database: Database) -> None:
    text = body()
    assert [outcome.state for outcome in take(database, text, text)] == ["recorded", "already"]
    assert [outcome.state for outcome in take(database, text)] == ["already"]
    assert count(database, Entry) == count(database, LogLine) == 1


def test_the_same_id_with_other_bytes_is_kept_aside(database: Database) -> None:
    text = body()
    other = text.replace('"a"', '"b"')
    first, second = take(database, text, other)
    assert (second.id, second.state, second.reason) == (first.id, "set_aside", "other-bytes")
    take(database, other)
    with database.read() as db:
        (aside,) = db.connection().execute(select(table_of(SetAside))).all()
    assert (aside.body, aside.entry_id, aside.why) == (other.encode(), first.id, "other-bytes")


BAD = {
    "not-json": ["", "{", "nul", '{"id": NaN}', "[" * 9000, '{"n": ' + "9" * 5000 + "}"],
    "not-an-object": ["[]", "1", '"a"', "null"],
    "no-id": ["{}", body(id="1"), body(id=None), body(id=PERSON.upper())],
    "no-type": [body(type="answered"), body(type="Answered/1"), body(type=1), body(type="a/0")],
    "no-person": [body(person="me"), body(person=None)],
    "no-time": [body(claimed_at=1.5), body(claimed_at="1"), body(claimed_at=True), body(claimed_at=-1), body(claimed_at=10**18)],
    "no-salt": [body(salt=""), body(salt="x" * 16), body(salt=None)],
    "no-place": [body(place=1), body(place="a b")],
    "too-large": [body(answer="a" * 16_384), body(answer="ệ" * 6000)],
    "not-text": [body().replace('"a"', '"\\ud800"'), body().replace('"a"', '"\\u0000"'), body(answer="\ud800"), body(person="\0")],
}  # fmt: skip


@pytest.mark.parametrize("reason", BAD)
def test_what_makes_no_sense_is_set_aside_and_blocks_nothing(database: Database, reason: str) -> None:
    good = body()
    *bad, kept = take(database, *BAD[reason], good)
    assert {(outcome.state, outcome.reason) for outcome in bad} == {("set_aside", reason)}
    assert kept.state == "recorded"
    assert count(database, SetAside) == len(BAD[reason])


def test_what_is_set_aside_is_answered_by_the_id_it_carries(database: Database) -> None:
    outcomes = take(database, '{"id": "phone-7"}', '{"id": 7}', "?", '{"id": "' + "a" * 65 + '"}')
    assert [outcome.id for outcome in outcomes] == ["phone-7", None, None, None]


def test_an_unknown_type_is_stored_and_not_projected(database: Database) -> None:
    (outcome,) = take(database, ledger.compose("danced/3", PERSON))
    assert outcome.state == "recorded"


def test_a_clock_three_years_off_is_kept_and_counts_when_it_came(database: Database, ticker) -> None:
    year = 365 * clock.DAY
    takes = take(
        database, *[body(claimed_at=ticker.at + shift) for shift in (-3 * year, 3 * year, -40 * clock.DAY)]
    )
    with database.read() as db:
        months = [db.get_one(Entry, outcome.id).month for outcome in takes]
        claimed = db.get_one(Entry, takes[0].id).claimed_at
    now = clock.month(ticker.at)
    assert months == [now, now, clock.month(ticker.at - 40 * clock.DAY)]
    assert claimed == ticker.at - 3 * year


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Fact]:
    """A room that handles `answered/1` and refuses the course `unknown`."""
    facts: list[Fact] = []

    def check(conn: Connection, fact: Fact) -> None:
        if fact.data["course"] == "unknown":
            raise MakesNoSense("unknown-course")

    monkeypatch.setattr(ledger, "_handlers", {"answered/1": lambda conn, some: facts.extend(some)})
    monkeypatch.setattr(ledger, "_checks", {"answered/1": check})
    return facts


def test_a_room_sees_each_new_entry_once(database: Database, seen: list[Fact]) -> None:
    text = body()
    take(database, text, text)
    take(database, text)
    assert [fact.data for fact in seen] == [json.loads(text)]


def test_what_a_room_refuses_is_set_aside_whole(database: Database, seen: list[Fact]) -> None:
    refused, kept = take(database, body(course="unknown"), body())
    assert (refused.state, refused.reason, kept.state) == ("set_aside", "unknown-course", "recorded")
    assert count(database, Entry) == 1


def test_rebuild_replays_the_whole_log_but_not_what_was_erased(database: Database, seen: list[Fact]) -> None:
    outcomes = take(database, *[body() for _ in range(5)])
    with database.write() as db:
        ledger.erase(db.connection(), outcomes[2].id or "")
    seen.clear()
    with database.write() as db:
        assert ledger.rebuild(db.connection()) == 4
    assert [fact.id for fact in seen] == [outcomes[at].id for at in (0, 1, 3, 4)]


def test_an_erased_body_leaves_its_envelope_and_the_chain_holds(database: Database) -> None:
    first, _ = take(database, body(), body())
    with database.write() as db:
        ledger.erase(db.connection(), first.id or "")
    with database.read() as db:
        entry = db.get_one(Entry, first.id)
        assert ledger.verify(db.connection()) == 2
    assert entry.body is None
    assert entry.month and entry.type == "answered" and entry.erased_at
    with database.write() as db, pytest.raises(NotFound):
        ledger.erase(db.connection(), first.id or "")


def test_an_erased_entry_sent_again_stays_erased(database: Database) -> None:
    text = body()
    (outcome,) = take(database, text)
    with database.write() as db:
        ledger.erase(db.connection(), outcome.id or "")
    assert [again.state for again in take(database, text)] == ["already"]


LINE, ENTRY, HEAD = chain.LINE, chain.ENTRY, chain.HEAD
TAMPERING = {
    "a body": update(ENTRY).where(ENTRY.c.body.is_not(None)).values(body="{}"),
    "a hash of a body": update(ENTRY).values(body_sha="0" * 64, body=None),
    "a line taken out": delete(LINE).where(LINE.c.seq == 2),
    "the last line taken off": delete(LINE).where(LINE.c.seq == 3),
    "a line's hash": update(LINE).where(LINE.c.seq == 2).values(hash="0" * 64),
    "the head": update(HEAD).values(seq=2),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_verify_finds_what_was_changed_behind_our_back(database: Database, what: str) -> None:
    take(database, body(), body(), body())
    with database.write() as db:
        db.connection().execute(TAMPERING[what])
    with database.read() as db, pytest.raises(Broken):
        ledger.verify(db.connection())


def test_a_restored_database_goes_on_in_a_new_log(database: Database) -> None:
    take(database, body(), body())
    with database.write() as db:
        chain.new_log(db.connection())
    take(database, body())
    with database.read() as db:
        conn = db.connection()
        assert ledger.verify(conn) == 3
        assert sorted(conn.execute(select(LINE.c.seq)).scalars()) == [1, 1, 2]
        heads = db.connection().execute(select(table_of(LogHead))).all()
        node = db.connection().execute(select(table_of(Node))).one()
    assert [head.log_id == node.log_id for head in heads] == [head.closed_at is None for head in heads]


def test_record_makes_an_entry_here_and_now(database: Database, ticker) -> None:
    with database.write() as db:
        entry_id = ledger.record(db.connection(), "report.made/1", PERSON, words="…")
    with database.read() as db:
        entry = db.get_one(Entry, entry_id)
    assert json.loads(entry.body or "")["words"] == "…"
    assert entry.claimed_at == entry.received_at == ticker.at


def test_record_refused_raises(database: Database, seen: list[Fact]) -> None:
    with database.write() as db, pytest.raises(MakesNoSense, match="unknown-course"):
        ledger.record(db.connection(), "answered/1", PERSON, course="unknown")


def test_a_reading_session_cannot_write(database: Database) -> None:
    with pytest.raises(Exception) as refused, database.read() as db:
        db.connection().execute(delete(LINE))
    assert isinstance(refused.value, DBAPIError) or refused.value.__cause__


@pytest.mark.parametrize("seed", range(5))
def test_any_mix_of_arrivals_leaves_one_entry_each_and_no_hole(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    texts = [body() for _ in range(20)]
    while chance.random() < 0.9:
        take(database, *chance.choices([*texts, "?"], k=chance.randint(0, 12)))
    take(database, *texts)
    assert count(database, Entry) == 20
    with database.read() as db:
        assert ledger.verify(db.connection()) == 20
