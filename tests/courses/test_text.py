from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.facts import Fact
from courses.text import html, line_html, links, spoken

FACTS = {
    "scam": Fact("scam", "156", "một năm sáu", "https://a.vn", "Sở", date(2026, 1, 1), None, True, 1),
    "guess": Fact("guess", "999", "chín", "", "", None, None, False, 5),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("một\n\nhai", "<p>một</p>\n<p>hai</p>"),
        ("**mạnh** *nhẹ*", "<p><strong>mạnh</strong> <em>nhẹ</em></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("[x](https://a.example)", '<p><a href="https://a.example" rel="noopener">x</a></p>'),
        ("[gọi](tel:156)", '<p><a href="tel:156" rel="noopener">gọi</a></p>'),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("# một", "<p># một</p>"),
        ("gọi {fact:scam}", "<p>gọi 156</p>"),
        ("gọi {fact:guess} {fact:none}", "<p>gọi {fact:guess} {fact:none}</p>"),
        ("ꪼꪕ ꪒꪾ", "<p>ꪼꪕ ꪒꪾ</p>"),
    ],
)
def test_html(text: str, expected: str) -> None:
    assert html(text, FACTS) == expected


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "data:image/png;base64,AA",
        "intent://x",
        "vbscript:x",
        "file:///etc/passwd",
    ],
)
def test_no_link_that_does_something(href: str) -> None:
    assert "href" not in html(f"[x]({href}) <{href}>")


@given(st.text() | st.text("<>/=\"'&[]()!*_`-# \nscript:onal"))
def test_html_has_no_tag_of_the_writer(text: str) -> None:
    found = html(text).lower()
    assert "<script" not in found
    assert "<img" not in found
    assert "javascript:" not in [part.split(":")[0] + ":" for part in found.split('href="')[1:]]


def test_line_is_escaped_and_one() -> None:
    assert line_html('<b> "2 * 3"\n&') == "&lt;b&gt; &quot;2 * 3&quot; &amp;"
    assert line_html("gọi {fact:scam}", FACTS) == "gọi 156"


def test_spoken_has_neither_marks_nor_addresses() -> None:
    text = "**Gọi** [công an](https://a.example)\nngay: {fact:scam}\n\n- một\n- *hai*\n"
    assert spoken(text, FACTS) == "Gọi công an ngay: một năm sáu\nmột\nhai"


def test_links() -> None:
    assert links("[a](https://a.example) [b](tel:156)\n\n- [a](https://a.example)") == [
        "https://a.example",
        "tel:156",
        "https://a.example",
    ]
