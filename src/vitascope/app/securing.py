"""How the server is reached by HTTPS, put together: what the settings of the moment ask of its certificates."""

import asyncio
import socket
from contextlib import AsyncExitStack
from pathlib import Path

from vitascope.edge.custom import CustomWish
from vitascope.edge.keeper import Keeper, Wanted
from vitascope.ops.atomic import write_atomically
from vitascope.ops.doctor.addresses import interfaces
from vitascope.ops.preferences import Preferences
from vitascope.ops.settings import Settings
from vitascope.ops.trust import trust_of

_OF_EVERY_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_SETTINGS = frozenset(
    {
        "secureConnections",
        "customCertificatePath",
        "customCertificateKey",
        "customCertificateDomain",
        "customConnections",
        "allowedHostNames",
    }
)
TLS_DISABLED = 2
"""``secureConnections``: no TLS at all."""


def make_keeper(stack: AsyncExitStack, settings: Settings, preferences: Preferences) -> Keeper:
    """What keeps the certificates, and looks at them again when a setting changes that they hang on."""
    keeper = Keeper(
        settings.support.certificates, wanted=lambda: wanted_of(settings, preferences), write=write_atomically
    )
    stack.push_async_callback(keeper.close)
    loop = asyncio.get_running_loop()

    def changed(name: str, _: object) -> None:
        if name in _SETTINGS:
            loop.call_soon_threadsafe(keeper.renew_soon)

    preferences.listen(changed)
    return keeper


def wanted_of(settings: Settings, preferences: Preferences) -> Wanted:
    """What is wanted now. Asks the system for its addresses."""
    host = socket.gethostname()
    known = trust_of(preferences, claimed=True, host_names=settings.host_names).names
    path = preferences.text("customCertificatePath").strip()
    return Wanted(
        host=host,
        names=_OF_EVERY_MACHINE
        | known
        | {host, f"{host.partition('.')[0]}.local"}
        | {str(one.address) for one in interfaces()},
        custom=CustomWish(
            path=Path(path),
            password=preferences.text("customCertificateKey"),
            domain=preferences.text("customCertificateDomain").strip().lower(),
        )
        if path
        else None,
        offered=preferences.number("secureConnections") != TLS_DISABLED,
    )
