"""Keeps the certificates of a running server: looks at them now and then, and shows others when they are due.

What is wanted is asked each time, since addresses, names and settings change while the server runs. Nothing here waits
for anybody, and a certificate that cannot be had costs no other: plain HTTP and what there is go on, and
:meth:`Keeper.state` says what is wrong.
"""

import asyncio
import contextlib
import logging
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from vitascope.core.certificate_text import is_address
from vitascope.edge.acme.renewing import DomainCertificate
from vitascope.edge.custom import CustomCertificate, CustomWish, custom_certificate
from vitascope.edge.errors import CertificateError
from vitascope.edge.own_certificate import OwnCertificate, Write, own_certificate
from vitascope.edge.tls import Certificates, covers

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 300.0
_EARLIEST = 1_767_225_600
"""2026: a machine whose clock has stopped must not make certificates for the past."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the settings of the moment ask for."""

    host: str
    """How this machine is called."""
    names: frozenset[str]
    """All addresses and names that the own certificate shall hold for."""
    custom: CustomWish | None = None
    offered: bool = True
    """Whether TLS is spoken at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One certificate that is shown."""

    source: str
    """``own``, ``custom`` or ``acme``."""
    names: frozenset[str]
    since: int
    until: int
    """Seconds since 1970, as :attr:`since`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsState:
    """How HTTPS is, for people."""

    offered: bool = False
    authority: str = ""
    """The own authority's certificate, as PEM text; empty while there is none."""
    fingerprint: str = ""
    shown: tuple[Shown, ...] = ()
    awaited: str = ""
    """The domain for which a certificate is ordered while there is none."""
    troubles: tuple[str, ...] = ()


@dataclass(slots=True)
class _Held:
    own: OwnCertificate | None = None
    custom: CustomCertificate | None = None
    custom_key: object = None
    troubles: list[str] = field(default_factory=list)


class Keeper:
    """Begin with :meth:`open`, end with :meth:`close`.

    Args:
        folder: where the certificates lie.
        wanted: what is wanted now; called in a thread.
        write: replaces a file whole or not at all.
    """

    def __init__(self, folder: Path, *, wanted: Callable[[], Wanted], write: Write) -> None:
        self._folder = folder
        self._wanted = wanted
        self._write = write
        self._certificates = Certificates()
        self._held = _Held()
        self._offered = False
        self._look = asyncio.Event()
        self._tending: asyncio.Task[None] | None = None
        self._one = asyncio.Lock()
        self.domain: DomainCertificate | None = None
        """The certificate for a domain, where one is ordered."""

    def context(self) -> ssl.SSLContext | None:
        """For the next connection; ``None`` while TLS is not offered."""
        return self._certificates.context() if self._offered else None

    async def open(self) -> None:
        """Has the certificates ready, and keeps them so from now on."""
        await self.renew()
        self._tending = asyncio.create_task(self._tend())

    async def close(self) -> None:
        """Looks no more."""
        if self._tending is not None:
            self._tending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._tending

    def renew_soon(self) -> None:
        """Looks at them at once: a setting changed. May be called by the loop's thread only."""
        self._look.set()

    async def renew(self) -> None:
        """Looks at them now, and shows what is to be shown from now on."""
        async with self._one:
            wanted, held = await asyncio.to_thread(self._renewed)
            for trouble in set(held.troubles) - set(self._held.troubles):
                _log.error("%s", trouble)
            self._held, self._offered = held, wanted.offered and held.own is not None
            if held.own is not None:
                if held.own.new_authority:
                    _log.info("this server's own authority of certificates: SHA-256 %s", held.own.fingerprint)
                custom = held.custom
                named = dict.fromkeys(custom.said.names, custom.context) if custom is not None else {}
                if self.domain is not None and self.domain.context is not None:
                    named.setdefault(self.domain.domain, self.domain.context)
                self._certificates.show(held.own.context, named)

    def state(self) -> TlsState:
        """How it is."""
        own, custom, domain = self._held.own, self._held.custom, self.domain
        said = (
            ("own", own and own.said),
            ("custom", custom and custom.said),
            ("acme", domain and domain.said),
        )
        shown = [Shown(source=source, names=one.names, since=one.since, until=one.until) for source, one in said if one]
        troubles = [*self._held.troubles, *([domain.trouble] if domain and domain.trouble else [])]
        return TlsState(
            offered=self._offered,
            authority=own.authority if own else "",
            fingerprint=own.fingerprint if own else "",
            shown=tuple(shown),
            awaited=domain.domain if domain and not domain.said else "",
            troubles=tuple(troubles),
        )

    def is_vouched_for(self, host: str | None) -> bool:
        """Whether a certificate that this server did not make itself is shown for the name in a ``Host`` header. Never
        for an address, even one that the owner's certificate holds: who asks by address is shown the own one."""
        name = (host or "").lower().partition(":")[0].rstrip(".")
        return not is_address(name) and any(covers(name, one) for one in self._certificates.names())

    async def _tend(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._look.wait()
            self._look.clear()
            await self.renew()

    def _renewed(self) -> tuple[Wanted, _Held]:
        wanted, now, before = self._wanted(), max(time.time(), _EARLIEST), self._held
        held = _Held(own=before.own)
        try:
            held.own = own_certificate(self._folder, wanted.names, wanted.host, now, write=self._write)
        except (CertificateError, OSError, ValueError) as error:
            held.troubles.append(f"HTTPS: the server's own certificate cannot be made: {error}")
        if wanted.custom is not None:
            self._look_at_custom(wanted.custom, held, now)
        return wanted, held

    def _look_at_custom(self, wish: CustomWish, held: _Held, now: float) -> None:
        """Reads the owner's certificate when its file or what is said of it changed."""
        before = self._held
        try:
            there = wish.path.stat()
            key: object = (wish, there.st_mtime_ns, there.st_size, there.st_ino)
        except OSError:
            key = (wish, None)
        if before.custom is not None and before.custom_key == key and before.custom.said.until > now:
            held.custom, held.custom_key = before.custom, key
            return
        try:
            held.custom, held.custom_key = custom_certificate(wish, now), key
        except CertificateError as error:
            held.troubles.append(f"HTTPS: {error}")
