"""A program that is told by webhooks: a real HTTP server that keeps what it gets, and answers as a test wants."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import msgspec


@dataclass(frozen=True, kw_only=True)
class Told:
    """One delivery."""

    payload: dict[str, Any]
    thumb: bytes | None
    path: str

    @property
    def event(self) -> str:
        return str(self.payload["event"])


def _parts(kind: str, body: bytes) -> dict[str, bytes]:
    message: Message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    found: dict[str, bytes] = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(data, bytes):
            found[name] = data
    return found


class Receiver(AbstractContextManager["Receiver"]):
    """Listens on a free port of this machine."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.answers: list[int] = []
        """Status codes of the next answers; 200 when there is none left."""
        self.answering = threading.Event()
        """While it is not set, nobody who calls gets an answer."""
        self.answering.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                parts = _parts(self.headers["Content-Type"], body)
                status = receiver.answers.pop(0) if receiver.answers else 200
                payload = msgspec.json.decode(parts["payload"], type=dict[str, Any])
                receiver.told.append(Told(payload=payload, thumb=parts.get("thumb"), path=self.path))
                receiver.answering.wait()
                with suppress(OSError):  # whoever called may have gone
                    self.send_response(status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook?secret=1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.answering.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def until(self, event: str, fits: Callable[[Told], bool] = lambda _: True, seconds: float = 40) -> Told:
        """The first delivery of an event that fits."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for told in list(self.told):
                if told.event == event and fits(told):
                    return told
            time.sleep(0.02)
        raise AssertionError(f"no {event} came: {[told.event for told in self.told]}")
