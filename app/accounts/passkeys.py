"""Passkeys of staff: kept on a telephone or a key that asks for a finger, a face or a PIN, and so two proofs in one.

The library is imported where it is needed: with it the program would start more slowly for everybody.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, delete, insert, select, update

from app.accounts import queries, rules
from app.accounts.models import Passkey, PasskeyChallenge
from app.core import clock
from app.core.db import insert_or_ignore, table_of
from app.core.errors import NotFound
from app.web.origin import origin_of

PASSKEY, CHALLENGE = table_of(Passkey), table_of(PasskeyChallenge)
ANSWERED_WITHIN = 5 * rules.MINUTE
LONGEST_ANSWER = 16 * 1024
MOST = 10
NAME_LENGTH = 60
ISSUER = "Bản Học"


class Site(NamedTuple):
    """What a passkey is bound to: the host, and the origin as the browser writes it."""

    host: str
    origin: str


def site(public_url: str, asked: str) -> Site | None:
    """Browsers make passkeys where there is https, and on the machine itself; `asked` is this site as it was asked for."""
    public, here = urlsplit(public_url), urlsplit(asked)
    if public.scheme == "https" and public.hostname:
        return Site(public.hostname, str(origin_of(public_url)))
    return Site("localhost", str(origin_of(asked))) if here.hostname == "localhost" else None


def of(conn: Connection, staff: str) -> Sequence[Row[Any]]:
    mine = select(PASSKEY).where(PASSKEY.c.staff_id == staff)
    return conn.execute(mine.order_by(PASSKEY.c.made_at, PASSKEY.c.id)).all()


def to_keep(here: Site, staff: str, name: str, there: Sequence[str]) -> str:
    """What the browser is asked in order to make one, as JSON; `there` are those she has, which are not made again."""
    import webauthn
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = webauthn.generate_registration_options(
        rp_id=here.host,
        rp_name=ISSUER,
        user_id=staff.encode(),
        user_name=name,
        user_display_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in there],
    )
    return webauthn.options_to_json(options)


def to_sign(here: Site) -> str:
    """What the browser is asked in order to sign in, as JSON: with whichever passkey of this site she chooses."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    wanted = UserVerificationRequirement.REQUIRED
    options = webauthn.generate_authentication_options(rp_id=here.host, user_verification=wanted)
    return webauthn.options_to_json(options)


def ask(conn: Connection, options: str, staff: str = "") -> None:
    """Notes what was asked, of whom; what was asked before and never answered is forgotten."""
    conn.execute(delete(CHALLENGE).where(CHALLENGE.c.made_at < clock.now() - ANSWERED_WITHIN))
    row = {"challenge": json.loads(options)["challenge"], "staff_id": staff, "made_at": clock.now()}
    conn.execute(insert(CHALLENGE), [row])


class Answer(NamedTuple):
    """What a browser said: JSON, the passkey it speaks for and what it signed, both base64url; nothing is checked yet."""

    said: dict[str, Any]
    id: str
    challenge: str


def answer(text: str) -> Answer | None:
    """None for what no browser would say."""
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

    try:
        said = json.loads(text[:LONGEST_ANSWER])
        signed = json.loads(base64url_to_bytes(said["response"]["clientDataJSON"]))
        id, challenge = base64url_to_bytes(said["id"]), base64url_to_bytes(signed["challenge"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Answer(said, bytes_to_base64url(id), bytes_to_base64url(challenge))


def take(conn: Connection, challenge: str, staff: str = "") -> bool:
    """Whether this was asked, of `staff`, and not long ago; it is asked for once."""
    asked = delete(CHALLENGE).where(CHALLENGE.c.challenge == challenge, CHALLENGE.c.staff_id == staff)
    fresh = asked.where(CHALLENGE.c.made_at >= clock.now() - ANSWERED_WITHIN)
    return conn.execute(fresh).rowcount == 1


class Made(NamedTuple):
    id: str
    public_key: str
    counted: int


def made(here: Site, given: Answer) -> Made | None:
    """The passkey that was made; None where the browser says otherwise than it was asked."""
    import webauthn
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = webauthn.verify_registration_response(
            credential=given.said,
            expected_challenge=base64url_to_bytes(given.challenge),
            expected_rp_id=here.host,
            expected_origin=here.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return Made(
        bytes_to_base64url(found.credential_id),
        bytes_to_base64url(found.credential_public_key),
        found.sign_count,
    )


def keep(conn: Connection, staff: str, one: Made, name: str) -> bool:
    """Whether it is hers now: not where it is somebody's already, or she has many."""
    if len(of(conn, staff)) >= MOST:
        return False
    row = {"id": one.id, "staff_id": staff, "name": clean_name(name), "public_key": one.public_key}
    insert_or_ignore(conn, Passkey, [row | {"counted": one.counted, "made_at": clock.now(), "used_at": None}])
    return any(row.id == one.id for row in of(conn, staff))


def clean_name(name: str) -> str:
    """What she calls it; a passkey needs some name to be told from another."""
    shown = "".join(one if one.isprintable() else " " for one in name)
    return rules.clean_name(shown)[:NAME_LENGTH]


def held(conn: Connection, id: str) -> Row[Any] | None:
    """A passkey of somebody who still works here."""
    row = conn.execute(select(PASSKEY).where(PASSKEY.c.id == id)).one_or_none()
    return row if row and queries.officer(conn, row.staff_id) else None


def signed(here: Site, row: Row[Any], given: Answer) -> int | None:
    """The authenticator's new count where it signed what was asked, on this site, having seen her; else None."""
    import webauthn
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = webauthn.verify_authentication_response(
            credential=given.said,
            expected_challenge=base64url_to_bytes(given.challenge),
            expected_rp_id=here.host,
            expected_origin=here.origin,
            credential_public_key=base64url_to_bytes(row.public_key),
            credential_current_sign_count=row.counted,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return found.new_sign_count


def count(conn: Connection, row: Row[Any], counted: int) -> bool:
    """Notes a use; false where another came between, or it was removed."""
    same = update(PASSKEY).where(PASSKEY.c.id == row.id, PASSKEY.c.counted == row.counted)
    return conn.execute(same.values(counted=counted, used_at=clock.now())).rowcount == 1


def rename(conn: Connection, staff: str, id: str, name: str) -> None:
    mine = update(PASSKEY).where(PASSKEY.c.id == id, PASSKEY.c.staff_id == staff)
    if conn.execute(mine.values(name=clean_name(name))).rowcount == 0:
        raise NotFound("there is no such passkey of hers")


def remove(conn: Connection, staff: str, id: str) -> None:
    if conn.execute(delete(PASSKEY).where(PASSKEY.c.id == id, PASSKEY.c.staff_id == staff)).rowcount == 0:
        raise NotFound("there is no such passkey of hers")


def end(conn: Connection, staff: str) -> None:
    """All of hers: what was lost opens nothing."""
    conn.execute(delete(PASSKEY).where(PASSKEY.c.staff_id == staff))
