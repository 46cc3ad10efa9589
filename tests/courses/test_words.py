import pytest

from courses.languages import convert
from courses.model import Lesson, Unit, source_hash
from courses.words import Shown, coverage, item_shown, shown, shown_of, stamped, state, unvoiced
from tests.courses import cast

TITLE = "Lời của title"
APPROVED = '{state=approved reviewer="Lò A"}'


def lesson(hmn: str = "", **changed: str) -> Lesson:
    return cast.lesson(hmn=hmn, **changed)


def title(attributes: str, lang: str = "hmn", drafts: bool = False) -> Shown:
    return shown(lesson(f"## title {attributes}\nLul\n"), "title", lang, drafts)


def test_approved_words_are_shown() -> None:
    assert title(APPROVED) == Shown("Lul", "hmn")


def test_outdated_approved_words_stay_visible() -> None:
    assert title('{state=approved reviewer="Lò A" from=00000000}') == Shown("Lul", "hmn")


@pytest.mark.parametrize("state", ["machine_draft", "needs_review"])
def test_a_draft_is_shown_only_when_asked_for_and_with_the_vietnamese(state: str) -> None:
    assert title(f"{{state={state}}}") == Shown(TITLE, "vi")
    assert title(f"{{state={state}}}", drafts=True) == Shown("Lul", "hmn", draft=True, beneath=TITLE)


def test_a_draft_that_says_the_same_has_no_vietnamese_beneath() -> None:
    units = {"vi": Unit("OTP"), "hmn": Unit("OTP", state="machine_draft")}
    assert shown_of(units, "hmn", True) == Shown("OTP", "hmn", draft=True)
    assert shown_of(units, "hmn", False) == Shown("OTP", "vi")


def test_rejected_and_missing_words_are_never_shown() -> None:
    assert title("{state=rejected}", drafts=True) == Shown(TITLE, "vi")
    assert shown(lesson(), "title", "hmn", True) == Shown(TITLE, "vi")
    assert shown(lesson("## title {state=approved}\n"), "title", "hmn", True) == Shown(TITLE, "vi")


def test_vietnamese_is_shown_as_it_is() -> None:
    assert shown(lesson(), "title", "vi", False) == Shown(TITLE, "vi")
    assert shown(lesson(), "nothing", "vi", False) == Shown("", "vi")


def test_a_view_is_computed_and_as_good_as_its_master() -> None:
    rpa = convert("Lul", "hmn", "hmn-x-rpa").text
    assert rpa != "Lul"
    assert title(APPROVED, "hmn-x-rpa") == Shown(rpa, "hmn-x-rpa")
    assert title("{state=machine_draft}", "hmn-x-rpa", True) == Shown(
        rpa, "hmn-x-rpa", draft=True, beneath=TITLE
    )


def test_a_written_view_goes_before_the_computed_one() -> None:
    found = cast.reading(hmn=f"## title {APPROVED}\nLul\n", **{"hmn-x-rpa": f"## title {APPROVED}\nNoob\n"})
    assert found.course
    assert shown(found.course.lessons[0], "title", "hmn-x-rpa", False) == Shown("Noob", "hmn-x-rpa")


def test_a_title_stands_by_language() -> None:
    units = {"vi": Unit("Hỏi"), "hmn": Unit("Nus", state="machine_draft")}
    assert shown_of(units, "hmn", True) == Shown("Nus", "hmn", draft=True, beneath="Hỏi")
    assert shown_of(units, "blt", True) == Shown("Hỏi", "vi")


TRUE_FALSE = ("tf", "tf.true.feedback", "tf.false.feedback")


def item(attributes: tuple[str, str, str], drafts: bool, lang: str = "hmn") -> dict[str, Shown]:
    words = "\n".join(f"## {key} {given}\nNus\n" for key, given in zip(TRUE_FALSE, attributes, strict=True))
    return item_shown(lesson(words), cast.question("tf"), lang, drafts)


DRAFT, REJECTED = "{state=machine_draft}", "{state=rejected}"
OUTDATED = '{state=approved reviewer="Lò A" from=00000000}'


def test_an_approved_item_is_whole_in_its_language() -> None:
    assert item((APPROVED,) * 3, False) == {key: Shown("Nus", "hmn") for key in TRUE_FALSE}


def test_a_draft_item_carries_the_whole_vietnamese() -> None:
    found = item((APPROVED, DRAFT, APPROVED), True)
    assert [one.beneath for one in found.values()] == [
        f"Lời của {key.replace('.', ' ')}" for key in TRUE_FALSE
    ]
    assert all(one.draft and one.lang == "hmn" for one in found.values())


@pytest.mark.parametrize("spoilt", [DRAFT, REJECTED, OUTDATED])
@pytest.mark.parametrize("lang", ["hmn", "hmn-x-rpa"])
def test_one_unfit_part_makes_the_item_vietnamese(spoilt: str, lang: str) -> None:
    found = item((APPROVED, spoilt, APPROVED), False, lang)
    assert found.keys() == {*TRUE_FALSE}
    assert all(one.lang == "vi" and not one.draft for one in found.values())


def test_an_item_with_a_part_missing_is_vietnamese() -> None:
    found = item_shown(lesson(f"## tf {APPROVED}\nNus\n"), cast.question("tf"), "hmn", True)
    assert {one.lang for one in found.values()} == {"vi"}


def test_an_item_in_vietnamese() -> None:
    found = item_shown(lesson(), cast.question("one"), "vi", False)
    assert "one.hint" in found
    assert "one.a" not in found
    assert {one.lang for one in found.values()} == {"vi"}


def test_state_of_a_key() -> None:
    source = Unit("Hỏi")
    made = source_hash("Hỏi")
    assert state({"vi": source}, "hmn") == "missing"
    assert state({"vi": source, "hmn": Unit("N", state="needs_review")}, "hmn") == "draft"
    assert state({"vi": source, "hmn": Unit("N", from_hash=made)}, "hmn") == "approved"
    assert state({"vi": source, "hmn": Unit("N", from_hash="00000000")}, "hmn-x-rpa") == "outdated"


def test_coverage_counts_every_key_once() -> None:
    course = cast.course(
        hmn=f"## title {APPROVED}\nNus\n\n## story {OUTDATED}\nNus\n\n## do.s1 {DRAFT}\nNus\n"
    )
    vietnamese, hmong = coverage(course, "vi"), coverage(course, "hmn")
    assert hmong == {"missing": vietnamese["approved"] - 4, "draft": 2, "approved": 1, "outdated": 1}
    assert vietnamese["missing"] == 0
    assert coverage(course, "hmn-x-rpa") == hmong


def test_unvoiced() -> None:
    files = cast.files() | {"01-hoi/media/title.hmn.opus": b"", "01-hoi/media/one.a.feedback.vi.opus": b""}
    from courses.folder import read

    course = read(files).course
    assert course
    everything = unvoiced(cast.course(), "vi")
    assert ("01-hoi", "title") in everything
    assert {*everything} - {*unvoiced(course, "hmn-x-rpa")} == {("01-hoi", "title")}
    assert {*everything} - {*unvoiced(course, "vi")} == {("01-hoi", "one.a.feedback")}


def test_stamped_names_the_source_it_was_made_from() -> None:
    source = {"a": Unit("Hỏi"), "b": Unit("Đáp")}
    found = stamped({"a": Unit("N"), "b": Unit("T", from_hash="00000000"), "c": Unit("X")}, source)
    assert [unit.from_hash for unit in found.values()] == [source_hash("Hỏi"), "00000000", ""]
