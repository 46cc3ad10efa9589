"""Interface words: one gettext catalogue a language, msgid = key. A fuzzy entry is a draft nobody approved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from courses.languages import LANGUAGES, convert
from courses.model import SOURCE
from courses.words import Shown, drafted


@dataclass(frozen=True, slots=True)
class Entry:
    text: str
    draft: bool


Catalogue = Mapping[str, Entry]


class Words:
    def __init__(self, catalogues: Mapping[str, Catalogue], drafts: bool) -> None:
        self.catalogues = catalogues
        self.drafts = drafts
        self.shown = cache(self._shown)

    def __contains__(self, key: object) -> bool:
        return key in self.catalogues[SOURCE]

    def __iter__(self) -> Iterator[str]:
        return iter(self.catalogues[SOURCE])

    def plain(self, lang: str, key: str) -> str:
        """For attributes, which cannot carry a mark: the approved words, else the Vietnamese."""
        shown = self.shown(lang, key)
        return shown.beneath or shown.text

    def _shown(self, lang: str, key: str) -> Shown:
        source = self.catalogues[SOURCE][key].text
        master = LANGUAGES[lang].view_of
        entry = self.catalogues.get(master or lang, {}).get(key)
        if lang == SOURCE or entry is None or (entry.draft and not self.drafts):
            return Shown(source, SOURCE)
        text = convert(entry.text, master, lang).text if master else entry.text
        return drafted(text, lang, source) if entry.draft else Shown(text, lang)


def read(folder: Path, drafts: bool = False) -> Words:
    """The catalogues of a folder such as content/words; a language without one speaks Vietnamese."""
    files = {slug: folder / f"{slug}.po" for slug in LANGUAGES}
    return Words({slug: _catalogue(path) for slug, path in files.items() if path.exists()}, drafts)


def _catalogue(path: Path) -> Catalogue:
    with path.open("rb") as file:
        # Babel reads 2 MiB about all languages of the world where a file says in which it is.
        messages = read_po(
            (line for line in file if not line.startswith(b'"Language:')), ignore_obsolete=True
        )
    return {str(m.id): Entry(str(m.string), m.fuzzy) for m in messages if m.id and m.string}
