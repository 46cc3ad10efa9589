"""What a Chrome 74 WebView must be able to read: ES2019, and style without what came later."""

import re
from pathlib import Path

import pytest

from app.web import words
from app.web.assets import Assets
from app.web.press import BUNDLES, INSTEAD, bare

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "app/static/js").glob("*.js"))
STYLES = sorted((ROOT / "app/static/css").glob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TOO_NEW = {
    "optional chaining": r"\?\.(?!\d)",
    "??": r"\?\?",
    "at()": r"\.at\(",
    "replaceAll": r"\.replaceAll\(",
    "replaceChildren": r"\.replaceChildren\(",
    "structuredClone": r"\bstructuredClone\b",
    "randomUUID": r"\brandomUUID\b",
    "Promise.any or allSettled": r"Promise\.(?:any|allSettled)",
    "numeric separator": r"\b\d+_\d",
    "BigInt": r"\b\d+n\b",
    "logical assignment": r"(?:\|\||&&)=",
    "catch all at once": r"matchAll\(",
    "top-level await": r"^await ",
    "private field": r"\bthis\.#",
    "globalThis": r"\bglobalThis\b",
    "Array.findLast": r"\.findLast",
    "Object.hasOwn": r"Object\.hasOwn",
    "dynamic code": r"\beval\(|new Function",
    "a template's own nodes, whose icons stay empty": r"^(?!.*importNode).*\.content\.(?:first|children|clone)",
}
TOO_NEW_STYLE = {
    "gap in flex": r"(?<!grid-)(?<!-)\bgap:",
    "aspect-ratio": r"aspect-ratio",
    ":is, :where, :has": r":(?:is|where|has)\(",
    ":focus-visible": r":focus-visible",
    "inset": r"\binset:",
    "nesting": r"&",
    "layers": r"@layer|@container|@property",
    "new colours": r"oklch|color-mix|light-dark",
    "clamp, min, max": r"\b(?:clamp|min|max)\(",
    "logical shorthands": r"(?:margin|padding)-(?:inline|block):",
    "new units": r"\d(?:dvh|svh|lvh)\b",
    "accent by @supports": r"@supports selector",
}


def found(patterns: dict[str, str], text: str) -> list[str]:
    return [name for name, pattern in patterns.items() if re.search(pattern, text, re.M)]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_speak_es2019(path: Path) -> None:
    code = re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.M)
    assert found(TOO_NEW, code) == []
    assert not re.search(r"[À-ỹ]{2,}", code), "words belong in content/words"


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_style_is_what_old_webviews_know(path: Path) -> None:
    assert found(TOO_NEW_STYLE, path.read_text()) == []


def test_the_lint_sees_what_it_looks_for() -> None:
    script = "a?.b; c ?? d; e.at(1); f.replaceAll(1); g ||= 1\nawait h\nclass I { #j = 1 }; this.#j; 1_000\nl.content.firstChild"
    assert len(found(TOO_NEW, script)) == 9
    assert len(found(TOO_NEW_STYLE, "a{gap:1px;inset:0}b:is(c){width:min(1px,2px)} d{& e{}}")) == 5
    assert found(TOO_NEW_STYLE, "a{grid-gap:1px}") == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_templates_have_no_script_and_no_style_of_their_own(path: Path) -> None:
    text = path.read_text()
    assert not re.search(
        r"""\sstyle=|\son\w+=["']|<script(?![^>]*(?: src=| type="application/json"))""", text
    )
    assert not re.search(r"""lang=["']th["']""", text)


def test_every_word_that_is_asked_for_is_there() -> None:
    known = set(words.read(ROOT / "content/words"))
    asked = {
        key for path in TEMPLATES for key in re.findall(r"""\bwt?\(["']([\w.]+)["']""", path.read_text())
    }
    for path in SCRIPTS:
        asked |= set(re.findall(r"""\b(?:word|plain)\(["']([\w.]+)["']""", path.read_text()))
    assert len(asked) > 50
    whole = {key for key in asked if not key.endswith((".", "_"))}
    assert whole - known == set()
    assert all(any(key.startswith(begun) for key in known) for begun in asked - whole)


def test_every_icon_that_is_asked_for_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (ROOT / "app/static/icons.svg").read_text()))
    asked = {
        name
        for path in TEMPLATES
        for name in re.findall(r"""icon(?:_name=|\()["'](\w+)["']""", path.read_text())
    }
    asked |= {"note", "warning", "talk", "takeaway", "practice", "good", "mend", "again"}
    assert asked - drawn == set()


def test_modules_pressed_together_share_no_name() -> None:
    outer = re.compile(r"^(?:export )?(?:async )?(?:const|let|function|class) (\w+|[\[{][^=]*)", re.M)
    for members in BUNDLES.values():
        names = [
            name
            for member in members
            for found in outer.findall((ROOT / f"app/static/js/{member}.js").read_text())
            for name in re.findall(r"\w+", found)
        ]
        assert sorted(names) == sorted(set(names))


def test_no_template_stands_in_another() -> None:
    """What the press takes for one literal is one."""
    for path in SCRIPTS:
        for literal in re.findall(r"`(?:\\.|[^`\\])*`", path.read_text()):
            assert literal.count("${") <= literal.count("}"), (path.name, literal)


def test_pressing_changes_no_literal_and_joins_no_signs() -> None:
    source = "const a = /[., ] = (x)/g\n  b = 'a = b' + `c = ${d}` - \"e = f\";\nc = 1 + +(g) - -h / 2\n"
    assert bare(source) == "let a=/[., ] = (x)/g\nb='a = b'+`c = ${d}`-'e = f'\nc=1 + +(g)- -h / 2\n"


def test_a_pressed_bundle_stands_alone() -> None:
    """Whatever its modules import comes before them in the same bundle."""
    for bundle, members in BUNDLES.items():
        assert not re.search(r"^(?:import|export) ", Assets().text(bundle), re.M)
        for place, member in enumerate(members):
            source = (ROOT / f"app/static/js/{member}.js").read_text()
            asked = set(re.findall(r"from '\./(\w+)\.js'", source))
            standing = {one if one in members else INSTEAD.get(one, one) for one in asked}
            assert standing <= set(members[:place]), member
