"""The ASGI application: finds the route, asks who calls, checks the policy, and sends what the endpoint answers.

While the database is being upgraded there is no house yet: everything answers 503, so a health check waits and does not
fail on wrong data. Cross-origin rules are those that web apps need: ``X-Plex-*`` may be sent and the paging headers
read from anywhere, since a token, not a cookie, proves who asks; rights that come from an address are never given to a
page of another origin (:mod:`vitascope.accounts.locality`). A request by a name that is none of this server's is told
421 whatever it asks for: a page whose name was pointed at this address reads nothing, and a visitor learns which
setting to change.
"""

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from starlette.types import Receive, Scope, Send

from vitascope.accounts.devices import ClientDevice
from vitascope.accounts.forwarded import origin_of
from vitascope.accounts.locality import came_through_a_proxy
from vitascope.accounts.requester import Evidence, Requester
from vitascope.accounts.throttle import address_key
from vitascope.accounts.transient import PREFIX as TRANSIENT
from vitascope.api.call import Call, header_text
from vitascope.api.errors import (
    ApiError,
    InsecureError,
    MisdirectedError,
    NotFoundError,
    UnauthorizedError,
    UnavailableError,
    WrongMethodError,
)
from vitascope.api.headers import common_headers
from vitascope.api.house import House
from vitascope.api.reply import HTML, Reply, refusal
from vitascope.api.routing import Match, Router, Routes
from vitascope.api.secure import REQUIRED, came_securely
from vitascope.store.errors import NotFound, StoreError

_log = logging.getLogger(__name__)

OWN_SOCKET = "own_socket"
"""Set in the state of every request that comes over the unix socket of the support directory."""

_METHODS = b"GET, POST, PUT, DELETE, OPTIONS, HEAD"


def headers_of(scope: Scope) -> dict[str, str]:
    """All headers by lower-case name; of those that come twice, the values joined."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name = raw_name.decode("latin-1").lower()
        value = header_text(raw_value)
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _preflight(headers: Mapping[str, str]) -> Reply:
    asked = headers.get("access-control-request-headers", "")
    allowed = asked.encode("ascii", "ignore") if asked else b"X-Plex-Token, Accept, Content-Type"
    return Reply(
        status=HTTPStatus.NO_CONTENT,
        headers=[
            (b"access-control-allow-methods", _METHODS),
            (b"access-control-allow-headers", allowed),
            (b"access-control-max-age", b"86400"),
            (b"vary", b"access-control-request-headers"),
        ],
    )


def note_device(call: Call) -> None:
    """Notes the device that calls, when it says which it is."""
    identifier = call.plex("Client-Identifier")
    if identifier is None:
        return
    device = ClientDevice(
        client_identifier=identifier,
        name=call.plex("Device-Name") or call.plex("Device") or "",
        product=call.plex("Product") or "",
        version=call.plex("Version") or "",
        platform=call.plex("Platform") or "",
        platform_version=call.plex("Platform-Version") or "",
        model=call.plex("Model") or "",
    )
    call.house.devices.note(device)


def note_unknown_token(call: Call, token: str) -> None:
    """Notes which tool shows a token that nobody knows, for the owner to accept; one that ended by itself stays so."""
    if token.startswith(TRANSIENT):
        return
    peer = call.evidence.peer if call.evidence else None
    call.house.gate.unknown.note(
        token,
        product=call.plex("Product") or "",
        device=call.plex("Device-Name") or call.plex("Device") or "",
        address=address_key(peer),
        behind_proxy=came_through_a_proxy(call.headers),
    )


def _as_forwarded(scope: Scope, headers: Mapping[str, str], house: House) -> Scope:
    """The scope with the client and the scheme that a proxy tells, where the owner named that proxy."""
    hop = _hop(scope)
    origin = origin_of(hop, headers, house.settings.trusted_proxies)
    if origin.address == hop and origin.scheme is None:
        return scope
    scheme = origin.scheme or scope["scheme"]
    if scope["type"] == "websocket":
        scheme = {"http": "ws", "https": "wss"}.get(scheme, scheme)
    return {**scope, "client": (origin.address, 0), "scheme": scheme}


def _hop(scope: Scope) -> str | None:
    client = scope.get("client")
    return client[0] if client else None


def _own_socket(scope: Scope) -> bool:
    return bool(scope.get("state", {}).get(OWN_SOCKET))


def _may_call(house: House, scope: Scope, headers: Mapping[str, str]) -> bool:
    """Whether the server answers to the name it is called by. A health check is answered always."""
    if _own_socket(scope) or scope["path"].rstrip("/") == "/identity":
        return True
    return house.accounts.may_call(headers.get("host"))


def _may_come(house: House, scope: Scope, headers: Mapping[str, str]) -> bool:
    """Whether a request came by a way that the owner allows."""
    if house.preferences.number("secureConnections") != REQUIRED or _own_socket(scope):
        return True
    return came_securely(scope, headers, house.settings.trusted_proxies) or scope["path"].rstrip("/") == "/identity"


class Api:
    """The whole HTTP surface. ``house`` may be set later: until then everything answers 503."""

    def __init__(self, families: Iterable[Routes]) -> None:
        self.router = Router(families)
        self.house: House | None = None
        self.waiting_for = "The server is starting."
        """What is shown while there is no house."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False
        headers = headers_of(scope)

        async def noticing(message: object) -> None:
            nonlocal started
            started = True
            await send(message)  # type: ignore[arg-type]  # passed on as it is

        try:
            reply = await self._answer(scope, receive, noticing, headers)
        except ApiError as error:
            reply = refusal(error)
        except NotFound:
            reply = refusal(NotFoundError())
        except StoreError as error:
            _log.exception("%s %s: the database failed", scope["method"], scope["path"])
            page = ApiError(str(error))
            reply = Reply(status=HTTPStatus.SERVICE_UNAVAILABLE, body=page.page(), media_type=HTML)
        except Exception:
            _log.exception("%s %s failed", scope["method"], scope["path"])
            if started:
                raise
            reply = refusal(ApiError())
        if reply is not None and not started:
            own = getattr(reply, "headers", ())
            await reply.send(scope, send, common_headers(scope, headers, self.house, own))

    async def _answer(self, scope: Scope, receive: Receive, send: Send, headers: Mapping[str, str]) -> Reply | None:
        house = self.house
        if house is not None and not _may_call(house, scope, headers):
            raise MisdirectedError(
                f"This server does not know the name {headers['host']!r}. If it is one of its names, its owner adds it "
                "to the setting allowedHostNames (VITASCOPE_ALLOWED_HOST_NAMES, or ADVERTISE_IP)."
            )
        if house is not None and not _may_come(house, scope, headers):
            raise InsecureError("This server takes HTTPS only: ask again with https:// in the place of http://.")
        if scope["method"] == "OPTIONS":
            return _preflight(headers)
        if house is None:
            body = UnavailableError(self.waiting_for).page()
            return Reply(
                status=HTTPStatus.SERVICE_UNAVAILABLE, body=body, media_type=HTML, headers=[(b"retry-after", b"2")]
            )
        match = self.router.find(scope["method"], scope["path"])
        call = await self._call(scope, receive, send, house, match, headers)
        if match.route is None:
            if call.requester.viewer is None:
                raise UnauthorizedError  # what there is, is told only to those who may ask
            if match.allowed:
                allow = ", ".join(sorted(match.allowed - {"WS"})).encode()
                reply = refusal(WrongMethodError(f"This answers {allow.decode()}."))
                reply.headers.append((b"allow", allow))
                return reply
            raise NotFoundError
        match.route.policy.check(call.requester)
        if call.requester.viewer is not None:
            note_device(call)
        return await match.route.endpoint(call)

    async def _call(
        self, scope: Scope, receive: Receive, send: Send, house: House, match: Match, headers: Mapping[str, str]
    ) -> Call:
        nobody = Requester(viewer=None)
        call = Call(_as_forwarded(scope, headers, house), receive, send, house, match.params, nobody, headers)
        call.evidence = Evidence(
            token=call.plex("Token"),
            peer=_hop(call.scope),
            headers=headers,
            own_socket=_own_socket(scope),
            hop=_hop(scope),
        )
        call.requester = await house.accounts.resolve(call.evidence)
        if call.evidence.token and call.requester.viewer is None and not call.requester.throttled:
            note_unknown_token(call, call.evidence.token)
        return call

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        house = self.house
        match = self.router.find("WS", scope["path"])
        if house is None or match.route is None:
            await send({"type": "websocket.close", "code": 4404})
            return
        headers = headers_of(scope)
        if not _may_call(house, scope, headers):
            await send({"type": "websocket.close", "code": 4421})
            return
        if not _may_come(house, scope, headers):
            await send({"type": "websocket.close", "code": 4403})
            return
        try:
            call = await self._call(scope, receive, send, house, match, headers)
            match.route.policy.check(call.requester)
        except ApiError:
            await send({"type": "websocket.close", "code": 4401})
            return
        await match.route.endpoint(call)
