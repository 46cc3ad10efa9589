"""Words as CommonMark: to safe HTML for the eye, to plain text for the ear."""

import html as escaping
from collections.abc import Iterable, Iterator, Mapping

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from courses.facts import Fact, resolve

TAGS = {"p", "strong", "em", "ul", "ol", "li", "a", "br"}
SCHEMES = {"https", "http", "tel", "sms", "mailto"}
RULES = ["list", "newline", "escape", "emphasis", "link", "autolink", "entity"]
COMMONMARK = MarkdownIt("zero").enable(RULES)
NO_FACTS: Mapping[str, Fact] = {}


def html(text: str, facts: Mapping[str, Fact] = NO_FACTS) -> str:
    """Block text: paragraphs, lists, strong, emphasis and links; whatever else is written stays words."""
    return _clean(COMMONMARK.render(resolve(text, facts)), TAGS)


def line_html(text: str, facts: Mapping[str, Fact] = NO_FACTS) -> str:
    """One line of plain words, escaped."""
    return escaping.escape(" ".join(resolve(text, facts).split()))


def _clean(rendered: str, tags: set[str]) -> str:
    attributes = {"a": {"href"}, "ol": {"start"}}
    return nh3.clean(
        rendered, tags=tags, attributes=attributes, url_schemes=SCHEMES, link_rel="noopener"
    ).strip()


def spoken(text: str, facts: Mapping[str, Fact] = NO_FACTS) -> str:
    """What a voice reads: no marks, no addresses of links, a line for each paragraph and list item."""
    return "\n".join(line for one in _inlines(resolve(text, facts, aloud=True)) if (line := _said(one)))


def _inlines(text: str) -> Iterator[list[Token]]:
    return (token.children or [] for token in COMMONMARK.parse(text) if token.type == "inline")


def _said(tokens: Iterable[Token]) -> str:
    words = (" " if token.type in ("softbreak", "hardbreak") else token.content for token in tokens)
    return " ".join("".join(words).split())


def links(text: str) -> list[str]:
    """The targets of the links of a text, in order, doubled ones doubled."""
    return [str(token.attrs["href"]) for one in _inlines(text) for token in one if token.type == "link_open"]
