"""What lies behind an archive is taken away before its end is sent, and also when nobody takes it whole."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from vitascope.api.zipped import ZipReply

_MEMBERS = [("about.txt", [b"what this is"])]


def _send(reply: ZipReply, done: list[str], *, breaks: bool = False) -> list[str]:
    seen: list[str] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        more = message.get("more_body")
        seen.append(
            f"{message['type'].rpartition('.')[2]}{' and more' if more else ''}, {'done' if done else 'not done'}"
        )
        if breaks and more:
            raise OSError("the client is gone")

    asyncio.run(reply.send({"type": "http", "method": "GET"}, send))
    return seen


def test_nothing_is_left_when_the_end_is_sent() -> None:
    done: list[str] = []
    seen = _send(ZipReply("a.zip", _MEMBERS, done=lambda: done.append("once")), done)
    assert seen == ["start, not done", "body and more, not done", "body, done"]
    assert done == ["once"]


def test_nor_when_the_client_goes() -> None:
    done: list[str] = []
    with pytest.raises(OSError, match="gone"):
        _send(ZipReply("a.zip", _MEMBERS, done=lambda: done.append("once")), done, breaks=True)
    assert done == ["once"]
