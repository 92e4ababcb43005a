"""Questions to a disk that may never be answered.

A dead mount holds the system call that asks it, and nothing can call it back; so each question is asked in a thread
that is left behind when it does not answer. While one waits, no second one is asked.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Patience(Generic[T]):
    """Asks one question again and again."""

    def __init__(self, question: Callable[[], T]) -> None:
        self._question = question
        self._asked: asyncio.Future[T] | None = None

    async def ask(self, limit_s: float) -> T:
        """The answer. Raises ``TimeoutError`` when there is none in time, and whatever the question raises."""
        asked = self._asked
        if asked is None or asked.done():
            asked = self._asked = self._begin()
        async with asyncio.timeout(limit_s):
            return await asyncio.shield(asked)

    def _begin(self) -> "asyncio.Future[T]":
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        future.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be waiting any more

        def tell(set_it: Callable[[], None]) -> None:
            def on_the_loop() -> None:
                if not future.done():
                    set_it()

            try:
                loop.call_soon_threadsafe(on_the_loop)
            except RuntimeError:
                return  # the loop ended meanwhile

        def run() -> None:
            try:
                answer = self._question()
            except Exception as caught:  # noqa: BLE001  # carried over to who asked
                error = caught
                tell(lambda: future.set_exception(error))
            else:
                tell(lambda: future.set_result(answer))

        threading.Thread(target=run, name="mount-look", daemon=True).start()
        return future
