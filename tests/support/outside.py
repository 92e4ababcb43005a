"""A server in the outside internet that says exactly the bytes a test wants, and a look-up that leads to it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Outside:
    """``heads`` are the requests as they came, up to the empty line."""

    port: int
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def outside(answer: bytes | Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[Outside]:
    """Answers every request with the same bytes, or as a function does that is given both ends."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            here.heads.append(head)
            lengths = [int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")]
            here.bodies.append(await reader.readexactly(lengths[0]) if lengths else b"")
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    here = Outside(port=server.sockets[0].getsockname()[1])
    async with server:
        yield here


def saying(status: int, body: bytes = b"", *headers: str) -> bytes:
    """A whole answer."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Names:
    """A look-up that knows a few names. Of a list of lists, each look-up takes the next one."""

    def __init__(self, **known: Sequence[str]) -> None:
        self._known = {name.replace("_", "."): list(addresses) for name, addresses in known.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        del port
        self.asked.append(host)
        if host in self._known:
            return self._known[host]
        if host[0].isdigit() or ":" in host:
            return [host]
        raise OSError("no such name")
