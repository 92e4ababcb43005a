"""One request and its answer over one connection (HTTP/1.1, RFC 9112), to an address that was judged.

The name is looked up here, each address it leads to is judged, and the connection goes to one of those that may be
asked, by number: no second look-up lies between the judgement and the connection, so a name that changes its address
gains nothing. ``Host``, SNI and the check of the certificate keep the name. A connection is used once; one that was
opened under a wider rule can therefore not serve a request under a narrower one.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import h11

from vitascope.egress.addresses import Reach, parse_address, refusal
from vitascope.egress.decoding import Body
from vitascope.egress.errors import AddressRefused, BadAnswer, TimedOut, Unreachable, UrlRefused
from vitascope.egress.limits import Limits
from vitascope.egress.resolving import Resolver
from vitascope.egress.urls import Target

_PIECE = 64 * 1024
_LARGEST_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    target: Target
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """``headers`` by lower-case name; of one that comes twice, the first."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def exchange(
    request: Request,
    *,
    reach: Reach,
    limits: Limits,
    resolver: Resolver,
    tls: ssl.SSLContext,
    types: Sequence[str],
) -> Reply:
    """Raises :class:`~vitascope.egress.errors.EgressError`. ``limits.whole_seconds`` is the caller's to keep."""
    target = request.target
    reader, writer = await _connect(target, reach=reach, limits=limits, resolver=resolver, tls=tls)
    try:
        return await _speak(request, reader, writer, limits=limits, types=types)
    except h11.RemoteProtocolError as error:
        raise BadAnswer(f"the answer of {target.origin} is not HTTP") from error
    except (OSError, asyncio.IncompleteReadError) as error:
        raise Unreachable(f"{target.origin} broke off") from error
    finally:
        writer.transport.abort()


async def _connect(
    target: Target, *, reach: Reach, limits: Limits, resolver: Resolver, tls: ssl.SSLContext
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        async with asyncio.timeout(limits.connect_seconds):
            found = await resolver(target.host, target.port)
    except TimeoutError as error:
        raise TimedOut(f"the name of {target.origin} is not found in {limits.connect_seconds:g} s") from error
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"the name of {target.origin} is not found") from error
    judged = [(text, refusal(parse_address(text), reach)) for text in found]
    allowed = [text for text, reason in judged if reason is None]
    if not allowed:
        reason = next((reason for _, reason in judged if reason), "no address at all")
        raise AddressRefused(f"{target.origin} leads to {reason}")
    failure: Exception | None = None
    for address in allowed[:4]:
        try:
            async with asyncio.timeout(limits.connect_seconds):
                reader, writer = await asyncio.open_connection(
                    address,
                    target.port,
                    ssl=tls if target.secure else None,
                    server_hostname=target.host if target.secure else None,
                    ssl_handshake_timeout=limits.connect_seconds if target.secure else None,
                    limit=_PIECE,
                )
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(f"the certificate of {target.origin} does not hold: {error.verify_message}") from error
        except TimeoutError as error:
            failure = TimedOut(f"{target.origin} does not answer in {limits.connect_seconds:g} s")
            failure.__cause__ = error
        except OSError as error:
            failure = Unreachable(f"{target.origin} cannot be reached: {error.strerror or 'no connection'}")
            failure.__cause__ = error
        else:
            return reader, writer
    raise failure or Unreachable(f"{target.origin} cannot be reached")


async def _speak(
    request: Request,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    *,
    limits: Limits,
    types: Sequence[str],
) -> Reply:
    target = request.target
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEAD)
    try:
        events: list[h11.Event] = [
            h11.Request(method=request.method, target=target.path, headers=[*request.headers.items()]),
            *([h11.Data(data=request.body)] if request.body else []),
            h11.EndOfMessage(),
        ]
        sent = b"".join(connection.send(event) or b"" for event in events)
    except h11.LocalProtocolError as error:
        raise UrlRefused(f"a request to {target.origin} that cannot be written: {error}") from error
    try:
        async with asyncio.timeout(limits.first_byte_seconds):
            with contextlib.suppress(ConnectionError):  # whoever says no before it has read everything says so below
                writer.write(sent)
                await writer.drain()
            event = await _next(connection, reader)
            while isinstance(event, h11.InformationalResponse):
                event = await _next(connection, reader)
    except TimeoutError as error:
        raise TimedOut(f"{target.origin} does not answer in {limits.first_byte_seconds:g} s") from error
    if not isinstance(event, h11.Response):
        raise BadAnswer(f"{target.origin} closes without an answer")
    headers: dict[str, str] = {}
    for name, value in event.headers:
        headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    if 200 <= event.status_code < 300:
        _check_type(headers.get("content-type", ""), types, target)
    body = Body(encoding=headers.get("content-encoding", ""), largest_bytes=limits.largest_bytes, origin=target.origin)
    status = event.status_code
    while not isinstance(event := await _next(connection, reader), h11.EndOfMessage):
        if not isinstance(event, h11.Data):
            raise BadAnswer(f"the answer of {target.origin} ends too early")
        body.feed(bytes(event.data))
    return Reply(status=status, headers=headers, body=body.finish())


async def _next(connection: h11.Connection, reader: asyncio.StreamReader) -> h11.Event:
    while (event := connection.next_event()) is h11.NEED_DATA:
        connection.receive_data(await reader.read(_PIECE))
    if event is h11.PAUSED:
        raise BadAnswer("the answer changes to another protocol")
    return cast("h11.Event", event)


def _check_type(content_type: str, wanted: Sequence[str], target: Target) -> None:
    kind = content_type.partition(";")[0].strip().lower()
    if wanted and not any(kind.startswith(one) if one.endswith("/") else kind == one for one in wanted):
        told = kind[:60] if kind.isprintable() and kind else "no kind of content"
        raise BadAnswer(f"{target.origin} answers with {told} where {' or '.join(wanted)} is wanted")
