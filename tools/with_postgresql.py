"""Runs a command with a PostgreSQL for the tests and its temporary files in memory, and hands on its exit code.

BANHOC_TEST_DATABASE_URL where it is set; else a cluster of our own from the system's programs, in a temporary folder, gone
when the command ends: it need not survive a power cut, so it is twice as fast as a server that must; else the server on this
machine where it lets us in; else the programs are installed first.

A test has a database of its own, which is a thousand files: a disk takes five times as long over them as memory does.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

NAME = "BANHOC_TEST_DATABASE_URL"
LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"
DRAFT = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0", "autovacuum=off",
)  # fmt: skip
MEMORY, ROOM = Path("/dev/shm"), 4 << 30


def main(command: list[str]) -> int:
    if "TMPDIR" not in os.environ and roomy(MEMORY):
        tempfile.tempdir = os.environ["TMPDIR"] = str(MEMORY)
    if os.environ.get(NAME):
        return subprocess.call(command)
    if not found() and answers(LOCAL):
        return run(command, LOCAL)
    with own_cluster() as url:
        return run(command, url)


def roomy(folder: Path) -> bool:
    return (
        os.access(folder, os.W_OK)
        and shutil.disk_usage(folder).free > ROOM
        and not os.statvfs(folder).f_flag & os.ST_NOEXEC
    )


def run(command: list[str], url: str) -> int:
    given = url.replace("postgresql://", "postgresql+psycopg://")
    return subprocess.call(command, env=os.environ | {NAME: given})


def answers(url: str) -> bool:
    """Whether a server is there that lets us make databases."""
    try:
        with psycopg.connect(url, connect_timeout=2) as server:
            row = server.execute("select rolcreatedb from pg_roles where rolname = current_user").fetchone()
    except psycopg.OperationalError:
        return False
    return row == (True,)


@contextmanager
def own_cluster() -> Iterator[str]:
    programs = find_programs()
    home = Path(tempfile.mkdtemp(prefix="banhoc-postgresql-"))
    data, port = home / "data", free_port()
    server = [*as_somebody(home), str(programs / "pg_ctl"), "--pgdata", str(data), "--wait", "--silent"]
    options = " ".join(
        f"-c {one}"
        for one in (f"port={port}", f"unix_socket_directories={home}", "listen_addresses=127.0.0.1", *DRAFT)
    )
    try:
        make = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"]
        quiet([*as_somebody(home), str(programs / "initdb"), "--pgdata", str(data), *make])
        quiet([*server, "--log", str(home / "log"), "--options", options, "start"])
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            quiet([*server, "--mode", "immediate", "stop"])
    finally:
        shutil.rmtree(home, ignore_errors=True)


def find_programs() -> Path:
    if not found():
        missing = subprocess.call([Path(__file__).with_name("need"), "-", "postgresql"])
        if missing:
            raise SystemExit(missing)
    return found()[-1]


def found() -> list[Path]:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    return [folder for folder in folders if (folder / "initdb").exists()] + (
        [Path(on_path).parent] if on_path else []
    )


def as_somebody(home: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as the user its package made."""
    if os.getuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    os.chown(home, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def quiet(command: list[str]) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/")
    if done.returncode:
        raise SystemExit(f"PostgreSQL for the tests did not start: {done.stdout.strip()}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
