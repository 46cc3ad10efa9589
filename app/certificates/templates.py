"""How certificates look on paper and what they say there: templates by name, each version frozen."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from app.certificates import queries
from app.core.blobs import Blobs
from app.core.errors import NotFound
from courses.languages import LANGUAGES, convert

SHIPPED = Path(__file__).resolve().parents[2] / "content/paper.toml"
PAPERS = ("landscape", "portrait")
FIELDS = ("score", "supervised", "skills", "version")
"""What may be printed or left out; all else always stands there."""
WORDS = ("heading", "certify", "completed")
"""What the province may say in its own words, in each language."""
DEFAULT = "default"


@dataclass(frozen=True, kw_only=True)
class Template:
    """`name` is `ID@VERSION`; `words` by language slug and key, all of them in Vietnamese; `logo` a PNG, or b"".

    `logo_sha` names the same picture among the blobs.
    """

    name: str
    paper: str
    fields: tuple[str, ...]
    words: Mapping[str, Mapping[str, str]]
    logo_sha: str = ""
    logo: bytes = field(default=b"", repr=False)

    @property
    def id(self) -> str:
        return self.name.rpartition("@")[0]

    @property
    def version(self) -> int:
        return int(self.name.rpartition("@")[2])

    def too(self, lang: str) -> Mapping[str, str]:
        """Its own words in a second language, those of a view computed; only what was said in it."""
        own = self.words.get(lang)
        master = LANGUAGES[lang].view_of if lang in LANGUAGES else None
        if own is None and master:
            return {key: convert(text, master, lang).text for key, text in self.too(master).items()}
        return own or {}

    def said(self) -> dict[str, Any]:
        """What the ledger keeps."""
        words = {lang: dict(said) for lang, said in self.words.items()}
        return {"paper": self.paper, "fields": list(self.fields), "words": words, "logo": self.logo_sha}


@cache
def shipped() -> Mapping[str, Template]:
    """The templates of content/paper.toml by name."""
    said = tomllib.loads(SHIPPED.read_text("utf-8"))["templates"]
    return {one.name: one for one in (template(f"{each['id']}@{each['version']}", each) for each in said)}


@cache
def draft_mark() -> str:
    """What stands behind a title nobody has approved."""
    return str(tomllib.loads(SHIPPED.read_text("utf-8"))["draft"])


@cache
def never() -> tuple[str, ...]:
    """Words a certificate never uses of itself, small."""
    return tuple(one.casefold() for one in tomllib.loads(SHIPPED.read_text("utf-8"))["never"])


def template(name: str, said: Mapping[str, Any]) -> Template:
    """Raises `KeyError` where something is missing."""
    return Template(
        name=name,
        paper=said["paper"],
        fields=tuple(said["fields"]),
        words=said["words"],
        logo_sha=said.get("logo", ""),
    )


def find(conn: Connection, blobs: Blobs, name: str) -> Template:
    """With its logo. Raises `NotFound` where there is no such template, or its logo is not here."""
    said = queries.template(conn, name)
    found = template(name, said) if said else shipped().get(name)
    if found is None:
        raise NotFound(f"there is no template {name} here")
    return replace(found, logo=blobs.get(found.logo_sha)) if found.logo_sha else found


def latest(conn: Connection) -> dict[str, str]:
    """By id, the name of its latest version; the default one first."""
    versions = {one.id: one.version for one in sorted(shipped().values(), key=lambda one: one.version)}
    for id, version in queries.templates(conn).items():
        versions[id] = max(version, versions.get(id, 0))
    return {id: f"{id}@{versions[id]}" for id in sorted(versions, key=lambda id: (id != DEFAULT, id))}
