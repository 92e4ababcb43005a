"""What the settings of this moment grant to addresses and names.

Worked out again only when a preference or the state of the claim changes, since every request asks for it.
"""

import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from vitascope.accounts.locality import Trust, parse_networks
from vitascope.ops.preferences import Preferences


def names_in(urls: str) -> set[str]:
    """The names in a list of addresses, each with or without a scheme, a port and a path."""
    found = set()
    for url in urls.split(","):
        try:
            found.add(urlsplit(url.strip() if "://" in url else f"//{url.strip()}").hostname or "")
        except ValueError:
            continue
    return found - {""}


def trust_of(preferences: Preferences, *, claimed: bool, loopback: bool = True, host_names: str = "") -> Trust:
    """What is granted."""
    names = {socket.gethostname().lower(), preferences.text("customCertificateDomain").lower()}
    allowed = [one.strip().lower() for one in f"{preferences.text('allowedHostNames')},{host_names}".split(",")]
    ends = {one.removeprefix("*") for one in allowed if one.startswith((".", "*."))}
    names |= names_in(",".join(one for one in allowed if not one.startswith((".", "*"))))
    origins = {origin.strip().lower() for origin in preferences.text("allowedHttpOrigins").split(",")}
    return Trust(
        claimed=claimed,
        loopback=loopback,
        networks=parse_networks(preferences.text("allowedNetworks")),
        names=frozenset(names | names_in(preferences.text("customConnections"))) - {""},
        name_ends=tuple(sorted(ends - {"."})),
        origins=frozenset(origins - {"", "*"}),
    )


class LiveTrust:
    """The trust that holds now.

    Args:
        preferences: listened to.
        claimed: whether the server belongs to somebody; call :meth:`renew` when that changes.
        loopback: whether an unclaimed server belongs to whoever sits at the machine.
        host_names: further names of the server, as in the preference ``allowedHostNames``.
    """

    def __init__(
        self, preferences: Preferences, *, claimed: Callable[[], bool], loopback: bool = True, host_names: str = ""
    ) -> None:
        self._preferences = preferences
        self._claimed = claimed
        self._loopback = loopback
        self._host_names = host_names
        self.renew()
        preferences.listen(lambda *_: self.renew())

    def renew(self) -> None:
        """Works it out again."""
        self._trust = trust_of(
            self._preferences, claimed=self._claimed(), loopback=self._loopback, host_names=self._host_names
        )

    def __call__(self) -> Trust:
        return self._trust
