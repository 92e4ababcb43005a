"""``python -m benchmarks.doors ours|uvicorn PORT PEM|plain``: one tiny application behind one of two doors.

The first is the server's own accept loop, which tells TLS from plain HTTP by the first byte; the second is uvicorn as
it comes, on the same event loop, with the same parser and the same TLS context. What differs is the door alone.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

import uvicorn
import uvloop

from vitascope.edge.accept import Acceptor, tcp_socket
from vitascope.edge.tls import server_context


async def app(scope: dict[str, Any], _: Any, send: Any) -> None:
    """Two bytes for everybody."""
    assert scope["type"] == "http"
    headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


async def ours(port: int, chain: Path | None) -> None:
    acceptor = Acceptor(app)
    context = server_context(chain) if chain is not None else None
    # The real server looks at the first byte of every connection, whether it has a certificate or not.
    acceptor.start(tcp_socket("127.0.0.1", port), tls=lambda: context)
    await asyncio.Event().wait()


async def theirs(port: int, chain: Path | None) -> None:
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        http="httptools",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    config.load()
    config.ssl = server_context(chain) if chain is not None else None
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    door = {"ours": ours, "uvicorn": theirs}[sys.argv[1]]
    uvloop.run(door(int(sys.argv[2]), None if sys.argv[3] == "plain" else Path(sys.argv[3])))
