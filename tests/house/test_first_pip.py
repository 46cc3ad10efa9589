"""Where Debian has left pip out, the locked one comes from wherever pip would look, or not at all."""

import hashlib
import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHEEL, RIGHT = "pip-1.0-py3-none-any.whl", b"the wheel that is locked"
HASHES = {hashlib.sha256(RIGHT).hexdigest()}

spec = importlib.util.spec_from_file_location("first_pip", ROOT / "tools/first_pip.py")
assert spec and spec.loader
first_pip = importlib.util.module_from_spec(spec)
spec.loader.exec_module(first_pip)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """No settings but the ones a test gives, and no index of this machine."""
    monkeypatch.setattr(first_pip, "SETTINGS", [str(tmp_path / "pip.conf")])
    return {"PIP_INDEX_URL": (tmp_path / "nothing").as_uri()}


def test_a_folder_of_wheels_or_an_index_gives_it_and_its_bytes_are_held_to_the_lock(
    tmp_path: Path, nowhere: dict[str, str]
) -> None:
    folder, page, files = (tmp_path / name for name in ("wheels", "simple/pip", "files"))
    for made in (folder, page, files):
        made.mkdir(parents=True)
    assert first_pip.find(WHEEL, HASHES, first_pip.told(nowhere)) is None

    (folder / WHEEL).write_bytes(b"another")
    (tmp_path / "pip.conf").write_text(f"[global]\nfind-links = {folder}\n")
    assert first_pip.find(WHEEL, HASHES, first_pip.told(nowhere)) is None

    (files / WHEEL).write_bytes(RIGHT)
    (page / "index.html").write_text(
        f'<a href="../../files/x{WHEEL}">x</a><a href="../../files/{WHEEL}#sha256=0">y</a>'
    )
    index = {"PIP_INDEX_URL": (tmp_path / "simple").as_uri()}
    assert first_pip.find(WHEEL, HASHES, first_pip.told(index)) == RIGHT
    assert first_pip.find(WHEEL, HASHES, first_pip.told(index | {"PIP_NO_INDEX": "1"})) is None

    (folder / WHEEL).write_bytes(RIGHT)
    assert first_pip.find(WHEEL, HASHES, first_pip.told(nowhere)) == RIGHT


def test_what_is_locked_is_a_wheel_of_pip() -> None:
    assert (ROOT / "locks/pip.txt").read_text().startswith("pip==")
