"""Two authors at one lesson: typing, closing, losing the line, a server killed, as the seed says; and what became of it all.

`Tab` does what `static/js/drafts.js` and `editing.js` do: what is typed waits in the browser until the server has it.
"""

import json
from collections.abc import Mapping
from random import Random
from typing import Any, Protocol

from sqlalchemy import Connection, select

from app.authoring import draft_queries as queries
from app.core import ids

LESSON = "first"
ORDER = f"{LESSON}/lesson"
TEXTS = ("title", "story", "q1")
TURNS = 20
LONG_ID = 9
"""Letters of the ids that schedules give."""


class Lost(Exception):
    """No answer came, whatever the server did."""


class Line(Protocol):
    """One browser's way to the server; every call may raise `Lost`."""

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]: ...

    def get(self, path: str) -> str: ...


class Browser:
    """What outlives a tab: `stored` is the local storage, the order of its keys that of the edits."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.stored: dict[str, dict[str, Any]] = {}
        self.typed: dict[str, dict[str, Any]] = {}
        """Every edit that was ever sent, or waits, by its id: the fields it last had."""


class Tab:
    """The lesson open in a browser."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.shown: dict[str, Any] = {}
        self.heads: dict[str, str] = {}
        self.seq = ""
        self.refresh()
        for edit in browser.stored.values():
            self.shown[edit["part"]] = edit["fields"]

    def refresh(self) -> None:
        """What others wrote comes in, but never over what waits."""
        data = json.loads(self.browser.line.get(f"/teach/courses/small/{LESSON}"))
        for part, head in data["heads"].items():
            if not self.waits(part):
                self.heads[part] = head
                self.shown[part] = data["fields"][part]
        self.seq = self.seq or data["seq"]

    def waits(self, part: str) -> bool:
        return any(edit["part"] == part for edit in self.browser.stored.values())

    def put(self, part: str, fields: list[list[str]]) -> None:
        self.shown[part] = fields
        mine = [edit for edit in self.browser.stored.values() if edit["part"] == part]
        last = mine[-1] if mine else None
        if last and not last["sent"]:
            last["fields"] = fields
        else:
            base = last["id"] if last else self.heads.get(part, "")
            last = {"id": ids.new(), "part": part, "base": base, "fields": fields, "sent": False}
            self.browser.stored[last["id"]] = last
        self.browser.typed[last["id"]] = last

    def write(self, key: str, text: str) -> None:
        prose = [["prose", key]] if key == "story" else []
        self.put(f"{LESSON}/words/vi/{key}", [*prose, [f"w.{key}", text]])

    def add(self, chance: Random) -> None:
        """A block of her own, at a place of her choice."""
        id = f"b{chance.getrandbits(32):08x}"
        self.put(f"{LESSON}/block/{id}", [[f"block.{id}.kind", "note"]])
        order = [list(pair) for pair in self.shown[ORDER]]
        places = [at for at, (name, _) in enumerate(order) if name == "blocks"]
        order.insert(chance.choice([1, *(at + 1 for at in places)]), ["blocks", id])
        self.put(ORDER, order)

    def send(self) -> None:
        parts: set[str] = set()
        sent = []
        for edit in self.browser.stored.values():
            if edit["part"] not in parts:
                parts.add(edit["part"])
                edit["sent"] = True
                sent.append({key: edit[key] for key in ("id", "part", "base", "fields")})
        said = {"edits": sent, "since": self.seq, "lesson": LESSON}
        answer = self.browser.line.post("/teach/courses/small/edits", said)
        for outcome in answer["outcomes"]:
            self._took(outcome)
        self.seq = answer["seq"]
        if answer["changed"] or any(one["result"] in ("merged", "conflict") for one in answer["outcomes"]):
            self.refresh()

    def _took(self, outcome: Mapping[str, str]) -> None:
        edit = self.browser.stored.pop(outcome["id"])
        assert outcome["result"] != "refused", outcome
        self.heads[edit["part"]] = edit["id"]


def run(seed: int, browsers: list[Browser]) -> None:
    """One schedule, then a line for everybody until nothing waits."""
    chance = Random(seed)
    tabs: list[Tab | None] = [None for _ in browsers]
    for turn in range(TURNS):
        at = chance.randrange(len(browsers))
        try:
            tab = tabs[at] = tabs[at] or Tab(browsers[at])
            match chance.choice(["write", "write", "write", "add", "send", "send", "close"]):
                case "write":
                    tab.write(chance.choice(TEXTS), f"Lời {seed}-{turn}-{at}")
                case "add":
                    tab.add(chance)
                case "send":
                    tab.send()
                case "close":
                    tabs[at] = None
        except Lost:
            continue
    for browser in browsers:
        _flush(browser)


def tidy(browser: Browser) -> None:
    """Takes out of the lesson what a schedule put in, so that the next finds it small."""
    for _ in range(1000):
        try:
            tab = Tab(browser)
            tab.put(
                ORDER, [pair for pair in tab.shown[ORDER] if pair[0] != "blocks" or len(pair[1]) != LONG_ID]
            )
            return _flush(browser)
        except Lost:
            continue


def _flush(browser: Browser) -> None:
    for _ in range(1000):
        try:
            tab = Tab(browser)
            while browser.stored:
                tab.send()
            return
        except Lost:
            continue
    raise AssertionError("what waited could never be sent")


def lost(conn: Connection, browsers: list[Browser]) -> list[str]:
    """What anybody wrote and nobody can find any more; and what was written over by somebody who had not seen it."""
    rows = {row.id: row for row in conn.execute(select(queries.EDIT).where(queries.EDIT.c.course == "small"))}
    found = []
    for browser in browsers:
        for id, edit in browser.typed.items():
            if id not in rows:
                found.append(f"never arrived: {edit}")
            elif (text := _text(edit)) and json.loads(rows[id].value)["text"] != text:
                found.append(f"arrived as something else: {edit}")
    return found + _unseen(rows) + _unshown(conn, rows, browsers)


def _text(edit: Mapping[str, Any]) -> str:
    return next((value for name, value in edit["fields"] if name.startswith("w.")), "")


def _unseen(rows: Mapping[str, Any]) -> list[str]:
    """Words that took the place of others their author had never seen."""
    found, last = [], dict[str, Any]()
    for row in sorted(rows.values(), key=lambda row: row.seq):
        if row.outcome == queries.HEAD and "/words/" in row.part:
            before = last.get(row.part)
            base = rows.get(row.base)
            if before is not None and row.base != before.id and (base is None or base.value != before.value):
                found.append(f"written over unseen: {before.value} by {row.value}")
            last[row.part] = row
    return found


def _unshown(conn: Connection, rows: Mapping[str, Any], browsers: list[Browser]) -> list[str]:
    """The last words of an author in a field that neither stand, nor stood there, nor wait to be chosen; and blocks."""
    found = []
    listed = queries.parts(conn, "small")[ORDER].value["blocks"]
    for browser in browsers:
        lasts = {edit["part"]: rows[id] for id, edit in browser.typed.items() if id in rows}
        for part, row in lasts.items():
            stands = row.outcome in (queries.HEAD, queries.SAME, queries.MERGED)
            if not stands and not row.waiting:
                found.append(f"waits for nobody: {row.part} {row.value}")
            if "/block/" in part and part.rpartition("/")[2] not in listed:
                found.append(f"fell out of the lesson: {part}")
    return found
