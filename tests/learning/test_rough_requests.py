"""Requests no page of ours sends, or that a bad line cut short: refused plainly, never an error of ours."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from app.learning.projections import LARGEST_MOVE
from tests.cast import LESSON, Phone, id_of

FORM = "application/x-www-form-urlencoded"
ROUGH = [
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=a", b"--b"),
    ("multipart/form-data; boundary=a", b"--a\r\nContent-Disposition: form-data\r\n\r\nx\r\n--a--"),
    (FORM, b"a=b&" * 2000),
]
PATHS = [f"{LESSON}/answers", "/help", "/who/new", "/me/moves"]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("path", PATHS)
def test_a_form_that_cannot_be_read_is_said_to_be_wrong_not_our_failure(
    app: FastAPI, my: Phone, path: str
) -> None:
    words = app.state.pages.words
    for kind, body in ROUGH:
        answer = my.client.post(path, content=body, headers={"Content-Type": kind})
        assert answer.status_code in (400, 422)
        assert words.plain("vi", "error.500") not in answer.text


@pytest.mark.only_on("sqlite")
def test_no_form_is_taken_in_without_end(my: Phone) -> None:
    body = b"&".join(b"q%d=%s" % (n, b"x" * 100_000) for n in range(3))
    answer = my.client.post(f"{LESSON}/answers", content=body, headers={"Content-Type": FORM})
    assert answer.status_code == 413


@pytest.mark.only_on("sqlite")
def test_a_recording_that_is_too_large_is_told_in_a_page(app: FastAPI, my: Phone) -> None:
    files = {"voice": ("a.mp3", b"ID3" + b"\0" * (2 * 1024 * 1024))}
    answer = my.client.post("/help", files=files)
    assert answer.status_code == 422
    assert app.state.pages.words.plain("vi", "help.voice_too_large") in answer.text


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("path", ["/", "/vi", "/vi/courses/small", LESSON, "/healthz", "/api/v1/places"])
def test_what_can_be_read_can_be_asked_after(my: Phone, path: str) -> None:
    answer = my.client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert my.client.head("/outbox").status_code == 405


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("path", ["/outbox", f"{LESSON}/answers"])
def test_a_line_cut_in_the_middle_of_a_sending_is_no_failure(
    app: FastAPI, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    parts: Iterator[dict[str, Any]] = iter(
        [{"type": "http.request", "body": b"a=", "more_body": True}, {"type": "http.disconnect"}]
    )
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(parts)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(b"content-type", FORM.encode())], "http_version": "1.1", "scheme": "http",
        "server": ("ban", 80), "client": ("ban", 1), "root_path": "",
    }  # fmt: skip
    with caplog.at_level(logging.ERROR):
        asyncio.run(app(scope, receive, send))
    assert not caplog.records
    assert all(message.get("status", 400) < 500 for message in sent)


@pytest.mark.only_on("sqlite")
def test_an_entry_that_a_page_cannot_mean_is_the_senders_mistake(app: FastAPI, my: Phone) -> None:
    giver = my.register("Mỷ")
    given = [my.answered(giver) for _ in range(LARGEST_MOVE + 1)]
    for start in (0, 300):
        my.outbox(*given[start : start + 300])
    to = my.register("Giàng")
    my.post("/me/moves", {"entries": [id_of(one) for one in given], "to": to}, 422)


NUL: list[tuple[str, dict[str, Any] | None]] = [
    ("/who/%00", None),
    ("/me.json?course=%00", None),
    ("/help?course=%00", None),
    ("/vi/courses/%00", None),
    ("/who/%00", {"pin": ["sun", "tree", "fish"]}),
    ("/who/%00/removal", {}),
    ("/who/%00/return", {}),
    ("/me/moves", {"entries": ["\0"], "to": "\0"}),
    ("/staff/sign-in", {"name": "a\0", "passphrase": "\0"}),
    ("/who/new", {"name": "a\0", "face": "\0", "consent": "\0", "guest": "\0"}),
]


def test_a_text_no_database_keeps_is_refused_and_fails_nowhere(my: Phone) -> None:
    my.register("Mỷ")
    for path, form in NUL:
        answer = my.client.get(path) if form is None else my.client.post(path, data=form)
        assert answer.status_code in (200, 303, 404, 422), (path, form, answer.status_code)
