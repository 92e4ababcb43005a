"""Whether a request came by a way that the owner allows: ``secureConnections`` as the original server has it.

Required (0) leaves plain HTTP one address, ``/identity``, by which health checks and apps ask whether somebody is
there; everything else is refused, from this machine too. What counts as secure: HTTPS to this server; the unix socket;
and plain HTTP over loopback from a proxy that says its own client came by HTTPS, since then nothing went over a wire
unencrypted. That word of a proxy gives no right, and from elsewhere only the proxies of the settings are believed.
"""

from collections.abc import Mapping

from starlette.types import Scope

from vitascope.accounts.locality import Address, parse_address
from vitascope.ops.handover import Handover

REQUIRED = 0
_SECURE = ("https", "wss")


def came_securely(scope: Scope, headers: Mapping[str, str], handover: Handover | None) -> bool:
    """Whether nobody on the way could read a request. ``headers`` by lower-case name."""
    if is_secure(scope):
        return True
    if headers.get("x-forwarded-proto", "").strip().lower() != "https":
        return False
    return is_loopback(scope) or comes_from_proxy(scope, handover)


def is_secure(scope: Scope) -> bool:
    """Whether a request came to this server by TLS."""
    return scope["scheme"] in _SECURE


def is_loopback(scope: Scope) -> bool:
    """Whether a request comes from this machine."""
    address = _peer(scope)
    return address is not None and address.is_loopback


def comes_from_proxy(scope: Scope, handover: Handover | None) -> bool:
    """Whether a request comes from a proxy that the settings name."""
    address = _peer(scope)
    return address is not None and handover is not None and handover.names(address)


def _peer(scope: Scope) -> Address | None:
    client = scope.get("client")
    return parse_address(client[0]) if client and client[0] else None
