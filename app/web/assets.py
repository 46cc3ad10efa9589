"""Static files under names that carry their content's hash, read once."""

import hashlib
import re
from pathlib import Path

from app.web.press import BUNDLES, pressed, pressed_style
from app.web.stored import Stored

FOLDER = Path(__file__).resolve().parents[1] / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".png": "image/png",
}
REFERENCE = re.compile(rb"""(?P<before>url\(|from ["']\./)(?P<name>[\w/.-]+)""")
PREFIX = "/static/"


class Assets:
    """`url("js/lesson.js")` is `/static/js/lesson.1a2b3c4d.js`; what a file refers to is renamed within it."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self._urls: dict[str, str] = {}
        self.files: dict[str, Stored] = {}
        """By URL path."""
        for path in sorted(folder.rglob("*")):
            if path.suffix in TYPES:
                self.url(path.relative_to(folder).as_posix())
        for bundle in BUNDLES:
            self.url(bundle)

    def url(self, name: str) -> str:
        if name not in self._urls:
            self._keep(name)
        return self._urls[name]

    def text(self, name: str) -> str:
        return self.files[self.url(name)].body.decode()

    def _keep(self, name: str) -> None:
        self.add(name, self._renamed(name))

    def add(self, name: str, body: bytes) -> str:
        """Keeps bytes that are no file of static/; their URL."""
        stem, dot, suffix = name.rpartition(".")
        url = f"{PREFIX}{stem}.{hashlib.sha256(body).hexdigest()[:8]}{dot}{suffix}"
        self._urls[name] = url
        self.files[url] = Stored(body, TYPES[f".{suffix}"], extra=((b"x-content-type-options", b"nosniff"),))
        return url

    def _renamed(self, name: str) -> bytes:
        body = self._read(name)
        if not name.endswith((".css", ".js")):
            return body
        return REFERENCE.sub(lambda found: self._reference(name, found), body)

    def _read(self, name: str) -> bytes:
        if name in BUNDLES:
            return pressed(name, lambda module: (self.folder / f"js/{module}.js").read_text()).encode()
        body = (self.folder / name).read_bytes()
        return pressed_style(body.decode()).encode() if name.endswith(".css") else body

    def _reference(self, name: str, found: re.Match[bytes]) -> bytes:
        """A script names its neighbour (`from "./x.js"`), a style sheet a file of static/ (`url(fonts/x.woff2)`)."""
        target = found["name"].decode()
        if found["before"] == b"url(":
            return found["before"] + self.url(target).encode()
        return found["before"][:-2] + self.url(f"{Path(name).parent.as_posix()}/{target}").encode()
