"""Looking up a name, so that the address can be judged before anything connects to it.

In a thread of its own that no shutdown waits for: the system's look-up cannot be given up.
"""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from typing import TypeAlias

Resolver: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port to addresses, best first. Raises ``OSError``."""


async def system_resolver(host: str, port: int) -> Sequence[str]:
    answer: Future[list[str]] = Future()
    answer.set_running_or_notify_cancel()  # so that whoever gives up waiting does not cancel it under the thread

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.set_result(list(dict.fromkeys(str(one[4][0]) for one in found)))
        except BaseException as error:  # noqa: BLE001 - it is told to whoever waits
            answer.set_exception(error)

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    return await asyncio.wrap_future(answer)
