"""Several modules pressed into one file: one request, one dictionary for the compressor. The sources stay as they are.

The modules of one bundle share a scope, so their outermost names differ; a script that repeats one does not load.
"""

import re
from collections.abc import Callable
from functools import cache

EVERYWHERE = ("listen", "me", "outbox")
BUNDLES = {
    "js/page.js": EVERYWHERE,
    "js/study.js": (*EVERYWHERE, "lesson", "practice", "grading", "quiz"),
    "js/group.js": (*EVERYWHERE, "aloud"),
    "js/desk.js": (*EVERYWHERE, "tai", "translate"),
    "js/editor.js": ("drafts", "spots", "pictures", "editing"),
    "js/check.js": ("listen", "ed25519", "verify"),
    "js/build.js": (*EVERYWHERE, "spots", "pictures", "screens"),
    "js/preview.js": ("listen", "unkept", "lesson", "practice", "grading", "quiz"),
}
"""Each stands alone: a page asks for one of them. Of the orders that run, this one is the smallest."""
INSTEAD = {"me": "unkept", "outbox": "unkept"}
"""What stands in a bundle for modules it does not have."""
IMPORT = re.compile(r"^import \{([\w$, ]+)\} from '\./(\w+)\.js'\n", re.M)
EXPORT = re.compile(r"^export ", re.M)
COMMENT = re.compile(r"^\s*(//.*|/\*\*.*\*/)\n", re.M)
INDENT = re.compile(r"^\s+", re.M)
LITERAL = r"""'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|(?<=[(,=:\s])/(?![*/ ])(?:\\.|[^/\\\n])+/\w*"""
"""Strings, templates (one never stands in another, which a test holds) and regular expressions."""
TOKEN = re.compile(
    rf"(?P<literal>{LITERAL})|(?P<keyword>\bconst\b)"
    r"|[ \t]*(?P<mark>[=*<>?:,;{}()&|!\[\]]+)[ \t]*|(?<![+-])[ \t](?P<sign>[+-])[ \t](?![+-])"
)
END = re.compile(r";\n(?![(\[`+/-])")

Read = Callable[[str], str]


def pressed(bundle: str, read: Read) -> str:
    """`read` gives a module's source by its bare name."""
    return "".join(EXPORT.sub("", bare(read(name))) for name in BUNDLES[bundle])


@cache
def bare(source: str) -> str:
    lines = INDENT.sub("", COMMENT.sub("", IMPORT.sub("", source)))
    return END.sub("\n", TOKEN.sub(_plainest, lines))


def _plainest(token: re.Match[str]) -> str:
    """The same thing always written in the same way, and without the spaces that only people need."""
    literal = token["literal"]
    if literal:
        return f"'{literal[1:-1]}'" if literal[0] == '"' and "'" not in literal else literal
    return "let" if token["keyword"] else token["mark"] or token["sign"]


def pressed_style(text: str) -> str:
    return "".join(line.strip() for line in text.splitlines())
