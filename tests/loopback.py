"""Small real servers on loopback whose answers a test scripts."""

import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it reached the server."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    def one(self, name: str) -> str | None:
        """The only value of a query parameter, None when it was not sent."""
        values = self.query.get(name)
        return values[0] if values else None


@dataclass(frozen=True)
class Answer:
    """What the server says."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Served:
    """A running server: its address and what it was asked, in order."""

    url: str
    port: int
    asked: list[Asked]


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Say nothing of clients that hang up, which is what some tests are about."""


@contextmanager
def serving(
    answer: Callable[[Asked], Answer], tls: ssl.SSLContext | None = None
) -> Iterator[Served]:
    """Answer every request with `answer(asked)` until the block ends."""
    asked_so_far: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _do(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(
                self.command,
                parts.path,
                parse_qs(parts.query, keep_blank_values=True),
                {name.lower(): value for name, value in self.headers.items()},
                body,
            )
            asked_so_far.append(asked)
            reply = _first_answer(self.server.server_address, asked, answer)
            # `send_response` would add the time of this machine.
            start = self.send_response_only if "Date" in reply.headers else self.send_response
            start(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in reply.headers:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_DELETE = _do  # noqa: N815 - http.server's names

        def log_message(self, *_: Any) -> None:
            """Keep the test's output clean."""

    server = _QuietServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{server.server_port}", server.server_port, asked_so_far)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


_first_answers: list[dict[Any, Answer]] = []


@contextmanager
def repeating() -> Iterator[None]:
    """Until the block ends every server gives the first answer to a GET of a path for ever."""
    _first_answers.append({})
    try:
        yield
    finally:
        _first_answers.pop()


def _first_answer(server: Any, asked: Asked, answer: Callable[[Asked], Answer]) -> Answer:
    if not _first_answers or asked.method != "GET":
        return answer(asked)
    name = (server, asked.path)
    if name not in _first_answers[-1]:
        _first_answers[-1][name] = answer(asked)
    return _first_answers[-1][name]


@contextmanager
def serving_bytes(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Accept connections and let `talk` do what no web server would; yields the server's URL."""
    listener = socket.create_server(("127.0.0.1", 0))

    def one(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            talk(connection)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=one, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def free_port(start: int) -> int:
    """A free port from `start` on, below those lent to outgoing connections."""
    for port in range(start + os.getpid() % 1000, 32_000):
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    message = f"no free port between {start} and 32000"
    raise RuntimeError(message)


def read_request(connection: socket.socket) -> bytes:
    """Read a request's headers, as far as the body is not needed."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65_536)
    return received
