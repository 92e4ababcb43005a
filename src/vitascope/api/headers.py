"""Headers that every answer carries: the original's own, those that let web apps read, and those that protect browsers.

The last are what people otherwise have a proxy add to every answer; ``X-XSS-Protection`` is among them for the sake of
old browsers alone, since new ones know nothing of it. ``Strict-Transport-Security`` goes out over HTTPS only, and only
for a name that an authority of the world vouches for: a browser must not be pinned to a certificate that it accepted
with a warning, nor to one that is gone when the address belongs to another machine. A proxy that the settings name adds
its own, so answers to it have none of these but ``nosniff``, which media must not go without.
"""

from collections.abc import Collection, Iterable, Mapping

from starlette.types import Scope

from vitascope.api.house import House
from vitascope.api.reply import Header
from vitascope.api.secure import comes_from

_EXPOSED = b"X-Plex-Container-Start, X-Plex-Container-Total-Size, X-Plex-Activity, Location, Content-Range, ETag"
_CSP = b"content-security-policy"
POLICY = b"script-src 'self'; object-src 'none'; base-uri 'none';"
"""For answers that are no page of this server's: whatever a browser takes them for, it runs no script in them."""
_ALWAYS: tuple[Header, ...] = (
    (b"x-plex-protocol", b"1.0"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", _EXPOSED),
    (b"x-content-type-options", b"nosniff"),
)
_PROTECTING: tuple[Header, ...] = (
    (b"referrer-policy", b"origin-when-cross-origin"),
    (b"x-frame-options", b"DENY"),
    (b"x-xss-protection", b"1; mode=block"),
)
_PINNING: Header = (b"strict-transport-security", b"max-age=31536000; includeSubdomains; preload")


def common_headers(
    scope: Scope, headers: Mapping[str, str], house: House | None, own: Iterable[Header]
) -> Collection[Header]:
    """What an answer carries beside its ``own`` headers. ``headers`` are the request's, by lower-case name."""
    found = list(_ALWAYS)
    if not any(name == _CSP for name, _ in own):
        found.append((_CSP, POLICY))
    if house is not None and comes_from(scope, house.settings.trusted_proxies):
        return found
    found += _PROTECTING
    if scope["scheme"] == "https" and house is not None and house.certificates.is_vouched_for(headers.get("host")):
        found.append(_PINNING)
    return found
