"""Writing TOML that a person can go on from: plain values first, then `[tables]`, then `[[lists of tables]]`."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+")
LINE = 100


def dump(values: Mapping[str, Any]) -> str:
    """What `tomllib` reads back as `values`, which are as in JSON, without null."""
    plain = {
        key: value for key, value in values.items() if not isinstance(value, dict) and not _tables(value)
    }
    parts = ["\n".join(f"{_key(key)} = {_laid_out(value)}" for key, value in plain.items())] if plain else []
    for key, value in values.items():
        if isinstance(value, dict):
            parts.append("\n".join([f"[{_key(key)}]", *_lines(value)]))
    for key, value in values.items():
        if _tables(value):
            parts += ["\n".join([f"[[{_key(key)}]]", *_lines(one)]) for one in value]
    return "\n\n".join(parts) + "\n"


def _tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _lines(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        yield f"{_key(key)} = {_laid_out(value)}"


def _laid_out(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return _inline(value)
    line = _inline(value)
    if len(line) <= LINE and not _tables(value):
        return line
    return "\n".join(["[", *(f"  {_inline(one)}," for one in value), "]"])


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        inside = ", ".join(f"{_key(key)} = {_inline(one)}" for key, one in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if BARE.fullmatch(key) else _inline(key)
