"""An authority that answers nonsense: a word for the owner and another try, never the end of all trying."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
import uvloop

from vitascope.edge.accept import Acceptor, tcp_socket
from vitascope.edge.acme.network import JudgedAdapter
from vitascope.edge.acme.ordering import order
from vitascope.edge.acme.wish import AcmeWish
from vitascope.edge.errors import AcmeError
from vitascope.egress import Fetcher
from vitascope.ops.atomic import write_atomically


def refused(folder: Path, body: bytes) -> str:
    """What an order says when the authority answers everything with ``body``."""

    async def answers(_scope: Any, _receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def main() -> str:
        acceptor = Acceptor(answers)
        listener = tcp_socket("127.0.0.1", 0)
        directory = f"http://127.0.0.1:{listener.getsockname()[1]}/directory"
        acceptor.start(listener)
        adapter = JudgedAdapter(
            fetcher=Fetcher(user_agent="Vitascope"),
            loop=asyncio.get_running_loop(),
            directory=directory,
            ended=threading.Event(),
        )
        wish = AcmeWish(domain="media.example", email="owner@media.example", directory=directory)
        try:
            with pytest.raises(AcmeError) as said:
                await asyncio.to_thread(
                    order,
                    wish,
                    folder / "account.json",
                    adapter=adapter,
                    publish=lambda _path, _text: None,
                    write=write_atomically,
                )
            return str(said.value)
        finally:
            await acceptor.close(1.0)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[]", id="a list"),
        pytest.param(b'"x"', id="a text"),
        pytest.param(b"3", id="a number"),
        pytest.param(b"[" * 200_000, id="brackets without end"),
        pytest.param(b'{"newAccount": [], "newNonce": 3}', id="addresses that are none"),
        pytest.param(b"<html>", id="a page"),
    ],
)
def test_an_answer_of_another_shape_is_told(tmp_path: Path, body: bytes) -> None:
    assert refused(tmp_path, body).startswith("what the authority answers cannot be used")
