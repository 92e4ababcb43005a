"""How the server is reached by HTTPS, put together: what the settings of the moment ask of its certificates."""

import asyncio
import logging
import socket
from contextlib import AsyncExitStack
from pathlib import Path

from vitascope import __version__
from vitascope.edge.accept import Acceptor, tcp_socket
from vitascope.edge.acme.doorman import Doorman
from vitascope.edge.acme.renewing import DomainCertificate
from vitascope.edge.acme.wish import AcmeWish
from vitascope.edge.custom import CustomWish
from vitascope.edge.keeper import Keeper, Wanted
from vitascope.egress import Fetcher
from vitascope.ops.atomic import write_atomically
from vitascope.ops.doctor.addresses import interfaces
from vitascope.ops.domain import DomainSettings
from vitascope.ops.preferences import Preferences
from vitascope.ops.settings import Settings
from vitascope.ops.trust import trust_of

_log = logging.getLogger("vitascope.app")

_AT_THE_DOOR = 256
"""Connections at once to the port that only sends on."""
_GRACE_SECONDS = 1.0
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


async def serve_domain(
    stack: AsyncExitStack, keeper: Keeper, settings: Settings, domain: DomainSettings, acceptor: Acceptor
) -> None:
    """Listens at the ports of a domain, and has a certificate for it, in its own time.

    Raises:
        PortUnavailableError: one of the ports cannot be had.
    """
    door, house = tcp_socket(settings.host, domain.http_port), tcp_socket(settings.host, domain.https_port)
    doorman = Doorman(domain.name, house.getsockname()[1])
    at_the_door = Acceptor(doorman, limit=_AT_THE_DOOR)
    at_the_door.start(door)
    stack.push_async_callback(at_the_door.close, _GRACE_SECONDS)
    acceptor.start(house, tls=keeper.context, plain=False)
    _log.info("%s is served at port %d, and port %d leads there", domain.name, *_ports(house, door))
    keeper.domain = DomainCertificate(
        settings.support.certificates,
        AcmeWish(domain=domain.name, email=domain.email, directory=domain.directory),
        doorman=doorman,
        fetcher=Fetcher(user_agent=f"Vitascope/{__version__}"),
        write=write_atomically,
        changed=keeper.renew_soon,
    )
    stack.push_async_callback(keeper.domain.close)
    await keeper.domain.open()


def _ports(*listeners: socket.socket) -> tuple[int, ...]:
    return tuple(int(one.getsockname()[1]) for one in listeners)


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
