"""M3U files as players write them, and as nobody should."""

import random

import pytest

from vitascope.core.playback import m3u
from vitascope.core.playback.m3u import Line, M3uError, candidates, parse, written

ROOTS = [b"/music", b"/more/music/"]


def first(line: bytes, folder: bytes = b"/music/lists") -> tuple[int, bytes] | None:
    return next(iter(candidates(line, folder, ROOTS)), None)


def everywhere(line: bytes, folder: bytes = b"/music/lists") -> list[tuple[int, bytes]]:
    return list(candidates(line, folder, ROOTS))


def test_comments_streams_and_the_title() -> None:
    data = b"\xef\xbb\xbf#EXTM3U\r\n#PLAYLIST: Mix \r\n\r\n#EXTINF:12,A - B\r\na/b.mp3\r\nhttp://x/y\r\n  c.mp3  \r\n"
    found = parse(data)
    assert (found.paths, found.title, found.streams) == ((b"a/b.mp3", b"c.mp3"), "Mix", 1)
    assert parse(b"").paths == ()


@pytest.mark.parametrize(
    "data",
    [
        "é/ü.mp3\n".encode(),
        "é/ü.mp3\n".encode("utf-8-sig"),
        "é/ü.mp3\n".encode("utf-16"),
        b"\xfe\xff" + "é/ü.mp3\n".encode("utf-16-be"),
        "é/ü.mp3\n".encode("cp1252"),
        b"#EXTENC: CP437\n" + "é/ü.mp3\n".encode("cp437"),
        b"#EXTENC: rot13\n" + "é/ü.mp3\n".encode(),
        b"#EXTENC: utf-16\n" + "é/ü.mp3\n".encode(),
        b"#EXTENC: no-such\n" + "é/ü.mp3\n".encode(),
    ],
)
def test_encodings(data: bytes) -> None:
    (path,) = parse(data).paths
    assert (0, "lists/é/ü.mp3".encode()) in everywhere(path)


def test_the_forms_of_paths() -> None:
    assert first(b"/music/a/b.mp3") == (0, b"a/b.mp3")
    assert first(b"/more/music/a/b.mp3") == (1, b"a/b.mp3")
    assert first(b"a/b.mp3") == (0, b"lists/a/b.mp3")
    assert first(b"../a/./b.mp3") == (0, b"a/b.mp3")
    assert (0, b"a/b.mp3") in everywhere(b"..\\a\\b.mp3")
    assert first(*parse(b"file:///music/a%20b/c%2Fd.mp3").paths) == (0, b"a b/c/d.mp3")
    assert first(*parse(b"FILE://localhost/music/a.mp3").paths) == (0, b"a.mp3")
    (windows,) = parse(b"C:\\Users\\me\\Music\\A\\B\\01.mp3").paths
    assert (0, b"A/B/01.mp3") in everywhere(windows)
    assert (0, b"B/01.mp3") in everywhere(windows)
    assert (0, b"01.mp3") not in everywhere(windows)
    (url,) = parse(b"file:///C:/Music/A/01.mp3").paths
    assert (1, b"A/01.mp3") in everywhere(url)
    (share,) = parse(b"\\\\nas\\music\\A\\01.mp3").paths
    assert (0, b"A/01.mp3") in everywhere(share)
    decomposed = "e\u0301/a.mp3".encode()
    assert (0, "lists/é/a.mp3".encode()) in everywhere(decomposed)
    assert (0, b"lists/" + decomposed) in everywhere("é/a.mp3".encode())


@pytest.mark.parametrize(
    "line",
    [
        b"../../etc/passwd",
        b"../../../../../../etc/passwd",
        b"/etc/passwd",
        b"..\\..\\etc\\passwd",
        b"file:///etc/passwd",
        b"file:///music/../etc/passwd",
        b"file:///music/%2e%2e/etc/passwd",
        b"/music/../etc/passwd",
        b"//etc/passwd",
        b"C:\\..\\..\\etc\\passwd",
    ],
)
def test_no_line_leads_out_of_the_roots(line: bytes) -> None:
    for path in parse(line).paths:
        for at, below in everywhere(path):
            assert not below.startswith(b"/")
            assert b".." not in below.split(b"/")
            assert 0 <= at < len(ROOTS)
        assert (0, b"../etc/passwd") not in everywhere(path)


def test_what_is_no_playlist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(M3uError, match="no text"):
        parse(b"a\0b.mp3")
    with pytest.raises(M3uError, match="no text"):
        parse(b"file:///a%00b.mp3")
    monkeypatch.setattr(m3u, "MOST_LINES", 3)
    with pytest.raises(M3uError, match="lines"):
        parse(b"a\n" * 4)
    monkeypatch.setattr(m3u, "MOST_BYTES", 3)
    with pytest.raises(M3uError, match="bytes"):
        parse(b"abcd")


@pytest.mark.property
@pytest.mark.parametrize("seed", range(200))
def test_no_bytes_surprise_it(seed: int) -> None:
    rng = random.Random(seed)
    alphabet = [b"/", b"..", b"\\", b"C:", b"file://", b"\n", b"#EXTENC:", b"utf-8", b"%2e", b"\xff", b"\xe9", b"a"]
    data = rng.choice([b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"]) + b"".join(rng.choices(alphabet, k=40))
    try:
        found = parse(data)
    except M3uError:
        return
    for path in found.paths:
        for _, below in everywhere(path):
            assert not below.startswith(b"/")
            assert not below.startswith(b"../")


def test_what_is_written_is_read_again() -> None:
    plain = [b"/music/a b.mp3", b"/music/#1.mp3"]
    odd = [b"/music/\xff.mp3", b"/music/new\nline.mp3", b"/music/end ", "/music/\u2028.mp3".encode()]
    paths = plain + odd
    data = written("My\nMix", [Line(path=path, title="T\r\nitle", duration_ms=61_499) for path in paths])
    found = parse(data)
    assert found.title == "My Mix"
    assert list(found.paths) == paths
    assert b"#EXTINF:61,T  itle\n" in data
    assert b"#EXTINF:-1,x\n" in written("x", [Line(path=b"/a", title="x")])
