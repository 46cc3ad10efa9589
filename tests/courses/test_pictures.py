import gzip
import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.drawing import PALETTE, Unfit, drawing, read_parts
from courses.pictures import Placed, Scene, compose, compressed, marks, scene, scenes

ROOT = Path(__file__).parents[2]
KIT = ROOT / "content" / "pictures"
SVG = "{http://www.w3.org/2000/svg}"
PART = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50" {}>{}</svg>'


def part(inner: str, root: str = "") -> bytes:
    return PART.format(root, inner).encode()


def read(folder: str) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in (KIT / folder).glob("*.svg")}


PARTS = {name: drawing(raw) for name, raw in read("parts").items()}
COMPOSED = [
    scenes(PARTS, file.read_bytes()) for file in (KIT / "scenes.toml", *(KIT / "scenes").glob("*.toml"))
]
PICTURES = {name: picture for drawn, _ in COMPOSED for name, picture in drawn.items()}
FAULTS = [fault for _, faults in COMPOSED for fault in faults]


def composed(*placed: Placed) -> ElementTree.Element:
    return ElementTree.fromstring(compose(Scene("here", placed), PARTS))


@pytest.mark.parametrize(
    "raw",
    [
        part("<script>alert(1)</script>"),
        part('<path d="M0 0" onload="alert(1)"/>'),
        part('<image href="https://a.example/x.png"/>'),
        part('<use href="#a"/>'),
        part('<path id="a" d="M0 0"/>'),
        part('<path style="fill:red" d="M0 0"/>'),
        part('<path fill="url(https://a.example)" d="M0 0"/>'),
        part('<path fill="#123456" d="M0 0"/>'),
        part("<text>OTP</text>"),
        part("<g>OTP</g>"),
        part('<p xmlns="http://www.w3.org/1999/xhtml"/>'),
        part("<!-- words -->"),
        b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + part(""),
        part("").replace(b"0 0 100 50", b"0 0 nan 50"),
        part("").replace(b"0 0 100 50", b""),
        part("<g>"),
        part('<path d="M0 0"/>' * 400),
        b"",
    ],
)
def test_a_part_holds_nothing_a_drawing_does_not_need(raw: bytes) -> None:
    with pytest.raises(Unfit):
        drawing(raw)


def test_a_part_keeps_its_box_colour_and_drawing() -> None:
    found = drawing(part('\n<g>\n<path fill="#347" d="M0 0H9"/>\n</g>\n', 'color="#b43"'))
    assert found.box == (0, 0, 100, 50)
    assert found.color == PALETTE["madder"]
    assert found.markup == '<g><path fill="#347" d="M0 0H9"/></g>'


def test_a_part_used_twice_is_drawn_once() -> None:
    root = composed(Placed(("phone",)), Placed(("phone",), (100, 0)), Placed(("key",)))
    assert [use.get("href") for use in root.iter(f"{SVG}use")] == ["#here--phone"]
    assert [group.get("id") for group in root.iter(f"{SVG}g") if group.get("id")] == ["here--phone"]


def test_what_a_part_is_drawn_with_stands_in_the_same_place() -> None:
    (person,) = composed(Placed(("man-thai", "face-happy", "arms-down"), (10, 20), 2)).findall(f"{SVG}g")
    assert person.get("transform") == "translate(10 20)scale(2)"
    assert person.get("color") == PARTS["man-thai"].color


@pytest.mark.parametrize(
    ("placed", "transform"),
    [
        (Placed(("a",)), None),
        (Placed(("a",), (10, 20)), "translate(10 20)"),
        (Placed(("a",), (10, 20), 0.5, flip=True), "translate(60 20)scale(-0.5 0.5)"),
        (Placed(("a",), rotate=90), "rotate(90 50 25)"),
        (Placed(("b",), (10, 20), 2), "translate(30 40)scale(2)"),
        (Placed(("b",), (10, 20), 2, flip=True), "translate(190 40)scale(-2 2)"),
    ],
)
def test_a_part_lands_where_it_is_put(placed: Placed, transform: str | None) -> None:
    parts = {"a": drawing(part("")), "b": drawing(part("").replace(b"0 0 100 50", b"-10 -10 100 50"))}
    (group,) = ElementTree.fromstring(compose(Scene("here", (placed,)), parts))
    assert group.get("transform") == transform


def test_a_colour_of_the_palette_takes_the_place_of_the_parts_own() -> None:
    (group,) = composed(Placed(("man-thai",), color="madder")).findall(f"{SVG}g")
    assert group.get("color") == PALETTE["madder"]


@pytest.mark.parametrize(
    ("toml", "what"),
    [
        ("[x]\nparts = [ { part = 'elephant' } ]", "elephant"),
        ("[x]\nparts = [ { part = 'phone', with = ['elephant'] } ]", "elephant"),
        ("[x]\nparts = [ { part = 'phone', with = 'ring' } ]", "with"),
        ("[x]\nparts = [ { part = 'phone', at = [1] } ]", "two numbers"),
        ("[x]\nparts = [ { part = 'phone', at = ['1', 2] } ]", "not a number"),
        ("[x]\nparts = [ { part = 'phone', rotate = nan } ]", "not a number"),
        ("[x]\nparts = [ { part = 'phone', scale = 0 } ]", "scale"),
        ("[x]\nparts = [ { part = 'phone', color = '#f00' } ]", "colour"),
        ("[x]\nparts = [ { part = 'phone', href = 'x' } ]", "href"),
        ("[x]\nsize = [0, 240]\nparts = []", "size"),
        ("[x]\nparts = 3", "list of parts"),
        ("[X_y]\nparts = []", "name"),
        ("x = 1", "list of parts"),
    ],
)
def test_a_broken_scene_is_a_fault_and_the_others_are_drawn(toml: str, what: str) -> None:
    good = "\n[good]\nparts = [ { part = 'phone' } ]\n"
    pictures, (fault,) = scenes(PARTS, (toml + good).encode())
    assert list(pictures) == ["good"]
    assert what in fault.what
    assert (fault.file, fault.line) == ("scenes.toml", 1)
    assert fault.mend


def test_a_fault_names_the_line_of_its_scene() -> None:
    toml = b"[a]\nparts = [ { part = 'phone' } ]\n\n[b]\nparts = [ { part = 'elephant' } ]\n"
    assert [fault.line for fault in scenes(PARTS, toml)[1]] == [4]


def test_an_unsafe_part_is_a_fault_of_its_file() -> None:
    drawings, faults = read_parts({"bad": part("<script/>")})
    assert not drawings
    assert [fault.file for fault in faults] == ["parts/bad.svg"]


@pytest.mark.parametrize("toml", [b"[x\n", b"\xff"])
def test_a_file_that_is_not_toml_is_a_fault(toml: bytes) -> None:
    pictures, (fault,) = scenes({}, toml)
    assert not pictures
    assert fault.file == "scenes.toml"


def test_a_scene_too_big_for_a_phone_is_refused() -> None:
    numbers = range(10_000)
    parts = {f"p{n}": drawing(part(f'<path d="M{n * n % 9973} {n * 7919 % 9967}"/>')) for n in numbers}
    with pytest.raises(Unfit, match="compressed"):
        compose(Scene("here", (Placed(tuple(parts)),)), parts)


placed = st.builds(
    Placed,
    st.lists(st.sampled_from(sorted(PARTS)), min_size=1, max_size=4).map(tuple),
    st.tuples(st.integers(-500, 500), st.floats(-500, 500)),
    st.floats(0.05, 20),
    st.booleans(),
    st.floats(-360, 360),
    st.sampled_from(["", *PALETTE]),
)


@given(st.lists(placed, max_size=12))
def test_any_composition_is_well_formed_self_contained_and_the_same_again(layers: list[Placed]) -> None:
    here = Scene("here", tuple(layers))
    picture = compose(here, PARTS)
    assert picture == compose(here, dict(reversed(PARTS.items())))
    root = ElementTree.fromstring(picture)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {use.get("href") for use in root.iter(f"{SVG}use")} <= {f"#{id}" for id in ids}
    assert not re.search(rb"http(?!://www.w3.org/2000/svg\")|script|nan|inf|e-\d|\.\d{4}", picture)


def test_a_scene_reads_as_it_is_written() -> None:
    table = {"parts": [{"part": "phone", "with": ["ring"], "at": [1, 2], "scale": 2, "flip": True}]}
    assert scene("x", table).placed == (Placed(("phone", "ring"), (1, 2), 2, True),)


def test_the_kit_has_no_fault() -> None:
    assert FAULTS == []


def test_every_scene_that_content_names_is_drawn() -> None:
    files = (ROOT / "content" / "courses").rglob("*.toml")
    named = {name for file in files for name in re.findall(r'"kit:([^"]*)"', file.read_text())}
    assert named - set(PICTURES) == set()


def test_pictures_stay_small() -> None:
    assert max(map(compressed, PICTURES.values())) <= 2048
    assert max(map(compressed, read("faces").values())) <= 1024
    assert max(map(compressed, read("pin").values())) <= 700


@pytest.mark.parametrize(("folder", "count"), [("faces", 24), ("pin", 12)])
def test_faces_and_pin_pictures_are_whole_square_and_of_the_same_hand(folder: str, count: int) -> None:
    drawings = [drawing(raw) for raw in read(folder).values()]
    assert {found.box for found in drawings} == {(0, 0, 96, 96)}
    assert len({found.markup for found in drawings}) == count


def test_shapes_in_colours_are_of_the_same_hand_and_told_apart_without_colour() -> None:
    file = ROOT / "content/pictures/marks.toml"
    drawn = {name: drawing(raw) for name, raw in marks(file.read_bytes()).items()}
    assert len({found.markup for found in drawn.values()}) == len(drawn) == 36
    assert {found.box for found in drawn.values()} == {(0, 0, 96, 96)}
    read = tomllib.loads(file.read_text("utf-8"))
    assert len(set(read["shapes"].values())) == len(set(read["colours"].values())) == 6


def test_every_icon_that_templates_name_is_in_the_sprite() -> None:
    sprite = (ROOT / "app" / "static" / "icons.svg").read_bytes()
    drawn = {symbol.get("id") for symbol in ElementTree.fromstring(sprite)}
    templates = (ROOT / "templates").rglob("*.html")
    named = {name for file in templates for name in re.findall(r'icon\("([a-z-]+)"', file.read_text())}
    assert named
    assert named <= drawn
    assert len(gzip.compress(sprite, 9)) <= 2560
