"""The way to the authority: the ``acme`` library's client, over this server's own rules for requests to others.

The library hands its requests to ``requests``, which knows nothing of those rules and takes proxies and credentials out
of the environment. Here it has one adapter, by which every request goes to :mod:`vitascope.egress` instead. The library
works in a thread; the requests themselves are made by the server's loop.
"""

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import CancelledError
from urllib.parse import urlsplit

import requests
from acme.client import ClientNetwork
from josepy.jwa import ES256
from josepy.jwk import JWKEC
from requests.adapters import BaseAdapter

from vitascope.edge.errors import AcmeError
from vitascope.egress import EgressError, Fetched, Fetcher, Limits, Reach

_LIMITS = Limits(connect_seconds=20.0, first_byte_seconds=45.0, whole_seconds=60.0, largest_bytes=1_048_576)
_PATIENCE_SECONDS = 90.0


class JudgedAdapter(BaseAdapter):
    """Sends what ``requests`` was asked for. Called in a thread.

    Args:
        fetcher: the way out.
        loop: of the server.
        directory: the address the owner chose; its host alone may lie in the own network.
        ended: set when the server ends, which waits for the thread.
    """

    def __init__(
        self, *, fetcher: Fetcher, loop: asyncio.AbstractEventLoop, directory: str, ended: threading.Event
    ) -> None:
        super().__init__()
        self._fetcher, self._loop, self._ended = fetcher, loop, ended
        self._chosen = urlsplit(directory).netloc

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002  # these are the session's, and mean nothing here
        timeout: object = None,  # noqa: ARG002
        verify: object = True,  # noqa: ARG002
        cert: object = None,  # noqa: ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> requests.Response:
        """Raises :class:`~vitascope.edge.errors.AcmeError` when there is no answer."""
        if self._ended.is_set():
            raise AcmeError("the server ends")
        asked = asyncio.run_coroutine_threadsafe(self._ask(request), self._loop)
        try:
            fetched = asked.result(_PATIENCE_SECONDS)
        except (EgressError, TimeoutError, CancelledError) as error:
            asked.cancel()
            raise AcmeError(str(error) or "the authority does not answer in time") from error
        answer = requests.Response()
        answer.status_code = fetched.status
        answer.headers.update(fetched.headers)
        answer._content = fetched.body  # noqa: SLF001  # as adapters do
        answer.encoding = "utf-8"
        answer.url = fetched.url
        answer.request = request
        return answer

    def close(self) -> None:
        """There is nothing to close: a connection is used once."""

    async def _ask(self, request: requests.PreparedRequest) -> Fetched:
        url = str(request.url)
        reach = Reach.OWNER_CHOSEN if urlsplit(url).netloc == self._chosen else Reach.PUBLIC_ONLY
        if request.method == "POST":
            data, kind = request.body or b"", request.headers.get("Content-Type", "")
            return await self._fetcher.post(
                url,
                data.encode() if isinstance(data, str) else bytes(data),  # type: ignore[arg-type]  # the library's text
                str(kind),
                reach=reach,
                limits=_LIMITS,
            )
        # HEAD is asked for new nonces alone, and GET does the same (RFC 8555 §7.2).
        return await self._fetcher.get(url, reach=reach, limits=_LIMITS)


def network(key: JWKEC, adapter: JudgedAdapter) -> ClientNetwork:
    """The library's network for an account's key, whose only way out is the adapter."""
    found = ClientNetwork(key, alg=ES256)
    found.session.trust_env = False
    for scheme in ("http://", "https://"):
        found.session.mount(scheme, adapter)
    return found
