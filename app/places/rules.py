"""Pure decisions about places: what one may say of a place, how names are compared, what its changes come to."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from courses.grading import fold
from courses.languages import comparison_key, normalise

SHIPPED_FIELDS = ("name", "kind", "parent", "former_district_unverified")
FIELDS = (*SHIPPED_FIELDS, "power", "signal", "contact", "phone")
KINDS = ("province", "commune", "ward", "village")
POWER = ("", "none", "sometimes", "grid")
SIGNAL = ("", "none", "2g", "4g", "fibre")
"""What a place has of the grid and of a line; "" where nobody said."""
NAME_LENGTH = 80
CONTACT_LENGTH = 200
VILLAGE_CODE = "{commune}-{number:03}"
TAI_VIET = "blt"
APOSTROPHES = re.compile("['’‘ʼ`´]")
NUMBER = re.compile(r"\+?\d{3,15}")
SPACING = re.compile(r"[\s.()-]+")


def clean_name(raw: str) -> str:
    """As names are kept: composed, whatever keyboard wrote them."""
    return " ".join(normalise(TAI_VIET, raw).split())[:NAME_LENGTH]


def is_name(name: str) -> bool:
    return name.isprintable() and any(character.isalnum() for character in name)


def key(name: str) -> str:
    """What names of places are found and compared by."""
    return " ".join(
        fold(APOSTROPHES.sub("", comparison_key(TAI_VIET, name))).replace("ð", "d").replace("đ", "d").split()
    )


def clean_numbers(raw: str) -> str | None:
    """Telephone numbers between commas, as they were written; None where one is no number."""
    numbers = [" ".join(one.split()) for one in re.split(r"[,;/\n]", raw) if one.strip()]
    return ", ".join(numbers) if all(NUMBER.fullmatch(dialled(one)) for one in numbers) else None


def dialled(number: str) -> str:
    return SPACING.sub("", number)


def fits(said: Mapping[str, Any]) -> bool:
    """Whether these are fields of a place, each with a value it can have."""
    texts = {name: value for name, value in said.items() if name != "parent" or value is not None}
    return (
        bool(said)
        and set(said) <= set(FIELDS)
        and all(isinstance(value, str) for value in texts.values())
        and ("name" not in said or is_name(said["name"]))
        and said.get("kind", KINDS[0]) in KINDS
        and said.get("power", "") in POWER
        and said.get("signal", "") in SIGNAL
    )


def folded(
    shipped: Mapping[str, Any], changes: Iterable[tuple[str, str, Mapping[str, Any]]]
) -> dict[str, Any] | None:
    """What a place is: what was shipped, then what each change says, the last by id; None where it has no name yet.

    Takes (id, type, what it says). It is merged into what the last merger says that nobody took back.
    """
    fields: dict[str, Any] = {}
    mergers: dict[str, str] = {}
    undone: set[str] = set()
    for id, type, said in sorted(changes, key=lambda one: one[0]):
        if type == "place.set":
            fields |= said
        elif type == "place.merged":
            mergers[id] = said["kept"]
        else:
            undone.add(said["merge"])
    fields = dict(shipped) | fields
    if "name" not in fields or "kind" not in fields:
        return None
    standing = [kept for id, kept in sorted(mergers.items()) if id not in undone]
    return fields | {"folded": key(fields["name"]), "merged_into": standing[-1] if standing else None}


def names(shipped: Mapping[str, Any], changes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every name a place had, in the order it had them; takes what its changes say, by id."""
    had = [str(said["name"]) for said in (shipped, *changes) if "name" in said]
    return list(dict.fromkeys(had))


def read(said: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(said)
    return fields
