"""Quiz answers recorded durably a second: graded, in the ledger, projected. One a request, and twenty a request.

The limit is a bare FastAPI handler that writes one row a request, committed in groups in the same way.
"""

import json
import random
import secrets
import statistics
import time
from collections.abc import Iterator, Sequence

from app.core import ids
from app.main import CONTENT
from bench.load import Run, drive, request
from bench.served import banhoc, bare
from courses import folder
from courses.structure import structure_version

COUNT, CONNECTIONS, BATCH, ROUNDS = 6_000, 32, 20, 3
LEAST_SINGLE, LEAST_BATCHED, MOST_TAIL = 0.4, 2.0, 20
PEOPLE = [(ids.new(), secrets.token_urlsafe(16)) for _ in range(CONNECTIONS)]
JSON = ("content-type", "application/json")


class Bodies:
    """Answers to the questions with one choice of the first course, as a phone makes them."""

    def __init__(self) -> None:
        course = folder.read(folder.from_dir(CONTENT / "courses/dt05")).course
        assert course
        self.course, self.structure = course.id, structure_version(course)
        self.choices = [
            (lesson.id, question.id, choice.id)
            for lesson in course.all_lessons()
            for question in lesson.questions
            for choice in question.choices
            if question.kind == "one"
        ]

    def one(self, person: str) -> str:
        lesson, question, answer = random.choice(self.choices)
        named = {"course": self.course, "structure": self.structure, "lesson": lesson, "question": question}
        made = {"id": ids.new(), "type": "answered/1", "person": person, "salt": secrets.token_hex(8)}
        claimed = {"claimed_at": time.time_ns() // 1_000_000, "lang": "vi", "answer": answer}
        return json.dumps({**made, **named, **claimed}, separators=(",", ":"))


def requests(count: int, batch: int) -> list[bytes]:
    bodies = Bodies()
    return [_outbox(bodies, *PEOPLE[n % len(PEOPLE)], batch) for n in range(count)]


def _outbox(bodies: Bodies, person: str, cookie: str, batch: int) -> bytes:
    sent = json.dumps({"entries": [bodies.one(person) for _ in range(batch)]}).encode()
    return request("POST", "/outbox", sent, [JSON, ("cookie", f"bh={cookie}")])


def bare_requests(count: int) -> list[bytes]:
    bodies = Bodies()
    return [request("POST", "/answers", bodies.one(PEOPLE[0][0]).encode(), [JSON]) for _ in range(count)]


def main() -> None:
    rounds = list(_rounds())
    single, batched, tail = ([each[place] for each in rounds] for place in range(3))
    _tell("answers, one a request, over bare group commit", single, f"at least {LEAST_SINGLE}")
    _tell("answers, twenty a request, answers counted", batched, f"at least {LEAST_BATCHED}")
    _tell("p99 of one a request over its p50", tail, f"at most {MOST_TAIL}")


def _tell(what: str, ratios: Sequence[float], bound: str) -> None:
    each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    print(f"{what}: median {statistics.median(ratios):.2f} of {each}; {bound}")


def _rounds() -> Iterator[tuple[float, float, float]]:
    with banhoc() as ours, bare("one_row") as limit:
        _sent(ours.address, requests(len(PEOPLE), 1))
        for _ in range(ROUNDS):
            floor = _sent(limit.address, bare_requests(COUNT))
            single = _sent(ours.address, requests(COUNT, 1))
            batched = _sent(ours.address, requests(COUNT // BATCH, BATCH))
            answers = batched.per_second * BATCH
            print(
                f"  bare {floor.per_second:,.0f}/s, one {single.per_second:,.0f}/s, twenty {answers:,.0f}/s"
            )
            tail = single.percentile(0.99) / single.percentile(0.5)
            yield single.per_second / floor.per_second, answers / floor.per_second, tail


def _sent(address: tuple[str, int], made: list[bytes]) -> Run:
    run = drive(address, made.__getitem__, len(made), CONNECTIONS)
    assert set(run.statuses) <= {200, 204}, run.statuses
    return run


if __name__ == "__main__":
    main()
