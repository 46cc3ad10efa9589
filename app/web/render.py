"""Drawing pages: one Jinja environment a language, and what every page shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.web.assets import Assets
from app.web.headers import style_hash
from app.web.words import Words
from courses.languages import LANGUAGES, Language
from courses.model import SOURCE
from courses.words import Shown

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
STYLE = "css/page.css"
LANGUAGE_COOKIE = "lang"
SAME = Markup('<span class="w"><b lang="vi" class="draft">{}</b></span>')
DRAFT = Markup('<span class="w"><b lang="{}" class="draft">{}</b><small lang="vi">{}</small></span>')
YEAR = 365 * 24 * 60 * 60
SPOKEN = (
    "listen.play",
    "listen.none",
    "listen.none_but_vietnamese",
    "listen.vietnamese",
    "listen.read_vietnamese",
    "listen.close",
    "outbox.waiting",
    "outbox.full",
    "who.ask",
    "who.someone_else",
)
"""The words that scripts of every page show."""

Viewer = Callable[[Request], object]


class Compiled(BytecodeCache):
    """Templates are compiled once for all languages: the words are not in them."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._held:
            bucket.bytecode_from_string(self._held[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._held[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@dataclass
class Pages:
    """`picture` gives a picture's URL by name; `viewer` who looks at the page, or None."""

    words: Words
    assets: Assets = field(default_factory=Assets)
    picture: Callable[[str], str] = lambda name: ""
    languages: Sequence[Language] = tuple(LANGUAGES.values())
    viewer: Viewer = lambda request: None

    def __post_init__(self) -> None:
        self.css = Markup(self.assets.text(STYLE))  # noqa: S704 - our own file
        self.style_hash = style_hash(self.css)
        self.environment = cache(self._environment)

    def html(self, template: str, lang: str, **context: object) -> str:
        return self.environment(lang).get_template(template).render(self._defaults() | context)

    def language_of(self, request: Request) -> Language:
        """The one asked for, else the one chosen last, else Vietnamese; only one that is offered."""
        return (
            self.asked_for(request)
            or self._offered(request.cookies.get(LANGUAGE_COOKIE))
            or LANGUAGES[SOURCE]
        )

    def asked_for(self, request: Request) -> Language | None:
        """The language in the address, which is a choice worth remembering."""
        return self._offered(request.path_params.get("lang")) or self._offered(
            request.query_params.get("lang")
        )

    def _offered(self, slug: str | None) -> Language | None:
        return next((lang for lang in self.languages if lang.slug == slug), None)

    def alternates(self, path: str) -> list[tuple[Language, str]]:
        """The same page in every language offered."""
        return [(lang, in_language(path, lang.slug)) for lang in self.languages]

    def _defaults(self) -> dict[str, object]:
        return {"viewer": None, "alternates": self.alternates("/")}

    def _environment(self, lang: str) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=COMPILED,
        )
        environment.globals.update(self._globals(lang))
        return environment

    def _globals(self, lang: str) -> Mapping[str, Any]:
        return {
            "w": lambda key, **values: marked(self.words.shown(lang, key), lang, values),
            "wt": lambda key, **values: self.words.plain(lang, key).format(**values),
            "in_vietnamese": lambda key: self.words.plain(SOURCE, key),
            "draft_words": any(self.words.shown(lang, key).draft for key in self.words),
            "asset": self.assets.url,
            "picture": self.picture,
            "icon": self.icon,
            "lang": LANGUAGES[lang],
            "langs": self.languages,
            "css": self.css,
            "spoken_words": SPOKEN,
        }

    def icon(self, name: str) -> Markup:
        return Markup('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>').format(
            self.assets.url("icons.svg"), name
        )


def marked(shown: Shown, page: str, values: Mapping[str, object]) -> Markup:
    """Words as they stand in a page: a draft carries its mark and the Vietnamese beneath, unless that is the same."""
    text, tag = filled(shown.text, values), LANGUAGES[shown.lang].tag
    if shown.beneath is not None:
        return DRAFT.format(tag, text, filled(shown.beneath, values))
    if shown.draft:
        return SAME.format(text)
    return text if shown.lang == page else Markup('<span lang="{}">{}</span>').format(tag, text)


def filled(text: str, values: Mapping[str, object]) -> Markup:
    """Without values the {places} stay, for a script to fill in."""
    return escape(text).format(**values) if values else escape(text)


def in_language(path: str, slug: str) -> str:
    first, slash, rest = path.lstrip("/").partition("/")
    if first in LANGUAGES or not first:
        return f"/{slug}{slash}{rest}"
    return f"{path}?lang={slug}"


def pages(request: Request) -> Pages:
    found = request.app.state.pages
    assert isinstance(found, Pages)
    return found


def address(request: Request) -> str:
    """Where people find this node, as paper and QR codes carry it: the public address where one is set."""
    return str(request.app.state.settings.public_url or request.base_url).rstrip("/")


def render(request: Request, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
    """The page for this request in its language; a language chosen by the address is remembered."""
    doorway = pages(request)
    shown = {"viewer": doorway.viewer(request), "alternates": doorway.alternates(request.url.path)}
    html = (
        doorway.environment(doorway.language_of(request).slug).get_template(template).render(shown | context)
    )
    response = HTMLResponse(html, status, {"Cache-Control": "no-store"})
    chosen = doorway.asked_for(request)
    if chosen and request.cookies.get(LANGUAGE_COOKIE) != chosen.slug:
        response.set_cookie(LANGUAGE_COOKIE, chosen.slug, max_age=YEAR, samesite="lax")
    return response
