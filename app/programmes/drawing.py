"""How these pages write days and numbers."""

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.web.render import render


def draw(request: Request, template: str, **context: Any) -> HTMLResponse:
    return render(request, template, **{"day": day, "n": grouped, **context})


def day(text: str) -> str:
    """`2026-11-22` as people write it."""
    return date.fromisoformat(text).strftime("%d/%m/%Y")


def grouped(number: int) -> str:
    """`2000` as `2.000`."""
    return f"{number:,}".replace(",", ".")
