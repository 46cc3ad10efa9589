"""Lesson pages a second, one worker, over a bare ASGI application that answers the same bytes and headers."""

import statistics
import urllib.request
from pathlib import Path

from bench.load import drive, request
from bench.served import banhoc, bare

PATH = "/vi/courses/dt05/01-ba-cau-hoi"
ROUNDS, COUNT, CONNECTIONS = 5, 10_000, 16
LIMIT = 0.7
ASKED = [("accept-encoding", "gzip, deflate, br"), ("accept", "text/html")]


def main() -> None:
    page = request("GET", PATH, headers=ASKED)
    with banhoc() as ours:
        body = ours.data / "body"
        body.write_bytes(_answer(f"{ours.url}{PATH}"))
        with bare("same_bytes", BARE_BODY=str(body)) as limit:
            ratios = [_round(ours.address, limit.address, page) for _ in range(ROUNDS)]
    print(
        f"lesson pages over bare ASGI: median {statistics.median(ratios):.2f} of {_told(ratios)}, at least {LIMIT}"
    )


def _round(ours: tuple[str, int], limit: tuple[str, int], page: bytes) -> float:
    a = drive(ours, lambda _: page, COUNT, CONNECTIONS)
    b = drive(limit, lambda _: page, COUNT, CONNECTIONS)
    assert set(a.statuses) == set(b.statuses) == {200}
    print(f"  ours {a.per_second:,.0f}/s, bare {b.per_second:,.0f}/s")
    return a.per_second / b.per_second


def _answer(url: str) -> bytes:
    """Header lines but those uvicorn adds itself, an empty line, the body as it was sent."""
    with urllib.request.urlopen(urllib.request.Request(url, headers=dict(ASKED))) as answer:
        lines = [
            f"{n}: {v}"
            for n, v in answer.headers.items()
            if n.lower() not in ("date", "server", "connection")
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + answer.read()


def _told(ratios: list[float]) -> str:
    return ", ".join(f"{ratio:.2f}" for ratio in ratios)


if __name__ == "__main__":
    print(Path(__file__).name)
    main()
