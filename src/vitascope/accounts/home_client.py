"""Asking an account home: another Vitascope, or plex.tv where the owner named it.

The owner chose the address, so it may lie in the local network; but it must be ``https`` with a certificate that holds
(``http`` only to this machine itself), redirects are not followed, an answer is small, and after five seconds nobody
waits any longer. The exchange speaks as the first-run script of the original container does.
"""

import asyncio
import contextlib
import http.client
import json
import platform
import socket
import ssl
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from urllib.parse import quote

from lxml import etree

from vitascope.accounts.errors import HomeError
from vitascope.accounts.home import CALLER_HEADER, Account, ThisServer, parse_home

SECONDS = 5.0
_MOST_ANSWER = 64 * 1024


class HomeClient:
    """Requests to one home. ``seconds`` bounds each of them from its first step to its last."""

    def __init__(self, home: str, *, seconds: float = SECONDS) -> None:
        self._address = parse_home(home)
        self._home = home
        self._seconds = seconds

    async def exchange(self, claim_token: str, server: ThisServer) -> Account:
        """Gives a claim token for whom it is from. Raises :class:`HomeError`."""
        headers = {
            "X-Plex-Client-Identifier": server.client_identifier,
            "X-Plex-Product": "Plex Media Server",
            "X-Plex-Version": server.version,
            "X-Plex-Provides": "server",
            "X-Plex-Platform": platform.system(),
            "X-Plex-Platform-Version": platform.release(),
            "X-Plex-Device-Name": quote(server.name, safe=" "),
            "X-Plex-Device": platform.system(),
        }
        status, body = await self._ask(f"/api/claim/exchange?token={quote(claim_token, safe='')}", headers, b"")
        if not 200 <= status < 300:
            raise HomeError(f"{self._home} does not take the claim token ({status}): it is good once, for 4 minutes")
        return self._account(body)

    async def vouches(self, server_token: str, name: str, password: str, caller: str) -> bool:
        """Whether name and password are those of the home's owner. Raises :class:`HomeError`.

        ``caller`` tells the home who tries, so that a guesser there holds up nobody else.
        """
        headers = {
            "Authorization": f"Bearer {server_token}",
            "Content-Type": "application/json",
            CALLER_HEADER: caller,
        }
        body = json.dumps({"name": name, "password": password}).encode()
        status, _ = await self._ask("/api/claim/verify", headers, body)
        if status == 429 or status >= 500:
            raise HomeError(f"{self._home} does not say who this is now ({status})", again=True)
        return 200 <= status < 300

    def _account(self, body: bytes) -> Account:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(body, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise HomeError(f"the answer of {self._home} cannot be read") from error
        username, email, token = (
            (root.findtext(name) or root.get(name) or "").strip()
            for name in ("username", "email", "authentication-token")
        )
        if not token:
            raise HomeError(f"the answer of {self._home} has no token in it")
        return Account(username=username, email=email, token=token)

    async def _ask(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        address = self._address
        connection: http.client.HTTPConnection = (
            http.client.HTTPSConnection(address.host, address.port, timeout=self._seconds)
            if address.secure
            else http.client.HTTPConnection(address.host, address.port, timeout=self._seconds)
        )
        answer: Future[tuple[int, bytes]] = Future()
        answer.set_running_or_notify_cancel()  # so that whoever gives up waiting does not cancel it under the thread

        opened: list[socket.socket] = []  # kept here, since the connection forgets it once the answer begins

        def ask() -> None:
            try:
                connection.connect()
                opened.append(connection.sock)
                connection.request("POST", address.path + path, body=body, headers=dict(headers))
                response = connection.getresponse()
                answer.set_result((response.status, response.read(_MOST_ANSWER)))
            except BaseException as error:  # noqa: BLE001 - it is told to whoever waits
                answer.set_exception(error)
            finally:
                connection.close()

        # A thread of its own that no shutdown waits for: looking up a name cannot be given up.
        threading.Thread(target=ask, name="account-home", daemon=True).start()
        try:
            async with asyncio.timeout(self._seconds):
                status, data = await asyncio.wrap_future(answer)
        except ssl.SSLCertVerificationError as error:
            raise HomeError(f"the certificate of {self._home} does not hold: {error.verify_message}") from error
        except TimeoutError as error:
            raise HomeError(f"{self._home} does not answer", again=True) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise HomeError(f"{self._home} cannot be asked: {error}", again=True) from error
        finally:
            for one in opened:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        if 300 <= status < 400:
            raise HomeError(f"{self._home} sends elsewhere, which is not followed: give the address it really has")
        return status, data
