"""Zips nobody trusts: what lies in them by name, each part unfolded within a bound."""

import io
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping

from courses.exchange.refusal import NotTaken

MOST_FILES = 3_000
LARGEST_PART = 48 * 2**20
LARGEST_WHOLE = 160 * 2**20
"""Bytes all parts may unfold to."""
CHUNK = 2**18
LOCKED = 0x1
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
PACKED = (".zip", ".7z", ".rar", ".gz", ".tar", ".xz", ".bz2")


class Archive:
    """Raises `NotTaken`, at once for names and sizes that are declared, on reading for those that were not true."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
            raise NotTaken("damaged") from error
        found = [one for one in self._zip.infolist() if not one.is_dir()]
        if len(found) > MOST_FILES or sum(one.file_size for one in found) > LARGEST_WHOLE:
            raise NotTaken("bomb")
        if any(one.flag_bits & LOCKED for one in found):
            raise NotTaken("locked")
        names = [one.filename for one in found]
        if len(set(names)) < len(names) or not all(map(_is_plain, names)):
            raise NotTaken("name")
        self._found = {one.filename: one for one in found}
        self._left = LARGEST_WHOLE

    @property
    def names(self) -> list[str]:
        return list(self._found)

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def read(self, name: str) -> bytes:
        parts, size = [], 0
        try:
            with self._zip.open(self._found[name]) as part:
                while chunk := part.read(CHUNK):
                    size += len(chunk)
                    if size > min(LARGEST_PART, self._left):
                        raise NotTaken("bomb")
                    parts.append(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:  # fmt: skip
            raise NotTaken("damaged") from error
        self._left -= size
        return b"".join(parts)


def _is_plain(name: str) -> bool:
    parts = name.split("/")
    leads_out = name.startswith("/") or "\\" in name or ":" in name or {".", "..", ""} & {*parts}
    return not leads_out and unicodedata.is_normalized("NFC", name) and name.isprintable()


def folder(archive: Archive) -> dict[str, bytes]:
    """The files of a course folder, packed as it is or with the folder around it; hidden files are left out."""
    tops = [name.removesuffix("course.toml") for name in archive.names if name.endswith("course.toml")]
    top = min(tops, key=len)
    inside = {name.removeprefix(top): name for name in archive.names if name.startswith(top)}
    shown = {path: name for path, name in inside.items() if not _is_hidden(path)}
    if any(name.lower().endswith(PACKED) for name in archive.names):
        raise NotTaken("nested")
    return {path: archive.read(name) for path, name in shown.items()}


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") for part in path.split("/"))


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files; the same files give the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        for path in sorted(files):
            out.writestr(zipfile.ZipInfo(path, FIRST_DAY), files[path], zipfile.ZIP_DEFLATED)
    return held.getvalue()
