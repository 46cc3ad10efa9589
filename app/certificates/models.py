"""The register of certificates, as projections of the ledger.

What a certificate says of nobody outlives its holder; what says who she is stands in tables of its own, and goes with her.
"""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from app.core.models import STRICT, Record


class Certificate(Record, table=True):
    """One number given. `about` is JSON: the snapshot's fields that name nobody; `rule` the rule's id and version."""

    __table_args__: ClassVar[Any] = (UniqueConstraint("code", "year", "seq"), STRICT)

    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    code: str
    year: int
    seq: int
    status: int = Field(unique=True)
    course: str = Field(index=True)
    day: str
    place: str = Field(index=True)
    batch_id: str = Field(index=True)
    replaces: str = Field(default="", index=True)
    rule: str
    about: str = Field(sa_type=Text)
    by: str
    issued_at: int = Field(sa_type=BigInteger)


class CertificateHolder(Record, table=True):
    """Whose certificate it is; `hers` is JSON: the snapshot's fields that speak of her."""

    __tablename__: ClassVar[str] = "certificate_holder"

    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    name: str
    folded: str
    hers: str = Field(sa_type=Text)


class CertificateCarrier(Record, table=True):
    """The signed forms, derived from the snapshot and a key; no projection, for a key may be gone. `badge` is JSON."""

    __tablename__: ClassVar[str] = "certificate_carrier"

    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    cose: bytes = Field(sa_type=LargeBinary)
    badge: str = Field(sa_type=Text)
    key: str = Field(index=True)
    made_at: int = Field(sa_type=BigInteger)


class CertificateRevoked(Record, table=True):
    """`reason` is a word of `rules.REASONS`; of several the least id is told."""

    __tablename__: ClassVar[str] = "certificate_revoked"

    id: str = Field(primary_key=True)
    certificate_id: str = Field(index=True)
    reason: str
    by: str
    at: int = Field(sa_type=BigInteger)


class CertificateBatch(Record, table=True):
    """Who asked that certificates in a course be issued, by which `rules` (JSON, frozen), for whom: `source` and its id.

    `second` is whether it waits for another person's word.
    """

    __tablename__: ClassVar[str] = "certificate_batch"

    id: str = Field(primary_key=True)
    course: str
    rules: str = Field(sa_type=Text)
    programme: str
    source: str
    source_id: str
    lang: str
    template: str
    second: bool
    place: str = Field(index=True)
    by: str
    at: int = Field(sa_type=BigInteger)


class CertificateMember(Record, table=True):
    """Somebody listed in a batch: `certificate_id` once she has it, `why` (JSON reasons) where she was passed over."""

    __tablename__: ClassVar[str] = "certificate_member"

    batch_id: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True, index=True)
    certificate_id: str = ""
    why: str = ""


class CertificateDecision(Record, table=True):
    """What was decided about a batch: `kind` is approved, stopped or revoked."""

    __tablename__: ClassVar[str] = "certificate_decision"

    id: str = Field(primary_key=True)
    batch_id: str = Field(index=True)
    kind: str
    reason: str = ""
    by: str
    at: int = Field(sa_type=BigInteger)


class CertificateCorrection(Record, table=True):
    """The name a batch of one writes instead of the one on `certificate_id`."""

    __tablename__: ClassVar[str] = "certificate_correction"

    batch_id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    certificate_id: str = Field(index=True)
    name: str
    reason: str
    by: str
    at: int = Field(sa_type=BigInteger)


class CertificateEarned(Record, table=True):
    """A village's word that somebody has earned a certificate; the hub judges again and signs."""

    __tablename__: ClassVar[str] = "certificate_earned"

    person_id: str = Field(primary_key=True)
    course: str = Field(primary_key=True)
    structure: str
    day: str
    place: str = Field(index=True)
    by: str
    at: int = Field(sa_type=BigInteger)
    set_id: str


class CertificatePrinted(Record, table=True):
    """A file given out: `what` is pdf, card, slip or signed; `sha` the SHA-256 of its bytes."""

    __tablename__: ClassVar[str] = "certificate_printed"

    id: str = Field(primary_key=True)
    certificate_id: str = Field(index=True)
    what: str
    sha: str = Field(index=True)
    by: str
    at: int = Field(sa_type=BigInteger)


class CertificateRule(Record, table=True):
    """The province's own rule, JSON as `rules.Rule` reads it; the greatest `set_id` holds."""

    __tablename__: ClassVar[str] = "certificate_rule"

    id: str = Field(primary_key=True)
    said: str = Field(sa_type=Text)
    by: str
    at: int = Field(sa_type=BigInteger)
    set_id: str


class CertificateIssuer(Record, table=True):
    """Who issues, and whether a second person must agree; JSON in `said`."""

    __tablename__: ClassVar[str] = "certificate_issuer"

    id: str = Field(primary_key=True)
    said: str = Field(sa_type=Text)
    by: str
    at: int = Field(sa_type=BigInteger)
    set_id: str


class CertificateTemplate(Record, table=True):
    """A version of a template, frozen: JSON in `said`. A snapshot names it `ID@VERSION`."""

    __tablename__: ClassVar[str] = "certificate_template"

    id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    said: str = Field(sa_type=Text)
    by: str
    at: int = Field(sa_type=BigInteger)
    set_id: str


class CertificateKey(Record, table=True):
    """What happened to a key: `state` is active, retired or compromised, since `day`; `public` its multibase form."""

    __tablename__: ClassVar[str] = "certificate_key"

    id: str = Field(primary_key=True)
    key: str = Field(index=True)
    state: str
    public: str
    day: str
    reason: str
    by: str
    at: int = Field(sa_type=BigInteger)


class CertificateJob(Record, table=True):
    """Why the work on a batch does not go on, or ""; no projection: it is about this machine, now."""

    __tablename__: ClassVar[str] = "certificate_job"

    batch_id: str = Field(primary_key=True)
    why: str
    at: int = Field(sa_type=BigInteger)
