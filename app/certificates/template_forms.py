"""What staff choose for a template: paper, fields, logo, and their own words in each language; cleaned and judged."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.accounts.rules import clean_name
from app.certificates import paper, rules
from app.certificates.templates import FIELDS, PAPERS, WORDS, Template, never, template
from app.programmes.programme_forms import Form
from courses.languages import LANGUAGES
from courses.model import SOURCE

LONGEST = {"heading": 80, "certify": 60, "completed": 60}
SPOKEN = tuple(one.slug for one in LANGUAGES.values() if one.view_of is None)
"""Languages words are written in; those of a view are computed."""
LARGEST_LOGO = 4 * 1024 * 1024
MOST_PIXELS = 25_000_000
LOGO_SIDE = 600
"""Pixels; a logo is printed 24 mm wide at most."""


class NotALogo(ValueError):
    """The file is no picture that can be printed; the message ends `template.logo_…`."""


@dataclass(slots=True)
class TemplateForm(Form):
    """`words` by language and key; `logo` names a blob, or is ""; `letters` are those no font draws."""

    id: str = ""
    paper: str = PAPERS[0]
    fields: tuple[str, ...] = FIELDS
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    logo: str = ""
    letters: str = ""

    @classmethod
    def of(cls, one: Template) -> "TemplateForm":
        words = {lang: {key: one.words.get(lang, {}).get(key, "") for key in WORDS} for lang in SPOKEN}
        return cls(id=one.id, paper=one.paper, fields=one.fields, words=words, logo=one.logo_sha)

    def read(self, said: Mapping[str, str]) -> "TemplateForm":
        """Words as a form carries them: `heading-vi`."""
        for lang in SPOKEN:
            self.words[lang] = {key: clean_name(said.get(f"{key}-{lang}", ""))[:200] for key in WORDS}
        return self

    def check(self) -> "TemplateForm":
        self.must("id", rules.RULE_ID.fullmatch(self.id) is not None, "template.write_id")
        self.must("paper", self.paper in PAPERS, "programme.choose")
        self.fields = tuple(one for one in FIELDS if one in self.fields)
        for lang, said in self.words.items():
            for key, words in said.items():
                self._check_words(f"{key}-{lang}", words, LONGEST[key], needed=lang == SOURCE)
        return self

    def _check_words(self, name: str, words: str, longest: int, needed: bool) -> None:
        self.must(name, bool(words) or not needed, "template.write_words")
        self.must(name, len(words) <= longest, "template.too_long")
        self.must(name, not any(one in words.casefold() for one in never()), "template.never")
        if lacking := paper.missing(words):
            self.letters += lacking
            self.must(name, False, "template.letters")

    def template(self, latest: Template) -> Template:
        """As it would be printed: all words nobody may change are those of `latest`."""
        own = {
            lang: {key: words for key, words in said.items() if words} for lang, said in self.words.items()
        }
        words = {
            SOURCE: {**latest.words[SOURCE], **own.pop(SOURCE, {})},
            **{lang: said for lang, said in own.items() if said},
        }
        said = {"paper": self.paper, "fields": self.fields, "words": words, "logo": self.logo}
        return template(f"{self.id}@{latest.version}", said)


def logo(data: bytes) -> bytes:
    """The picture as a PNG of its own, without what its file says beside it. Raises `NotALogo`."""
    from PIL import Image, ImageOps

    if len(data) > LARGEST_LOGO:
        raise NotALogo("too_large")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as read:
            if read.width * read.height > MOST_PIXELS:
                raise NotALogo("too_large")
            drawn = ImageOps.exif_transpose(read).convert("RGBA")
    except NotALogo:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise NotALogo("no_picture") from None
    drawn.thumbnail((LOGO_SIDE, LOGO_SIDE))
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=True)
    return out.getvalue()
