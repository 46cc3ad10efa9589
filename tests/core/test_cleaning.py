"""What telephones make becomes small, upright and equally loud; what is no picture and no sound ends nobody's work."""

from io import BytesIO
from pathlib import Path

import av
import pytest
from PIL import Image

from app.core import cleaning
from app.core.cleaned import NotTaken
from tests.core import files_of_phones as phones

KB = 1024


def test_a_photograph_of_twelve_megapixels_is_light_upright_and_silent(tmp_path: Path) -> None:
    made = cleaning.clean("picture", phones.photo(tmp_path / "photo")).files
    assert list(made) == [".webp", ".640.webp", ".960.webp"]
    assert len(made[".webp"]) <= 10 * KB and len(made[".960.webp"]) <= 60 * KB
    for data, height in zip(made.values(), (320, 640, 960), strict=True):
        with Image.open(BytesIO(data)) as seen:
            assert seen.format == "WEBP" and seen.size == (height * 3 // 4, height)
            assert not seen.getexif() and "icc_profile" not in seen.info
        assert phones.MAKER.encode() not in data


def test_a_small_picture_is_not_blown_up(tmp_path: Path) -> None:
    Image.new("RGBA", (200, 100), (255, 0, 0, 0)).save(tmp_path / "small", "PNG")
    made = cleaning.clean("picture", tmp_path / "small").files
    with Image.open(BytesIO(made[".webp"])) as seen:
        assert list(made) == [".webp"] and seen.size == (200, 100)
        assert min(seen.convert("RGB").getpixel((50, 50))) > 250, "what was transparent is white"


def test_a_minute_of_speech_is_light_and_as_loud_as_any_other(tmp_path: Path) -> None:
    """The silence before and behind is away: two seconds and a half of a minute."""
    made = cleaning.clean("sound", phones.speech(tmp_path / "loud", 60, silence=1.5))
    assert len(made.files[".opus"]) <= 130 * KB and 55 <= made.seconds <= 58
    quiet = cleaning.clean("sound", phones.speech(tmp_path / "quiet", 6, level=0.02))
    for name, one in (("loud.opus", made), ("quiet.opus", quiet)):
        (tmp_path / name).write_bytes(one.files[".opus"])
    with av.open(str(tmp_path / "loud.opus")) as file:
        stream = file.streams.audio[0]
        assert (stream.codec.name, stream.channels) == ("opus", 1)
    assert phones.loudness(tmp_path / "quiet") < phones.loudness(tmp_path / "loud") - 15
    assert abs(phones.loudness(tmp_path / "quiet.opus") - phones.loudness(tmp_path / "loud.opus")) < 3


def test_a_film_comes_in_two_sizes_with_a_picture_and_says_how_far_it_is(tmp_path: Path) -> None:
    heard: list[float] = []
    made = cleaning.clean("video", phones.film(tmp_path / "film"), lambda part: heard.append(part) or True)
    assert {".mp4", ".360.mp4", ".webp"} <= made.files.keys() and made.seconds == 2
    assert heard == sorted(heard) and len(heard) > 5
    for ending, size in ((".mp4", (426, 240)), (".360.mp4", (640, 360))):
        with av.open(BytesIO(made.files[ending])) as file:
            stream = file.streams.video[0]
            assert (stream.codec.name, stream.width, stream.height) == ("h264", *size)


def test_a_film_is_stopped_where_somebody_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotTaken, match="stopped"):
        cleaning.clean("video", phones.film(tmp_path / "film"), lambda part: False)


SCRIPT = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PLAYLIST = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"


@pytest.mark.parametrize(
    ("kind", "data", "why"),
    [
        ("picture", SCRIPT, "svg"),
        ("picture", SCRIPT.decode().encode("utf-16"), "svg"),
        ("picture", b"\xff\xd8\xff\xe0 no picture", "unreadable"),
        ("picture", b"", "unreadable"),
        ("sound", PLAYLIST, "unreadable"),
        ("video", PLAYLIST, "unreadable"),
        ("video", phones.small_photo(), "unreadable"),
    ],
    ids=["svg", "svg in utf-16", "no picture", "empty", "playlist", "playlist as film", "photograph as film"],
)
def test_what_is_something_else_is_refused(tmp_path: Path, kind: str, data: bytes, why: str) -> None:
    (tmp_path / "sent").write_bytes(data)
    with pytest.raises(NotTaken, match=why):
        cleaning.clean(kind, tmp_path / "sent")


def test_a_picture_too_large_to_unfold_is_refused_by_its_head(tmp_path: Path) -> None:
    with pytest.raises(NotTaken, match="too-large"):
        cleaning.clean("picture", phones.bomb(tmp_path / "bomb"))


def test_where_nobody_spoke_nothing_is_kept(tmp_path: Path) -> None:
    with pytest.raises(NotTaken, match="silent"):
        cleaning.clean("sound", phones.speech(tmp_path / "silent", 2, level=0.0005))
