import dataclasses
import re
from pathlib import Path

import pytest

from app.core.errors import Misconfigured
from app.core.settings import READERS, SLUGS, Settings, from_environment


def test_nothing_set_is_the_defaults() -> None:
    assert from_environment({}) == Settings()
    assert from_environment({"PATH": "/bin", "BANHOC_TEST_DATABASE_URL": "?"}) == Settings()
    assert Settings().database == f"sqlite:///{Path('data').absolute()}/banhoc.db"


def test_each_setting_is_read() -> None:
    given = {
        "BANHOC_DATA": "/srv/banhoc",
        "BANHOC_DATABASE_URL": "postgresql+psycopg://a:b@db/banhoc",
        "BANHOC_ROLE": "village",
        "BANHOC_HOST": "0.0.0.0",
        "BANHOC_PORT": "80",
        "BANHOC_PUBLIC_URL": "https://hoc.example/",
        "BANHOC_LANGUAGES": "vi hmn",
        "BANHOC_SHOW_DRAFTS": "1",
        "BANHOC_DEMO": "1",
        "BANHOC_KEEP_MONTHS": "36",
    }
    read = from_environment(given)
    assert read == Settings(
        data=Path("/srv/banhoc"),
        database_url="postgresql+psycopg://a:b@db/banhoc",
        role="village",
        host="0.0.0.0",
        port=80,
        public_url="https://hoc.example",
        languages=("vi", "hmn"),
        show_drafts=True,
        demo=True,
        keep_months=36,
    )
    assert set(given) == set(READERS)
    assert "a:b" not in repr(read)


WRONG = {
    "BANHOC_DATA": [""],
    "BANHOC_DATABASE_URL": ["", "mysql://x/y", "postgresql://x/y", "sqlite://", "data.db"],
    "BANHOC_ROLE": ["", "Hub", "province"],
    "BANHOC_HOST": ["", "a b"],
    "BANHOC_PORT": ["", "0", "65536", "-1", "8000.0", "²", " 80"],
    "BANHOC_PUBLIC_URL": [
        "hoc.example",
        "ftp://hoc.example",
        "https://",
        "https://hoc.example/?a",
        "http://[x",
        "http://x:99999",
    ],
    "BANHOC_LANGUAGES": ["", "hmn", "vi th", "vi vi", "vi,hmn"],
    "BANHOC_KEEP_MONTHS": ["", "0", "121", "1.5"],
    "BANHOC_SHOW_DRAFTS": ["", "true", "yes", "2"],
    "BANHOC_DEMO": ["on"],
    "BANHOC_DATABASE": ["x"],
    "BANHOC_PORT_FILE": ["/nowhere/at/all"],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in WRONG.items() for text in texts])
def test_a_wrong_or_unknown_setting_does_not_start_and_names_itself(name: str, text: str) -> None:
    with pytest.raises(Misconfigured, match=name) as refused:
        from_environment({name: text})
    assert str(refused.value).endswith(".") and "\n" not in str(refused.value)


def test_a_secret_comes_from_a_file_and_is_never_repeated(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql+psycopg://a:hush@db/banhoc\n")
    read = from_environment({"BANHOC_DATABASE_URL_FILE": str(secret)})
    assert read.database == "postgresql+psycopg://a:hush@db/banhoc"
    secret.write_text("mysql://a:hush@db/banhoc")
    with pytest.raises(Misconfigured) as refused:
        from_environment({"BANHOC_DATABASE_URL_FILE": str(secret)})
    assert "hush" not in str(refused.value)


def test_a_setting_given_twice_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("80")
    with pytest.raises(Misconfigured, match="Both"):
        from_environment({"BANHOC_PORT": "80", "BANHOC_PORT_FILE": str(tmp_path / "port")})


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


def test_every_setting_is_documented_with_its_default() -> None:
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(BANHOC_\w+)` \| (.*?) \|", page, re.M))
    assert set(rows) == set(READERS)
    assert rows["BANHOC_LANGUAGES"] == f"`{' '.join(SLUGS)}`"
    assert rows["BANHOC_PORT"] == f"`{Settings().port}`"
