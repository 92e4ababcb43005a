"""Files on the wire: ranges, conditions and names, as RFC 9110 and RFC 6266 have them, bytes compared."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send
from tests.api.conftest import Library

from vitascope.api.dispatch import headers_of
from vitascope.api.errors import NotFoundError
from vitascope.api.files import FileReply, Range, disposition, is_below, media_type, open_file, parse_range

Get = Callable[..., httpx.Response]
SIZE = 3_000_000


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files") / "film.mkv"
    path.write_bytes(os.urandom(SIZE))
    return path


@pytest.fixture(scope="module")
def get(content: Path) -> Get:
    """Asks for the file through the application interface, with real headers."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        reply = FileReply(
            open_file(str(content)),
            receive=receive,
            request_headers=headers_of(scope),
            content_type="video/x-matroska",
            download_name="Fílm.mkv" if b"download" in scope["query_string"] else None,
        )
        await reply.send(scope, send)

    def ask(method: str = "GET", path: str = "/", **headers: str) -> httpx.Response:
        async def run() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as client:
                return await client.request(
                    method, path, headers={name.replace("_", "-"): text for name, text in headers.items()}
                )

        return asyncio.run(run())

    return ask


def test_the_whole_file(get: Get, content: Path) -> None:
    answer = get()
    assert answer.status_code == 200
    assert answer.content == content.read_bytes()
    assert answer.headers["content-length"] == str(SIZE)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-type"] == "video/x-matroska"


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, SIZE),
        ("bytes=10-19", 10, 20),
        ("bytes=1048570-1048580", 1_048_570, 1_048_581),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        ("bytes=-5", SIZE - 5, SIZE),
        (f"bytes=-{SIZE * 2}", 0, SIZE),
        (f"bytes=5-{SIZE * 9}", 5, SIZE),
        ("BYTES = 3-4", 3, 5),
    ],
)
def test_one_range(get: Get, content: Path, header: str, start: int, stop: int) -> None:
    answer = get(range=header)
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/{SIZE}"
    assert answer.headers["content-length"] == str(stop - start)
    assert answer.content == content.read_bytes()[start:stop]


@pytest.mark.parametrize("header", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0"])
def test_a_range_beyond_the_end_is_416(get: Get, header: str) -> None:
    answer = get(range=header)
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{SIZE}"
    assert answer.content == b""


@pytest.mark.parametrize(
    "header",
    ["bytes=0-1,5-6", "bytes=5-4", "bytes=a-b", "bytes=", "bytes=-", "items=0-1", "0-1", "bytes=1-2-3"],
)
def test_several_ranges_and_nonsense_are_the_whole_file(get: Get, header: str) -> None:
    answer = get(range=header)
    assert answer.status_code == 200
    assert len(answer.content) == SIZE


def test_head_sends_the_same_headers_and_nothing_else(get: Get) -> None:
    whole, head = get(), get("HEAD")
    assert head.content == b""
    assert head.headers == whole.headers
    part = get("HEAD", range="bytes=0-9")
    assert (part.status_code, part.headers["content-length"], part.content) == (206, "10", b"")


class _Meter:
    """Lets so many pieces through."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.counted = 0

    def sent(self, size_bytes: int) -> bool:
        self.counted += size_bytes
        self.pieces -= 1
        return self.pieces > 0


@pytest.mark.parametrize(("pieces", "whole"), [(2, False), (100, True)])
def test_what_is_sent_is_counted_and_can_be_cut_off(content: Path, pieces: int, whole: bool) -> None:
    meter = _Meter(pieces)
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> None:
        reply = FileReply(
            open_file(str(content)), receive=receive, request_headers={}, content_type="video/mp4", meter=meter
        )
        await reply.send({"type": "http", "method": "GET", "query_string": b"", "headers": []}, send)

    asyncio.run(run())
    delivered = sum(len(message.get("body", b"")) for message in sent)
    assert delivered == meter.counted
    assert (delivered == SIZE) is whole
    assert sent[-1]["more_body"] is not whole


def test_conditions(get: Get) -> None:
    first = get("HEAD")
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    assert get(if_none_match=etag).status_code == 304
    assert get(if_none_match=f'W/{etag}, "other"').status_code == 304
    assert get(if_none_match='"other"').status_code == 200
    assert get(if_modified_since=modified).status_code == 304
    assert get(if_modified_since=modified, if_none_match='"other"').status_code == 200
    assert get(range="bytes=0-1", if_range=etag).status_code == 206
    assert get(range="bytes=0-1", if_range=modified).status_code == 206
    assert get(range="bytes=0-1", if_range='"other"').status_code == 200
    assert get(range="bytes=0-1", if_range=f"W/{etag}").status_code == 200


def test_saving_under_a_name(get: Get) -> None:
    name = get("HEAD", "/?download=1").headers["content-disposition"]
    assert name == "attachment; filename=\"F_lm.mkv\"; filename*=UTF-8''F%C3%ADlm.mkv"
    assert "content-disposition" not in get("HEAD").headers


@given(st.text(max_size=60))
def test_no_name_breaks_a_header(name: str) -> None:
    try:
        header = disposition(name)
    except UnicodeEncodeError:
        return  # half a pair of surrogates, which names are cleaned of before
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


@given(st.integers(0, 2**64), st.text(alphabet="0123456789-, =bytesx", max_size=30))
def test_a_range_lies_inside_the_file(size: int, text: str) -> None:
    found = parse_range("bytes=" + text, size)
    if isinstance(found, Range):
        assert 0 <= found.start < found.stop <= size


def test_what_is_no_file_is_not_found(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder", "missing", "nul\0"):
        with pytest.raises(NotFoundError):
            open_file(str(tmp_path / name))


def test_a_link_that_leads_out_is_not_below(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_bytes(b"x")
    (root / "inside").write_bytes(b"x")
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "in").symlink_to(root / "inside")
    below = [os.fsencode(root)]
    assert is_below(os.fsencode(root / "inside"), below)
    assert is_below(os.fsencode(root / "in"), below)
    assert not is_below(os.fsencode(root / "out"), below)
    assert not is_below(os.fsencode(root) + b"/../secret", below)
    assert not is_below(os.fsencode(tmp_path / "rootless"), below)


def test_types_by_name() -> None:
    assert media_type("a/b.MKV") == "video/x-matroska"
    assert media_type(b"x.flac") == "audio/flac"
    assert media_type("README") == "application/octet-stream"


def test_a_part_is_served_in_ranges(library: Library) -> None:
    film = next(item for item in library.items("Movies") if item["title"] == "Ember Coast")
    part = film["Media"][0]["Part"][0]
    original = Path(part["file"]).read_bytes()
    answer = library.owner.get(part["key"], headers={"Range": "bytes=1000-1999"})
    assert (answer.status_code, answer.content) == (206, original[1000:2000])
    assert library.owner.head(part["key"]).headers["content-length"] == str(len(original))
    saved = library.owner.head(part["key"], params={"download": "1"}).headers["content-disposition"]
    assert Path(part["file"]).name in saved
