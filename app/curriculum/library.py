"""What lies in content/ beside the courses: the drawn kit, the facts and the frameworks that lessons quote."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from courses import facts, frameworks, glossary, pictures
from courses.claims import Plain
from courses.drawing import read_parts
from courses.glossary import Glossary
from courses.model import Fault

KIT = "kit:"
SINGLE = ("faces", "pin")
"""Folders of content/pictures whose files are whole pictures, not parts."""


@dataclass(frozen=True)
class Library:
    content: Path

    @cached_property
    def facts_file(self) -> bytes:
        return (self.content / "facts.toml").read_bytes()

    @cached_property
    def facts(self) -> facts.Facts:
        return facts.read(self.facts_file)[0]

    @cached_property
    def _frameworks(self) -> list[tuple[frameworks.Framework | None, list[Fault]]]:
        files = sorted((self.content / "frameworks").glob("*.toml"))
        return [frameworks.read(file.name, file.read_bytes()) for file in files]

    @property
    def frameworks(self) -> list[frameworks.Framework]:
        return [one for one, _ in self._frameworks if one]

    @cached_property
    def codes(self) -> frozenset[str]:
        """Every code of every framework, as lessons quote it."""
        return frozenset(code for one in self.frameworks for code in one.codes)

    @cached_property
    def _scenes(self) -> tuple[Mapping[str, bytes], list[Fault]]:
        folder = self.content / "pictures"
        files = {path.stem: path.read_bytes() for path in (folder / "parts").glob("*.svg")}
        parts, faults = read_parts(files)
        drawn: dict[str, bytes] = {}
        for file in (folder / "scenes.toml", *sorted((folder / "scenes").glob("*.toml"))):
            some, wrong = pictures.scenes(parts, file.read_bytes())
            drawn |= some
            faults += [replace(fault, file=file.name) for fault in wrong]
        return drawn, faults

    @property
    def scenes(self) -> Mapping[str, bytes]:
        """Composed pictures by name."""
        return self._scenes[0]

    @property
    def faults(self) -> list[Fault]:
        """What is wrong with the kit, the facts and the frameworks themselves."""
        wrong = [fault for _, faults in self._frameworks for fault in faults]
        return [*self._scenes[1], *facts.read(self.facts_file)[1], *wrong]

    @cached_property
    def pictures(self) -> Mapping[str, bytes]:
        """Every picture of the kit: scenes by name, faces as `faces/<name>`, with those of a colour and a shape, PIN pictures as `pin/<name>`."""
        folder = self.content / "pictures"
        single = [path for kind in SINGLE for path in sorted((folder / kind).glob("*.svg"))]
        drawn = {f"{path.parent.name}/{path.stem}": path.read_bytes() for path in single}
        return {**self.scenes, **drawn, **pictures.marks((folder / "marks.toml").read_bytes())}

    @cached_property
    def plain(self) -> Plain:
        """Numbers in teaching words that are no facts."""
        found: Plain = tomllib.loads((self.content / "plain.toml").read_text("utf-8"))
        return found

    def glossary(self, lang: str) -> Glossary:
        """The terms of a language; none where nobody wrote any."""
        file = self.content / "glossary" / f"{lang}.toml"
        return glossary.read(file.read_bytes()) if file.exists() else {}

    def courses(self) -> list[Path]:
        return sorted(path.parent for path in (self.content / "courses").glob("*/course.toml"))
