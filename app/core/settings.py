"""Settings from the environment, else as the first start asked; read once and handed on. A wrong one does not start.

Every name may instead be given with `_FILE`, and is then read from that file.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.core.errors import Misconfigured
from courses.languages import LANGUAGES

PREFIX = "BANHOC_"
CHOSEN = "chosen.json"
"""The file beside the database with what the first start asked."""
FOR_TESTS = "BANHOC_TEST_"
SLUGS = tuple(LANGUAGES)


@dataclass(frozen=True, kw_only=True)
class Settings:
    data: Path = Path("data")
    database_url: str = field(default="", repr=False)
    role: Literal["hub", "village"] = "hub"
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    languages: tuple[str, ...] = SLUGS
    show_drafts: bool = False
    demo: bool = False
    keep_months: int = 24

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data.absolute() / 'banhoc.db'}"

    @property
    def blobs(self) -> Path:
        return self.data / "blobs"


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Raises `Misconfigured`, in one sentence, at the first setting that is wrong or unknown."""
    values = _read({name: text for name, text in environment.items() if _is_ours(name)})
    chosen = _read(_chosen(values.get("data", Settings.data)))
    return Settings(**(chosen | values))


def choose(data: Path, given: Mapping[str, str]) -> None:
    """Keeps what the first start asked, beside the database; the environment goes before it. Raises `Misconfigured`."""
    _read(given)
    kept = data / CHOSEN
    kept.with_suffix(".new").write_text(json.dumps(dict(given), ensure_ascii=False, indent=1), "utf-8")
    kept.with_suffix(".new").replace(kept)


def _chosen(data: Path) -> dict[str, str]:
    kept = data / CHOSEN
    if not kept.exists():
        return {}
    try:
        given = json.loads(kept.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{kept} cannot be read ({error}): mend it, or take it away.") from None
    return {name: str(text) for name, text in given.items()} if isinstance(given, dict) else {}


def _read(given: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for name, text in given.items():
        key = name.removesuffix("_FILE")
        if key not in READERS:
            raise Misconfigured(f"{name} is not a setting; the settings are {', '.join(READERS)}.")
        if key != name and key in given:
            raise Misconfigured(f"Both {key} and {name} are set: keep one of them.")
        value = text if key == name else _content(name, text)
        values[key.removeprefix(PREFIX).lower()] = READERS[key](key, value)
    return values


def _is_ours(name: str) -> bool:
    return name.startswith(PREFIX) and not name.startswith(FOR_TESTS)


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{name} names the file {path}, which cannot be read: {error}.") from None


def _path(name: str, text: str) -> Path:
    if not text:
        raise Misconfigured(
            f"{name} is empty: give the folder for the database and the files, or leave it out."
        )
    return Path(text)


def _database(name: str, text: str) -> str:
    """The address itself may hold a password, so it is never repeated."""
    wanted = "give postgresql+psycopg://… or sqlite:///…, or leave it out for SQLite in BANHOC_DATA"
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise Misconfigured(f"{name} is not the address of a database: {wanted}.") from None
    if url.drivername not in ("postgresql+psycopg", "sqlite") or not url.database:
        raise Misconfigured(f"{name} names a database this program does not know: {wanted}.")
    return text


def _role(name: str, text: str) -> str:
    if text not in ("hub", "village"):
        raise Misconfigured(f"{name} is {text!r}: give hub or village.")
    return text


def _host(name: str, text: str) -> str:
    if not text or text.split() != [text]:
        raise Misconfigured(f"{name} is {text!r}: give the address to listen on, such as 127.0.0.1.")
    return text


def _port(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise Misconfigured(f"{name} is {text!r}: give a number from 1 to 65535.")
    return int(text)


def _public_url(name: str, text: str) -> str:
    if text and not _is_address(text):
        raise Misconfigured(f"{name} is {text!r}: give an address such as https://hoc.example.")
    return text.rstrip("/")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return named and parts.scheme in ("http", "https") and not parts.query and not parts.fragment


def _languages(name: str, text: str) -> tuple[str, ...]:
    slugs = tuple(text.split())
    unknown = [slug for slug in slugs if slug not in SLUGS]
    if unknown or "vi" not in slugs or len(set(slugs)) < len(slugs):
        raise Misconfigured(
            f"{name} is {text!r}: give vi and any of {', '.join(SLUGS)}, each once, between spaces."
        )
    return slugs


def _switch(name: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise Misconfigured(f"{name} is {text!r}: give 0 or 1.")
    return text == "1"


def _months(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 120):
        raise Misconfigured(f"{name} is {text!r}: give a number of months from 1 to 120.")
    return int(text)


READERS: dict[str, Callable[[str, str], Any]] = {
    "BANHOC_DATA": _path,
    "BANHOC_DATABASE_URL": _database,
    "BANHOC_ROLE": _role,
    "BANHOC_HOST": _host,
    "BANHOC_PORT": _port,
    "BANHOC_PUBLIC_URL": _public_url,
    "BANHOC_LANGUAGES": _languages,
    "BANHOC_SHOW_DRAFTS": _switch,
    "BANHOC_DEMO": _switch,
    "BANHOC_KEEP_MONTHS": _months,
}
