"""Pure decisions about people: which PIN, how guessing is slowed, who must say who she is."""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.core.clock import DAY
from courses.grading import fold
from courses.languages import comparison_key

PIN_LENGTH = 3
PIN_PICTURES = tuple(
    [
        "banana",
        "buffalo",
        "chicken",
        "corn",
        "drum",
        "fish",
        "flower",
        "house",
        "motorbike",
        "sun",
        "tree",
        "umbrella",
    ]
)
FACES = tuple(
    [
        "beard",
        "beard-beret",
        "boy",
        "braids",
        "bun",
        "cap",
        "farmer",
        "glasses",
        "headscarf",
        "long-hair",
        "palm-hat",
        "pigtails",
        "scarf-red",
        "scarf-rose",
        "scarf-white",
        "short-hair",
        "skullcap",
        "skullcap-moustache",
        "spiky-hair",
        "teacher",
        "turban",
        "turban-baby",
        "turban-red",
        "white-bun",
    ]
)
COLOURS = ("red", "yellow", "green", "blue", "pink", "white")
SHAPES = ("circle", "square", "triangle", "star", "heart", "diamond")
MARKS = tuple(f"{colour}-{shape}" for shape in SHAPES for colour in COLOURS)
"""Faces of who wants no drawn one."""
OPTIONAL = {"place": str, "year": int, "gender": str, "phone": str, "group": str}
"""What somebody may tell of herself beyond a name and a face, and of what kind it is."""
PERSON_FIELDS = frozenset({"name", "face", "lang", "consent", "hear_first", "path", *OPTIONAL})
GENDERS = ("female", "male", "other")
FIRST_YEAR = 1900
NAME_LENGTH = 200
APOSTROPHES = re.compile("['’‘ʼʻ`´]")
EDGES = re.compile(r"^\W+|\W+$")
PHONE = re.compile("0[0-9]{9,10}")
TAI_VIET = "blt"
PASSPHRASE_LENGTH = 12
LONGEST_PASSPHRASE = 200

MINUTE = 60 * 1000
REST = 10 * MINUTE
FREE_GUESSES = 5
WAITS = (1 * MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE)
GUESSES_A_DAY = 20
VILLAGE_A_DAY = 200
VIET_NAM_MORNING = 7 * 60 * MINUTE


def choose_pin() -> tuple[str, ...]:
    return tuple(secrets.SystemRandom().sample(PIN_PICTURES, PIN_LENGTH))


def is_pin(pictures: Sequence[str]) -> bool:
    return len(pictures) == len(set(pictures)) == PIN_LENGTH and set(pictures) <= set(PIN_PICTURES)


def pin_secret(pictures: Sequence[str]) -> str:
    return " ".join(pictures)


def day_of(at: int) -> int:
    """The number of the day in Viet Nam."""
    return (at + VIET_NAM_MORNING) // DAY


def next_day(at: int) -> int:
    return (day_of(at) + 1) * DAY - VIET_NAM_MORNING


@dataclass(frozen=True, slots=True)
class Bucket:
    """What guesses are counted in: `slowed` waits between guesses, `limit` ends them for the day."""

    key: str
    limit: int
    slowed: bool = False

    def opens_at(self, failures: int, last_at: int) -> int:
        """When the next guess may come; 0 for now."""
        if failures >= self.limit:
            return next_day(last_at)
        if not self.slowed or failures < FREE_GUESSES:
            return 0
        return last_at + WAITS[min(failures - FREE_GUESSES, len(WAITS) - 1)]


def buckets(who: str, device: str | None, known: bool, village: str) -> list[Bucket]:
    """Where a guess counts. On a phone she signed in on before, nobody elsewhere can use up her guesses."""
    own = Bucket(f"{who} on {device}", GUESSES_A_DAY, slowed=True)
    if known:
        return [own]
    elsewhere = Bucket(f"{who} elsewhere", GUESSES_A_DAY)
    return [own, elsewhere, Bucket(f"village {village}", VILLAGE_A_DAY)]


@dataclass(frozen=True, slots=True)
class Refusal:
    """`helper`: waiting will not do today, a person must help. Else `minutes` to wait."""

    minutes: int
    helper: bool = False


def refused(buckets: Sequence[Bucket], counts: Mapping[str, tuple[int, int]], now: int) -> Refusal | None:
    """Why a guess may not be made now; `counts` are failures and the last time by bucket key."""
    for bucket in buckets:
        failures, last_at = counts.get(bucket.key, (0, 0))
        opens_at = bucket.opens_at(failures, last_at)
        if opens_at > now:
            return Refusal(-(-(opens_at - now) // MINUTE), helper=failures >= bucket.limit)
    return None


def clean_name(raw: str) -> str:
    """As names are kept: as written, whatever the keyboard, but for spaces."""
    return " ".join(raw.split())[:NAME_LENGTH]


def name_key(name: str) -> str:
    """What names are found and compared by: without case, marks and apostrophes, ð as đ, Tai Viet in its order."""
    return " ".join(fold(APOSTROPHES.sub("", comparison_key(TAI_VIET, name))).replace("ð", "d").split())


CUT = "…"


def without_name(title: str, names: Iterable[str]) -> str:
    """What a household is called without somebody: “Nhà Vừ Thị Mỷ” and “Nhà Mỷ” become “Nhà …”, “Nhà họ Vừ” stays."""
    words = title.split()
    for name in names:
        parts = name_key(name).split()
        hers = [EDGES.sub("", name_key(word)) in parts for word in words]
        runs = groupby(zip(hers, words, strict=True), key=lambda one: one[0])
        words = [
            word
            for is_hers, run in runs
            for word in _cut([word for _, word in run], is_hers, parts[-1] if parts else "")
        ]
    return " ".join(words)


def _cut(run: list[str], is_hers: bool, given: str) -> list[str]:
    """Words that stand together: cut where the name she is called by is among them."""
    named = is_hers and given in [EDGES.sub("", name_key(word)) for word in run]
    return [CUT] if named else run


def clean_phone(raw: str) -> str | None:
    """Ten or eleven digits from 0, as a spreadsheet or a hand wrote them; None where it is no number."""
    digits = re.sub(r"[\s.\-()]", "", raw)
    digits = re.sub(r"^(\+84|0084|84(?=[0-9]{9}$))", "0", digits)
    digits = f"0{digits}" if re.fullmatch("[1-9][0-9]{8}", digits) else digits
    return digits if PHONE.fullmatch(digits) else None


def clean_year(raw: str, this_year: int) -> int | None:
    """The year of birth in a text such as 1985, 12/3/1985 or 1985-03-12; None where there is none."""
    years = re.findall(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", raw)
    return int(years[0]) if len(years) == 1 and FIRST_YEAR <= int(years[0]) <= this_year else None


def is_face(face: str) -> bool:
    return face in FACES or face in MARKS


def is_name(name: str) -> bool:
    return name.isprintable() and any(character.isalpha() for character in name)


def in_order_of_knowledge(changes: Mapping[str, Sequence[str]]) -> list[str]:
    """Ids of changes, each after those it was `based_on`; equals by id. A function of the set, not of arrival.

    Takes {id: ids it was made knowing}.
    """
    depth: dict[str, int] = {}

    def measure(id: str, above: frozenset[str]) -> int:
        if id not in depth:
            known = [parent for parent in changes[id] if parent in changes and parent not in above]
            depth[id] = 1 + max((measure(parent, above | {id}) for parent in known), default=0)
        return depth[id]

    for id in sorted(changes):
        measure(id, frozenset({id}))
    return sorted(changes, key=lambda id: (depth[id], id))


def standing(merges: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Who stands for whom, from merges as (id, kept, other): a function of the set, whatever their order.

    In the order of ids the record standing for `other` comes under that standing for `kept`; a merge within what is one
    already says nothing.
    """
    above: dict[str, str] = {}

    def top(person: str) -> str:
        while person in above:
            person = above[person]
        return person

    for _, kept, other in sorted(merges):
        if (first := top(kept)) != (second := top(other)):
            above[second] = first
    return {person: top(person) for person in above}


def folded(bodies: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What a person is, from her registration and changes by id: later knowledge wins, field by field."""
    fields: dict[str, Any] = {}
    for id in in_order_of_knowledge({id: based_on(body) for id, body in bodies.items()}):
        fields |= {key: value for key, value in bodies[id].items() if key in PERSON_FIELDS}
    return fields


def based_on(body: Mapping[str, Any]) -> Sequence[str]:
    known = body.get("based_on")
    return [id for id in known if isinstance(id, str)] if isinstance(known, list) else []
