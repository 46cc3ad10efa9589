"""What a lesson weighs on the wire, headers counted: as a browser asks for it, and as it is in all."""

import http.client
import re
from collections.abc import Iterable
from shutil import which
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from bench.served import Server, banhoc

COURSE = "dt05"
MOST = {
    "page": 12,
    "first": 30,
    "first with Tai Viet": 48,
    "whole": 110,
    "again": 1,
    "script": 6,
    "all scripts": 12,
}
"""KB of 1,024 bytes."""
LANGUAGES = ("vi", "hmn", "blt", "blt-Latn", "hmn-x-rpa")
LINKED = re.compile(r'(?:src|href|data-src)="(/(?:media|static)/[^"#]+)"(?! data-play)')
CHROMIUM = which("chromium-headless-shell") or which("chromium") or "chromium"
SETTLED = 1000
"""Milliseconds after which nothing more is asked for."""


def main() -> None:
    with banhoc() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        pages = [
            f"/{lang}/courses/{COURSE}/{lesson}"
            for lang in LANGUAGES
            for lesson in _lessons(_get(server, f"/vi/courses/{COURSE}")[1])
        ]
        bodies = {path: _get(server, path) for path in pages}
        _tell("page", {path: size for path, (size, _, _) in bodies.items()})
        _tell("whole", {path: _whole(server, path, text) for path, (_, text, _) in bodies.items()})
        visits = {path: _visits(browser, server, path) for path in pages}
        tai = {path for path in pages if path.startswith("/blt/")}
        _tell("first", {path: first for path, (first, _) in visits.items() if path not in tai})
        _tell("first with Tai Viet", {path: first for path, (first, _) in visits.items() if path in tai})
        _tell("again", {path: again for path, (_, again) in visits.items()})
        scripts = set(re.findall(r'src="(/static/js/[^"]+)"', next(iter(bodies.values()))[1]))
        _tell("script", {"of a lesson page": _body(server, scripts)})
        _tell("all scripts", {"a learner can meet": _body(server, scripts | _met(server))})
        browser.close()


def _tell(what: str, sizes: dict[str, int]) -> None:
    heaviest = max(sizes, key=lambda path: sizes[path])
    print(f"{what}: at most {sizes[heaviest] / 1024:.2f} KB ({heaviest}); bound {MOST[what]} KB")


def _get(server: Server, path: str) -> tuple[int, str, int]:
    """Bytes of the compressed body, the text, and the bytes of the headers."""
    import brotli  # only to read what was sent

    connection = http.client.HTTPConnection(*server.address)
    connection.request("GET", path, headers={"accept-encoding": "br"})
    answer = connection.getresponse()
    raw = answer.read()
    assert answer.status == 200, (path, answer.status)
    plain = brotli.decompress(raw) if answer.headers["content-encoding"] == "br" else raw
    return len(raw), plain.decode(errors="replace"), len(str(answer.headers).encode())


def _lessons(course_page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(rf"/vi/courses/{COURSE}/([\w-]+)", course_page)))


def _whole(server: Server, path: str, text: str) -> int:
    """The page with everything it names, but sound, video and larger pictures, which cost nothing until asked for."""
    named = {url for url in LINKED.findall(text) if not url.endswith((".opus", ".webm", ".mp4"))}
    return sum(sum(_get(server, url)[::2]) for url in {path, *named})


def _body(server: Server, urls: Iterable[str]) -> int:
    return sum(_get(server, url)[0] for url in urls)


def _met(server: Server) -> set[str]:
    pages = ("/", "/vi", "/who", "/who/new", "/me", "/help", f"/vi/courses/{COURSE}")
    return {url for path in pages for url in re.findall(r'src="(/static/js/[^"]+)"', _get(server, path)[1])}


def _visits(browser: Browser, server: Server, path: str) -> tuple[int, int]:
    """Bytes of all answers, headers counted, until the first card is ready: the first time, and again.

    A later card's picture counts the first time; a browser that only fetched it the second time did not need it.
    """
    context = browser.new_context(viewport={"width": 360, "height": 640})
    first, _ = _visit(context, server.url + path)
    again, later = _visit(context, server.url + path)
    context.close()
    return sum(first.values()), sum(size for url, size in again.items() if url not in later)


def _visit(context: BrowserContext, url: str) -> tuple[dict[str, int], set[str]]:
    """Bytes of each answer by its address, and the addresses of later cards' pictures."""
    page = context.new_page()
    wire = context.new_cdp_session(page)
    asked: dict[str, str] = {}
    received: dict[str, int] = {}

    def finished(event: dict[str, Any]) -> None:
        address = asked[event["requestId"]]
        received[address] = received.get(address, 0) + int(event["encodedDataLength"])

    wire.on(
        "Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]})
    )
    wire.on("Network.loadingFinished", finished)
    wire.send("Network.enable")
    page.goto(url, wait_until="load")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED)
    later = set(page.eval_on_selector_all(".card[hidden] img", "images => images.map(image => image.src)"))
    shown = set(
        page.eval_on_selector_all(
            "img", "images => images.filter(image => !image.closest('[hidden]')).map(image => image.src)"
        )
    )
    page.close()
    return received, later - shown


if __name__ == "__main__":
    main()
