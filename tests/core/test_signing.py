"""Keys are kept whole, one a year, and say in a sentence why one cannot sign."""

import threading
from pathlib import Path

import pytest

from app.core import signing
from app.core.errors import Unavailable
from app.core.signing import Keys, NoKey, Public

YEAR = 2026


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


def again(keys: Keys) -> Keys:
    """As another process has them."""
    return Keys(keys.folder)


def test_a_key_signs_and_whoever_reads_the_folder_verifies(keys: Keys) -> None:
    key = keys.make(YEAR)
    signature = again(keys).current(YEAR).sign(b"lesson")
    public = again(keys).get("2026-1")
    assert key.id == "2026-1" and public == key.public and len(signature) == 64
    assert public.verifies(signature, b"lesson")
    assert not public.verifies(signature, b"lessons")
    assert keys.get("2026-2") is None


def test_secrets_are_for_their_owner_alone(keys: Keys) -> None:
    keys.make(YEAR)
    assert {path.name: path.stat().st_mode & 0o077 for path in keys.folder.iterdir()} == {
        "2026-1.pem": 0, "keys.json": 0, "lock": 0,
    }  # fmt: skip
    assert keys.folder.stat().st_mode & 0o077 == 0


def test_the_newest_key_of_a_year_signs_and_those_before_it_verify(keys: Keys) -> None:
    old = keys.make(YEAR, demo=True)
    keys.make(YEAR)
    keys.make(YEAR + 1)
    said = [(one.id, one.state, one.demo) for one in again(keys).all()]
    assert said == [("2026-1", "retired", True), ("2026-2", "active", False), ("2027-1", "active", False)]
    assert keys.current(YEAR).id == "2026-2"
    assert keys.get("2026-1").verifies(old.sign(b"x"), b"x")
    with pytest.raises(NoKey, match="2026-1 is retired"):
        keys.key("2026-1")


def test_ten_keys_of_a_year_stand_in_their_order(keys: Keys) -> None:
    for _ in range(10):
        keys.make(YEAR)
    assert [one.id for one in keys.all()][-2:] == ["2026-9", "2026-10"]
    assert keys.current(YEAR).id == "2026-10"


def test_a_year_without_a_key_says_so(keys: Keys) -> None:
    keys.make(YEAR)
    with pytest.raises(NoKey, match="no key to sign with in 2025: make one"):
        keys.current(YEAR - 1)


def missing(path: Path) -> None:
    path.unlink()


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:60])


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def anothers(path: Path) -> None:
    other = Keys(path.parent / "other")
    other.make(YEAR)
    path.write_bytes((other.folder / "2026-1.pem").read_bytes())


@pytest.mark.parametrize(
    ("harm", "said"),
    [(missing, "is missing"), (torn, "is damaged"), (a_folder, "cannot be read"), (anothers, "holds another key than")],
)  # fmt: skip
def test_a_key_file_that_cannot_sign_is_one_sentence(keys: Keys, harm: object, said: str) -> None:
    key = keys.make(YEAR)
    harm(keys.folder / "2026-1.pem")
    with pytest.raises(NoKey, match=said) as refusal:
        again(keys).current(YEAR)
    assert "2026-1.pem" in str(refusal.value) and "backup" in str(refusal.value)
    assert again(keys).get("2026-1").verifies(key.sign(b"x"), b"x"), "what was signed is still good"


@pytest.mark.parametrize("harm", [torn, a_folder, lambda path: path.write_text('[{"id": "2026-1"}]')])
def test_a_register_of_keys_that_cannot_be_read_is_one_sentence(keys: Keys, harm: object) -> None:
    keys.make(YEAR)
    harm(keys.folder / "keys.json")
    for ask in (lambda: again(keys).current(YEAR), lambda: again(keys).make(YEAR)):
        with pytest.raises(NoKey, match=r"keys\.json cannot be read .* backup"):
            ask()


def test_a_compromised_key_signs_no_more_and_never_comes_back(keys: Keys) -> None:
    keys.make(YEAR)
    keys.compromise("2026-1", "the box was stolen")
    assert keys.retire("2026-1", "old").state == "compromised"
    said = again(keys).get("2026-1")
    assert (said.state, said.reason, len(said.day)) == ("compromised", "the box was stolen", 10)
    with pytest.raises(NoKey, match="no key to sign with"):
        keys.current(YEAR)
    keys.make(YEAR)
    assert keys.get("2026-1").state == "compromised"


def test_keys_made_at_once_are_each_a_key_of_its_own(keys: Keys) -> None:
    made: list[str] = []
    several = [threading.Thread(target=lambda: made.append(again(keys).make(YEAR).id)) for _ in range(6)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert sorted(made) == [f"2026-{number}" for number in range(1, 7)]
    assert len({one.multikey for one in keys.all()}) == 6
    assert keys.current(YEAR).id == "2026-6"


@pytest.mark.parametrize("name", ["2026-2.pem", "keys.json"])
def test_a_disk_that_gives_out_leaves_what_was(
    keys: Keys, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.make(YEAR)
    before = (keys.folder / "keys.json").read_bytes()
    replace = Path.replace

    def fails(self: Path, target: Path) -> Path:
        if Path(target).name == name:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", fails)
        with pytest.raises(Unavailable, match="No space left"):
            keys.make(YEAR)
    assert (keys.folder / "keys.json").read_bytes() == before
    assert not [path for path in keys.folder.iterdir() if path.name.startswith(".")]
    assert again(keys).current(YEAR).id == "2026-1"
    assert again(keys).make(YEAR).id == ("2026-2" if name == "2026-2.pem" else "2026-3"), (
        "no secret over another"
    )


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("no folder")
    with pytest.raises(Unavailable, match="Keys cannot be kept in"):
        Keys(tmp_path / "keys").make(YEAR)


def test_another_nodes_key_verifies_here_and_does_not_sign(keys: Keys, tmp_path: Path) -> None:
    hub = Keys(tmp_path / "hub")
    key = hub.make(YEAR)
    keys.take_in(key.public)
    assert keys.get("2026-1").verifies(key.sign(b"x"), b"x")
    with pytest.raises(NoKey, match="is missing"):
        keys.current(YEAR)
    keys.take_in(hub.compromise("2026-1", "stolen"))
    keys.take_in(key.public)
    assert keys.get("2026-1").state == "compromised", "an older word does not make it good again"
    other = Keys(tmp_path / "other").make(YEAR)
    with pytest.raises(Unavailable, match="Another key is known here as 2026-1"):
        keys.take_in(other.public)


def test_a_key_known_from_elsewhere_signs_on_only_with_its_file(keys: Keys) -> None:
    key, other = keys.make(YEAR), keys.make(YEAR - 1)
    (keys.folder / "keys.json").unlink()
    (keys.folder / f"{other.id}.pem").unlink()
    for one in (key, other):
        again(keys).recover(one.public)
    assert keys.current(YEAR).id == key.id
    assert keys.get(other.id).state == "retired"
    assert keys.get(other.id).verifies(other.sign(b"lesson"), b"lesson")
    keys.compromise(key.id, "stolen")
    keys.recover(key.public)
    assert keys.get(key.id).state == "compromised", "what is known is not changed"


@pytest.mark.parametrize("id", ["../2026-1", "2026-0", "2026", "", "2026-1\n"])
def test_only_names_of_keys_are_looked_for(keys: Keys, id: str) -> None:
    keys.make(YEAR)
    with pytest.raises(NoKey):
        keys.key(id)
    with pytest.raises(NoKey):
        keys.take_in(Public(id, keys.get("2026-1").multikey))


@pytest.mark.parametrize("raw", [b"", b"\0", b"\0\0\x01", b"\xed\x01" + bytes(range(32)), b"\xff" * 40])
def test_base58_comes_back_as_it_was(raw: bytes) -> None:
    assert signing.from_base58(signing.to_base58(raw)) == raw


@pytest.mark.parametrize(
    "text", ["", "z", "z6Mk", "u6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", "z0OIl"]
)
def test_what_is_no_multikey_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        signing.from_multikey(text)
