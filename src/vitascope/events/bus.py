"""One bus for all events.

Publishing is a plain call from any thread and costs one queue append for each listener. A listener that does not keep
up loses the oldest events, not the newest, and is told how many: a slow websocket must cost neither memory nor the
publisher's time.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from threading import Lock
from types import TracebackType
from typing import Self

from vitascope.events.types import Event

_KEPT = 1_000


class Subscription:
    """The events since it was opened, as an asynchronous iterator. Close it, or use it as a context manager."""

    def __init__(self, bus: "Bus", loop: asyncio.AbstractEventLoop, kept: int) -> None:
        self._bus = bus
        self._loop = loop
        self._queue: deque[Event] = deque(maxlen=kept)
        self._ready = asyncio.Event()
        self._closed = False
        self.lost = 0
        """How many events were dropped because nobody took them."""

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
        if len(self._queue) == self._queue.maxlen:
            self.lost += 1
        self._queue.append(event)
        self._wake()

    def _wake(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ready.set)

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        while not self._queue:
            if self._closed:
                raise StopAsyncIteration
            self._ready.clear()
            if not self._queue and not self._closed:
                await self._ready.wait()
        return self._queue.popleft()


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

    def subscribe(self, *, kept: int = _KEPT) -> Subscription:
        """Opens a subscription for the running loop; at most ``kept`` events wait in it."""
        subscription = Subscription(self, asyncio.get_running_loop(), kept)
        with self._lock:
            self._subscriptions = (*self._subscriptions, subscription)
        return subscription

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
