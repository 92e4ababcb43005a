"""Composes what webhooks are told and delivers it, without ever being in anybody's way.

Three steps, each with a bound: moments wait in memory (:data:`_MOST_MOMENTS`), payloads in the database
(``store.webhooks``), and of one webhook one delivery is under way. A delivery that fails comes again after
:data:`AGAIN_AFTER_S`; what nobody took for six hours is dropped at the next start. What an address may be is
``egress``'s to say: one that the owner registered may be in the own network, link-local and metadata addresses never.

The payload is the one that consumers of Plex webhooks know: ``multipart/form-data`` with ``payload`` (JSON) and, where
the item has a picture, ``thumb`` (JPEG).
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from vitascope.core.model import Viewer
from vitascope.egress import EgressError, Fetcher, Limits, Part, Reach, multipart
from vitascope.events import Bus, Event, ItemPlayed, ItemRated, PlaySessionState, TimelineEntry, TimelineState
from vitascope.store import deck, people, webhooks
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound, StoreError
from vitascope.store.reader import Reader
from vitascope.store.rows import PersonRow, WebhookDeliveryRow, WebhookRow
from vitascope.webhooks.moments import LIBRARY_NEW, ON_DECK, Moment, Moments, announced

_log = logging.getLogger(__name__)

_MOST_MOMENTS = 1_000
_MOST_NEW = 50
"""Of what one scan brings, so many are told singly."""
_QUIET_S = 5.0
"""How long nothing new must come before what came is told."""
_OLD_S = 6 * 3_600
AGAIN_AFTER_S = (10, 60, 300, 1_800, 7_200)
_WAIT_AND_TRY = frozenset({408, 425, 429})
_LIMITS = Limits(connect_seconds=5, first_byte_seconds=10, whole_seconds=20, largest_bytes=64 * 1024, redirects=2)
_LONGEST_SLEEP_S = 30.0

Json = Mapping[str, object]
Describe = Callable[[int, int], Awaitable[Json | None]]
"""An item as a person sees it, as JSON of the API; ``None`` when it is gone."""
Picture = Callable[[int], Awaitable[bytes | None]]
"""A small JPEG of an item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who tells: this server."""

    title: str
    uuid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How a delivery went."""

    status: int | None = None
    error: str | None = None
    again: bool = False

    @property
    def ok(self) -> bool:
        return self.error is None


class Webhooks:
    """The webhooks of one server. Used from the event loop; events may come from any thread."""

    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        *,
        enabled: Callable[[], bool],
        sender: Callable[[], Sender],
        describe: Describe,
        picture: Picture,
        scanning: Callable[[], bool] = lambda: False,
        quiet_s: float = _QUIET_S,
    ) -> None:
        self._database = database
        self._fetcher = fetcher
        self._enabled = enabled
        self._sender = sender
        self._describe = describe
        self._picture = picture
        self._scanning = scanning
        self._quiet_s = quiet_s
        self._moments = Moments()
        self._heard: deque[Event] = deque(maxlen=_MOST_MOMENTS)
        self._new: dict[int, TimelineEntry] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._came = asyncio.Event()
        self._wake = asyncio.Event()
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._registered = False
        self._renewing = asyncio.Lock()
        self._closing = False

    @property
    def any(self) -> bool:
        """Whether there is a webhook and webhooks are on: else nothing that happens concerns this room."""
        return self._registered and self._enabled()

    async def start(self, bus: Bus) -> None:
        """Begins; must be called on the loop."""
        self._loop = asyncio.get_running_loop()
        await self.renew()
        await self._database.awrite(webhooks.drop_old, int(self._database.clock()) - _OLD_S)
        bus.listen(self._hear)
        self._tasks = [
            self._loop.create_task(self._compose_all(), name="webhooks-compose"),
            self._loop.create_task(self._deliver_all(), name="webhooks-deliver"),
        ]

    async def close(self) -> None:
        """Stops. What happened until now is still composed, and delivered after the next start."""
        self._closing = True
        self._came.set()
        if self._tasks:
            await asyncio.wait(self._tasks[:1])
        for task in (*self._tasks, *self._under_way.values()):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def renew(self) -> None:
        """The webhooks, or whether they are on, changed."""
        async with self._renewing:  # one look after the other: the last says how it is
            self._registered = bool(await self._database.read(webhooks.list_webhooks))
        self._wake.set()

    # --- hearing ---------------------------------------------------------------------------------------------------

    def _hear(self, event: Event) -> None:
        if not self.any or self._loop is None or self._loop.is_closed():
            return
        match event:
            case PlaySessionState() | ItemPlayed() | ItemRated():
                pass
            case TimelineEntry(state=TimelineState.CREATED):
                pass
            case _:
                return
        self._heard.append(event)
        self._loop.call_soon_threadsafe(self._came.set)

    async def _compose_all(self) -> None:
        closing = False
        while not closing:
            try:
                await self._compose_next()
                closing = self._closing
                if closing:
                    await self._tell_new()
            except Exception:  # noqa: BLE001 - what is not told must not keep the rest from being told
                _log.exception("webhooks are not told of what is new")

    async def _compose_next(self) -> None:
        """Waits until something happens, or nothing more that is new comes, and tells of it."""
        try:
            async with asyncio.timeout(self._quiet_s if self._new else None):
                await self._came.wait()
        except TimeoutError:
            if not self._heard and not self._scanning():  # what a scan still brings may belong to the same season
                await self._tell_new()
            return
        self._came.clear()
        while self._heard:
            event = self._heard.popleft()
            if isinstance(event, TimelineEntry):
                self._new[event.item_id] = event
                continue
            moment = self._moments.of(event)
            if moment is not None:
                await self._tell(moment)

    async def _tell_new(self) -> None:
        entries, self._new = list(self._new.values()), {}
        found = announced(entries)
        if len(found) > _MOST_NEW:
            _log.info("%d new items came at once; webhooks are told of %d", len(found), _MOST_NEW)
        for item_id in found[:_MOST_NEW]:
            await self._tell(Moment(event=LIBRARY_NEW, item_id=item_id, person_id=1))
        shows = {entry.root_id: entry.section_id for entry in entries if entry.root_id is not None}
        made = frozenset(entry.item_id for entry in entries)
        now = int(self._database.clock())
        for show_id, section_id in list(shows.items())[:_MOST_NEW]:
            for person_id, item_id in await self._database.read(_next_up, show_id, section_id, made, now):
                await self._tell(Moment(event=ON_DECK, item_id=item_id, person_id=person_id))

    async def _tell(self, moment: Moment) -> None:
        try:
            payload = await self.compose(moment)
            if payload is not None:
                text = msgspec.json.encode(payload).decode()
                await self._database.awrite(webhooks.enqueue, moment.event, text, moment.item_id)
                self._wake.set()
        except StoreError as error:
            _log.warning("webhooks are not told of %s: %s", moment.event, error)
        except Exception:  # noqa: BLE001 - as above
            _log.exception("webhooks are not told of %s", moment.event)

    async def compose(self, moment: Moment) -> Json | None:
        """The payload of a moment; ``None`` when its item or person is gone."""
        try:
            person: PersonRow = await self._database.read(people.person, moment.person_id)
        except NotFound:
            return None
        item = await self._describe(moment.item_id, moment.person_id)
        if item is None:
            return None
        made = self._envelope(moment.event, person)
        if moment.rating is not None:
            made["rating"] = moment.rating
        if moment.player is not None:
            made["Player"] = {
                "local": moment.player.local,
                "publicAddress": moment.player.address,
                "title": moment.player.title,
                "uuid": moment.player.client_identifier,
            }
        made["Metadata"] = item
        return made

    def _envelope(self, event: str, person: PersonRow) -> dict[str, object]:
        sender = self._sender()
        return {
            "event": event,
            "user": True,
            "owner": person.is_owner,
            "Account": {"id": person.id, "thumb": "", "title": person.title},
            "Server": {"title": sender.title, "uuid": sender.uuid},
        }

    # --- delivering ------------------------------------------------------------------------------------------------

    async def _deliver_all(self) -> None:
        while True:
            self._wake.clear()
            sleep_s = _LONGEST_SLEEP_S
            try:
                if self._enabled():
                    sleep_s = await self._begin()
            except StoreError as error:
                _log.warning("webhooks wait for the database: %s", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(sleep_s):
                    await self._wake.wait()

    async def _begin(self) -> float:
        """Begins the next delivery of each webhook that has none under way; how long there is nothing to begin."""
        now = int(self._database.clock())
        for hook in await self._database.read(webhooks.list_webhooks):
            if hook.id in self._under_way:
                continue
            delivery = await self._database.read(webhooks.due, hook.id, now)
            if delivery is not None:
                task = asyncio.get_running_loop().create_task(self._deliver(hook, delivery))
                self._under_way[hook.id] = task
                task.add_done_callback(lambda _task, hook_id=hook.id: self._ended(hook_id))  # type: ignore[misc]
        soonest = await self._database.read(webhooks.soonest)
        if soonest is None or soonest <= now:
            return _LONGEST_SLEEP_S
        return min(_LONGEST_SLEEP_S, soonest - now)

    def _ended(self, hook_id: int) -> None:
        self._under_way.pop(hook_id, None)
        self._wake.set()

    async def _deliver(self, hook: WebhookRow, delivery: WebhookDeliveryRow) -> None:
        picture = None if delivery.item_id is None else await self._picture_of(delivery.item_id)
        tried = await self._send(hook.url, delivery.payload.encode(), picture)
        try:
            if tried.ok:
                # Not taken back when the server ends: it would be delivered twice.
                await asyncio.shield(
                    self._database.awrite(webhooks.delivered, delivery, tried.status or 0, urgent=False)
                )
                return
            more = tried.again and delivery.attempts < len(AGAIN_AFTER_S)
            after_s = AGAIN_AFTER_S[delivery.attempts] if more else None
            await self._database.awrite(
                webhooks.failed, delivery, tried.status, tried.error or "", after_s, urgent=False
            )
        except StoreError as error:
            _log.warning("how a webhook took %s is not written down: %s", delivery.event, error)
            await asyncio.sleep(AGAIN_AFTER_S[0])

    async def _picture_of(self, item_id: int) -> bytes | None:
        try:
            return await self._picture(item_id)
        except Exception:  # noqa: BLE001 - without one it is told all the same
            _log.exception("a webhook is told without the picture of item %d", item_id)
            return None

    async def _send(self, url: str, payload: bytes, picture: bytes | None) -> Tried:
        parts = [Part(name="payload", data=payload, content_type="application/json")]
        if picture is not None:
            parts.append(Part(name="thumb", data=picture, content_type="image/jpeg", filename="thumb.jpg"))
        body, kind = multipart(parts)
        try:
            answer = await self._fetcher.post(url, body, kind, reach=Reach.OWNER_CHOSEN, limits=_LIMITS)
        except EgressError as error:
            return Tried(error=str(error), again=error.again)
        if answer.ok:
            return Tried(status=answer.status)
        again = answer.status >= 500 or answer.status in _WAIT_AND_TRY
        return Tried(status=answer.status, error=f"it answers {answer.status}", again=again)

    async def test(self, webhook_id: int) -> Tried:
        """Sends a webhook a payload without an item, at once. :class:`NotFound` when there is no such webhook."""
        hook = await self._database.read(webhooks.get_webhook, webhook_id)
        owner = await self._database.read(people.person, 1)
        payload = msgspec.json.encode(self._envelope("vitascope.test", owner))
        return await self._send(hook.url, payload, None)


def _next_up(r: Reader, show_id: int, section_id: int, made: frozenset[int], now: int) -> list[tuple[int, int]]:
    """Of a show that got new episodes: the people for whom one of them comes next, and which."""
    found: list[tuple[int, int]] = []
    for person_id in deck.who_watches(r, show_id):
        entries = deck.on_deck(r, Viewer(person_id=person_id, is_owner=True), section_id, now=now)
        found += [(person_id, entry.item_id) for entry in entries if entry.item_id in made]
    return found
