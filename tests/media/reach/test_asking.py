"""What is asked of paths, far ones and those of this machine; and what far paths cannot be made to do."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.media.reach.conftest import POINT, STRANGE
from tests.support.far import FarFolder

from vitascope.media import reach

FILM = f"{POINT}/{STRANGE}/film.mkv".encode()


@pytest.mark.usefixtures("far")
def test_a_folder_is_listed_with_sizes() -> None:
    with reach.scandir(POINT.encode()) as listing:
        found = {entry.name: entry for entry in listing}
    assert found.keys() == {STRANGE.encode(), b"small.txt", b"empty.txt"}
    assert found[STRANGE.encode()].is_dir()
    assert found[b"small.txt"].is_file()
    assert found[b"small.txt"].stat().st_size == 5
    assert found[b"small.txt"].path == f"{POINT}/small.txt".encode()
    with reach.scandir(f"{POINT}/{STRANGE}".encode()) as listing:
        assert [(entry.name, entry.stat().st_size) for entry in listing] == [(b"film.mkv", 3_000_000)]


def test_a_file_without_a_time_has_the_same_one_always(far: FarFolder) -> None:
    before = reach.stat(FILM)
    os.utime(far.folder / STRANGE / "film.mkv", (1, 1))
    assert reach.stat(FILM).st_mtime_ns == before.st_mtime_ns > 0


@pytest.mark.usefixtures("far")
def test_what_is_there_and_what_is_not() -> None:
    assert reach.is_file(FILM)
    assert not reach.is_folder(FILM)
    assert reach.is_folder(f"{POINT}/{STRANGE}".encode())
    assert reach.lexists(FILM)
    assert not reach.lexists(f"{POINT}/nothing".encode())
    assert reach.read_whole(f"{POINT}/small.txt".encode(), 100) == b"hello"
    assert reach.read_whole(f"{POINT}/small.txt".encode(), 2) == b"he"
    with pytest.raises(FileNotFoundError):
        reach.stat(f"{POINT}/nothing".encode())
    with pytest.raises(NotADirectoryError), reach.scandir(f"{POINT}/small.txt".encode()):
        pass


@pytest.mark.usefixtures("far")
@pytest.mark.parametrize(
    "below",
    [b"../secret.txt", b"x/../../secret.txt", b"./small.txt", b"//secret.txt/x", b"..", b"small.txt\0", b"a//b"],
)
def test_no_path_leads_out_of_its_source(below: bytes) -> None:
    path = POINT.encode() + b"/" + below
    if below == b"//secret.txt/x":
        path = POINT.encode() + b"/a" + below
    with pytest.raises(OSError, match="Invalid argument"):
        reach.stat(path)
    assert not reach.is_file(path)


@pytest.mark.usefixtures("far")
@pytest.mark.parametrize("below", [b"%2e%2e/secret.txt", b"..%2fsecret.txt", b"http://127.0.0.1/x", b"x\r\nHost: y"])
def test_tricks_are_names_like_any_other(below: bytes) -> None:
    with pytest.raises(OSError, match=r"No such|Invalid argument|Input/output"):
        reach.stat(POINT.encode() + b"/" + below)


@pytest.mark.usefixtures("far")
def test_paths_of_this_machine_are_asked_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("local")
    assert reach.find(tmp_path) is None
    assert reach.find(POINT.encode() + b"x/a") is None  # beside the point, not below it
    assert reach.read_whole(os.fsencode(tmp_path / "a.txt"), 10) == b"local"
    with reach.scandir(os.fsencode(tmp_path)) as listing:
        assert isinstance(next(iter(listing)), os.DirEntry)


@contextmanager
def answering(folder: Path, answer: bytes) -> Iterator[reach.Point]:
    """A server that gives the same answer to everything."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "s"))
        listener.listen()

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    asked = b""
                    while b"</propfind>" not in asked:
                        asked += connection.recv(65_536)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        point = reach.Point(path=b"/nowhere/made", socket=str(folder / "s"))
        reach.put([point])
        try:
            yield point
        finally:
            reach.put(())
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _multistatus(body: bytes, status: bytes = b"207 Multi-Status") -> bytes:
    return b"HTTP/1.1 " + status + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body


_ITSELF = (
    b'<D:response xmlns:D="DAV:"><D:href>/</D:href><D:propstat><D:prop><D:resourcetype><D:collection/>'
    b"</D:resourcetype></D:prop></D:propstat></D:response>"
)
_WHOLE = b'<D:multistatus xmlns:D="DAV:">' + _ITSELF + b"</D:multistatus>"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(_multistatus(_WHOLE + b"Internal Server Error"), id="an error behind the document"),
        pytest.param(_multistatus(_WHOLE[:-5]), id="cut short"),
        pytest.param(_multistatus(_WHOLE)[:-5], id="shorter than promised"),
        pytest.param(_multistatus(b'<D:multistatus xmlns:D="DAV:"/>'), id="about nothing"),
        pytest.param(_multistatus(_WHOLE.replace(b"<D:href>/<", b"<D:href>/other/<")), id="about another folder"),
        pytest.param(_multistatus(_WHOLE.replace(b"<D:href>/<", b"<D:href>http://evil/<")), id="about elsewhere"),
        pytest.param(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", id="redirect"
        ),
        pytest.param(_multistatus(b"", b"405 Method Not Allowed"), id="a remote that does not answer"),
        pytest.param(_multistatus(b"", b"500 Internal Server Error"), id="an error"),
        pytest.param(
            _multistatus(b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>' + _WHOLE.replace(b"/<", b"&b;<")),
            id="an entity",
        ),
    ],
)
def test_a_folder_that_could_not_be_listed_never_looks_empty(tmp_path: Path, answer: bytes) -> None:
    with answering(tmp_path, answer), pytest.raises(OSError, match="Input/output"), reach.scandir(b"/nowhere/made"):
        pass


def test_the_same_answer_whole_is_an_empty_folder(tmp_path: Path) -> None:
    with answering(tmp_path, _multistatus(_WHOLE)), reach.scandir(b"/nowhere/made") as listing:
        assert list(listing) == []


def test_a_name_that_leads_elsewhere_is_no_name(tmp_path: Path) -> None:
    for name in (b"/..", b"/a/b", b"/%2e%2e", b"/a%2fb", b"/a%00"):
        inner = _ITSELF + _ITSELF.replace(b"<D:href>/<", b"<D:href>" + name + b"<")
        body = b'<D:multistatus xmlns:D="DAV:">' + inner + b"</D:multistatus>"
        folder = tmp_path / name.hex()
        folder.mkdir()
        answer = _multistatus(body)
        with answering(folder, answer), pytest.raises(OSError, match="Input/output"), reach.scandir(b"/nowhere/made"):
            pass


def test_a_source_that_is_gone_has_lost_nothing(tmp_path: Path) -> None:
    reach.put([reach.Point(path=b"/nowhere/gone", socket=str(tmp_path / "none"))])
    try:
        assert reach.lexists(b"/nowhere/gone/film.mkv")
        with pytest.raises(OSError, match="not connected"):
            reach.stat(b"/nowhere/gone/film.mkv")
    finally:
        reach.put(())
