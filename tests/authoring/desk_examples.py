"""How the staff routes of the translation desk are called."""

from typing import Any

from fastapi import FastAPI

DESK = "/teach/courses/{course}/words/{into}"
PO = 'msgid ""\nmsgstr "Language: hmn\\n"\n\nmsgctxt "first/title"\nmsgid "Bài thứ nhất"\nmsgstr "Jăngx iz"\n'.encode()
PART = "first/words/hmn/title"


def small(app: FastAPI, place: str) -> dict[str, str]:
    return {"course": "small", "into": "hmn", "form": "po"}


def sent(app: FastAPI, place: str) -> dict[str, str]:
    return small(app, place) | {"file": app.state.shelf.blobs.put(PO)}


DESK_EXAMPLES: dict[str, dict[str, Any]] = {
    f"GET {DESK}": {"make": small},
    f"POST {DESK}/texts": {
        "make": small,
        "form": {"part": PART, "text": "Jăngx"},
        "ok": frozenset({303, 409}),
    },
    f"POST {DESK}/approvals": {"make": small},
    f"POST {DESK}/rejections": {"make": small, "form": {"part": PART}, "ok": frozenset({422})},
    f"GET {DESK}/files": {"make": small},
    f"GET {DESK}/files/{{form}}": {"make": small},
    f"POST {DESK}/files": {"make": small, "files": {"file": ("a.po", PO)}},
    f"POST {DESK}/files/confirmation": {"make": sent, "form": {"file": "{file}"}},
    f"GET {DESK}/print": {"make": small},
    "GET /teach/reviews": {},
    "GET /teach/reviews/{form}": {"make": lambda app, place: {"form": "csv"}},
}
