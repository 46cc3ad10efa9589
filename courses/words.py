"""Which words a learner sees: approved ones in her language, drafts only when asked for, else Vietnamese."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from courses import voices
from courses.keys import course_keys, question_keys
from courses.languages import LANGUAGES, convert
from courses.model import SOURCE, Course, Lesson, Question, Unit, Words, source_hash


@dataclass(frozen=True, slots=True)
class Shown:
    """`lang` is the slug the text is in; `beneath` is the Vietnamese that stands under a draft, None where it says the same."""

    text: str
    lang: str
    draft: bool = False
    beneath: str | None = None


def drafted(text: str, lang: str, source: str) -> Shown:
    return Shown(text, lang, draft=True, beneath=source if text != source else None)


def pick(units: Mapping[str, Unit], lang: str) -> Unit | None:
    """The unit of a language among those of one key; a view is computed unless somebody wrote it."""
    unit = units.get(lang)
    master = LANGUAGES[lang].view_of if lang in LANGUAGES else None
    if unit is not None or master is None or master not in units:
        return unit
    return replace(units[master], text=convert(units[master].text, master, lang).text)


def unit(lesson: Lesson, key: str, lang: str) -> Unit | None:
    return pick(_by_language(lesson, key), lang)


def _by_language(lesson: Lesson, key: str) -> dict[str, Unit]:
    return {lang: words[key] for lang, words in lesson.words.items() if key in words}


def shown(lesson: Lesson, key: str, lang: str, drafts: bool) -> Shown:
    return shown_of(_by_language(lesson, key), lang, drafts)


def shown_of(units: Mapping[str, Unit], lang: str, drafts: bool) -> Shown:
    """The same for words that stand by language, as a course's title."""
    source, found = _source(units), pick(units, lang)
    if lang == SOURCE or found is None:
        return Shown(source, SOURCE)
    if found.approved:
        return Shown(found.text, lang)
    if found.draft and drafts:
        return drafted(found.text, lang, source)
    return Shown(source, SOURCE)


def _source(units: Mapping[str, Unit]) -> str:
    return units[SOURCE].text if SOURCE in units else ""


def item_shown(lesson: Lesson, question: Question, lang: str, drafts: bool) -> dict[str, Shown]:
    """Every key of a quiz item in `lang`, or every one in Vietnamese."""
    names = [key.name for key in question_keys(question)]
    source = {name: one.text for name in names if (one := lesson.unit(SOURCE, name)) and one.text}
    found = {name: unit(lesson, name, lang) for name in source}
    states = {_item_state(one, source[name]) for name, one in found.items()}
    if lang == SOURCE or not states <= {"approved", "draft"} or ("draft" in states and not drafts):
        return {name: Shown(text, SOURCE) for name, text in source.items()}
    texts = {name: one.text for name, one in found.items() if one}
    if "draft" in states:
        return {name: drafted(text, lang, source[name]) for name, text in texts.items()}
    return {name: Shown(text, lang) for name, text in texts.items()}


def _item_state(unit: Unit | None, source: str) -> str:
    if unit is None or unit.outdated(source):
        return "unfit"
    return "approved" if unit.approved else "draft" if unit.draft else "unfit"


def state(units: Mapping[str, Unit], lang: str) -> str:
    """missing, draft, approved or outdated: the one word under which a key is counted."""
    found = pick(units, lang)
    if found is None or not (found.approved or found.draft):
        return "missing"
    if found.outdated(_source(units)):
        return "outdated"
    return "approved" if found.approved else "draft"


def coverage(course: Course, lang: str) -> dict[str, int]:
    """How many keys are missing, draft, approved and outdated; a key counts where Vietnamese has it or must."""
    counted = Counter(state(units, lang) for units in _all_units(course))
    return {name: counted[name] for name in ("missing", "draft", "approved", "outdated")}


def _all_units(course: Course) -> Iterator[Mapping[str, Unit]]:
    yield course.title
    yield course.about
    for lesson, key in course_keys(course):
        units = _by_language(lesson, key.name)
        if _source(units) or (key.required and not lesson.unit(SOURCE, key.instead)):
            yield units


UNVOICED = ("missing", "outdated", "rejected")


def unvoiced(course: Course, lang: str) -> list[tuple[str, str]]:
    """(lesson, key) of words that no recording speaks as they stand; a view is spoken by its master's recordings."""
    voice = (LANGUAGES[lang].view_of if lang in LANGUAGES else None) or lang
    keys = ((lesson, key.name) for lesson, key in course_keys(course) if lesson.unit(SOURCE, key.name))
    return [(one.id, key) for one, key in keys if voices.state(one, key, voice) in UNVOICED]


def stamped(words: Words, source: Words) -> dict[str, Unit]:
    """The units, each with the hash of the Vietnamese it was made from where it names none yet."""
    return {
        key: replace(unit, from_hash=unit.from_hash or source_hash(source[key].text))
        if key in source
        else unit
        for key, unit in words.items()
    }
