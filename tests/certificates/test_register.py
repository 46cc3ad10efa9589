"""From a course finished to a certificate that stands, and all that may happen to it afterwards."""

import json
import random
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import delete, select

from app.accounts import data_actions
from app.accounts.merging import MERGED
from app.accounts.permissions import Officer, Role
from app.certificates import actions, cose, issuing, queries, rules
from app.certificates import projections as kinds
from app.certificates.models import CertificateCarrier
from app.certificates.rules import Rule
from app.certificates.snapshot import Standing
from app.core import clock, envelope, erasing, ids, ledger
from app.core.db import Database, table_of
from app.core.errors import MakesNoSense
from app.core.ledger import Received
from app.core.models import Entry
from app.core.writer import Writer
from tests.cast import rows
from tests.certificates import examples
from tests.certificates.examples import (
    batch,
    graduate,
    hire,
    issue,
    known,
    learn,
    learner,
    make,
    numbers,
    office,
    read,
    with_key,
    work,
    write,
)
from tests.conftest import NOON, Ticker

DAY = "2026-11-18"
once = pytest.mark.only_on("sqlite")
"""What asks nothing of a database that the other tests do not."""
NAME = "Lò Thị Mỷ Duy Nhất"


@pytest.fixture
def sung(app: FastAPI, ticker: Ticker) -> Officer:
    """An administrator, on a node with a key."""
    with_key(app)
    return hire(app, "Sùng")


def standing(app: FastAPI, number: str) -> Standing:
    found: Standing = read(app, lambda conn: queries.standing(conn, number))
    return found


def missing(app: FastAPI, id: str) -> list[tuple[str, list[str]]]:
    passed = read(app, lambda conn: queries.passed(conn, id))
    return [(one.name, [reason.word for reason in one.missing]) for one in passed]


def test_who_finished_is_given_a_number_and_all_that_carries_it(app: FastAPI, sung: Officer) -> None:
    my = graduate(app, NAME)
    [found] = issue(app, [my], sung)
    said = found.snapshot
    assert (said.number, said.name, said.day, said.score) == ("MAU-2026-000001", NAME, DAY, 100)
    assert said.titles["vi"] == "Khóa nhỏ" and said.sample and not said.supervised
    assert said.structure == app.state.shelf.courses["small"].structure
    assert found.carriers is not None and found.carriers.key == "2026-1"
    assert found.person_id == my and known(read(app, lambda conn: queries.of_person(conn, [my]))) == known(
        [found]
    )
    assert read(app, lambda conn: queries.by_number(conn, said.number)) == found
    assert standing(app, said.number).state == "valid" and standing(app, "DB-2026-000001").state == "unknown"
    assert read(app, queries.revoked_indexes) == set()


def test_numbers_follow_each_other_and_nobody_has_two(app: FastAPI, sung: Officer) -> None:
    people = [graduate(app, f"Mỷ {n}") for n in range(3)]
    issue(app, people[:2], sung)
    again = make(app, people, sung)
    work(app)
    assert numbers(app) == [f"MAU-2026-{n:06d}" for n in (1, 2, 3)]
    assert missing(app, again) == [("Mỷ 0", ["held"]), ("Mỷ 1", ["held"])]
    assert batch(app, again, sung).state == "done"
    assert batch(app, again, sung).progress == rules.Progress(3, 1, 2, 0)


@once
def test_who_lacks_something_is_passed_over_and_told_what(app: FastAPI, sung: Officer) -> None:
    begun, failed, half = (learner(app, name) for name in ("Chưa", "Trượt", "Nửa"))
    learn(app, failed, k1="b", k2="3")
    learn(app, half, "second", "test")
    id = make(app, [begun, failed, half], sung)
    work(app)
    assert missing(app, id) == [("Chưa", ["begun"]), ("Nửa", ["lesson", "final"]), ("Trượt", ["score"])]
    assert numbers(app) == []


@once
def test_a_rule_that_changes_in_the_middle_of_a_batch_is_for_the_next(app: FastAPI, sung: Officer) -> None:
    people = [graduate(app, f"Mỷ {n}") for n in range(2)]
    first = make(app, people[:1], sung)
    write(app, lambda conn: actions.set_rule(conn, Rule("any", skills=("vneid-open",)), sung))
    second = make(app, people[1:], sung)
    work(app)
    assert missing(app, first) == [] and missing(app, second) == [("Mỷ 1", ["skill"])]
    [certificate] = rows(app, kinds.Certificate)
    assert certificate["rule"] == "any@default" and batch(app, second, sung).rules[0].version != "default"


@once
def test_a_clock_set_back_issues_nothing_until_it_is_right(
    app: FastAPI, sung: Officer, ticker: Ticker
) -> None:
    issue(app, [graduate(app, "Một")], sung)
    ticker.advance(-3 * clock.DAY)
    id = make(app, [graduate(app, "Hai")], sung)
    work(app)
    assert batch(app, id, sung).waits == ("clock", {"now": "2026-11-15", "last": DAY})
    assert batch(app, id, sung).state == "going"
    ticker.at = NOON - 60_000
    work(app)
    [found] = read(app, lambda conn: queries.of_batch(conn, id))
    assert batch(app, id, sung).why == "" and found.issued_at == NOON
    assert numbers(app) == ["MAU-2026-000001", "MAU-2026-000002"]


@once
def test_a_clock_that_was_ahead_is_left_by_revoking(app: FastAPI, sung: Officer, ticker: Ticker) -> None:
    office(app).keys.make(2030)
    ticker.advance(4 * 365 * clock.DAY)
    [early] = issue(app, [graduate(app, "Một")], sung)
    ticker.at = NOON
    id = make(app, [graduate(app, "Hai")], sung)
    work(app)
    assert numbers(app) == ["MAU-2030-000001"] and batch(app, id, sung).why
    write(app, lambda conn: actions.revoke(conn, early, "mistake", sung))
    work(app)
    assert sorted(numbers(app)) == ["MAU-2026-000001", "MAU-2030-000001"]


@once
@pytest.mark.parametrize("lost", ["none", "missing", "damaged", "later"])
def test_without_its_key_nothing_is_lost_and_it_says_why(app: FastAPI, ticker: Ticker, lost: str) -> None:
    by, keys = hire(app, "Sùng"), office(app).keys
    if lost != "none":
        keys.make(2026)
    file = keys.folder / "2026-1.pem"
    secret = file.read_bytes() if lost != "none" else b""
    id = make(app, [graduate(app)], by)
    if lost == "later":
        read(app, lambda conn: None)
        [waiting] = read(app, queries.unfinished)
        write(app, lambda conn: examples.issue_unsigned(conn, app, waiting))
    if lost == "damaged":
        file.write_text("x")
    elif lost != "none":
        file.unlink()
    work(app)
    stands = batch(app, id, by)
    wanted = ("no_key", {"year": 2026}) if lost == "none" else ("key_file", {"name": "2026-1"})
    assert stands.waits == wanted and stands.state == "going"
    assert numbers(app) == (["MAU-2026-000001"] if lost == "later" else [])
    if lost == "none":
        keys.make(2026)
    else:
        file.write_bytes(secret)
    work(app)
    [found] = read(app, lambda conn: queries.of_batch(conn, id))
    assert found.carriers and found.number == "MAU-2026-000001" and batch(app, id, by).state == "done"


@once
def test_a_key_somebody_else_may_hold_is_replaced_and_all_it_signed_is_signed_anew(
    app: FastAPI, sung: Officer
) -> None:
    keys = office(app).keys
    issue(app, [graduate(app)], sung)
    lost = keys.compromise("2026-1", "stolen")
    write(app, lambda conn: actions.note_key(conn, lost, sung))
    work(app)
    [waits] = rows(app, kinds.Certificate)
    assert read(app, lambda conn: queries.by_id(conn, waits["id"])).carriers is None
    write(app, lambda conn: actions.note_key(conn, keys.make(2026).public, sung))
    work(app)
    again = read(app, lambda conn: queries.by_id(conn, waits["id"]))
    assert again.carriers.key == "2026-2" and standing(app, again.number).state == "valid"
    told = read(app, queries.keys)
    assert {key: [row.state for row in some] for key, some in told.items()} == {
        "2026-1": ["compromised"], "2026-2": ["active"],
    }  # fmt: skip


@once
def test_where_a_second_person_must_agree_nothing_is_issued_before(app: FastAPI, sung: Officer) -> None:
    chu = hire(app, "Chu", Role.OFFICER, examples.HERE)
    people = [graduate(app, f"Mỷ {n}") for n in range(2)]
    hers = make(app, people[:1], chu)
    issuer = read(app, lambda conn: queries.issuing(conn, office(app).shipped))
    strict = rules.Issuing("DB", "MAU", issuer.names, second_person=True)
    write(app, lambda conn: actions.set_issuer(conn, strict, sung))
    own = make(app, people[1:], sung)
    work(app)
    assert numbers(app) == [] and {batch(app, one, sung).state for one in (hers, own)} == {"asking"}
    with pytest.raises(MakesNoSense, match="her-own-batch"):
        write(app, lambda conn: actions.approve(conn, batch(app, own, sung), sung))
    with pytest.raises(MakesNoSense, match="not-hers-to-say"):
        write(app, lambda conn: actions.approve(conn, batch(app, hers, chu), chu))
    write(app, lambda conn: actions.approve(conn, batch(app, hers, sung), sung))
    work(app)
    assert batch(app, hers, sung).state == "done" and batch(app, own, sung).state == "asking"
    va = hire(app, "Và")
    write(app, lambda conn: actions.stop(conn, batch(app, own, va), va))
    work(app)
    assert batch(app, own, sung).state == "stopped" and len(numbers(app)) == 1


def test_revoked_it_says_so_with_day_and_reason_and_she_may_earn_it_anew(
    app: FastAPI, sung: Officer, ticker: Ticker
) -> None:
    my = graduate(app)
    [found] = issue(app, [my], sung)
    ticker.advance(clock.DAY)
    write(app, lambda conn: actions.revoke(conn, found, "mistake", sung))
    stands = standing(app, found.number)
    assert (stands.state, stands.day, stands.reason) == ("revoked", "2026-11-19", "mistake")
    assert read(app, queries.revoked_indexes) == {found.snapshot.status}
    with pytest.raises(MakesNoSense, match="not-valid"):
        write(app, lambda conn: actions.revoke(conn, found, "asked", sung))
    [again] = issue(app, [my], sung)
    assert again.number == "MAU-2026-000002" and standing(app, again.number).state == "valid"
    history = read(app, lambda conn: queries.history(conn, found))
    assert [(one.word, one.by, one.what) for one in history] == [
        ("issued", sung.id, ""), ("revoked", sung.id, "mistake"),
    ]  # fmt: skip


@once
def test_a_mistaken_batch_is_taken_back_whole(app: FastAPI, sung: Officer) -> None:
    id = make(app, [graduate(app, f"Mỷ {n}") for n in range(3)], sung)
    work(app)
    [kept] = issue(app, [graduate(app, "Khác")], sung)
    write(app, lambda conn: actions.revoke_batch(conn, batch(app, id, sung), "wrong_data", sung))
    states = {number: standing(app, number).state for number in numbers(app)}
    assert states == dict.fromkeys(numbers(app)[:3], "revoked") | {kept.number: "valid"}
    assert read(app, queries.revoked_indexes) == {0, 1, 2}
    assert batch(app, id, sung).state == "revoked"


def test_a_corrected_name_stands_in_a_new_one_and_the_old_one_says_so(app: FastAPI, sung: Officer) -> None:
    my = graduate(app, "Lo Thi My")
    [old] = issue(app, [my], sung)
    id = write(app, lambda conn: actions.correct(conn, office(app), old, "Lò Thị Mỷ", "wrong_data", sung))
    work(app)
    [new] = read(app, lambda conn: queries.of_batch(conn, id))
    assert (new.snapshot.name, new.snapshot.replaces, new.snapshot.score) == ("Lò Thị Mỷ", old.number, 100)
    stands = standing(app, old.number)
    assert (stands.state, stands.by_number) == ("replaced", new.number)
    assert standing(app, new.number).state == "valid" and read(app, queries.revoked_indexes) == {0}
    with pytest.raises(MakesNoSense, match="not-valid"):
        write(app, lambda conn: actions.correct(conn, office(app), old, "Khác", "wrong_data", sung))
    assert [one.number for one in read(app, lambda conn: queries.of_person(conn, [my]))] == [
        new.number,
        old.number,
    ]


@once
def test_what_a_revoked_correction_replaced_does_not_stand_again(app: FastAPI, sung: Officer) -> None:
    [old] = issue(app, [graduate(app)], sung)
    id = write(app, lambda conn: actions.correct(conn, office(app), old, "Khác", "wrong_data", sung))
    work(app)
    [new] = read(app, lambda conn: queries.of_batch(conn, id))
    write(app, lambda conn: actions.revoke(conn, new, "mistake", sung))
    assert standing(app, old.number).state == "replaced" and standing(app, new.number).state == "revoked"
    assert read(app, queries.revoked_indexes) == {0, 1}


def test_two_records_of_one_person_have_one_certificate(app: FastAPI, sung: Officer) -> None:
    kept, other = graduate(app, "Mỷ"), learner(app, "Mỷ A")
    id = make(app, [kept, other], sung)
    write(app, lambda conn: ledger.record(conn, MERGED, kept, kept=kept, other=other, by=sung.id))
    work(app)
    assert len(numbers(app)) == 1 and batch(app, id, sung).progress == rules.Progress(2, 1, 1, 0)
    [found] = read(app, lambda conn: queries.of_person(conn, [kept, other]))
    assert found.person_id == kept
    again = make(app, [kept], sung)
    work(app)
    assert missing(app, again) == [("Mỷ", ["held"])]


def test_erased_her_name_goes_and_number_and_standing_stay(app: FastAPI, sung: Officer) -> None:
    my = graduate(app, NAME)
    waiting = graduate(app, "Đợi")
    [found] = issue(app, [my], sung)
    id = make(app, [waiting], sung)
    for person in (my, waiting):
        write(app, lambda conn, person=person: data_actions.erase(conn, person, sung.id))
    work(app)
    left = read(app, lambda conn: queries.by_number(conn, found.number))
    assert left.erased and left.snapshot.name == "" and left.carriers is None and left.snapshot.score is None
    assert left.snapshot.titles["vi"] == "Khóa nhỏ" and standing(app, found.number).state == "valid"
    assert batch(app, id, sung).state == "done" and len(numbers(app)) == 1
    assert not any(NAME in str(row["body"]) for row in rows(app, Entry))
    before = register(app)
    write(app, ledger.rebuild)
    assert register(app) == before
    write(app, lambda conn: actions.revoke(conn, left, "other", sung))
    assert standing(app, found.number).state == "revoked"


@once
def test_erased_between_number_and_signature_she_is_signed_for_nowhere(app: FastAPI, sung: Officer) -> None:
    my = graduate(app, NAME)
    id = make(app, [my], sung)
    [waiting] = read(app, queries.unfinished)
    write(app, lambda conn: examples.issue_unsigned(conn, app, waiting))
    [found] = read(app, lambda conn: queries.unsigned(conn, 9))
    made = issuing.carry(found.snapshot, office(app).key(), "")
    write(app, lambda conn: data_actions.erase(conn, my, sung.id))
    write(app, lambda conn: issuing.keep_carriers(conn, [(found, made)]))
    work(app)
    assert rows(app, CertificateCarrier) == [] and numbers(app) == [found.number]
    assert batch(app, id, sung).state == "done"


@once
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (unicodedata.normalize("NFD", "Hoàng Thị Phượng"), "Hoàng Thị Phượng"),
        ("ꪀꪱꪫ ꪶꪀꪙꫀ ꪹꪎ꫁ꪉ", "ꪀꪱꪫ ꪶꪀꪙꫀ ꪹꪎ꫁ꪉ"),
        ("Mỷ " * 39 + "Mỷ", "Mỷ " * 39 + "Mỷ"),
    ],
)
def test_a_name_is_kept_as_it_is_written_composed(app: FastAPI, sung: Officer, given: str, kept: str) -> None:
    [found] = issue(app, [graduate(app, given)], sung)
    assert found.snapshot.name == kept and found.carriers
    assert cose.verify(found.carriers.cose, office(app).keys).name == kept


@pytest.mark.only_on("postgresql")
def test_two_servers_at_the_same_batch_give_every_number_once(
    app: FastAPI, sung: Officer, caplog: pytest.LogCaptureFixture
) -> None:
    people = [graduate(app, f"Mỷ {n}") for n in range(20)]
    id = make(app, people, sung)
    other = Database(app.state.settings.database)
    writer = Writer(other).start()
    jobs = [
        issuing.Job(app.state.database, app.state.writer, office(app), some=1),
        issuing.Job(other, writer, office(app), some=1),
    ]
    with ThreadPoolExecutor() as pool:
        for one in [pool.submit(job.run) for job in jobs]:
            one.result()
    writer.stop()
    other.close()
    found = read(app, lambda conn: queries.of_batch(conn, id))
    assert sorted(one.person_id for one in found) == sorted(people)
    assert numbers(app) == [f"MAU-2026-{n:06d}" for n in range(1, 21)]
    assert "certificates wait" not in caplog.text


@once
def test_what_is_kept_is_handed_to_her(app: FastAPI, sung: Officer) -> None:
    my = graduate(app, NAME)
    [found] = issue(app, [my], sung)
    kept = read(app, lambda conn: erasing.export_person(conn, [my]))["certificates"]
    assert [(one["number"], one["name"]) for one in kept["certificates"]] == [(found.number, NAME)]
    json.dumps(kept)


@once
def test_evidence_that_comes_late_counts_once_and_takes_nothing_back(app: FastAPI, sung: Officer) -> None:
    late = learner(app, "Muộn")
    learn(app, late, "test")
    first = make(app, [late], sung)
    work(app)
    assert missing(app, first) == [("Muộn", ["final"])]
    learn(app, late, at=NOON - 20 * clock.DAY)
    learn(app, late, at=NOON - 20 * clock.DAY)
    [found] = issue(app, [late], sung)
    learn(app, late, k1="b", k2="1")
    assert standing(app, found.number).state == "valid" and len(numbers(app)) == 1


def test_a_confirmation_taken_back_later_is_told_and_un_awards_nothing(app: FastAPI, sung: Officer) -> None:
    from app.programmes import class_actions
    from app.programmes import class_queries as classes
    from tests.programmes.class_stage import hire as hire_helper
    from tests.programmes.class_stage import opened

    helper, my = hire_helper(app, "Giúp"), graduate(app)
    write(app, lambda conn: actions.set_rule(conn, Rule("any", supervised=True), sung))
    id = write(app, lambda conn: opened(conn, helper, [my], examples.HERE))
    row = read(app, lambda conn: classes.class_row(conn, id))
    write(app, lambda conn: class_actions.confirm(conn, row, "test", "small", [my], DAY, helper))
    [found] = issue(app, [my], sung)
    assert found.snapshot.supervised and doubts(app, sung) == []
    [seen] = read(app, lambda conn: classes.confirmations(conn, id))
    write(app, lambda conn: class_actions.take_back(conn, row, seen.id, helper))
    assert doubts(app, sung) == [(found.number, ["supervised"])]
    assert standing(app, found.number).state == "valid"


def doubts(app: FastAPI, by: Officer) -> list[tuple[str, list[str]]]:
    found = read(app, lambda conn: queries.doubts(conn, office(app).shelf, office(app).programmes, by))
    return [(one.found.number, [reason.word for reason in one.missing]) for one in found]


def test_a_village_says_who_earned_one_once_and_the_hub_issues(app: FastAPI, sung: Officer) -> None:
    my = graduate(app)
    structure = app.state.shelf.courses["small"].structure
    say = lambda conn: actions.tell_earned(conn, {my: structure}, "small", sung)  # noqa: E731
    assert (write(app, say), write(app, say)) == (1, 0)
    assert read(app, lambda conn: queries.earned_waiting(conn, sung)) == {"small": 1}
    assert read(app, lambda conn: queries.listed_of(conn, sung, "earned", "", "small")) == [my]
    issue(app, [my], sung, source="earned")
    assert read(app, lambda conn: queries.earned_waiting(conn, sung)) == {}


def test_a_number_or_a_place_in_the_list_is_never_given_twice(app: FastAPI, sung: Officer) -> None:
    [found] = issue(app, [graduate(app)], sung)
    [body] = [row["body"] for row in rows(app, Entry) if row["type"] == "certificate.issued"]
    for change in ({"number": "MAU-2026-000009"}, {"status": 9}, {"number": "1", "status": 9}):
        again = json.loads(body) | {"id": ids.new(), "certificate": ids.new()} | change
        sent = Received(json.dumps(again), NOON)
        [outcome] = write(app, lambda conn, sent=sent: ledger.append(conn, [sent]))
        assert outcome.state == "set_aside" and outcome.reason in ("number-taken", "no-number")
    assert numbers(app) == [found.number]


REGISTER = [
    table_of(model)
    for model in (
        kinds.Certificate, kinds.CertificateHolder, kinds.CertificateRevoked, kinds.CertificateBatch,
        kinds.CertificateMember, kinds.CertificateDecision, kinds.CertificateCorrection, kinds.CertificateEarned,
        kinds.CertificatePrinted, kinds.CertificateRule, kinds.CertificateIssuer, kinds.CertificateTemplate,
        kinds.CertificateKey,
    )
]  # fmt: skip


def register(app: FastAPI) -> dict[str, list[dict[str, Any]]]:
    def all(conn: Any) -> dict[str, list[dict[str, Any]]]:
        return {
            table.name: [
                dict(row) for row in conn.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in REGISTER
        }

    found: dict[str, list[dict[str, Any]]] = read(app, all)
    return found


def test_the_register_is_the_same_in_whatever_order_entries_come(app: FastAPI, sung: Officer) -> None:
    people = [graduate(app, f"Mỷ {n}") for n in range(2)]
    begun = learner(app, "Chưa")
    write(app, lambda conn: actions.set_rule(conn, Rule("any", score=60), sung))
    write(app, lambda conn: actions.set_template(conn, "default", {"logo": ""}, sung))
    write(app, lambda conn: actions.note_key(conn, office(app).keys.all()[0], sung))
    id = make(app, [*people, begun], sung)
    work(app)
    found = read(app, lambda conn: queries.of_batch(conn, id))
    write(app, lambda conn: actions.revoke(conn, found[0], "asked", sung))
    write(app, lambda conn: actions.correct(conn, office(app), found[1], "Khác", "wrong_data", sung))
    write(app, lambda conn: actions.printed(conn, found[1], "pdf", "0" * 64))
    work(app)
    before = register(app)
    assert all(before[name] for name in ("certificate", "certificate_correction", "certificate_printed"))
    facts = [
        envelope.fact(envelope.parse(row["body"]), row["received_at"])
        for row in rows(app, Entry)
        if row["body"]
    ]
    own = [fact for fact in facts if f"{fact.type}/{fact.version}" in kinds.SHAPES]
    write(app, ledger.rebuild)
    assert register(app) == before
    for seed in range(3):
        random.Random(seed).shuffle(own)

        def again(conn: Any) -> None:
            for table in REGISTER:
                conn.execute(delete(table))
            for fact in own:
                kinds._HANDLERS[f"{fact.type}/{fact.version}"](conn, [fact])

        write(app, again)
        assert register(app) == before
