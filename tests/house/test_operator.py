"""What an operator does by hand: courses in and out, staff, a forgotten PIN; and what she is told when it cannot be."""

import json
import shutil
import socket
from contextlib import closing
from pathlib import Path

import pytest

from app.core.db import Database
from app.core.ids import new
from app.main import CONTENT
from app.places import actions as places
from tests.cast import COURSE
from tests.house.test_commands import banhoc

PASSPHRASE = "bốn con trâu qua suối"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a node with the small course brought in."""
    folder = tmp_path / "data"
    assert banhoc("migrate", data=folder).exit_code == 0
    assert banhoc("import", str(COURSE), data=folder).exit_code == 0
    return folder


def test_a_course_goes_in_is_published_and_comes_out(tmp_path: Path, data: Path) -> None:
    assert banhoc("publish", data=data).stdout == "small: published\n"
    assert banhoc("publish", "small", data=data).stdout == "small: unchanged\n"
    assert banhoc("export", "small", str(tmp_path / "out"), data=data).exit_code == 0
    assert (tmp_path / "out/course.toml").read_bytes() == (COURSE / "course.toml").read_bytes()


@pytest.mark.parametrize(
    ("words", "said"), [(("publish", "none"), "banhoc import"), (("export", "small"), "")]
)
def test_what_is_not_there_is_said(tmp_path: Path, data: Path, words: tuple[str, ...], said: str) -> None:
    to = [str(tmp_path / "out")] if words[0] == "export" else []
    done = banhoc(*words, *to, data=data)
    assert done.exit_code == 1 and said in done.stderr and done.stderr.count("\n") == 1


def test_a_lost_file_is_found(data: Path) -> None:
    banhoc("publish", data=data)
    assert banhoc("doctor", data=data).exit_code == 0
    [file] = [one for one in (data / "blobs").glob("*/*") if one.read_bytes().startswith(b'id = "small"')]
    file.write_bytes(b"other")
    done = banhoc("doctor", data=data)
    assert done.exit_code == 1 and "small: " in done.stderr and "damaged" in done.stderr


def test_a_dry_run_says_what_is_understood_and_what_is_not_and_writes_nothing(tmp_path: Path) -> None:
    shutil.copytree(COURSE, tmp_path / "course")
    (tmp_path / "course/second/lesson.toml").unlink()
    done = banhoc("import", str(tmp_path / "course"), "--dry-run", "--json", data=tmp_path / "data")
    told = json.loads(done.stdout)
    assert done.exit_code == 1 and told["understood"]["lessons"] == 1
    assert {one["file"] for one in told["not_understood"]} == {"second/lesson.toml"}
    assert not (tmp_path / "data").exists()


def test_what_is_no_folder_is_said_in_json_too(tmp_path: Path) -> None:
    (tmp_path / "course.zip").write_bytes(b"PK")
    for more in ((), ("--dry-run",)):
        done = banhoc("import", str(tmp_path / "course.zip"), "--json", *more, data=tmp_path / "data")
        [fault] = json.loads(done.stdout)["not_understood"]
        assert done.exit_code == 1 and fault["file"] == "course.zip" and "not a folder" in fault["what"]
    assert not (tmp_path / "data").exists()


def test_a_list_of_staff_is_none_of_people(tmp_path: Path, data: Path) -> None:
    with closing(Database(f"sqlite:///{data / 'banhoc.db'}")) as database, database.write() as session:
        places.bring_in(session.connection(), CONTENT / "places.csv")
    file = tmp_path / "can-bo.csv"
    file.write_text("Họ và tên,Chức vụ,Xã\nLò Thị Inh,Cán bộ xã,Mường Nhé\nMỷ,Ông từ,Mường Nhé\n", "utf-8")
    for more in (("--dry-run",), (), ("--dry-run",)):
        told = json.loads(banhoc("import", str(file), "--json", *more, data=data).stdout)
        assert (told["kind"], told["understood"]) == ("staff", 1)
        assert told["faults"] == [{"row": 3, "cell": "B3", "why": "role"}]
    assert told["same"] == 1
    file.write_text("Tên lớp,Bản,Từ ngày,Khóa học\nLớp tối,,1/1/2027,small\n", "utf-8")
    told = json.loads(banhoc("import", str(file), "--json", "--dry-run", data=data).stdout)
    assert told["kind"] == "classes"
    assert "/admin/lists/classes" in banhoc("import", str(file), data=data).stderr


def test_a_refused_course_is_told_its_faults_once(tmp_path: Path, data: Path) -> None:
    shutil.copytree(COURSE, tmp_path / "course")
    (tmp_path / "course/second/lesson.toml").unlink()
    done = banhoc("import", str(tmp_path / "course"), data=data)
    assert done.exit_code == 1 and done.output.count("second/lesson.toml:1: error: ") == 1
    assert done.stderr.startswith("Error: ") and done.stderr.count("\n") == 1


def test_a_rebuild_counts_where_somebody_looks_on(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app import opening

    counted: list[tuple[int, int]] = []
    monkeypatch.setattr(opening, "bar", lambda what: lambda done, total: counted.append((done, total)))
    assert banhoc("rebuild", data=data).stdout == "Rebuilt from 1 entries.\n"
    assert counted == [(1, 1)]


def test_a_content_folder_and_a_folder_of_courses_are_checked_too(tmp_path: Path) -> None:
    content = Path(__file__).parents[2] / "content"
    for path in content.iterdir():
        if path.name != "courses":
            (tmp_path / path.name).symlink_to(path)
    shutil.copytree(COURSE, tmp_path / "courses/small")
    for folder in (tmp_path, tmp_path / "courses", tmp_path / "courses/small"):
        done = banhoc("check", str(folder), "--json")
        assert json.loads(done.stdout)["lessons"] == 2, folder
    (tmp_path / "courses/small/second/lesson.toml").unlink()
    assert "\nsmall/second/lesson.toml:1: error: " in banhoc("check", str(tmp_path)).stdout
    (tmp_path / "facts.toml").unlink()
    done = banhoc("check", str(tmp_path))
    assert done.exit_code == 1 and "facts.toml" in done.stderr and done.stderr.count("\n") == 1


def test_staff_come_and_go(data: Path) -> None:
    def user(*words: str) -> int:
        return banhoc("user", *words, data=data).exit_code

    assert user("add", "Lò", "--passphrase", PASSPHRASE) == 0
    assert user("add", "LÒ", "--passphrase", PASSPHRASE) == 1
    assert user("add", "Mỷ", "--passphrase", "ngắn") == 1
    assert user("passphrase", "Lò", "--passphrase", PASSPHRASE[::-1]) == 0
    assert user("end-codes", "Lò") == 0
    assert user("end-codes", "Ai đó") == 1
    assert user("end", "Lò") == 0
    assert user("end", "Lò") == 1
    assert user("new-pin", new()) == 1


@pytest.mark.only_on("postgresql")
def test_a_new_node_on_postgresql_is_migrated_and_well(tmp_path: Path, database_url: str) -> None:
    there = {"BANHOC_DATABASE_URL": database_url}
    for verb in ("migrate", "doctor"):
        done = banhoc(verb, data=tmp_path / "data", environment=there)
        assert (done.exit_code, done.stderr) == (0, ""), verb


def test_text_that_is_not_utf_8_is_said_so() -> None:
    done = banhoc("text", "check", "--lang", "hmn", input=b"\xff")  # type: ignore[arg-type]
    assert (
        done.exit_code == 1
        and done.stderr == "Error: The text is not UTF-8: save it as UTF-8 and try again.\n"
    )


def test_an_address_in_use_is_said_before_the_long_work(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = banhoc("serve", data=tmp_path / "data", environment={"BANHOC_PORT": port})
    assert done.exit_code == 1 and "BANHOC_PORT" in done.stderr and done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()
