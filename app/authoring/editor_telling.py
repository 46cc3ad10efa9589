"""Drafts as pages tell of them: what a part is, and what it says, in words a teacher reads."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from courses import parts
from courses.languages import LANGUAGES
from courses.model import SOURCE


class Told(NamedTuple):
    """`what` ends the key `editor.part_…`; `lesson` is the title of the lesson, "" in the course's own."""

    part: str
    what: str
    lesson: str
    language: str
    before: str
    after: str


def told(part: str, before: Any, after: Any, titles: Mapping[str, str]) -> Told:
    found = parts.name(part) or parts.Name("lesson")
    language = LANGUAGES[found.lang].vi_name if found.lang else ""
    return Told(
        part, found.kind, titles.get(found.lesson, found.lesson), language, plain(before), plain(after)
    )


def plain(value: Any) -> str:
    """What a part says, in a line or some."""
    if value is None:
        return ""
    if "text" in value:
        return str(value["text"])
    if "sha256" in value:
        return f"{value.get('type', '')} {-(-value.get('size', 0) // 1024)} KB"
    return "\n".join(
        f"{key}: {_flat(one)}" for key, one in value.items() if key != "id" and one not in ([], {})
    )


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(_flat(one) for one in value.values() if one is not True) + (
            " ✓" if value.get("right") else ""
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_flat, value))
    return {True: "✓", False: "✗"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def titles(values: Mapping[str, Any]) -> dict[str, str]:
    """The Vietnamese titles of lessons by their ids."""
    ending = f"/words/{SOURCE}/title"
    return {
        part[: -len(ending)]: value["text"]
        for part, value in values.items()
        if part.endswith(ending) and value
    }
