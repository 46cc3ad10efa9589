"""Thái typed in Latin letters: the spellings proposed, and that every syllable of the grammar is among them."""

import json
from pathlib import Path

import pytest
from hypothesis import given

from courses import glossary
from courses.scripts import taiviet, typing
from courses.scripts.views import to_latin
from tests.courses.test_scripts_taiviet import ATTESTED, syllables

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "tests/vectors/typing.json").read_text("utf-8"))
TWO_SIGNS = {"ꫛ"}


@pytest.mark.parametrize(("latin", "spelt"), VECTORS)
def test_the_vectors_the_browser_runs_too(latin: str, spelt: list[str]) -> None:
    assert typing.candidates(latin) == spelt


def test_an_attested_syllable_is_proposed_first() -> None:
    terms = glossary.read((ROOT / "content/glossary/blt.toml").read_bytes()).values()
    words = {taiviet.normalise(word) for term in terms for word in term.words.split()}
    known = {word for word in words if taiviet.syllable(word)} | {*map(taiviet.normalise, ATTESTED)}
    first = [word for word in known if typing.candidates(to_latin(word).text)[0] == word]
    assert len(known) > 300 and known - set(first) == TWO_SIGNS
    assert typing.candidates("kỗn", known={"ꫛ"})[0] == "ꫛ"


@given(syllables())
def test_whatever_is_proposed_is_read_as_it_was_typed(tai: str) -> None:
    latin = to_latin(tai).text
    proposed = typing.candidates(latin)
    assert proposed
    assert {to_latin(one).text for one in proposed} == {latin}


def test_a_text_keeps_what_is_no_thai() -> None:
    text = "Tãy đằm, {fact:pa} 156 https://pa.example VNeID **pa** xzz."
    assert typing.typed(text) == "ꪼꪕ ꪒꪾ, {fact:pa} 156 https://pa.example VNeID **ꪝ꪿ꪱ** xzz."
