"""One bus for all events.

Publishing is a plain call from any thread and costs one queue append for each listener that wants the event. A listener
that does not keep up is closed: it is told nothing wrong and costs neither memory nor the publisher's time, and whoever
it was can begin anew. Of a player's reports only the latest is worth telling: while an older one of its session still
waits, the newer takes its place.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import count
from threading import Lock
from types import TracebackType
from typing import Self

from vitascope.events.types import Event, PlaySessionState

KEPT = 256
"""How many events wait for one listener."""

Wants = Callable[[Event], bool]


def everything(_event: Event) -> bool:
    """What a listener wants who wants all of it."""
    return True


class Subscription:
    """The events since it was opened, as an asynchronous iterator. Close it, or use it as a context manager."""

    def __init__(self, bus: "Bus", loop: asyncio.AbstractEventLoop, kept: int, wants: Wants) -> None:
        self._bus = bus
        self._loop = loop
        self._kept = kept
        self._wants = wants
        self._lock = Lock()
        self._numbers = count()
        self._queue: dict[int, Event] = {}
        self._playing: dict[int, int] = {}
        """Where in the queue the report of a session waits, by its key."""
        self._ready = asyncio.Event()
        self._overran = asyncio.Event()
        self._closed = False
        self.overrun = False
        """It was closed because nobody took its events."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the iteration once what was queued is taken."""
        self._closed = True
        self._bus.forget(self)
        self._wake()

    def push(self, event: Event) -> None:
        """Queues an event; called by the bus from whichever thread published."""
        if self._closed or not self._wants(event):
            return
        with self._lock:
            if isinstance(event, PlaySessionState):
                waiting = self._playing.get(event.session_key)
                if waiting is not None:
                    self._queue[waiting] = event
                    return
            if len(self._queue) >= self._kept:
                self.overrun = True
                self._queue.clear()
                self._playing.clear()
            else:
                number = next(self._numbers)
                self._queue[number] = event
                if isinstance(event, PlaySessionState):
                    self._playing[event.session_key] = number
        if self.overrun:
            self.close()
        else:
            self._wake()

    async def until_overrun(self) -> None:
        """Waits until the subscription is closed because nobody took its events."""
        await self._overran.wait()

    def _wake(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ready.set)
            if self.overrun:
                self._loop.call_soon_threadsafe(self._overran.set)

    def _take(self) -> Event | None:
        with self._lock:
            number = next(iter(self._queue), None)
            if number is None:
                return None
            event = self._queue.pop(number)
            if isinstance(event, PlaySessionState):
                del self._playing[event.session_key]
            return event

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        while (event := self._take()) is None:
            if self._closed:
                raise StopAsyncIteration
            self._ready.clear()
            if not self._queue and not self._closed:
                await self._ready.wait()
        return event


class Bus:
    """Carries events from publishers to subscriptions and to plain callbacks."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._subscriptions: tuple[Subscription, ...] = ()
        self._callbacks: tuple[Callable[[Event], None], ...] = ()

    def publish(self, event: Event) -> None:
        """Hands ``event`` to everyone; safe from any thread, never blocks."""
        for subscription in self._subscriptions:
            subscription.push(event)
        for callback in self._callbacks:
            callback(event)

    def subscribe(self, *, kept: int = KEPT, wants: Wants = everything) -> Subscription:
        """Opens a subscription for the running loop; at most ``kept`` events wait in it. ``wants`` is asked in the
        publisher's thread: it must be quick and must not raise."""
        subscription = Subscription(self, asyncio.get_running_loop(), kept, wants)
        with self._lock:
            self._subscriptions = (*self._subscriptions, subscription)
        return subscription

    @property
    def is_heard(self) -> bool:
        """Whether anybody has a subscription: else what costs something to say need not be said."""
        return bool(self._subscriptions)

    def listen(self, callback: Callable[[Event], None]) -> None:
        """Calls ``callback`` for every event, in the publisher's thread: it must be quick and must not raise."""
        with self._lock:
            self._callbacks = (*self._callbacks, callback)

    def forget(self, subscription: Subscription) -> None:
        """Drops a subscription; :meth:`Subscription.close` does it."""
        with self._lock:
            self._subscriptions = tuple(kept for kept in self._subscriptions if kept is not subscription)

    def close(self) -> None:
        """Ends every subscription."""
        for subscription in self._subscriptions:
            subscription.close()
