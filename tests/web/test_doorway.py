"""Words, headers, origins, stored bytes and error pages."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from starlette.datastructures import Headers

from app.core.errors import NotFound, Unavailable
from app.web import errors, words
from app.web.assets import Assets
from app.web.headers import SecurityHeaders
from app.web.origin import SameOrigin, from_here
from app.web.press import BUNDLES
from app.web.render import Pages, in_language, marked, render
from app.web.stored import Stored
from courses.languages import LANGUAGES
from tests.page import linted, opened

CONTENT = Path(__file__).parents[2] / "content"
ENTRY = 'msgid "{key}"\nmsgstr "{text}"\n\n'


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    vi = ENTRY.format(key="a", text="Đi <tiếp>") + ENTRY.format(key="b", text="Có {n} câu")
    hmn = "#, fuzzy\n" + ENTRY.format(key="a", text="Lul") + ENTRY.format(key="b", text="Muôx {n} lul")
    (tmp_path / "vi.po").write_text(head + vi)
    (tmp_path / "hmn.po").write_text(head + hmn)
    return tmp_path


def test_a_draft_word_is_shown_with_its_vietnamese_or_not_at_all(catalogue: Path) -> None:
    shown = words.read(catalogue, drafts=True).shown("hmn", "a")
    assert (shown.text, shown.draft, shown.beneath) == ("Lul", True, "Đi <tiếp>")
    html = marked(shown, "hmn", {})
    assert html == (
        '<span class="w"><b lang="hmn-Latn-VN" class="draft">Lul</b><small lang="vi">Đi &lt;tiếp&gt;</small></span>'
    )
    hidden = words.read(catalogue, drafts=False).shown("hmn", "a")
    assert marked(hidden, "hmn", {}) == '<span lang="vi">Đi &lt;tiếp&gt;</span>'


def test_a_draft_word_that_is_the_vietnamese_stands_once_with_its_mark(catalogue: Path) -> None:
    (catalogue / "hmn.po").write_text((catalogue / "hmn.po").read_text().replace("Lul", "Đi <tiếp>"))
    shown = words.read(catalogue, drafts=True)
    html = '<span class="w"><b lang="vi" class="draft">Đi &lt;tiếp&gt;</b></span>'
    assert marked(shown.shown("hmn", "a"), "hmn", {}) == html
    assert shown.plain("hmn", "a") == "Đi <tiếp>"


def test_an_approved_word_stands_plain_and_is_filled_in(catalogue: Path) -> None:
    both = words.read(catalogue, drafts=True)
    assert marked(both.shown("hmn", "b"), "hmn", {"n": "<3>"}) == "Muôx &lt;3&gt; lul"
    assert "{n}" in marked(both.shown("hmn-x-rpa", "b"), "hmn-x-rpa", {})
    assert both.shown("blt", "b").lang == "vi"


def test_attributes_carry_no_draft(catalogue: Path) -> None:
    assert words.read(catalogue, drafts=True).plain("hmn", "a") == "Đi <tiếp>"


def test_an_unknown_word_is_an_error(catalogue: Path) -> None:
    with pytest.raises(KeyError):
        words.read(catalogue).shown("vi", "nowhere")


def test_the_catalogues_have_the_same_placeholders() -> None:
    all = words.read(CONTENT / "words", drafts=True)
    for lang in LANGUAGES:
        for key in all:
            shown, source = all.shown(lang, key).text, all.shown("vi", key).text
            assert words_in_braces(shown) == words_in_braces(source), (lang, key)


def words_in_braces(text: str) -> list[str]:
    return sorted(part.partition("}")[0] for part in text.split("{")[1:])


def test_the_same_page_in_another_language() -> None:
    assert in_language("/vi/courses/dt05/x", "blt") == "/blt/courses/dt05/x"
    assert in_language("/vi", "hmn") == "/hmn"
    assert in_language("/", "hmn") == "/hmn"
    assert in_language("/who/new", "hmn") == "/who/new?lang=hmn"


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site", "origin": "http://ban:8000", "host": "ban:8000"}, False),
        ({"origin": "http://192.168.1.4", "host": "192.168.1.4"}, True),
        ({"origin": "http://192.168.1.4:81", "host": "192.168.1.4"}, False),
        ({"origin": "null", "host": "192.168.1.4"}, False),
        ({"origin": "http://evil.example", "host": "ban"}, False),
        ({"origin": "http://[x", "host": "ban"}, False),
        ({"origin": "http://[x"}, False),
        ({"host": "ban"}, True),
    ],
)
def test_only_our_own_pages_may_post(headers: dict[str, str], ours: bool) -> None:
    assert from_here(Headers(headers)) is ours


PROXIED = {"host": "127.0.0.1:8000"}


@pytest.mark.parametrize(
    ("public_url", "origin", "ours"),
    [
        ("https://hoc.example", "https://hoc.example", True),
        ("https://Hoc.example:443/ban", "https://hoc.example", True),
        ("http://hoc.example:8080", "http://hoc.example:8080", True),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443", True),
        ("https://hoc.example", "http://hoc.example", False),
        ("https://hoc.example", "https://hoc.example.evil.example", False),
        ("https://hoc.example", "null", False),
        ("", "https://hoc.example", False),
        ("", "null", False),
    ],
)
def test_behind_a_proxy_our_pages_are_at_the_public_address(public_url: str, origin: str, ours: bool) -> None:
    assert from_here(Headers(PROXIED | {"origin": origin}), public_url) is ours
    assert not from_here(Headers(PROXIED | {"origin": origin, "sec-fetch-site": "cross-site"}), public_url)


@pytest.fixture
def client() -> Iterator[TestClient]:
    app = FastAPI()
    app.state.pages = Pages(words.read(CONTENT / "words", drafts=True), picture=lambda name: "/x.svg")
    errors.install(app)
    for path, raised in {
        "/missing": NotFound("no"),
        "/locked": Unavailable("no"),
        "/taken": HTTPException(422, "quiz.choose_first", {"X-Why": "it"}),
        "/broken": RuntimeError("secret"),
        "/outbox": Unavailable("no"),
    }.items():
        app.add_api_route(path, raising(raised), methods=["GET", "POST"])
    app.add_api_route("/{lang}/page", lambda request: render(request, "error.html", sentence_key="error.404"))
    app.add_middleware(SameOrigin)
    app.add_middleware(SecurityHeaders, style=app.state.pages.style_hash)
    with TestClient(app, raise_server_exceptions=False, base_url="http://ban.test") as client:
        yield client


def raising(error: Exception):  # type: ignore[no-untyped-def]
    def handler() -> None:
        raise error

    return handler


@pytest.mark.parametrize(
    ("path", "status"),
    [("/missing", 404), ("/nowhere/at/all", 404), ("/locked", 503), ("/taken", 422), ("/broken", 500)],
)
def test_an_error_is_a_page_with_a_sentence(client: TestClient, path: str, status: int) -> None:
    page = opened(client, path, status)
    assert "secret" not in page.html and page.all("html")[0].attrs["lang"] == "vi"
    sentence = client.app.state.pages.words.plain("vi", f"error.{status}")  # type: ignore[attr-defined]
    assert path == "/taken" or sentence in page.html


def test_an_error_may_say_it_better_and_keeps_its_headers(client: TestClient) -> None:
    response = client.get("/taken")
    assert response.headers["x-why"] == "it"
    assert client.app.state.pages.words.plain("vi", "quiz.choose_first") in response.text  # type: ignore[attr-defined]


def test_who_listens_is_told_once_that_words_are_drafts(client: TestClient) -> None:
    told = client.app.state.pages.words.plain("vi", "lang.draft_banner")  # type: ignore[attr-defined]
    assert told not in client.get("/missing").text
    client.cookies.set("lang", "hmn")
    assert opened(client, "/missing", 404).html.count(told) == 1


def test_an_error_speaks_the_language_last_chosen(client: TestClient) -> None:
    client.cookies.set("lang", "hmn")
    assert opened(client, "/missing", 404).all("html")[0].attrs["lang"] == "hmn-Latn-VN"


def test_a_machine_gets_json_and_when_to_come_back(client: TestClient) -> None:
    response = client.get("/outbox")
    assert response.status_code == 503 and set(response.json()) == {"error"}
    assert response.headers["retry-after"] == "60"


def test_a_foreign_post_is_refused_before_anything_runs(client: TestClient) -> None:
    assert client.post("/locked", headers={"Origin": "http://evil.example"}).status_code == 403
    assert client.post("/locked", headers={"Origin": "http://ban.test"}).status_code == 503


@pytest.mark.parametrize(("path", "tag"), [("/vi/page", "vi"), ("/hmn/page", "hmn-Latn-VN"), ("/who", "vi")])
def test_who_is_refused_reads_why_in_the_language_of_the_address(
    client: TestClient, path: str, tag: str
) -> None:
    response = client.post(path, headers={"Origin": "http://evil.example"})
    page = linted(response.text)
    words = client.app.state.pages.words  # type: ignore[attr-defined]
    assert response.status_code == 403 and page.all("html")[0].attrs["lang"] == tag
    assert words.plain("vi", "error.foreign") in page.html
    assert client.post("/outbox", headers={"Origin": "http://evil.example"}).json().keys() == {"error"}


def test_bytes_are_given_as_the_browser_likes_them() -> None:
    stored = Stored(b"a" * 4000, "text/css; charset=utf-8")
    for accepted, opened_by in ((b"gzip, br", brotli.decompress), (b"gzip", gzip.decompress), (b"", bytes)):
        status, headers, body = stored.answer(accepted)
        assert status == 200 and opened_by(body) == stored.body
        assert dict(headers)[b"content-length"] == str(len(body)).encode()
        assert dict(headers)[b"vary"] == b"accept-encoding"
    assert stored.answer(b"br", stored.etag) == (304, stored.answer(b"br", stored.etag)[1], b"")


def test_a_font_is_not_compressed_twice() -> None:
    assets = Assets()
    font = assets.files[assets.url("fonts/tai-heritage-pro.woff2")]
    assert len(font.body) == 16468 and font.answer(b"br")[2] == font.body
    assert assets.url("fonts/tai-heritage-pro.woff2") in assets.text("css/page.css")


def test_a_name_changes_with_what_is_in_the_file_and_in_those_it_names(tmp_path: Path) -> None:
    for folder in ("js", "css", "fonts"):
        (tmp_path / folder).mkdir()
    for name in {module for modules in BUNDLES.values() for module in modules}:
        (tmp_path / f"js/{name}.js").write_text("")
    (tmp_path / "fonts/a.woff2").write_bytes(b"1")
    (tmp_path / "css/a.css").write_text("a{src:url(fonts/a.woff2)}")
    before = Assets(tmp_path).url("css/a.css")
    (tmp_path / "fonts/a.woff2").write_bytes(b"2")
    assert Assets(tmp_path).url("css/a.css") != before
