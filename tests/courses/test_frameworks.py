from courses.checks import check
from courses.frameworks import read
from tests.courses import cast

TOML = """
id = "NLS"
name_vi = "Khung"
complete = true
[[codes]]
code = "4.1"
name_vi = "Máy"
[[codes]]
code = "4.2"
"""
CODES = {"KNS:1.2", "NLS:4.2"}


def coded(codes: str) -> str:
    return cast.LESSON.replace("minutes = 5", f"minutes = 5\ncodes = {codes}", 1)


def whats(**changed: str) -> list[tuple[str, str]]:
    found = check(cast.reading(**changed), scenes=cast.SCENES, codes=CODES)
    return [(fault.file, fault.what) for fault in found]


def test_it_reads_a_framework() -> None:
    framework, faults = read("nls.toml", TOML.encode())
    assert framework
    assert faults == []
    assert (framework.id, framework.complete, framework.names["4.1"]) == ("NLS", True, "Máy")
    assert framework.codes == {"NLS:4.1", "NLS:4.2"}


def test_a_broken_framework_is_said() -> None:
    assert read("x.toml", b"codes = []")[1][0].what == "The framework has no `id`."
    assert read("x.toml", b"[")[0] is None


def test_a_lesson_names_codes() -> None:
    assert cast.course(lesson=coded('["NLS:4.2", "KNS:1.2"]')).lessons[0].codes == ("NLS:4.2", "KNS:1.2")
    assert whats(lesson=coded('["NLS:4.2", "KNS:1.2"]')) == []


def test_a_code_must_be_in_a_framework() -> None:
    unknown = "The code `NLS:9.9` is in no framework."
    assert whats(lesson=coded('["NLS:9.9"]')) == [("01-hoi/lesson.toml", unknown)]
    assert whats(course=cast.COURSE.replace("KNS:1.2", "NLS:9.9")) == [("course.toml", unknown)]
    assert check(cast.reading(lesson=coded('["NLS:9.9"]')), scenes=cast.SCENES) == []


def test_the_flagship_is_shown_by_a_block() -> None:
    named = cast.COURSE.replace("pass = 70", 'pass = 70\nflagship = "01-hoi/practice.toml"')
    assert whats(course=named) == []
    assert cast.course(course=named).flagship == "01-hoi/practice.toml"
    lost = whats(course=named.replace("hoi/practice.toml", "hoi/lost.toml"))
    assert lost == [("course.toml", "No block shows the flagship `01-hoi/lost.toml`.")]
