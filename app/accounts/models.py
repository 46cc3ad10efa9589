"""Persons, their credentials and roles are projections of the ledger; devices, staff and throttles are not."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field

from app.core.models import STRICT, Record

NOT_ENDED: dict[str, Any] = {"sqlite_where": text("ended_at IS NULL")}
"""On PostgreSQL the migrations say the same: to name it here reads a dialect of 2 MiB that most nodes never need."""


class Person(Record, table=True):
    """Somebody who registered. A guest is only an id in entries and has no row."""

    id: str = Field(primary_key=True)
    name: str
    face: str
    lang: str
    hear_first: bool = False
    consent: str
    place: str | None = Field(default=None, index=True)
    path: str = ""
    folded: str = Field(default="", index=True)
    """Her name as it is found and compared by: `rules.name_key`."""
    year: int | None = None
    gender: str = ""
    phone: str = ""
    group: str = ""
    by: str = ""
    """Who of the staff registered her; "" where she did it herself."""
    registered_at: int = Field(sa_type=BigInteger)


class Credential(Record, table=True):
    """The picture PIN in force, as an argon2id hash."""

    person_id: str = Field(primary_key=True)
    hash: str
    set_at: int = Field(sa_type=BigInteger)


class Device(Record, table=True):
    """A browser. Its token is in the cookie `bh`; here is only the token's SHA-256."""

    id: str = Field(primary_key=True)
    token_sha: str = Field(unique=True)
    current_id: str | None = None
    roll_sha: str | None = None
    """The roll a helper opened it for, see `Roll`."""
    made_at: int = Field(sa_type=BigInteger)


class DevicePerson(Record, table=True):
    """Who lives on a phone. A face taken off keeps its row: what she did there may still be on its way."""

    __tablename__: ClassVar[str] = "device_person"

    device_id: str = Field(primary_key=True, foreign_key="device.id")
    person_id: str = Field(primary_key=True, index=True)
    added_at: int = Field(sa_type=BigInteger)
    signed_in_at: int | None = Field(default=None, sa_type=BigInteger)
    removed_at: int | None = Field(default=None, sa_type=BigInteger)


class Throttle(Record, table=True):
    """Failed guesses of one bucket (a person on a phone, a person from elsewhere, a village) on one day."""

    bucket: str = Field(primary_key=True)
    day: int = Field(primary_key=True)
    failures: int = 0
    last_at: int = Field(sa_type=BigInteger)


class Staff(Record, table=True):
    """`folded` is the name as compared at sign-in, one of those not ended. `totp` is her secret in base32, or "".

    `totp_step` is the last half minute a code of hers was taken in: each counts once.
    `permissions` is what a version before roles wrote; `people.give_roles` makes roles of it and empties it.
    """

    __table_args__ = (Index("ix_staff_folded", "folded", unique=True, **NOT_ENDED), STRICT)

    id: str = Field(primary_key=True)
    name: str
    folded: str
    hash: str
    permissions: str = ""
    totp: str = ""
    totp_step: int = Field(default=0, sa_type=BigInteger)
    made_at: int = Field(sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)


class StaffSession(Record, table=True):
    """`awaits_code`: the passphrase was right and her code is still to come; nothing is open until then."""

    __tablename__: ClassVar[str] = "staff_session"

    token_sha: str = Field(primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    made_at: int = Field(sa_type=BigInteger)
    ends_at: int = Field(sa_type=BigInteger)
    awaits_code: bool = False


class StaffRecovery(Record, table=True):
    """A code for the day her telephone is lost; only its SHA-256, and gone once used."""

    __tablename__: ClassVar[str] = "staff_recovery"

    staff_id: str = Field(primary_key=True, foreign_key="staff.id")
    code_sha: str = Field(primary_key=True)


class Passkey(Record, table=True):
    """A passkey of a member of staff, on a telephone or a key of hers; `id` and `public_key` are base64url.

    `name` is what she calls it. `counted` is the authenticator's own count of its uses, 0 for one that keeps none.
    """

    id: str = Field(primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    name: str
    public_key: str
    counted: int = Field(default=0, sa_type=BigInteger)
    made_at: int = Field(sa_type=BigInteger)
    used_at: int | None = Field(default=None, sa_type=BigInteger)


class PasskeyChallenge(Record, table=True):
    """What a passkey is asked to sign, base64url, and once; `staff_id` is who keeps a new one, "" to sign in."""

    __tablename__: ClassVar[str] = "passkey_challenge"

    challenge: str = Field(primary_key=True)
    staff_id: str = ""
    made_at: int = Field(sa_type=BigInteger)


class TotpRenewal(Record, table=True):
    """One administrator asked that somebody's lost codes end; done when another confirms. `id` is the asking entry."""

    __tablename__: ClassVar[str] = "totp_renewal"

    id: str = Field(primary_key=True)
    staff_id: str = Field(index=True)
    asked_by: str
    asked_at: int = Field(sa_type=BigInteger)
    confirmed_by: str | None = None
    confirmed_at: int | None = Field(default=None, sa_type=BigInteger)


class RoleGrant(Record, table=True):
    """A role somebody of the staff holds at a place and beneath; `id` is the entry that gave it."""

    __tablename__: ClassVar[str] = "role_grant"

    id: str = Field(primary_key=True)
    staff_id: str = Field(index=True)
    role: str
    place: str = Field(index=True)
    by: str
    granted_at: int = Field(sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    ended_by: str | None = None


class Card(Record, table=True):
    """The QR card of a person that works; `sha` is the SHA-256 of the secret in its address."""

    person_id: str = Field(primary_key=True)
    sha: str = Field(index=True)
    made_at: int = Field(sa_type=BigInteger)
    by: str = ""


class Household(Record, table=True):
    """People of one house (“Gia đình số”), who may share a phone."""

    id: str = Field(primary_key=True)
    name: str
    folded: str = ""
    place: str = Field(index=True)
    by: str = ""
    made_at: int = Field(sa_type=BigInteger)


class HouseholdMember(Record, table=True):
    """A person is of one household at a time, the one joined last."""

    __tablename__: ClassVar[str] = "household_member"

    person_id: str = Field(primary_key=True)
    household_id: str = Field(index=True)
    joined_at: int = Field(sa_type=BigInteger)


class Merge(Record, table=True):
    """Two records somebody said are one person; in force unless a `MergeUndone` names it."""

    id: str = Field(primary_key=True)
    kept_id: str = Field(index=True)
    other_id: str = Field(index=True)
    by: str
    made_at: int = Field(sa_type=BigInteger)


class MergeUndone(Record, table=True):
    __tablename__: ClassVar[str] = "merge_undone"

    merge_id: str = Field(primary_key=True)
    by: str
    undone_at: int = Field(sa_type=BigInteger)


class Merged(Record, table=True):
    """What the merges in force come to: a record, and the one that stands for it now."""

    person_id: str = Field(primary_key=True)
    kept_id: str = Field(index=True)


class ToldApart(Record, table=True):
    """Two records that look alike and are two people; `person_id` is the lesser id."""

    __tablename__: ClassVar[str] = "told_apart"

    person_id: str = Field(primary_key=True)
    other_id: str = Field(primary_key=True)
    by: str


class Roll(Record, table=True):
    """Devices opened by a helper for a while: who taps her face and her pictures there learns there.

    The people of `place`, or those of `RollPerson` where there are any. `sha` is the SHA-256 of the secret in the QR.
    """

    sha: str = Field(primary_key=True)
    place: str
    name: str
    by: str = Field(index=True)
    made_at: int = Field(sa_type=BigInteger)
    ends_at: int = Field(sa_type=BigInteger)


class RollPerson(Record, table=True):
    __tablename__: ClassVar[str] = "roll_person"

    roll_sha: str = Field(primary_key=True, foreign_key="roll.sha")
    person_id: str = Field(primary_key=True)


class PeopleImport(Record, table=True):
    """A list on its way in: `state` is reading, ready, refused, writing or done; `found` is JSON.

    `kind` is people, staff or classes.
    """

    __tablename__: ClassVar[str] = "people_import"

    id: str = Field(primary_key=True)
    kind: str = Field(default="people", sa_column_kwargs={"server_default": "people"})
    name: str
    sha: str
    place: str
    by: str = Field(index=True)
    state: str
    done: int = 0
    total: int = 0
    found: str = Field(default="", sa_type=Text)
    made_at: int = Field(sa_type=BigInteger)


class Consent(Record, table=True):
    """What a person last said of one purpose: in force unless `withdrawn_at`.

    `version` names the exact words, as `consent.Consent.agreed`. `by` read them to her in `read_aloud`; for a child
    `guardian` said yes.
    """

    person_id: str = Field(primary_key=True)
    purpose: str = Field(primary_key=True)
    version: str = ""
    given_at: int | None = Field(default=None, sa_type=BigInteger)
    withdrawn_at: int | None = Field(default=None, sa_type=BigInteger)
    by: str = ""
    read_aloud: str = ""
    guardian: str = ""


class DataRequest(Record, table=True):
    """What somebody asked about her own data; `kind` is see, correct, take, delete or stop. `by` wrote it down for her."""

    __tablename__: ClassVar[str] = "data_request"

    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    kind: str
    words: str = Field(sa_type=Text)
    by: str = ""
    asked_at: int = Field(sa_type=BigInteger)
    outcome: str = ""
    """`done`, `refused` or `taken-back`; "" while it waits."""
    answer: str = Field(default="", sa_type=Text)
    answered_by: str | None = None
    answered_at: int | None = Field(default=None, sa_type=BigInteger)
