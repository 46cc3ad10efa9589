"""The list of files a publication is made of, each named by its hash: canonical bytes, so that equal courses are equal."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Held:
    """One file of a manifest; `size` in bytes."""

    path: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        """What it is called on the web: twelve digits of its hash and its ending."""
        ending = self.path.rpartition(".")[2].lower()
        return f"{self.sha256[:12]}.{ending}"


@dataclass(frozen=True, slots=True)
class Manifest:
    course: str
    structure: str
    files: Mapping[str, Held]

    def dump(self) -> bytes:
        files = [{"path": f.path, "sha256": f.sha256, "size": f.size} for _, f in sorted(self.files.items())]
        body = {"course": self.course, "structure": self.structure, "files": files}
        return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def build(course: str, structure: str, files: Mapping[str, bytes]) -> Manifest:
    held = {path: Held(path, sha256(data), len(data)) for path, data in files.items()}
    return Manifest(course, structure, held)


def load(data: bytes) -> Manifest:
    body = json.loads(data)
    held = {f["path"]: Held(f["path"], f["sha256"], f["size"]) for f in body["files"]}
    return Manifest(body["course"], body["structure"], held)
