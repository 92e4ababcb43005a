"""A small HTTP server with answers of the test's choice, for what asks others over a real socket."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

IDENTITY = '<MediaContainer size="0" claimed="{claimed}" machineIdentifier="{machine}" version="1.43"/>'


class Answering:
    """A listening server; ``asked`` are the paths that were asked for, ``tokens`` what was shown."""

    def __init__(self, status: int, body: str = "", headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.body = body
        self.headers = dict(headers or {})
        self.by_path: dict[str, int] = {}
        """Statuses of paths that answer something else."""
        self.asked: list[str] = []
        self.tokens: list[str | None] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            server_version = "Stand-in"
            sys_version = ""

            def do_GET(self) -> None:
                outer.asked.append(self.path)
                outer.tokens.append(self.headers.get("X-Plex-Token"))
                data = outer.body.encode()
                self.send_response(outer.by_path.get(self.path, outer.status))
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def identity(machine: str = "a" * 40, *, claimed: bool = True) -> str:
    """What ``/identity`` says."""
    return IDENTITY.format(machine=machine, claimed=int(claimed))


@contextmanager
def unused_port() -> Iterator[int]:
    """A port on which nobody listens, and which nobody else gets meanwhile: it is bound and not listened on. A server
    that asks for a shared port (SO_REUSEPORT) may listen there."""
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind(("127.0.0.1", 0))
        yield int(bound.getsockname()[1])
