import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.languages import normalise
from courses.model import Unit
from courses.tables import Faults
from courses.wordfile import dump, parse

HMN = """---
state: machine_draft          # for every key
origin: llm
source: "glossary:hmn; # 5"
author: Máy
---

## title
Peb lul

## story
Một đoạn.

- hai
- ba


## q1.a {state=approved reviewer="Lò Văn \\"A\\"" from=3f2a91bc}
Hu
"""


def parsed(text: str, lang: str = "hmn") -> tuple[dict[str, Unit], list[tuple[int, str]]]:
    faults = Faults()
    units = parse("x.md", lang, text, faults)
    return units, [(fault.line, fault.what) for fault in faults.found]


def test_it_reads_head_keys_and_text() -> None:
    units, faults = parsed(HMN)
    draft = {"state": "machine_draft", "origin": "llm", "source": "glossary:hmn; # 5", "author": "Máy"}
    assert faults == []
    assert units["title"] == Unit("Peb lul", **draft)
    assert units["story"].text == "Một đoạn.\n\n- hai\n- ba"
    approved = draft | {"state": "approved", "reviewer": 'Lò Văn "A"', "from_hash": "3f2a91bc"}
    assert units["q1.a"] == Unit("Hu", **approved)
    assert [unit.line for unit in units.values()] == [8, 11, 18]


def test_vietnamese_is_the_source_and_others_wait_for_review() -> None:
    assert parsed("## title\nx\n", "vi")[0]["title"].state == "approved"
    assert parsed("## title\nx\n")[0]["title"].state == "needs_review"


def test_a_key_without_words_is_missing() -> None:
    assert parsed("## title\n\n## story\nx\n", "vi")[0]["title"].state == "missing"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("\nLời rơi\n## a\nx\n", 2, "under no key"),
        ("---\nstate: draft\n---\n## a\nx\n", 1, "state `draft` is not known"),
        ("---\norigin: robot\n---\n## a\nx\n", 1, "origin `robot` is not known"),
        ("---\ncolour: red\n---\n## a\nx\n", 1, "`colour` means nothing"),
        ("---\nstate machine_draft\n---\n## a\nx\n", 2, "not `name: value`"),
        ("---\nstate: approved\n## a\nx\n", 1, "no end"),
        ("## a\nx\n## a\ny\n", 3, "stands twice"),
        ("## A b\nx\n", 1, "not a key"),
        ("## a.\nx\n", 1, "not a key"),
        ("## a {state approved}\nx\n", 1, "cannot be read"),
        ("## a {mood=good}\nx\n", 1, "`mood` means nothing"),
        ("## a {from=xyz}\nx\n", 1, "is no hash"),
    ],
)
def test_faults(text: str, line: int, what: str) -> None:
    _, faults = parsed(text)
    assert len(faults) == 1
    assert faults[0][0] == line
    assert what in faults[0][1]


plain = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20)
names = plain.map(lambda text: normalise("hmn", text.strip()))
bodies = (
    st.lists(plain, min_size=1, max_size=3)
    .map("\n".join)
    .map(lambda text: normalise("hmn", text.strip("\n \t")))
)
keys = st.from_regex(r"[a-z0-9-]{1,4}(\.[a-z0-9-]{1,3}){0,2}", fullmatch=True)
units = st.builds(
    Unit,
    text=bodies.filter(bool).filter(lambda text: r"\## " not in text),
    state=st.sampled_from(["machine_draft", "needs_review", "approved", "rejected"]),
    origin=st.sampled_from(["", "human", "llm"]),
    source=names,
    author=names,
    reviewer=names,
    from_hash=st.sampled_from(["", "3f2a91bc"]),
)


@given(st.dictionaries(keys, units, max_size=5))
def test_what_is_written_is_read_back(words: dict[str, Unit]) -> None:
    read, faults = parsed(dump(words))
    assert faults == []
    assert {key: unit.text.replace("\\## ", "## ") for key, unit in read.items()} == {
        key: unit.text for key, unit in words.items()
    }
    again, _ = parsed(dump(read))
    assert again == read
    for field in ("state", "origin", "source", "author", "reviewer", "from_hash"):
        assert [getattr(unit, field) for unit in read.values()] == [
            getattr(unit, field) for unit in words.values()
        ]


def test_what_most_share_stands_in_the_head_once() -> None:
    written = dump(parsed(HMN)[0])
    assert written.count("machine_draft") == 1
    assert '## q1.a {state=approved reviewer="Lò Văn \\"A\\"" from=3f2a91bc}' in written
