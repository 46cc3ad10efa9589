"""Guessing and signing in: counted first, compared outside any transaction, then written."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection

from app.accounts import actions, consent, cookies, data_actions, data_queries, hashing, queries, rules, staff
from app.accounts.guards import Phone
from app.accounts.rules import Bucket, Refusal
from app.core.errors import NotFound
from courses.grading import fold

HUB = "hub"


@dataclass(frozen=True, slots=True)
class Guess:
    """A guess that may be made: against `hash`, or against nothing where there is no such secret."""

    id: str
    hash: str | None
    buckets: Sequence[Bucket]


@dataclass(frozen=True, slots=True)
class Yes:
    """What somebody says when she is asked for the first time: `agreed` names the words; for a child a guardian says it."""

    agreed: str = ""
    guardian: str = ""


def with_pin(
    phone: Phone, person: str, pictures: Sequence[str], yes: Yes | None = None
) -> Refusal | bool | None:
    """Signs her in on this phone where the pictures are hers.

    None where they are and nobody has asked her yet whether what she does may be kept: nothing is, until she says `yes`.
    """
    guess = phone.write(lambda conn: _guess_pin(conn, phone.id, person))
    if isinstance(guess, Refusal):
        return guess
    if not _verify(guess.hash, rules.pin_secret(pictures)):
        return False
    return phone.write(lambda conn: _welcome(conn, phone.id, guess, yes))


def without_pin(conn: Connection, device: str, person: str, yes: Yes | None = None) -> bool | None:
    """Somebody of this phone who keeps no PIN yet; None where she has to be asked first, as `with_pin`."""
    if queries.membership(conn, device, person) is None or queries.pin_hash(conn, person) is not None:
        raise NotFound("this face needs its pictures")
    row = queries.person(conn, person)
    if row is not None and not _may_keep(conn, row.id, yes):
        return None
    actions.sign_in(conn, device, person)
    return True


def _may_keep(conn: Connection, person: str, yes: Yes | None) -> bool:
    """Whether somebody registered was asked before, or says yes now."""
    if not data_queries.unasked(conn, [person]):
        return True
    if yes is None:
        return False
    data_actions.agree(conn, person, consent.KEEP, yes.agreed, guardian=yes.guardian)
    return True


def as_staff(phone: Phone, name: str, passphrase: str) -> Refusal | str:
    """The token of a new session, or "" where name and passphrase do not go together.

    Where she keeps codes on her telephone the session opens nothing until `with_code`.
    """
    guess = phone.write(lambda conn: _guess_passphrase(conn, phone.id, fold(name)))
    if isinstance(guess, Refusal):
        return guess
    if not _verify(guess.hash, passphrase):
        return ""
    token = cookies.new_token()
    phone.write(lambda conn: _open(conn, phone.id, guess, cookies.hashed(token)))
    return token


def with_code(phone: Phone, token_sha: str, typed: str) -> Refusal | str:
    """The token of the session that this code opens, or "" where it is not hers, or nobody waits for one."""

    def work(conn: Connection) -> Refusal | str:
        who = staff.awaiting_code(conn, token_sha)
        if who is None:
            return ""
        buckets = rules.buckets(f"code {who}", phone.id, _known(conn, phone.id, who), "staff")
        if refusal := actions.count_guess(conn, buckets):
            return refusal
        if not staff.takes_code(conn, who, typed):
            return ""
        actions.guessed_right(conn, buckets)
        actions.close_session(conn, token_sha)
        token = cookies.new_token()
        actions.open_session(conn, who, cookies.hashed(token))
        return token

    return phone.write(work)


def _guess_pin(conn: Connection, device: str, person: str) -> Guess | Refusal:
    row = queries.person(conn, person)
    if row is None:
        raise NotFound("there is no such person")
    buckets = rules.buckets(row.id, device, _known(conn, device, row.id), row.place or HUB)
    return actions.count_guess(conn, buckets) or Guess(row.id, queries.pin_hash(conn, row.id), buckets)


def _guess_passphrase(conn: Connection, device: str, folded: str) -> Guess | Refusal:
    row = queries.staff_named(conn, folded)
    known = row is not None and _known(conn, device, row.id)
    buckets = rules.buckets(f"staff {folded}"[:200], device, known, "staff")
    return actions.count_guess(conn, buckets) or Guess(
        row.id if row else "", row.hash if row else None, buckets
    )


def _known(conn: Connection, device: str, who: str) -> bool:
    member = queries.membership(conn, device, who)
    return member is not None and member.signed_in_at is not None


def _verify(hash: str | None, secret: str) -> bool:
    """Takes as long for somebody who does not exist."""
    return hashing.verify(hash or _nobody(), secret) and hash is not None


@cache
def _nobody() -> str:
    return hashing.hash_secret(cookies.new_token())


def _welcome(conn: Connection, device: str, guess: Guess, yes: Yes | None) -> bool | None:
    actions.guessed_right(conn, guess.buckets)
    if not _may_keep(conn, guess.id, yes):
        return None
    actions.sign_in(conn, device, guess.id)
    return True


def _open(conn: Connection, device: str, guess: Guess, token_sha: str) -> None:
    actions.guessed_right(conn, guess.buckets)
    actions.know(conn, device, guess.id)
    actions.open_session(conn, guess.id, token_sha, awaits_code=queries.keeps_codes(conn, guess.id))
