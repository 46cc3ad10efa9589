"""Prints the impersonal lesson pages: drawn and compressed once, kept beside the database, answered from memory."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache, partial
from itertools import product
from pathlib import Path

import brotli

from app.core.blobs import write
from app.curriculum.lesson_page import form_paths, lesson_html
from app.curriculum.shelf import Published, Shelf
from app.web.headers import security_headers
from app.web.render import Pages
from app.web.stored import REVALIDATE, Stored
from courses.languages import Language
from courses.model import Lesson

ROOT = Path(__file__).parents[2]
DRAWN_BY = ("templates", "content/words", "app/web", "app/static", "app/curriculum", "courses")
QUALITY = 10
"""Of brotli: a third of the time of 11, for a fiftieth more bytes."""
ROUND_TRIP = 12 * 1024
"""Bytes the first round trip over https carries: to stay within them the slowest setting is worth its time."""
HTML = "text/html; charset=utf-8"
Wanted = tuple[str, Published, Lesson, str, str]
"""URL path, publication, lesson, language, form of a final quiz."""
Progress = Callable[[int, int], None]
"""Pages done, pages in all."""


class Press:
    def __init__(self, shelf: Shelf, pages: Pages, folder: Path) -> None:
        self.shelf, self.pages, self.folder = shelf, pages, folder
        self.printed: dict[str, Stored] = {}
        """By URL path."""
        self.printed_of: Mapping[str, str] = {}
        """By course: the manifest its pages were printed of."""
        self.printed_in: Sequence[Language] = ()
        self.progress: Progress = lambda done, total: None

    def run(self) -> None:
        """Prints every page of every current publication; what was printed before is read back."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._whole = lru_cache(maxsize=1)(self.shelf.whole)
        self._kept: set[str] = set()
        current, languages, wanted = self.shelf.current, self.pages.languages, list(self._wanted())
        with ThreadPoolExecutor() as packing:
            packed = [packing.submit(_pack, *drawn) for drawn in self._missing(wanted)]
        for one in packed:
            one.result()
        self.printed = {path: self._page(path, published) for path, published, *_ in wanted}
        self.printed_of, self.printed_in = current, languages
        self._whole.cache_clear()

    @property
    def is_behind(self) -> bool:
        """Whether something else is published, or other languages are offered, than was printed."""
        return self.printed_of != self.shelf.current or list(self.printed_in) != list(self.pages.languages)

    def _missing(self, wanted: Sequence[Wanted]) -> Iterator[tuple[Path, str]]:
        """Pages to pack: while one is drawn here, brotli packs another beside."""
        for done, (path, published, lesson, lang, form) in enumerate(wanted, 1):
            kept = self._file(path, published)
            if not kept.exists():
                yield kept, self._drawn(published.course.id, lesson.id, lang, form)
            self.progress(done, len(wanted))

    def clear(self) -> None:
        """After a run: away with what nobody is given any more, of older courses and older versions of the program."""
        for old in self.folder.glob("*.br"):
            if old.name not in self._kept:
                old.unlink(missing_ok=True)

    def _wanted(self) -> Iterator[Wanted]:
        for id, published in self.shelf.courses.items():
            for lesson in published.course.all_lessons():
                for lang, form in product(self.pages.languages, form_paths(lesson)):
                    path = f"/{lang.slug}/courses/{id}/{lesson.id}{form}"
                    yield path, published, lesson, lang.slug, form

    def _page(self, path: str, published: Published) -> Stored:
        kept = self._file(path, published)
        self._kept.add(kept.name)
        return Stored.packed(kept.read_bytes(), HTML, REVALIDATE, security_headers(self.pages.style_hash))

    def _drawn(self, course: str, lesson: str, lang: str, form: str) -> str:
        published = self._whole(course)
        found = published.course.lesson(lesson)
        assert found is not None, "only lessons of the course are asked for"
        media = partial(published.medium, lesson)
        return lesson_html(
            self.pages, published.course, found, published.structure, lang, media, published.facts, form
        )

    def _file(self, path: str, published: Published) -> Path:
        state = f"{self._hand} {self.shelf.current[published.course.id]} {path}"
        return self.folder / (hashlib.sha256(state.encode()).hexdigest()[:32] + ".br")

    @property
    def _hand(self) -> str:
        slugs = " ".join(lang.slug for lang in self.pages.languages)
        return f"{fingerprint(ROOT, DRAWN_BY)} {slugs} {self.pages.words.drafts}"


def _pack(path: Path, html: str) -> None:
    write(path, packed(html.encode()))


def packed(html: bytes) -> bytes:
    small: bytes = brotli.compress(html, quality=QUALITY)
    return small if len(small) <= ROUND_TRIP else bytes(brotli.compress(html, quality=11))


@cache
def fingerprint(root: Path, folders: tuple[str, ...]) -> str:
    """Of the files in these folders as this process found them: another whenever one of them changed."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
