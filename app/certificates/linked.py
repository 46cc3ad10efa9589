"""JSON-LD to canonical N-Quads (RDFC-1.0), where nothing that was said may be left out and nothing is fetched.

What expansion would drop in silence (a word no context defines, a type or an id that is no IRI, null, an empty list) could be
added to a signed document without breaking its signature, so it is refused.
"""

import json
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from app.certificates.forged import Forged

FOLDER = Path(__file__).parent / "contexts"
CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
SHIPPED: Mapping[str, Path] = {
    CREDENTIALS: FOLDER / "credentials-v2.json",
    OPEN_BADGES: FOLDER / "open-badges-3.0.3.json",
}

IRI = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\\x7f]+""")
BLANK = re.compile(r"_:[A-Za-z0-9]+")
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[\ud800-\udfff]")
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"'})
STRING = "http://www.w3.org/2001/XMLSchema#string"
TAGGED = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
DEEPEST = 40
RELATIVE = "relative-to-nothing:"
"""What relative addresses begin with once expanded; the library would else resolve them against an example of its own."""

Json = Any
Quads = list[tuple[str | None, dict[str, Any]]]


def canonical(doc: Json, contexts: Mapping[str, Path] = SHIPPED) -> bytes:
    """Raises `Forged`: `context` where one is not among `contexts`, `unsigned-field`, or `form`."""
    return "".join(_canonise(_quads(doc, contexts))).encode()


def quick(doc: Json) -> bytes:
    """`canonical` of a document of ours, a hundred times as fast once another of its shape was seen.

    Documents that differ in the words of fields alone give the same graph with other words in it, so the graph is kept.
    """
    values: list[str] = []
    plan = _plan(json.dumps(_with_slots(doc, values), sort_keys=True))
    lines = _fill(plan, values)
    return canonical(doc) if lines is None else "".join(sorted(lines)).encode()


def expanded(doc: Json, contexts: Mapping[str, Path] = SHIPPED) -> Json:
    """Raises `Forged`."""
    library = _library()

    def refuse(_name: object) -> None:
        raise Forged("unsigned-field")

    _nothing_hidden(doc)
    try:
        with _ONE_AT_A_TIME:
            found = library.JsonLdProcessor(on_property_dropped=refuse).expand(
                doc, {"documentLoader": _loader(contexts), "base": f"{RELATIVE}//none/"}
            )
    except library.JsonLdError as error:
        raise _why(error) from None
    except (TypeError, ValueError, AttributeError, KeyError, RecursionError) as error:
        if isinstance(error, Forged):
            raise
        raise Forged("form") from None
    _all_absolute(found)
    return found


_ONE_AT_A_TIME = threading.RLock()
"""The library keeps what it knows of contexts in caches that are not safe between threads."""


def _quads(doc: Json, contexts: Mapping[str, Path]) -> Quads:
    library, found = _library(), expanded(doc, contexts)
    try:
        with _ONE_AT_A_TIME:
            dataset = library.JsonLdProcessor().to_rdf(found, {"documentLoader": _loader(contexts)})
    except library.JsonLdError:
        raise Forged("form") from None
    quads = [(None if graph == "@default" else graph, one) for graph, some in dataset.items() for one in some]
    for graph, quad in quads:
        _well_formed(graph, quad)
    return quads


@cache
def _library() -> Any:
    """PyLD without aiohttp: it would load that, and 11 MB with it, to fetch documents, and nothing is fetched here."""
    with _ONE_AT_A_TIME:
        has_none = sys.modules.setdefault("aiohttp", None) is None  # type: ignore[arg-type]
        try:
            from pyld import jsonld  # type: ignore[import-untyped]
        finally:
            if has_none:
                del sys.modules["aiohttp"]
    return jsonld


@cache
def _read(path: Path) -> Json:
    return json.loads(path.read_text("utf-8"))


def _loader(contexts: Mapping[str, Path]) -> Callable[[str, Json], Json]:
    def load(url: str, _options: Json) -> Json:
        if url not in contexts:
            raise Forged("context")
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": _read(contexts[url]),
        }

    return load


def _why(error: BaseException | None) -> Forged:
    """The `Forged` an error of the library was caused by, else that the document has no form."""
    while error is not None:
        if isinstance(error, Forged):
            return error
        error = error.__cause__ or error.__context__
    return Forged("form")


def _nothing_hidden(value: Json, depth: int = 0) -> None:
    """What JSON-LD leaves out without a word, and what texts may not hold."""
    if depth > DEEPEST:
        raise Forged("form")
    if value is None or value == []:
        raise Forged("unsigned-field")
    if isinstance(value, str) and CONTROL.search(value):
        raise Forged("form")
    if isinstance(value, float) and value != value:
        raise Forged("form")
    if isinstance(value, list):
        texts = [one for one in value if isinstance(one, str)]
        if len(set(texts)) < len(texts):
            raise Forged("unsigned-field")
        for one in value:
            _nothing_hidden(one, depth + 1)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name != "@context":
                _nothing_hidden(one, depth + 1)


def _all_absolute(value: Json) -> None:
    """Every name, type and id of an expanded document is an IRI, so that none is left out of the graph."""
    if isinstance(value, list):
        for one in value:
            _all_absolute(one)
        return
    if not isinstance(value, dict):
        return
    for name, one in value.items():
        if name == "@type" and "@value" not in value:
            _check_iris(one)
        elif name == "@id":
            _check_iris([one])
        elif name in ("@index", "@reverse", "@included") or not (name.startswith("@") or IRI.fullmatch(name)):
            raise Forged("unsigned-field")
        if name not in ("@value", "@id", "@type", "@language", "@direction"):
            _all_absolute(one)


def _check_iris(values: list[Json]) -> None:
    for one in values:
        if not isinstance(one, str) or one.startswith(RELATIVE):
            raise Forged("unsigned-field")
        if not (IRI.fullmatch(one) or BLANK.fullmatch(one)):
            raise Forged("unsigned-field")


def _well_formed(graph: str | None, quad: Mapping[str, Mapping[str, str]]) -> None:
    """No part may hold what ends it, or one graph could be written as another."""
    for part in quad.values():
        match part["type"]:
            case "IRI":
                good = IRI.fullmatch(part["value"])
            case "blank node":
                good = BLANK.fullmatch(part["value"])
            case _:
                good = IRI.fullmatch(part["datatype"])
                if "language" in part:
                    good = good and LANGUAGE.fullmatch(part["language"])
        if not good:
            raise Forged("form")
    if graph is not None and not (IRI.fullmatch(graph) or BLANK.fullmatch(graph)):
        raise Forged("form")


def _canonise(quads: Quads) -> list[str]:
    _library()
    from pyld.canon import URDNA2015  # type: ignore[import-untyped]

    dataset: dict[str, list[dict[str, Any]]] = {}
    for graph, quad in quads:
        dataset.setdefault(graph or "@default", []).append(quad)
    text: str = URDNA2015().main(dataset, {"format": "application/n-quads"})
    return sorted(set(text.splitlines(keepends=True)))


SLOT = "urn:slot:{}:"
SLOTS = re.compile(r"urn:slot:([0-9]+):")
FIXED = frozenset(
    {"@context", "type", "cryptosuite", "proofPurpose", "statusPurpose", "identityType", "resultType"}
)
"""Fields that are never slots: what stands in them decides how others are read."""


class Slot(NamedTuple):
    number: int
    iri: bool
    after: str = ""


class Blank(NamedTuple):
    name: str


Part = str | Slot | Blank
Line = tuple[str | Blank, ...]
Plan = tuple[tuple[tuple[Part, ...], ...], dict[str, tuple[int, ...]]]
"""Lines in parts, and of each blank node the lines it stands in."""


def _with_slots(value: Json, values: list[str]) -> Json:
    if isinstance(value, str):
        values.append(value)
        return SLOT.format(len(values) - 1)
    if isinstance(value, list):
        return [_with_slots(one, values) for one in value]
    if isinstance(value, dict):
        return {
            name: one if name in FIXED else _with_slots(one, values) for name, one in sorted(value.items())
        }
    return value


@lru_cache(maxsize=64)
def _plan(shape: str) -> Plan:
    quads = _quads(json.loads(shape), SHIPPED)
    lines = tuple(tuple(_parts(graph, quad)) for graph, quad in quads)
    names = sorted({part.name for line in lines for part in line if isinstance(part, Blank)})
    return lines, {name: tuple(at for at, line in enumerate(lines) if Blank(name) in line) for name in names}


def _parts(graph: str | None, quad: Mapping[str, Mapping[str, str]]) -> Iterator[Part]:
    named = [] if graph is None else [{"type": "blank node" if graph[0] == "_" else "IRI", "value": graph}]
    for part in [quad["subject"], quad["predicate"], quad["object"], *named]:
        slot = SLOTS.fullmatch(part["value"])
        if part["type"] == "blank node":
            yield Blank(part["value"])
        elif part["type"] == "IRI":
            yield Slot(int(slot[1]), True) if slot else f"<{part['value']}>"
        else:
            after = _kind(part)
            yield (
                Slot(int(slot[1]), False, after) if slot else f'"{part["value"].translate(ESCAPES)}"{after}'
            )


def _kind(literal: Mapping[str, str]) -> str:
    if literal["datatype"] == TAGGED:
        return f"@{literal['language']}"
    return "" if literal["datatype"] == STRING else f"^^<{literal['datatype']}>"


def _fill(plan: Plan, values: list[str]) -> list[str] | None:
    """The lines with their blank nodes named canonically; None where their neighbours alone do not tell them apart."""
    lines, blanks = plan
    filled = [tuple(_said(part, values) for part in line) for line in lines]
    by_hash = {
        _hash(name, dict.fromkeys(filled[at] for at in places)): name for name, places in blanks.items()
    }
    if len(by_hash) < len(blanks):
        return None
    labels = {by_hash[one]: f"_:c14n{number}" for number, one in enumerate(sorted(by_hash))}
    return [_line(line, labels.__getitem__) for line in dict.fromkeys(filled)]


def _said(part: Part, values: list[str]) -> str | Blank:
    if not isinstance(part, Slot):
        return part
    value = values[part.number]
    if part.iri:
        if not IRI.fullmatch(value):
            raise Forged("unsigned-field")
        return f"<{value}>"
    if CONTROL.search(value):
        raise Forged("form")
    return f'"{value.translate(ESCAPES)}"{part.after}'


def _hash(name: str, hers: Iterable[Line]) -> str:
    """Hash First Degree Quads, of the lines she stands in."""
    said = sorted(_line(line, lambda other: "_:a" if other == name else "_:z") for line in hers)
    return sha256("".join(said).encode()).hexdigest()


def _line(line: Line, label: Callable[[str], str]) -> str:
    return " ".join(label(part.name) if isinstance(part, Blank) else part for part in line) + " .\n"
