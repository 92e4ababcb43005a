"""Tokens that are handed on for a while, and where a server can be reached with one."""

from urllib.parse import urlsplit

from vitascope.api.call import Call
from vitascope.api.describe import Answer, Parameter, flag, text
from vitascope.api.errors import BadRequestError, ForbiddenError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Header, Reply
from vitascope.api.routes.server import friendly_name
from vitascope.api.routing import Routes
from vitascope.api.secure import REQUIRED, is_secure
from vitascope.ops.asking import split_urls
from vitascope.ops.doctor.addresses import interfaces

routes = Routes()

_NOT_KEPT: list[Header] = [(b"cache-control", b"no-store")]


def _mint(call: Call) -> str:
    token = call.evidence.token if call.evidence else None
    if not call.requester.token or not token:
        raise ForbiddenError("who is known by address alone has no token to hand on a part of")
    return call.house.accounts.transient.mint(token)


def _exactly(call: Call, parameter: Parameter) -> None:
    if call.required(parameter.name) not in parameter.choices:
        raise BadRequestError(f"{parameter.name} is {parameter.choices[0]}")


_TYPE = text("type", "What kind of token.", required=True, choices=("delegation",), example="delegation")
_SCOPE = text("scope", "What it opens.", required=True, choices=("all",), example="all")


@routes.any(
    "/security/token",
    policy=Policy.SIGNED_IN,
    methods=("GET", "POST"),
    takes=(_TYPE, _SCOPE),
    answers=Answer.CONTAINER,
)
async def transient_token(call: Call) -> Reply:
    """A token with the asker's rights: for 48 hours, until the server ends, or until the asker's own token does."""
    for parameter in (_TYPE, _SCOPE):
        _exactly(call, parameter)
    return call.reply(Container({"size": 0, "token": _mint(call)}), headers=_NOT_KEPT)


@routes.get(
    "/security/resources",
    policy=Policy.OWNER,
    takes=(
        text("source", "Which server, as `server://` and its machine identifier.", required=True),
        flag("refresh", "Looks again; it is always looked."),
    ),
    answers=Answer.CONTAINER,
)
async def resources(call: Call) -> Reply:
    """Where this server can be reached, with a token for a while; other sources are not known."""
    source = call.required("source")
    scheme, separator, name = source.partition("://")
    if not separator or scheme not in ("server", "provider", "device") or not name:
        raise BadRequestError("source is server:// and a machine identifier")
    identifier = call.house.preferences.machine_identifier
    if scheme != "server" or name.partition("/")[0] != identifier:
        raise NotFoundError(f"the source {source} is not known here")
    token = _mint(call)
    device = Node(
        "Device",
        {"name": friendly_name(call), "clientIdentifier": identifier, "accessToken": token},
        _connections(call),
        single=True,
    )
    return call.reply(Container({"size": 1}, [device]), headers=_NOT_KEPT)


def _connections(call: Call) -> list[Node]:
    """The addresses of this machine, by HTTPS where this was asked by it or nothing else is allowed, then those that
    the owner wrote down."""
    _, port = call.scope.get("server") or ("", call.house.settings.port)
    local = sorted({str(one.address) for one in interfaces()})
    written = split_urls(call.house.preferences.text("customConnections"))
    required = call.house.preferences.number("secureConnections") == REQUIRED
    scheme = "https" if required or is_secure(call.scope) else "http"
    found = [(f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}", True) for host in local]
    nodes = []
    for uri, is_local in [*found, *((uri, False) for uri in written)]:
        parts = urlsplit(uri)
        nodes.append(
            Node(
                "Connection",
                {
                    "protocol": parts.scheme,
                    "address": parts.hostname or "",
                    "port": parts.port or (443 if parts.scheme == "https" else 80),
                    "uri": uri,
                    "local": is_local,
                    "relay": False,
                },
            )
        )
    return nodes
