"""A client that lints every HTML page it opens, so that no test meets a page without it being held to the rules."""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any, Protocol

import brotli

from courses.languages import LANGUAGES

TAGS = frozenset(language.tag for language in LANGUAGES.values())
WEIGHT = 12 * 1024
"""Bytes of a page under brotli: what the first round trip over https carries."""
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
FIELDS = frozenset(["input", "select", "textarea"])
UNLABELLED = frozenset(["hidden", "submit", "button"])
REFERRING = ("for", "aria-labelledby", "aria-describedby")


class Element:
    def __init__(self, tag: str, attrs: dict[str, str], within: tuple["Element", ...]) -> None:
        self.tag, self.attrs, self.within = tag, attrs, within
        self.text = ""

    def __repr__(self) -> str:
        return f"<{self.tag} {' '.join(f'{name}={value!r}' for name, value in self.attrs.items())}>"

    def inside(self, tag: str) -> bool:
        return any(one.tag == tag for one in self.within)


class Page(HTMLParser):
    """The elements of a page in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.unbalanced: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open)))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            self.unbalanced.append(tag)
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attrs: str) -> list[Element]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [one for one in self.elements if one.tag == tag and wanted.items() <= one.attrs.items()]

    def with_class(self, name: str) -> list[Element]:
        return [one for one in self.elements if name in one.attrs.get("class", "").split()]

    def by_id(self, id: str) -> Element:
        return next(one for one in self.elements if one.attrs.get("id") == id)

    def faults(self) -> list[str]:
        rules = (
            self._frame,
            self._ids,
            self._languages,
            self._pictures,
            self._fields,
            self._inline,
            self._weight,
        )
        return [fault for rule in rules for fault in rule()]

    def _frame(self) -> list[str]:
        titles = [one.text.strip() for one in self.all("title") if not one.inside("svg")]
        found = [
            ("no doctype", not self.html.lower().startswith("<!doctype html>")),
            ("wrong title", len(titles) != 1 or not titles[0]),
            (f"{len(self.all('h1'))} h1", len(self.all("h1")) != 1),
            ("no main", len(self.all("main")) != 1),
            ("no help", not self.all("a", href="/help")),
            (f"unbalanced {self.unbalanced}", bool(self.unbalanced)),
        ]
        return [what for what, wrong in found if wrong]

    def _ids(self) -> list[str]:
        ids = [one.attrs["id"] for one in self.elements if "id" in one.attrs]
        doubled = [id for id, times in Counter(ids).items() if times > 1]
        referred = {
            id for one in self.elements for name in REFERRING for id in one.attrs.get(name, "").split()
        }
        inner = {
            one.attrs["href"][1:]
            for one in self.all("a")
            if one.attrs.get("href", "").startswith("#") and one.attrs["href"] != "#"
        }
        return [f"id {id} twice" for id in doubled] + [f"no id {id}" for id in (referred | inner) - set(ids)]

    def _languages(self) -> list[str]:
        html = self.all("html")[0].attrs.get("lang", "")
        used = [
            (one, one.attrs[name])
            for one in self.elements
            for name in ("lang", "hreflang")
            if name in one.attrs
        ]
        return [f"wrong lang {tag} on {one}" for one, tag in used if tag not in TAGS] + (
            [] if html in TAGS else ["html without lang"]
        )

    def _pictures(self) -> list[str]:
        return [f"no alt, size or src: {one}" for one in self.all("img") if not self._drawn(one)]

    def _drawn(self, image: Element) -> bool:
        return "alt" in image.attrs and all(image.attrs.get(name) for name in ("src", "width", "height"))

    def _fields(self) -> list[str]:
        labelled = {one.attrs["for"] for one in self.all("label") if "for" in one.attrs}
        fields = [
            one for one in self.elements if one.tag in FIELDS and one.attrs.get("type") not in UNLABELLED
        ]
        return [
            f"no label: {one}"
            for one in fields
            if not one.inside("label")
            and one.attrs.get("id") not in labelled
            and not ({"aria-label", "aria-labelledby"} & one.attrs.keys())
        ]

    def _inline(self) -> list[str]:
        scripts = [one for one in self.all("script") if "src" not in one.attrs]
        foreign = re.compile(r"(?i)^(?:https?:)?//|^javascript:")
        return (
            [f"inline script {one}" for one in scripts if one.attrs.get("type") != "application/json"]
            + [f"inline style {one}" for one in self.elements if "style" in one.attrs]
            + [f"handler {one}" for one in self.elements if any(name.startswith("on") for name in one.attrs)]
            + [f"foreign {one}" for one in self.elements if foreign.match(one.attrs.get("src", ""))]
            + [
                f"javascript: {one}"
                for one in self.all("a")
                if one.attrs.get("href", "").startswith("javascript:")
            ]
        )

    def _weight(self) -> list[str]:
        """What is light when packed in haste is lighter still as it is sent."""
        for quality in (4, 11):
            size = len(brotli.compress(self.html.encode(), quality=quality))
            if size <= WEIGHT:
                return []
        return [f"{size} bytes under brotli, more than {WEIGHT}"]


class Client(Protocol):
    def get(self, url: str, /) -> Any: ...


def linted(html: str) -> Page:
    page = Page(html)
    assert page.faults() == []
    return page


def opened(client: Client, path: str, status: int = 200) -> Page:
    """The page at `path`, held to the rules."""
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    assert response.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in response.headers["content-security-policy"]
    return linted(response.text)
