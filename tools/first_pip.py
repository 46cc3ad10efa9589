"""Puts pip into .venv where Debian has left it out: the wheel that locks/pip.txt names, from where pip's settings say to look.

Usage: .venv/bin/python tools/first_pip.py locks/pip.txt
"""

import configparser
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urljoin

SETTINGS = ("/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf")
SECONDS = 60


def main(lock: str) -> int:
    text = Path(lock).read_text()
    version = text.split()[0].removeprefix("pip==")
    name = f"pip-{version}-py3-none-any.whl"
    data = find(name, set(re.findall(r"sha256:(\w+)", text)), told(os.environ))
    if data is None:
        return 1
    with tempfile.TemporaryDirectory() as folder:
        wheel = Path(folder) / name
        wheel.write_bytes(data)
        install = [f"{wheel}/pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
        return subprocess.call([sys.executable, *install])


def told(environment: Mapping[str, str]) -> dict[str, str]:
    """What pip's settings say of where to look; the environment goes before the files."""
    files = configparser.RawConfigParser()
    files.read([os.path.expanduser(path) for path in (*SETTINGS, environment.get("PIP_CONFIG_FILE", ""))])
    said = {}
    for name in ("index-url", "extra-index-url", "find-links", "no-index"):
        kept = [files.get(section, name, fallback="") for section in ("install", "global")]
        said[name] = environment.get("PIP_" + name.replace("-", "_").upper()) or kept[0] or kept[1]
    return said


def find(name: str, hashes: set[str], said: Mapping[str, str]) -> bytes | None:
    """The first file of that name that has one of these hashes."""
    for place in places(said):
        for url in addresses(place, name):
            data = get(url)
            if data and hashlib.sha256(data).hexdigest() in hashes:
                return data
    return None


def places(said: Mapping[str, str]) -> list[str]:
    indexes = [] if said["no-index"] else [*said["index-url"].split(), *said["extra-index-url"].split()]
    return said["find-links"].split() + [index.rstrip("/") + "/pip/" for index in indexes]


def addresses(place: str, name: str) -> Iterator[str]:
    if "://" not in place:
        place = Path(place).absolute().as_uri() + "/"
    if place.startswith("file:"):
        yield urljoin(place, name)
        place = urljoin(place, "index.html")
    for link in re.findall(r'href="([^"]+)"', (get(place) or b"").decode("utf-8", "replace")):
        address = link.partition("#")[0]
        if address.endswith("/" + name) or address == name:
            yield urljoin(place, address)


def get(url: str) -> bytes | None:
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as reply:
            return bytes(reply.read())
    except OSError:
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
