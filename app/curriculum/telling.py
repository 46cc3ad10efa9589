"""The words of a lesson as they stand in a page: each with its language, its marks and its voice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from courses import text, voices, words
from courses.facts import Facts
from courses.languages import LANGUAGES
from courses.model import SOURCE, Lesson, Question
from courses.words import Shown


@dataclass(frozen=True, slots=True)
class Medium:
    """`size` in bytes, before any compression on the way."""

    url: str
    size: int


Media = Callable[[str], Medium | None]
"""A picture `kit:<scene>` or a file of the lesson's media/."""

LARGER = {"webp": ("960", "640"), "mp4": ("360",)}
"""By ending, what a larger picture or film is called beside the one a lesson names."""

MARK = Markup(' <small class="vm">{}</small>')
PLAIN = Markup("{}")
FALLBACK = Markup('<{tag} lang="vi">{html}</{tag}>')
SAME = Markup('<{tag} class="draft" lang="vi">{html}</{tag}>')
DRAFT = Markup(
    '<{tag} class="draft" lang="{lang}">{html}</{tag}><{tag} class="beneath" lang="vi">{beneath}</{tag}>'
)


@dataclass(frozen=True)
class Teller:
    """`vietnamese_mark` stands beside words that are not in the page's language."""

    lesson: Lesson
    lang: str
    drafts: bool
    media: Media
    facts: Facts
    vietnamese_mark: str
    item: Mapping[str, Shown] | None = None

    def of(self, question: Question) -> "Teller":
        """The same for a quiz item, which is whole in one language."""
        return replace(self, item=words.item_shown(self.lesson, question, self.lang, self.drafts))

    def shown(self, key: str) -> Shown:
        if self.item is not None:
            return self.item[key]
        return words.shown(self.lesson, key, self.lang, self.drafts)

    def has(self, key: str) -> bool:
        unit = self.lesson.unit(SOURCE, key)
        return bool(unit and unit.text)

    def drafted(self, key: str) -> bool:
        """Whether any word at or beneath this key is a draft."""
        keys = self.item or self.lesson.words.get(SOURCE, {})
        return any(self.shown(one).draft for one in keys if f"{one}.".startswith(f"{key}."))

    def line(self, key: str, mark: bool = True) -> Markup:
        """One line; `mark` is off where its neighbour already carries the mark."""
        return self._told(self.shown(key), "span", self._line, mark)

    def prose(self, key: str) -> Markup:
        return self._told(self.shown(key), "div", self._prose, True)

    def plain(self, key: str) -> str:
        """For attributes, which cannot carry a mark: the approved words, else the Vietnamese."""
        shown = self.shown(key)
        return text.spoken(shown.beneath or shown.text, self.facts)

    def plain_lang(self, key: str) -> Markup:
        """` lang="vi"` where `plain` is Vietnamese on another language's page."""
        shown = self.shown(key)
        foreign = self.lang != SOURCE and (shown.lang == SOURCE or shown.draft)
        return Markup(' lang="vi"') if foreign else Markup("")

    def s(self, key: str) -> Markup:
        """The attribute that asks for a listening control, with the recording's address and KB where there is one."""
        shown = self.shown(key)
        lang = LANGUAGES[shown.lang].view_of or shown.lang
        heard = voices.is_heard(self.lesson, key, lang, shown.draft)
        voice = self.media(voices.name(key, lang)) if heard else None
        return (
            Markup(' data-s="{} {}"').format(voice.url, kilobytes(voice.size)) if voice else Markup(" data-s")
        )

    def _line(self, words: str) -> Markup:
        return Markup(text.line_html(words, self.facts))  # noqa: S704 - escaped there

    def _prose(self, words: str) -> Markup:
        return Markup(text.html(words, self.facts))  # noqa: S704 - sanitised there

    def _told(self, shown: Shown, tag: str, html: Callable[[str], Markup], mark: bool) -> Markup:
        if shown.beneath is not None:
            beneath = html(shown.beneath)
            return DRAFT.format(
                tag=tag, lang=LANGUAGES[shown.lang].tag, html=html(shown.text), beneath=beneath
            )
        if shown.draft:
            return SAME.format(tag=tag, html=html(shown.text))
        if shown.lang == self.lang:
            return PLAIN.format(html(shown.text))
        marked = html(shown.text) + (MARK.format(escape(self.vietnamese_mark)) if mark else "")
        return FALLBACK.format(tag=tag, html=marked)


def larger(media: Media, name: str) -> Medium | None:
    """The same picture or film as large as there is, for who asks for it."""
    stem, _, ending = name.rpartition(".")
    found = (media(f"{stem}.{size}.{ending}") for size in LARGER.get(ending, ()))
    return next(filter(None, found), None)


def kilobytes(size: int) -> int:
    return -(-size // 1024)


def size_words(size: int) -> str:
    """A size as people read it here: 12 KB, 1,2 MB."""
    kb = kilobytes(size)
    return f"{kb} KB" if kb < 1000 else f"{kb / 1024:.1f} MB".replace(".", ",")
