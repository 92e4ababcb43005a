"""The domain's certificate over time: shown as long as it holds, and renewed when a third of its life is left.

The server never waits for it: what lies in the folder is shown at once, and an order is a task beside everything else.
One that fails is tried again after a minute, then two, four, and so on up to six hours, which keeps below what
authorities allow; until then what there is goes on, and :attr:`DomainCertificate.trouble` says what is wrong.
"""

import asyncio
import contextlib
import logging
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path

from vitascope.core.certificate_text import Described, read_description
from vitascope.edge.acme.doorman import Doorman
from vitascope.edge.acme.wish import AcmeWish
from vitascope.edge.errors import AcmeError
from vitascope.edge.own_certificate import Write
from vitascope.edge.tls import server_context
from vitascope.egress import Fetcher

_log = logging.getLogger(__name__)

FILE = "domain.pem"
ACCOUNT = "account.json"
_FIRST_WAIT_SECONDS = 60.0
_LONGEST_WAIT_SECONDS = 21_600.0


class DomainCertificate:
    """Begin with :meth:`open`, end with :meth:`close`.

    Args:
        folder: where it lies.
        wish: for which domain, from whom.
        doorman: answers the authority at port 80.
        fetcher: the way to the authority.
        write: replaces a file whole or not at all.
        changed: called when another certificate is to be shown.
    """

    def __init__(
        self,
        folder: Path,
        wish: AcmeWish,
        *,
        doorman: Doorman,
        fetcher: Fetcher,
        write: Write,
        changed: Callable[[], object],
    ) -> None:
        self.domain = wish.domain
        self.context: ssl.SSLContext | None = None
        self.said: Described | None = None
        self.trouble = ""
        self._folder, self._wish = folder, wish
        self._doorman, self._fetcher, self._write, self._changed = doorman, fetcher, write, changed
        self._failures = 0
        self._ended = threading.Event()
        self._tending: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Takes up what is there, and begins to renew it when that is due."""
        await asyncio.to_thread(self._load)
        self._tending = asyncio.create_task(self._tend())

    async def close(self) -> None:
        """Orders no more; an order that is under way gives up at its next question."""
        self._ended.set()
        if self._tending is not None:
            self._tending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._tending

    def is_due(self, now: float) -> bool:
        """Whether it is time to order one: none is there, it is for another domain, from somebody else, or old."""
        said = self.said
        return (
            said is None
            or self.context is None
            or self.domain not in said.names
            or said.issuer != self._wish.directory
            or not said.is_fresh(now)
        )

    async def _tend(self) -> None:
        while True:
            if not self.is_due(time.time()):
                await asyncio.sleep(_LONGEST_WAIT_SECONDS)
                continue
            try:
                await asyncio.to_thread(self._order, asyncio.get_running_loop())
            except (AcmeError, OSError) as error:
                self._failed(str(error))
                await asyncio.sleep(min(_FIRST_WAIT_SECONDS * 2 ** (self._failures - 1), _LONGEST_WAIT_SECONDS))
                continue
            self._failures, self.trouble = 0, ""
            _log.info("a certificate for %s was made by %s", self.domain, self._wish.directory)
            self._changed()

    def _failed(self, reason: str) -> None:
        self._failures += 1
        shown = "the one there is goes on" if self.context else "the server's own certificate is shown"
        self.trouble = f"HTTPS: no certificate for {self.domain}: {reason}; {shown}, and it is tried again"
        self._changed()

    def _order(self, loop: asyncio.AbstractEventLoop) -> None:
        from vitascope.edge.acme.network import JudgedAdapter
        from vitascope.edge.acme.ordering import order  # most servers have no domain and load none of this

        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        chain = order(
            self._wish,
            self._folder / ACCOUNT,
            adapter=JudgedAdapter(fetcher=self._fetcher, loop=loop, directory=self._wish.directory, ended=self._ended),
            publish=self._doorman.publish,
            write=self._write,
        )
        self._write(self._folder / FILE, chain)
        self._load()
        made, now = read_description(chain.decode("ascii", "replace")), time.time()
        if made is not None and not made.is_fresh(now):
            # Another one now, and at once again, would use up what an authority allows in a week.
            said = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(now))
            raise AcmeError(f"by its dates the new certificate does not hold now, if the clock here is right ({said})")
        if self.is_due(now):
            raise AcmeError("the new certificate cannot be used")

    def _load(self) -> None:
        """Takes up what lies in the folder, if it is for the domain and holds."""
        path = self._folder / FILE
        with contextlib.suppress(OSError):  # none yet, or a damaged one: another is ordered
            said = read_description(path.read_text("ascii", "replace"))
            if said is not None and self.domain in said.names and said.until > time.time():
                self.context, self.said = server_context(path), said
