"""Listeners for tests: a websocket of notifications, read until what is waited for comes."""

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

from websockets.sync.client import ClientConnection, connect

Payload = dict[str, Any]
PATHS = ("/:/websockets/notifications", "/:/websocket/notifications")


class Listener(AbstractContextManager["Listener"]):
    """One websocket; everything it heard is kept."""

    def __init__(self, url: str, token: str, *, filters: str | None = None, path: str = PATHS[0]) -> None:
        query = "" if filters is None else f"?filters={filters}"
        self._connecting = connect(
            url.replace("http", "ws", 1) + path + query, additional_headers={"X-Plex-Token": token}, open_timeout=60
        )
        self.socket: ClientConnection
        self.heard: list[Payload] = []

    def __enter__(self) -> Self:
        self.socket = self._connecting.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connecting.__exit__(kind, error, trace)

    def next(self, seconds: float = 30) -> Payload:
        """The next notification: the inside of its container."""
        found: Payload = json.loads(self.socket.recv(timeout=seconds))["NotificationContainer"]
        self.heard.append(found)
        return found

    def until(self, kind: str, element: str, fits: Callable[[Payload], bool] = lambda _: True) -> Payload:
        """The payload of the first notification of a type that fits, of those to come."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = self.next()
            if found["type"] == kind:
                assert found["size"] == len(found[element])
                if fits(found[element][0]):
                    payload: Payload = found[element][0]
                    return payload
        raise AssertionError(f"no {kind} came: {[one['type'] for one in self.heard]}")

    def types(self) -> set[str]:
        """The types of what was heard."""
        return {one["type"] for one in self.heard}
