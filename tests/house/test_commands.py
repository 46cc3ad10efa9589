"""The commands of the contract are there, and say what they do."""

import os
import re
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from app import cli
from app.core.db import Database

ROOT = Path(__file__).parents[2]
PUBLIC = {"help", "serve", "test", "check", "bench", "long"}


def banhoc(
    *words: str, data: Path | None = None, environment: dict[str, str] | None = None, **more: str
) -> Result:
    """Runs a verb in this process; the exit code, standard output and standard error."""
    ours = {name: None for name in os.environ if name.startswith("BANHOC_")}
    given = ours | ({"BANHOC_DATA": str(data)} if data else {}) | (environment or {})
    return CliRunner().invoke(cli.main, words, env=given, prog_name="banhoc", **more)


def test_make_names_every_command_and_no_more() -> None:
    command = ["make", "--no-print-directory", "help"]
    lines = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.splitlines()
    assert {line.split()[0] for line in lines} == PUBLIC
    assert all(len(line.split()) > 2 for line in lines)


def test_ci_runs_what_a_reader_would_run() -> None:
    steps = (ROOT / ".ci" / "run").read_text().splitlines()
    assert steps[-1] == "CI=true make test"


def test_every_verb_explains_itself() -> None:
    def explain(command: click.Command, *words: str) -> None:
        told = banhoc(*words, "--help")
        assert told.exit_code == 0 and command.help, words
        for name, verb in getattr(command, "commands", {}).items():
            explain(verb, *words, name)

    explain(cli.main)


def test_locks_name_versions_and_hashes_and_no_address() -> None:
    for path in (ROOT / "locks").glob("*.txt"):
        text = path.read_text()
        assert "://" not in text and "index-url" not in text
        for block in re.split(r"\n(?=\S)", text.strip()):
            assert re.match(r"\S+==\S+", block) and "--hash=sha256:" in block, block


def test_a_database_is_made_looked_over_and_rebuilt(tmp_path: Path) -> None:
    for verb in ("migrate", "doctor", "rebuild", "doctor"):
        done = banhoc(verb, data=tmp_path / "data")
        assert (done.exit_code, done.stderr) == (0, "")


FAILURES = [
    (("doctor",), {}, "run banhoc migrate"),
    (("doctor",), {"BANHOC_PORT": "x"}, "BANHOC_PORT"),
    (("doctor",), {"BANHOC_COLOUR": "x"}, "BANHOC_COLOUR"),
    (("text", "check", "--lang", "th"), {}, "unknown language"),
    (("text", "convert", "--from", "vi", "--to", "hmn"), {}, "no conversion"),
    (("migrate",), {"BANHOC_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/x"}, "out of reach"),
]


@pytest.mark.parametrize(("words", "environment", "said"), FAILURES)
def test_a_failure_is_one_clear_sentence_and_a_non_zero_exit(
    tmp_path: Path, words, environment, said
) -> None:
    done = banhoc(*words, data=tmp_path / "data", environment=environment, input="a\n")
    assert done.exit_code != 0
    assert said in done.stderr and done.stderr.startswith("Error: ") and done.stderr.count("\n") == 1


def at(database: Database, revision: str) -> None:
    with database.write() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})


@pytest.mark.parametrize(
    "words",
    [
        ("migrate",), ("serve",), ("doctor",), ("rebuild",), ("publish",), ("user", "end", "Mai"), ("export", "dt01"),
        ("import", "tests/small-course"),
    ],
)  # fmt: skip
def test_an_older_program_leaves_a_newer_database_alone_and_says_what_to_do(
    database: Database, database_url: str, tmp_path: Path, words: tuple[str, ...]
) -> None:
    at(database, "of-tomorrow")
    database.close()
    done = banhoc(
        *words, data=tmp_path, environment={"BANHOC_DATABASE_URL": database_url, "BANHOC_PORT": "8798"}
    )
    assert done.exit_code == 1 and done.stderr.startswith("Error: ") and done.stderr.count("\n") == 1
    assert "of-tomorrow" in done.stderr and "update the program" in done.stderr


def test_what_writes_waits_for_the_tables_of_its_version(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    at(database, "first")
    database.close()
    for words in (("publish",), ("user", "end", "Mai"), ("rebuild",), ("doctor",)):
        done = banhoc(*words, data=tmp_path, environment={"BANHOC_DATABASE_URL": database_url})
        assert done.exit_code == 1 and "run banhoc migrate" in done.stderr, words


def test_text_is_converted_line_by_line_and_what_is_left_is_counted() -> None:
    done = banhoc("text", "convert", "--from", "hmn", "--to", "hmn-x-rpa", input="Lul Hmôngz\n\nxyzzy")
    assert done.stdout == "Lus Hmoob\n\nxyzzy"
    assert done.stderr == "1 not converted\n"


def test_text_is_checked_against_the_syllables_of_its_language() -> None:
    done = banhoc("text", "check", "--lang", "vi", input="Tôi đi xyzzy")
    assert done.stdout == "tokens 3\naccepted 2\nrejected 1\nxyzzy\n"
