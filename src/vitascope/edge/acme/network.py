"""The way to the authority: the ``acme`` library's client, over this server's own rules for requests to others.

The library hands its requests to ``requests``, which knows nothing of those rules and takes proxies and credentials out
of the environment. Here every one of them goes to :mod:`vitascope.egress` instead: of ``requests`` nothing is used but
the shape of its answer. The library works in a thread; the requests themselves are made by the server's loop.
"""

import asyncio
import threading
from concurrent.futures import CancelledError
from typing import Any
from urllib.parse import urlsplit

import requests
from acme.client import ClientNetwork
from josepy.jwa import ES256
from josepy.jwk import JWKEC

from vitascope.edge.errors import AcmeError
from vitascope.egress import EgressError, Fetched, Fetcher, Limits, Reach

_LIMITS = Limits(largest_bytes=1_048_576)
_PATIENCE_SECONDS = 60.0


class JudgedNetwork(ClientNetwork):
    """The library's network, without its own way out. Its methods are called in a thread.

    Args:
        key: the account's.
        fetcher: the way out.
        loop: of the server.
        directory: the address the owner chose; its host alone may lie in the own network.
        ended: set when the server ends, which waits for the thread.
    """

    def __init__(
        self, key: JWKEC, *, fetcher: Fetcher, loop: asyncio.AbstractEventLoop, directory: str, ended: threading.Event
    ) -> None:
        super().__init__(key, alg=ES256)
        self.session.close()
        self._fetcher, self._loop = fetcher, loop
        self._ended = ended
        self._chosen = urlsplit(directory).netloc

    def _send_request(self, method: str, url: str, *_: Any, **wanted: Any) -> requests.Response:
        if self._ended.is_set():
            raise AcmeError("the server ends")
        asked = asyncio.run_coroutine_threadsafe(
            self._ask(method, url, wanted.get("data"), wanted.get("headers") or {}), self._loop
        )
        try:
            fetched = asked.result(_PATIENCE_SECONDS)
        except (EgressError, TimeoutError, CancelledError) as error:
            asked.cancel()
            raise AcmeError(str(error) or "the authority does not answer in time") from error
        answer = requests.Response()
        answer.status_code = fetched.status
        answer.headers.update(fetched.headers)
        answer._content = fetched.body  # noqa: SLF001  # as its own adapters do
        answer.encoding = "utf-8"
        answer.url = fetched.url
        return answer

    async def _ask(self, method: str, url: str, data: str | None, headers: dict[str, str]) -> Fetched:
        reach = Reach.OWNER_CHOSEN if urlsplit(url).netloc == self._chosen else Reach.PUBLIC_ONLY
        if method == "POST":
            kind = headers.get("Content-Type", self.JOSE_CONTENT_TYPE)
            return await self._fetcher.post(url, (data or "").encode(), kind, reach=reach, limits=_LIMITS)
        # HEAD is asked for new nonces alone, and GET does the same (RFC 8555 §7.2).
        return await self._fetcher.get(url, reach=reach, limits=_LIMITS)
