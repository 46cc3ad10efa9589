"""The application in a process of its own, to be killed: `python -m tests.authoring.served DATA URL PORT`, 0 for any port."""

import socket
import sys
from pathlib import Path

import uvicorn

from app.core.settings import Settings
from app.main import create_app


def main(data: str, url: str, port: str) -> None:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", int(port)))
    app = create_app(Settings(data=Path(data), database_url=url))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    listening.listen()
    print(listening.getsockname()[1], flush=True)
    server.run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
