"""The devices that call: noted when they are seen, at most every few minutes, without holding up the request."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from vitascope.store import people
from vitascope.store.engine import Database
from vitascope.store.rows import DeviceRow

_AGAIN_SECONDS = 300.0
_REMEMBERED = 4_096
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientDevice:
    """What a client says of itself in its ``X-Plex-*`` values."""

    client_identifier: str
    name: str = ""
    product: str = ""
    version: str = ""
    platform: str = ""
    platform_version: str = ""
    model: str = ""


def _cut(device: ClientDevice) -> ClientDevice:
    """The device with texts of a sensible length: remembering thousands of 60 kB each would fill the memory."""
    d = device
    if len(d.client_identifier + d.name + d.product + d.version + d.platform + d.platform_version + d.model) > _LONGEST:
        return ClientDevice(**{name: value[:_LONGEST] for name, value in asdict(device).items()})
    return device


class Devices:
    """Keeps the list of devices up to date. Used from the event loop only."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._seen: dict[str, tuple[ClientDevice, float]] = {}
        self._ids: dict[str, int] = {}

    def note(self, device: ClientDevice) -> None:
        """A device called. Written only when it is new, changed, or was not seen for a while."""
        device = _cut(device)
        known = self._seen.get(device.client_identifier)
        now = self._clock()
        if known is not None and known[0] == device and now - known[1] < _AGAIN_SECONDS:
            return
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
            self._ids.clear()
        self._seen[device.client_identifier] = (device, now)
        waiting = self._database.write(people.touch_device, urgent=False, **asdict(device))
        waiting.add_done_callback(lambda done: None if done.exception() else self._known(done.result()))

    def _known(self, row: DeviceRow) -> None:
        self._ids[row.client_identifier] = row.id

    def forget(self, client_identifier: str) -> None:
        """The device is no longer on the list: it is written down again when it calls."""
        self._seen.pop(client_identifier, None)
        self._ids.pop(client_identifier, None)

    def id_of(self, client_identifier: str) -> int | None:
        """The number under which a device is kept; ``None`` while that is not known yet."""
        return self._ids.get(client_identifier[:_LONGEST])
