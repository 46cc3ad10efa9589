"""A practice is built by clicking: screens, what may be done on them, where each leads; and it is tried at once."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from fastapi import FastAPI

from app.authoring import practice_rules
from courses.model import Block, Lesson, Unit
from tests.cast import Staff
from tests.page import Page, opened

LESSON = "/teach/courses/small/first"


class Builder:
    """The pages of the builder, as a browser without script uses them."""

    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        made = staff.post(f"{LESSON}/practice").headers["location"]
        self.here, self.at = made, made
        self.page = self.open()

    def open(self) -> Page:
        self.page = opened(self.staff.client, self.at)
        return self.page

    @property
    def block(self) -> str:
        found = re.search(r'name="w\.([a-z0-9]+)\.goal"', self.staff.get(self.here).text)
        assert found
        return found[1]

    @property
    def screens(self) -> list[str]:
        return list(dict.fromkeys(re.findall(r"\?screen=([a-z0-9]+)#", self.open().html)))

    def fields(self) -> dict[str, Any]:
        """What the form holds now."""
        form: dict[str, Any] = {}
        for one in self.page.all("input"):
            if "name" in one.attrs and (one.attrs.get("type") != "checkbox" or "checked" in one.attrs):
                form[one.attrs["name"]] = one.attrs.get("value", "")
        html = self.page.html
        for name, text in re.findall(r'<textarea id="([^"]+)"[^>]*>\n?(.*?)</textarea>', html, re.S):
            form[name] = text
        for name, options in re.findall(r'<select id="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
            chosen = re.search(r'value="([^"]*)" selected', options)
            form[name] = chosen[1] if chosen else ""
        return form

    def press(self, do: str = "", said: Mapping[str, str] = MappingProxyType({}), status: int = 303) -> None:
        """A button, with these fields filled in."""
        form = {**self.fields(), **said, "do": do}
        answer = self.staff.post(self.here, form, status)
        if status == 303:
            self.at = answer.headers["location"].split("#")[0]
            self.open()
        else:
            self.page = Page(answer.text)


def test_built_without_a_script_and_tried(app: FastAPI, staff: Staff) -> None:
    builder = Builder(staff)
    first, last = builder.screens
    block = builder.block
    assert "Còn chỗ chưa có lời" in builder.page.html
    [part] = re.findall(r'id="parts\.([a-z0-9]+)"', builder.page.html)
    builder.press("", {
        f"w.{block}.goal": "Gọi cho con", f"w.{block}.{first}": "Bấm nút gọi", f"w.{block}.{first}.{part}": "Gọi",
        "picture": "kit:welcome-village",
    })  # fmt: skip
    builder.press("", {f"w.{block}.{first}.alt": "Một bản làng"})
    builder.press("spot-add", {"new.x": "10", "new.y": "20", "new.w": "30", "new.h": "40"})
    [spot] = re.findall(r'data-spot="([a-z0-9]+)" x="10" y="20" width="30" height="40"', builder.page.html)
    builder.press("", {f"w.{block}.{first}.{spot}": "Ngôi nhà", f"hotspots.{spot}.to": "+"})
    *_, third = builder.screens
    builder.at = f"{builder.here}?screen={third}"
    builder.open()
    builder.press("", {"end": "wrong", f"w.{block}.{third}": "Đây là nhà, không phải điện thoại"})
    assert "Làm sai thì quay lại đâu" in builder.page.html
    builder.press("", {"back": first})
    builder.at = f"{builder.here}?screen={last}"
    builder.open()
    builder.press("", {f"w.{block}.{last}": "Đã gọi được"})
    assert "Đủ rồi" in builder.page.html and "1, " not in builder.page.html.split('id="map"')[0]
    seen = staff.get("/teach/courses/small/preview/vi/first").text
    for words in ("Gọi cho con", "Bấm nút gọi", "Ngôi nhà", "không phải điện thoại", "BÀI TẬP"):
        assert words in seen
    assert 'x="10" y="20" width="30" height="40"' in seen and f'href="#{block}.{first}"' in seen


@pytest.mark.only_on("sqlite")
def test_however_often_it_is_begun_a_block_has_one_practice(staff: Staff) -> None:
    """By a double tap, or before the editor has saved the block it was begun from."""
    page = opened(staff.client, f"{LESSON}/practice")
    [block] = [one.attrs["value"] for one in page.all("input", name="block")]
    made = [staff.post(f"{LESSON}/practice", {"block": one}) for one in (block, block, "pabc123", "pabc123")]
    places = [one.headers["location"] for one in made]
    assert places[0] == places[1] != places[2] == places[3]
    held = opened(staff.client, LESSON).html
    assert held.count('data-kind="practice"') == 2 and 'id="block.pabc123"' in held
    third = staff.post(f"{LESSON}/practice", {"block": "story"}).headers["location"]
    assert third not in places, "a block of another kind is left alone"


def test_parts_move_and_go_and_what_led_to_a_screen_that_went_leads_nowhere(staff: Staff) -> None:
    builder = Builder(staff)
    first, last = builder.screens
    builder.press("part-add", {"kind": "qr"})
    assert 'value="BÀI TẬP"' in builder.page.html
    button, code = re.findall(r'<li class="rw" id="parts\.([a-z0-9]+)"', builder.page.html)
    builder.press(f"part-up {code}")
    assert re.findall(r'<li class="rw" id="parts\.([a-z0-9]+)"', builder.page.html) == [code, button]
    builder.press(f"row-remove {code}", {f"parts.{code}.payload": "https://bank.vn"})
    builder.at = f"{builder.here}?screen={last}"
    builder.open()
    builder.press("screen-remove")
    assert builder.screens == [first] and "chưa dẫn đi đâu" in builder.page.html
    builder.press("screen-remove")
    assert builder.screens == [first], "where it begins stays"


@pytest.mark.only_on("sqlite")
def test_what_two_people_do_at_different_screens_is_all_there(staff: Staff) -> None:
    one = Builder(staff)
    first, last = one.screens
    block, before = one.block, one.fields()
    one.at = f"{one.here}?screen={last}"
    one.open()
    one.press("", {"end": "right", "look": "paper", f"w.{block}.{last}": "Xong"})
    staff.post(one.here, before | {"look": "bank", f"w.{block}.{first}": "Bắt đầu", "do": ""})
    page = staff.get(one.here).text
    assert "Xong" in page and "Bắt đầu" in page and 'value="bank" selected' in page
    assert 'value="paper" selected' in staff.get(f"{one.here}?screen={last}").text


@pytest.mark.only_on("sqlite")
def test_letters_of_an_old_font_are_refused_and_stay_in_the_field(staff: Staff) -> None:
    builder = Builder(staff)
    name = f"w.{builder.block}.goal"
    builder.press("", {name: "Häc sinh gäi ®iÖn tho¹i cho bè mÑ ë nhµ"}, 422)
    assert "®iÖn" in builder.page.html and builder.page.all("strong", id=f"{name}-error")


def lesson(told: dict[str, Any], words: dict[str, str]) -> tuple[Lesson, Block]:
    block = Block("b", "practice", practice="p.toml")
    graph = practice_rules.read("p.toml", told)
    units = {key: Unit(text) for key, text in words.items()}
    return Lesson("x", blocks=(block,), practices={"p.toml": graph}, words={"vi": units}), block


GOOD: dict[str, Any] = {
    "start": "a",
    "screens": [
        {"id": "a", "parts": [{"id": "p", "kind": "button", "to": "z"}]},
        {"id": "z", "end": "right"},
    ],
}
WORDS = {"b.goal": "Gọi", "b.a": "Bấm", "b.a.p": "Gọi", "b.z": "Xong"}
BAD: list[tuple[str, dict[str, Any]]] = [
    ("no_right", {"screens": [GOOD["screens"][0], {"id": "z", "parts": [{"id": "p", "kind": "link", "to": "a"}]}]}),
    ("start", {"start": "nowhere"}),
    ("not_reached", {"screens": [*GOOD["screens"], {"id": "y", "end": "right"}]}),
    ("qr", {"screens": [{"id": "a", "parts": [{"id": "p", "kind": "qr", "to": "z", "payload": "000201"}]}, GOOD["screens"][1]]}),
    ("no_values", {"screens": [{"id": "a", "parts": [{"id": "p", "kind": "field", "to": "z"}]}, GOOD["screens"][1]]}),
    ("no_picture", {"screens": [{"id": "a", "hotspots": [{"id": "p", "at": [1, 1, 9, 9], "to": "z"}]}, GOOD["screens"][1]]}),
]  # fmt: skip


@pytest.mark.parametrize(("word", "change"), BAD)
def test_what_does_not_hold_is_named(word: str, change: dict[str, Any]) -> None:
    whole, block = lesson(GOOD, WORDS)
    assert practice_rules.troubles(whole.practices["p.toml"], block, whole) == []
    broken, block = lesson(GOOD | change, WORDS)
    assert word in {one.word for one in practice_rules.troubles(broken.practices["p.toml"], block, broken)}


def test_nothing_that_could_be_real() -> None:
    whole, block = lesson(GOOD, WORDS | {"b.a": "Gọi 0912345678"})
    [bad] = practice_rules.troubles(whole.practices["p.toml"], block, whole)
    assert (bad.word, bad.screen, bad.detail) == ("real", "a", "0912345678")
