"""What every verifiable credential must have (W3C Verifiable Credentials Data Model 2.0, part 4), whatever it is about."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.certificates.forged import Forged
from app.certificates.linked import CREDENTIALS, IRI

STAMP = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
TYPED = ("credentialStatus", "credentialSchema", "refreshService", "termsOfUse", "evidence")
WORDS = {"@value", "@language", "@direction"}


def check(doc: Mapping[str, Any]) -> None:
    """Raises `Forged`: `form`, or `context`."""
    check_front(doc, "VerifiableCredential")
    _check_issuer(doc.get("issuer"))
    for name in ("name", "description"):
        _check_words(doc.get(name))
    _each(doc.get("credentialSubject"), _check_subject, needed=True)
    for name in TYPED:
        _each(doc.get(name), _check_typed, needed=False)
    _each(doc.get("credentialSchema"), lambda one: _check_id(one, needed=True), needed=False)
    _check_related(doc.get("relatedResource"))
    _check_times(doc.get("validFrom"), doc.get("validUntil"))


def check_front(doc: Mapping[str, Any], kind: str) -> None:
    """What a credential and a presentation (`kind`) have in common. Raises `Forged`."""
    contexts = doc.get("@context")
    if not isinstance(contexts, list) or not contexts or contexts[0] != CREDENTIALS:
        raise Forged("context")
    if not all(isinstance(one, dict) or is_iri(one) for one in contexts):
        raise Forged("context")
    if kind not in _types(doc):
        raise Forged("form")
    _check_id(doc)


def is_iri(value: object) -> bool:
    return isinstance(value, str) and IRI.fullmatch(value) is not None


def id_of(value: object) -> str:
    """The id of an issuer or a holder, which is an address or an object that has one. Raises `Forged`."""
    named = value.get("id") if isinstance(value, dict) else value
    if not isinstance(named, str) or not is_iri(named):
        raise Forged("form")
    return named


def _types(value: Mapping[str, Any]) -> list[str]:
    said = value.get("type")
    types: list[Any] = said if isinstance(said, list) else [said]
    if not types or not all(isinstance(one, str) and one for one in types):
        raise Forged("form")
    return types


def _each(value: Any, check: Callable[[Mapping[str, Any]], None], *, needed: bool) -> None:
    """One object or several; none only where it is not needed."""
    if value is None and not needed:
        return
    several = value if isinstance(value, list) else [value]
    if not several:
        raise Forged("form")
    for one in several:
        if not isinstance(one, dict):
            raise Forged("form")
        check(one)


def _check_issuer(issuer: Any) -> None:
    id_of(issuer)
    if isinstance(issuer, dict):
        for name in ("name", "description"):
            _check_words(issuer.get(name))


def _check_subject(subject: Mapping[str, Any]) -> None:
    if not subject:
        raise Forged("form")
    _check_id(subject)


def _check_typed(one: Mapping[str, Any]) -> None:
    _types(one)
    _check_id(one)


def _check_id(one: Mapping[str, Any], *, needed: bool = False) -> None:
    if ("id" in one or needed) and not is_iri(one.get("id")):
        raise Forged("form")


def _check_words(value: Any) -> None:
    """A text, or one or several with their language."""
    if value is None or isinstance(value, str):
        return
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict) or not isinstance(one.get("@value"), str) or set(one) - WORDS:
            raise Forged("form")


def _check_related(value: Any) -> None:
    def check(one: Mapping[str, Any]) -> None:
        _check_id(one, needed=True)
        if not one.keys() & {"digestSRI", "digestMultibase"}:
            raise Forged("form")

    _each(value, check, needed=False)
    ids = [one["id"] for one in value] if isinstance(value, list) else []
    if len(set(ids)) < len(ids):
        raise Forged("form")


def _check_times(start: Any, end: Any) -> None:
    times = [_time(one) for one in (start, end) if one is not None]
    if times != sorted(times):
        raise Forged("form")


def _time(text: Any) -> datetime:
    if not isinstance(text, str) or not STAMP.fullmatch(text):
        raise Forged("form")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Forged("form") from None
