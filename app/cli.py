"""banhoc: the program by hand. Each verb is one short function; a failure is one sentence and a non-zero exit."""

import gc
import io
import json
import os
import shutil
import sys
from contextlib import ExitStack, closing
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import click

from app.core import ledger
from app.core.db import Database
from app.core.errors import BanHocError
from app.core.settings import Settings, from_environment
from courses import languages
from courses.folder import NotAFolder
from courses.languages import NoConversion, UnknownLanguage

READABLE = (BanHocError, NoConversion, NotAFolder, UnknownLanguage)
SCARCE = 200 * 1024 * 1024


class Program(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UnicodeDecodeError as error:
            raise click.ClickException("The text is not UTF-8: save it as UTF-8 and try again.") from error
        except READABLE as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:
            raise
        except OSError as error:
            raise click.ClickException(f"{error.filename or 'A file'}: {error.strerror}.") from error


@click.group(cls=Program)
def main() -> None:
    """Bản Học, from the command line. Settings come from the environment: see docs/settings.md."""


@main.command("migrate")
def migrate_() -> None:
    """Bring the database to the tables of this version."""
    from app.core import migrate

    settings = _settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    with closing(Database(settings.database)) as database:
        migrate.upgrade(database)
        click.echo(f"The database is up to date: {database.version}.")


@main.command()
def serve() -> None:
    """Make everything ready and serve it, until it is stopped."""
    gc.disable()  # until the doors open: a fifth of the start went into looking for garbage where there is none
    from app import opening

    opening.serve(_settings(), click.echo)


@main.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="only say what would be taken in; write nothing")
@click.option("--json", "as_json", is_flag=True, help="for programs")
def import_(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take in a course folder (or its zip), a list of people or staff, or questions and lessons of other systems.

    Questions come from Word, Excel, Moodle XML, GIFT and Aiken, lessons from Word and PowerPoint. A course comes in as a
    revision; learners see it once it is published.
    """
    from app import opening
    from app.curriculum import reading

    if opening.is_list(file):
        told = opening.list_of(_settings(), file, dry_run)
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else opening.counted(told))
        if told["faults"] and not dry_run:
            raise click.ClickException("The rows named as wrong were not taken in: mend them and try again.")
        return
    if file.is_file():
        became = opening.material_of(_settings(), file, dry_run)
        click.echo(json.dumps(became.told, ensure_ascii=False) if as_json else became.listed)
        if became.refused:
            raise click.ClickException("Nothing was taken in: mend what is named above first.")
        return

    read = (reading.tried if as_json else reading.read)(file, opening.library())
    click.echo(json.dumps(reading.told(read), ensure_ascii=False) if as_json else reading.listed(read))
    if reading.broken(read.faults):
        raise click.ClickException("Nothing was taken in: mend what is named above first.")
    if not dry_run:
        opening.bring_in(_settings(), file)


@main.command()
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="the key as .p12 or .pfx"
)
@click.option("--token", help="the PKCS#11 driver of a token, instead of a key file")
@click.option("--label", default="", help="the label of the token, where several are plugged in")
@click.option(
    "--certificate", default="", help="label or serial number of the certificate, where the token has several"
)
@click.option(
    "--to", type=click.Path(path_type=Path), help="where to write; signed-… beside the archive, if not said"
)
def sign(
    archive: Path, key: Path | None, token: str | None, label: str, certificate: str, to: Path | None
) -> None:
    """Sign exported certificates with the agency's key, wherever that key is: takes the .zip, writes a .zip to send back."""
    from app.certificates import sealing, signed_files, tokens

    if (key is None) == (token is None):
        raise click.UsageError("give --key or --token")
    to = to or archive.with_name(f"signed-{archive.name}")
    secret = click.prompt("Passphrase of the key" if key else "PIN", hide_input=True)
    with ExitStack() as stack:
        agency = (
            sealing.from_file(key.read_bytes(), secret)
            if key
            else stack.enter_context(tokens.plugged_in(token or "", secret, label, certificate))
        )
        try:
            signed = signed_files.sign_all(archive.read_bytes(), agency, _every_hundred)
        except signed_files.NotFiles:
            raise click.ClickException(
                f"{archive} is no .zip of exported certificates: export it again."
            ) from None
    for at, part in enumerate(signed, 1):
        file = to.with_stem(f"{to.stem}-{at}") if len(signed) > 1 else to
        file.write_bytes(part)
        click.echo(f"{file}: signed by {agency.name}.")


def _every_hundred(done: int, total: int) -> None:
    if done % 100 == 0 or done == total:
        click.echo(f"{done} of {total}", err=True)


@main.command()
@click.argument("courses", nargs=-1)
def publish(courses: tuple[str, ...]) -> None:
    """Show learners the latest revision of these courses, or of every one."""
    from app import opening

    for course, is_new in opening.publish(_settings(), courses):
        click.echo(f"{course}: {'published' if is_new else 'unchanged'}")


@main.command()
@click.argument("course")
@click.argument("to", type=click.Path(path_type=Path), required=False)
@click.option(
    "--as", "form", type=click.Choice(["folder", "moodle", "gift"]), default="folder", help="what to write"
)
def export(course: str, to: Path | None, form: str) -> None:
    """Write the published course out: as the folder it came in as (TO.zip: packed), Moodle XML or GIFT."""
    from app import opening

    if form == "folder" and (to is None or to.suffix.lower() != ".zip"):
        folder = to or Path(course)
        click.echo(f"{course}: {opening.export(_settings(), course, folder)} files in {folder}")
        return
    for line in opening.export_as(_settings(), course, form, to):
        click.echo(line)


@main.command("check")
@click.argument("folder", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="for programs: what there is, and every fault")
def check_content(folder: Path | None, as_json: bool) -> None:
    """Hold the curriculum, another content folder, or one course folder to its rules.

    Exit 1 where something must be mended.
    """
    from app import opening
    from app.curriculum import reading

    library, folders = opening.to_check(folder)
    read = [reading.read(path, library) for path in folders]
    faults = [
        *library.faults,
        *opening.path_faults(library),
        *reading.placed(zip(folders, read, strict=True)),
    ]
    told = reading.checked(read, faults)
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else reading.summed(told, faults))
    if reading.broken(faults):
        raise SystemExit(1)


@main.group()
def translate() -> None:
    """Translations of the curriculum."""


@translate.command("report")
@click.option("--json", "as_json", is_flag=True, help="for programs")
def translate_report(as_json: bool) -> None:
    """Per course and language: missing, drafted, approved, outdated; attested, syllables, voices."""
    from app import opening
    from app.curriculum import reading

    rows = list(reading.reports(opening.library()))
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
        return
    names = [field.name for field in fields(rows[0])] if rows else []
    for line in (names, *([getattr(row, name) for name in names] for row in rows)):
        click.echo("  ".join(f"{'–' if value is None else value!s:>9}" for value in line))


@main.group()
def user() -> None:
    """The staff of this node."""


@user.command("add")
@click.argument("name")
@click.password_option("--passphrase", help="at least twelve characters; asked for when left out")
def add_user(name: str, passphrase: str) -> None:
    """Give somebody of the staff an account as administrator."""
    from app import opening
    from app.accounts import people

    opening.write(_settings(), lambda conn: people.add_staff(conn, name, passphrase))
    click.echo(f"{name} may sign in at /staff/sign-in.")


@user.command("passphrase")
@click.argument("name")
@click.password_option("--passphrase", help="at least twelve characters; asked for when left out")
def set_passphrase(name: str, passphrase: str) -> None:
    """Give somebody of the staff a new passphrase; what was open with the old one is closed."""
    from app import opening
    from app.accounts import people

    opening.write(_settings(), lambda conn: people.set_passphrase(conn, name, passphrase))
    click.echo(f"{name} has a new passphrase.")


@user.command("end")
@click.argument("name")
def end_user(name: str) -> None:
    """End somebody's account at once, and all she has open."""
    from app import opening
    from app.accounts import people

    opening.write(_settings(), lambda conn: people.end_staff(conn, name))
    click.echo(f"{name} may not sign in any more.")


@user.command("end-codes")
@click.argument("name")
def end_codes(name: str) -> None:
    """End the codes of a telephone that is lost, where there are no two other administrators to say so."""
    from app import opening
    from app.accounts import people

    opening.write(_settings(), lambda conn: people.end_codes(conn, name))
    click.echo(f"{name} signs in with the passphrase alone until she sets up new codes.")


@user.command("new-pin")
@click.argument("person")
def new_pin(person: str) -> None:
    """Give a learner who forgot her three pictures new ones; show them to her alone.

    PERSON stands at the end of the address of the page that asks for her pictures.
    """
    from app import opening
    from app.accounts import people

    pictures = opening.write(_settings(), lambda conn: people.new_pin(conn, person))
    click.echo(", ".join(opening.names_of_pictures(pictures)))


@main.command()
def rebuild() -> None:
    """Empty what is computed from the ledger, and compute it again."""
    from app import opening
    from app.core import migrate

    _register_rooms()
    with closing(Database(_settings().database)) as database:
        migrate.refuse_unready(database)
        with database.write() as db:
            count = ledger.rebuild(db.connection(), opening.bar("entries"))
    click.echo(f"Rebuilt from {count} entries.")


@main.command()
def doctor() -> None:
    """Look over the database, the ledger's chain, the files and the disk; exit 1 where something is wrong."""
    from app import opening
    from app.core import migrate

    settings = _settings()
    if not settings.data.exists():
        raise click.ClickException(f"there is no {settings.data} yet: run banhoc migrate")
    with closing(Database(settings.database)) as database:
        click.echo(f"{settings.role}; data in {settings.data}; {database.version}")
        faults = database.check() + migrate.missing(database)
        if not faults:
            with database.read() as db:
                click.echo(f"The chain holds over {ledger.verify(db.connection())} lines.")
                faults += opening.lost(settings, db.connection())
    if (free := shutil.disk_usage(settings.data).free) < SCARCE:
        faults.append(f"only {free // 2**20} MB are free in {settings.data}: make room")
    if faults:
        raise click.ClickException("; ".join(faults))
    click.echo("Nothing is wrong.")


@main.group()
def text() -> None:
    """Convert and check texts of the province's languages."""


@text.command()
@click.option("--from", "from_", required=True, metavar="LANG", help="the language of the lines that come in")
@click.option("--to", required=True, metavar="LANG", help="the view of it to write")
def convert(from_: str, to: str) -> None:
    """Lines in, lines out. What cannot be converted stands as written, and is counted on standard error."""
    left = 0
    for converted in languages.convert_lines(_lines(), from_, to):
        click.echo(converted.text, nl=False)
        left += len(converted.unconverted)
    click.echo(f"{left} not converted", err=True)


@text.command()
@click.option("--lang", required=True, metavar="LANG", help="the language to hold the words against")
@click.option("--json", "as_json", is_flag=True, help="for programs")
def check(lang: str, as_json: bool) -> None:
    """Count the words that follow the syllables of a language, and name the rest."""
    found = languages.check(lang, _lines().read())
    if as_json:
        told = {"tokens": found.total, "accepted": found.accepted, "rejected": found.rejected}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"tokens {found.total}\naccepted {found.accepted}\nrejected {len(found.rejected)}")
    for word in found.rejected:
        click.echo(word)


def _lines() -> io.TextIOWrapper:
    return io.TextIOWrapper(sys.stdin.buffer, "utf-8", newline="")


def _settings() -> Settings:
    return from_environment(os.environ)


def _register_rooms() -> None:
    from app.core.blobs import Blobs  # most verbs need no room, and start in half the time without
    from app.curriculum.shelf import Shelf
    from app.main import register

    register(Shelf(Blobs(_settings().blobs)))


if __name__ == "__main__":
    main(prog_name="banhoc")
