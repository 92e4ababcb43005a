"""Long lists are sent piece by piece, and say the same as if they were sent whole."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from lxml import etree
from tests.api.test_render import film

from vitascope.api import listing
from vitascope.api.call import Call, Window
from vitascope.api.listing import items_reply, shown_container
from vitascope.api.render import Node, Shape
from vitascope.api.render.shown import Shown
from vitascope.api.reply import Reply

SHAPE = Shape()
META = Node("Meta", {"a": 1})


def shown(ids: Sequence[int]) -> list[Shown]:
    return [Shown(film(title=f"Film {number}")) for number in ids]


@pytest.fixture(autouse=True)
def items(monkeypatch: pytest.MonkeyPatch) -> None:
    async def pieces(_call: Call, ids: Sequence[int], _shape: Shape, _entries: object) -> AsyncIterator[list[Shown]]:
        for start in range(0, len(ids), listing.PIECE):
            yield shown(ids[start : start + listing.PIECE])

    monkeypatch.setattr(listing, "shown_pieces", pieces)


def answer(
    ids: Sequence[int], *, wants_json: bool, packed: bool, method: str = "GET"
) -> tuple[dict[bytes, bytes], bytes]:
    call = cast("Call", SimpleNamespace(wants_json=wants_json, window=Window(start=0, size=10_000)))
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def run() -> None:
        reply = await items_reply(call, ids, SHAPE, attributes={"x": "y"}, before=[META], total=len(ids))
        assert isinstance(reply, Reply)
        headers = [(b"accept-encoding", b"gzip")] if packed else []
        await reply.send({"type": "http", "method": method, "headers": headers}, send)

    asyncio.run(run())
    body = b"".join(message["body"] for message in sent[1:])
    assert [message.get("more_body", False) for message in sent[1:]][-1] is False
    headers = dict(sent[0]["headers"])
    return headers, gzip.decompress(body) if packed and method == "GET" else body


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("size", [101, 200, 333])
def test_xml(size: int, packed: bool) -> None:
    ids = range(size)
    headers, body = answer(ids, wants_json=False, packed=packed)
    whole = shown_container(shown(ids), SHAPE, attributes={"x": "y"}, total=size)
    whole.children.insert(0, META)
    assert body == whole.xml()
    assert len(etree.fromstring(body).findall("Video")) == size
    assert headers[b"x-plex-container-total-size"] == str(size).encode()
    assert (b"content-encoding" in headers) is packed


@pytest.mark.parametrize("packed", [True, False])
def test_json(packed: bool) -> None:
    ids = range(250)
    _, body = answer(ids, wants_json=True, packed=packed)
    whole = shown_container(shown(ids), SHAPE, attributes={"x": "y"}, total=250)
    whole.children.insert(0, META)
    assert json.loads(body) == json.loads(whole.json())


def test_head_sends_no_body() -> None:
    headers, body = answer(range(150), wants_json=False, packed=False, method="HEAD")
    assert body == b""
    assert headers[b"content-type"].startswith(b"text/xml")
