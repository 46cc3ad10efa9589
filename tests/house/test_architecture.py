"""Who may import whom, and what may not be written where."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
MODULES = sorted([*ROOT.glob("app/**/*.py"), *ROOT.glob("courses/**/*.py")])
FURNITURE = ("rules", "queries", "actions", "models", "projections")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_rooms_look_down_never_up_and_courses_is_pure(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == 0, capsys.readouterr().out


def test_the_furniture_that_decides_and_stores_knows_no_web() -> None:
    for path in MODULES:
        if path.stem in FURNITURE or path.parent.name == "core":
            assert not {name.split(".")[0] for name in imports(path)} & {"fastapi", "starlette"}, name_of(
                path
            )


def test_only_main_opens_the_doors_of_a_room() -> None:
    for path in MODULES:
        if path.stem != "main":
            doors = [name for name in imports(path) if re.fullmatch(r"app\.\w+\.(pages|api)(\..*)?", name)]
            assert not doors, name_of(path)


def test_only_the_clock_asks_for_the_time() -> None:
    asking = re.compile(r"\btime\.time|\bdatetime\.(now|utcnow|today)\b|\bdate\.today\b")
    for path in MODULES:
        if path.stem != "clock":
            assert not asking.search(path.read_text("utf-8")), name_of(path)


def test_only_one_place_knows_which_database_it_is() -> None:
    dialects = re.compile(
        r"sqlalchemy\.dialects|\bPRAGMA\b|\bpg_\w+|dialect\.name|is_sqlite|get_backend_name"
    )
    for path in MODULES:
        if name_of(path) not in ("app/core/db.py",):
            assert not dialects.search(path.read_text("utf-8")), name_of(path)


def test_errors_are_never_swallowed() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                wide = node.type is None or (isinstance(node.type, ast.Name) and "Exception" in node.type.id)
                silent = all(isinstance(step, ast.Pass | ast.Continue) for step in node.body)
                assert not (wide and silent), f"{name_of(path)}:{node.lineno}"


def test_nothing_is_left_for_later() -> None:
    word = re.compile(r"\b(TODO|FIXME|XXX)\b|pytest\.mark\.(skip|xfail)|pytest\.skip\(")
    here = Path(__file__)
    tools = filter(Path.is_file, ROOT.glob("tools/*"))
    for path in [*MODULES, *ROOT.glob("tests/**/*.py"), *tools]:
        assert path == here or not word.search(path.read_text("utf-8")), name_of(path)
