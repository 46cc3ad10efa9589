"""The first question to somebody whom an office's list brought in: may what she does be kept? Before it nothing is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import consent, data_rules, rules
from app.accounts.signin import Yes
from app.core import clock
from app.web.render import marked, pages, render


def said(request: Request, row: Row[Any], agreed: str, guardian: str) -> Yes | None:
    """Her yes; None where it is not to the words of her language, or where she is a child and no guardian is named."""
    words = consent.sentences(row.lang, pages(request).words.drafts)
    name = rules.clean_name(guardian)
    if agreed not in [one.agreed for one in words] or (_is_child(row) and not rules.is_name(name)):
        return None
    return Yes(agreed, name if _is_child(row) else "")


def ask(
    request: Request, row: Row[Any], to: str, pictures: Sequence[str] = (), next: str = "", answered: bool = False
) -> Response:  # fmt: skip
    """The words in her language, to hear; her yes goes back to `to` with the pictures she pressed."""
    own, *_ = consent.sentences(row.lang, pages(request).words.drafts)
    shown = consent.shown(row.lang, pages(request).words.drafts)
    return render(
        request, "who/agree.html", status=422 if answered else 200, person=row, to=to, pictures=pictures, next=next,
        agreed=own.agreed, consent=marked(shown, pages(request).language_of(request).slug, {}),
        child=_is_child(row), age=data_rules.terms()["child"]["below"], answered=answered,
    )  # fmt: skip


def _is_child(row: Row[Any]) -> bool:
    return data_rules.is_child(row.year, clock.now())
