"""How verbs talk to the running server: plain HTTP over the unix socket in the support directory.

Only the account that runs the server can connect to the socket, so it needs no token.
"""

import http.client
import os
from collections.abc import Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from vitascope.cli.failure import CommandError
from vitascope.ops.local_socket import SocketConnection
from vitascope.ops.paths import SupportDir

_TIMEOUT_SECONDS = 60.0


class NoServerError(CommandError):
    """No server runs for this configuration folder."""

    def __init__(self, config: Path) -> None:
        super().__init__(
            f"no server runs for {config} (start one with: vitascope serve --config {config})", exit_code=3
        )


class ServerClient:
    """Requests to the server of one configuration folder, as its owner."""

    def __init__(self, config: Path) -> None:
        self.config = config.absolute()
        self.support = SupportDir.for_config(self.config, os.environ)

    def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        *,
        body: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """One request, with what is secret in a ``body``; the answer's container.

        Raises:
            NoServerError: when none runs.
            CommandError: when the server says no.
        """
        answer = self._ask(method, path, query, body)
        if not answer.startswith(b"{"):
            return {}
        container: dict[str, Any] = msgspec.json.decode(answer).get("MediaContainer", {})
        return container

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | Sequence[tuple[str, str]],
        body: Mapping[str, str] | None,
    ) -> bytes:
        text = urlencode(list(query.items()) if isinstance(query, Mapping) else list(query))
        connection = SocketConnection(self.support.socket, timeout_s=_TIMEOUT_SECONDS)
        try:
            connection.request(
                method,
                f"{path}?{text}" if text else path,
                body=None if body is None else msgspec.json.encode(body),
                headers={"Accept": "application/json", "Content-Type": "application/json"},
            )
            response = connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise NoServerError(self.config) from error
        finally:
            connection.close()
        if response.status >= 400:
            raise CommandError(_message(answer) or f"the server answers {response.status} {response.reason}")
        return answer

    def get(self, path: str, query: Mapping[str, str] | Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
        """Reads a container."""
        return self.call("GET", path, query)

    def download(self, path: str) -> bytes:
        """Reads a file, as it is. Raises as :meth:`call` does."""
        return self._ask("GET", path, (), None)


def _message(page: bytes) -> str:
    """What an error page says."""
    text = unescape(page.decode("utf-8", "replace"))
    return text.partition("<p>")[2].partition("</p>")[0] or text.partition("<h1>")[2].partition("</h1>")[0]
