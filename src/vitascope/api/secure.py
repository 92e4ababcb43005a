"""Whether a request came by a way that the owner allows: ``secureConnections`` as the original server has it.

Required (0) leaves plain HTTP one address, ``/identity``, by which health checks and apps ask whether somebody is
there; everything else is refused, from this machine too. What counts as secure: HTTPS to this server; the unix socket;
and plain HTTP over loopback from a proxy that says its own client came by HTTPS, since then nothing went over a wire
unencrypted. That word of a proxy gives no right, and from elsewhere only the proxies of the settings are believed.
"""

from collections.abc import Mapping, Sequence

from starlette.types import Scope

from vitascope.accounts.locality import Address, Network, is_within, parse_address

REQUIRED = 0
_SECURE = ("https", "wss")


def came_securely(scope: Scope, headers: Mapping[str, str], proxies: Sequence[Network]) -> bool:
    """Whether nobody on the way could read a request.

    Args:
        scope: as it came, before anything that a proxy says is believed.
        headers: by lower-case name; of those that came twice, the values joined with commas.
        proxies: who is believed beside this machine.
    """
    if is_secure(scope):
        return True
    address = _peer(scope)
    if address is None or not (address.is_loopback or is_within(address, proxies)):
        return False
    return headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower() == "https"


def is_secure(scope: Scope) -> bool:
    """Whether a request came by TLS."""
    return scope["scheme"] in _SECURE


def comes_from(scope: Scope, proxies: Sequence[Network]) -> bool:
    """Whether the connection is one of these proxies'."""
    address = _peer(scope)
    return address is not None and is_within(address, proxies)


def _peer(scope: Scope) -> Address | None:
    client = scope.get("client")
    return parse_address(client[0]) if client and client[0] else None
