"""An agency's key on a PKCS#11 token: by its driver, and by labels where there are several tokens or certificates.

The PIN is tried once, for a token locks after a few wrong ones; it is in no message.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from app.certificates import sealing
from app.certificates.sealing import Agency, NoSigner
from app.core import clock

if TYPE_CHECKING:
    from pkcs11 import Session, Token


class _Held(NamedTuple):
    """A certificate whose key is on the token too."""

    label: str
    id: bytes
    certificate: Any

    @property
    def serial(self) -> str:
        return f"{self.certificate.serial_number:X}"

    @property
    def has_ended(self) -> bool:
        return bool(self.certificate.not_valid_after < clock.as_datetime(clock.now()))


@contextmanager
def plugged_in(driver: str, pin: str, label: str = "", certificate: str = "") -> Iterator[Agency]:
    """`label` is the token's; `certificate` a label or a serial number. Raises `NoSigner`."""
    from pkcs11 import PKCS11Error

    token = _token(driver, label)
    session = _opened(token, pin)
    try:
        yield sealing.agency(_signer(session, certificate))
    except PKCS11Error as error:
        raise NoSigner(f"The token did not sign ({_said(error)}): plug it in anew and try again.") from None
    finally:
        session.close()


def _token(driver: str, label: str) -> "Token":
    from pkcs11 import PKCS11Error, lib

    try:
        slots = lib(driver).get_slots(token_present=True)
    except PKCS11Error as error:
        raise NoSigner(
            f"The driver {driver} cannot be loaded ({_said(error)}): give the path of the token's PKCS#11 library."
        ) from None
    ready = [token for slot in slots if (token := _made_ready(slot))]
    if not ready:
        raise NoSigner("The driver finds no token: plug it in and try again.")
    found = [one for one in ready if label in ("", one.label)]
    labels = ", ".join(sorted(one.label for one in ready))
    if not found:
        raise NoSigner(f"There is no token {label}; there are: {labels}.")
    if len(found) > 1:
        raise NoSigner(f"There are several tokens: say which by --label, of {labels}.")
    return found[0]


def _made_ready(slot: Any) -> "Token | None":
    from pkcs11 import PKCS11Error, TokenFlag

    try:
        token: Token = slot.get_token()
    except PKCS11Error:
        return None
    return token if token.flags & TokenFlag.TOKEN_INITIALIZED else None


def _opened(token: "Token", pin: str) -> "Session":
    from pkcs11 import PinIncorrect, PinInvalid, PinLenRange, PinLocked, PKCS11Error

    try:
        return token.open(user_pin=pin)
    except (PinIncorrect, PinInvalid, PinLenRange, UnicodeEncodeError):
        raise NoSigner(
            "The PIN is wrong: look it up first, for the token locks after a few wrong ones."
        ) from None
    except PinLocked:
        raise NoSigner(
            "The token is locked after too many wrong PINs: whoever gave it can unlock it."
        ) from None
    except PKCS11Error as error:
        raise NoSigner(
            f"The token cannot be opened ({_said(error)}): plug it in anew and try again."
        ) from None


def _signer(session: "Session", certificate: str) -> Any:
    from pkcs11 import Mechanism
    from pyhanko.sign.pkcs11 import PKCS11Signer

    chosen = _chosen(session, certificate)
    hashing = {"ec": Mechanism.ECDSA_SHA256, "rsa": Mechanism.SHA256_RSA_PKCS}
    wanted = hashing.get(chosen.certificate.public_key.algorithm)
    raw = wanted is not None and wanted not in session.token.slot.get_mechanisms()
    return PKCS11Signer(
        session,
        signing_cert=chosen.certificate,
        key_id=chosen.id,
        other_certs_to_pull=None,
        use_raw_mechanism=raw,
    )


def _chosen(session: "Session", certificate: str) -> _Held:
    held = _held(session)
    if not held:
        raise NoSigner("The token holds no certificate together with its key: take the one that holds both.")
    told = ", ".join(sorted(f"{one.label} ({one.serial})" for one in held))
    named = [one for one in held if certificate in ("", one.label, one.serial)]
    if not named:
        raise NoSigner(f"The token has no certificate {certificate} with its key; it has: {told}.")
    found = [one for one in named if not one.has_ended]
    if not found:
        raise NoSigner(f"The certificate on the token has ended: it needs a new one. It has: {told}.")
    if len(found) > 1:
        raise NoSigner(f"The token has several certificates: say which by --certificate, of {told}.")
    return found[0]


def _held(session: "Session") -> list[_Held]:
    from asn1crypto.x509 import Certificate  # type: ignore[import-untyped]
    from pkcs11 import Attribute, ObjectClass

    keys = {one[Attribute.ID] for one in session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})}
    return [
        _Held(one[Attribute.LABEL], one[Attribute.ID], Certificate.load(one[Attribute.VALUE]))
        for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
        if one[Attribute.ID] in keys
    ]


def _said(error: Exception) -> str:
    return str(error).rpartition(": ")[2] or type(error).__name__
