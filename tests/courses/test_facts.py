from datetime import date
from pathlib import Path

import pytest

from courses.facts import check, read
from tests.courses import cast

TOML = b"""
[scam]
value = "156"
source_url = "https://a.vn"
checked_on = 2026-11-21
review_by = 2027-05-21
owner = "So"
verified = true

[guess]
value = "999"
verified = false
"""
FACTS, _ = read(TOML)


def faults(vi: str, today: date | None = None) -> list[tuple[str, int, str]]:
    found = check(cast.course(vi=vi), FACTS, today)
    return [(fault.file, fault.line, fault.what) for fault in found]


def test_it_reads_facts() -> None:
    found, faults = read(TOML)
    assert faults == []
    assert (found["scam"].value, found["scam"].say, found["scam"].line) == ("156", "156", 2)
    assert found["scam"].review_by == date(2027, 5, 21)


def test_the_facts_of_this_checkout() -> None:
    content = Path(__file__).parent.parent.parent / "content" / "facts.toml"
    found, faults = read(content.read_bytes())
    assert faults == []
    assert found["report-scam"].verified


@pytest.mark.parametrize(
    ("toml", "what"),
    [
        (b"[a]\nvalue = 5\n", "not a text"),
        (b"[a]\nvalue = '5'\nverified = true\n", "no `source_url`"),
        (b"[a]\nvalue = '5'\nreview_by = '2027'\n", "not a day"),
        (b"a = 5\n", "not a table"),
        (b"[a\n", "not TOML"),
    ],
)
def test_faults_of_the_file(toml: bytes, what: str) -> None:
    _, faults = read(toml)
    assert any(what in fault.what for fault in faults)


def test_a_quote_must_be_known_and_verified() -> None:
    assert faults("## title\ngọi {fact:scam}\n") == []
    assert faults("\n## title\ngọi {fact:none}\n") == [
        ("01-hoi/vi.md", 2, "The fact `none` is not in facts.toml.")
    ]
    assert faults("## title\n{fact:guess}\n") == [("01-hoi/vi.md", 1, "The fact `guess` is not verified.")]


def test_a_fact_is_reviewed_in_time() -> None:
    words = "## title\n{fact:scam}\n"
    assert faults(words, date(2027, 5, 21)) == []
    assert "to be reviewed" in faults(words, date(2027, 5, 22))[0][2]
