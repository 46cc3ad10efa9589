"""A load of plain HTTP/1.1 requests over kept connections, cheap enough that the server is what is measured."""

import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

Make = Callable[[int], bytes]
"""The n-th request, whole."""


@dataclass
class Run:
    """`seconds` from the first request to the last answer; `waits` of each request, in seconds."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return len(self.waits) / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class _Connection:
    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> int:
        """The status when the whole answer is here, else 0."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError("the server closed the connection")
        self.received += data
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return 0
        self.received = b""
        return int(head[9:12])


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


def drive(address: tuple[str, int], make: Make, count: int, connections: int) -> Run:
    """Sends `count` requests over `connections`, each sending its next when it has its answer."""
    run, numbers = Run(), iter(range(count))
    waiting = selectors.DefaultSelector()
    begun = time.perf_counter()
    for _ in range(min(connections, count)):
        connection = _Connection(address)
        connection.send(make(next(numbers)))
        waiting.register(connection.socket, selectors.EVENT_READ, connection)
    while len(run.waits) < count:
        for key, _ in waiting.select():
            _take(key.data, run, make, numbers)
    run.seconds = time.perf_counter() - begun
    for key in list(waiting.get_map().values()):
        key.data.socket.close()
    return run


def _take(connection: _Connection, run: Run, make: Make, numbers: Iterator[int]) -> None:
    status = connection.receive()
    if not status:
        return
    run.waits.append(time.perf_counter() - connection.sent_at)
    run.statuses[status] = run.statuses.get(status, 0) + 1
    following = next(numbers, None)
    if following is not None:
        connection.send(make(following))


def request(method: str, path: str, body: bytes = b"", headers: Sequence[tuple[str, str]] = ()) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers)]
    if body:
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
