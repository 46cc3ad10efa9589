"""The interface's words in the languages of the province: drafted whole, of today's Vietnamese, in their own syllables."""

from fractions import Fraction
from functools import cache

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from courses.languages import check
from courses.model import SOURCE, source_hash
from tests.content.measures import CONTENT, TRANSLATED

ACCEPTED = Fraction(98, 100)


@cache
def messages(lang: str) -> dict[str, Message]:
    with (CONTENT / "words" / f"{lang}.po").open("rb") as file:
        return {str(one.id): one for one in read_po(file, ignore_obsolete=True) if one.id and one.string}


def said_of(message: Message, what: str) -> str:
    """What a comment such as `#. from: 4081400b` says."""
    told = (one.partition(": ") for one in message.auto_comments)
    return next((words for name, _, words in told if name == what), "")


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_word_of_the_interface_is_drafted(lang: str) -> None:
    assert [key for key in messages(SOURCE) if key not in messages(lang)] == []
    assert [key for key in messages(lang) if key not in messages(SOURCE)] == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_drafts_are_of_todays_vietnamese(lang: str) -> None:
    found = {key: source_hash(str(one.string)) for key, one in messages(SOURCE).items()}
    assert [key for key, one in messages(lang).items() if said_of(one, "from") != found.get(key)] == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_draft_says_where_it_is_from(lang: str) -> None:
    drafts = {key: one for key, one in messages(lang).items() if one.fuzzy}
    assert [
        key for key, one in drafts.items() if not (said_of(one, "origin") and said_of(one, "source"))
    ] == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_drafts_are_in_syllables_of_their_language(lang: str) -> None:
    found = [check(lang, str(one.string)) for one in messages(lang).values()]
    assert sum(one.accepted for one in found) >= ACCEPTED * sum(one.total for one in found)
