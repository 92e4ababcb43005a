"""M3U playlists as text: what the lines of a file name, and how one is written.

There is no standard; this is what players write: one path or URL a line, comments and ``#EXT…`` lines by ``#``
(``#EXTINF:seconds,title`` belongs to the next path, ``#EXTENC:`` names the encoding, ``#PLAYLIST:`` the title). Paths
are absolute, relative to the file, ``file://`` URLs, or of Windows with a drive and back-slashes.

A path is never opened here, nor by whoever uses this: it is compared with the files that the library knows, so that a
line that leads elsewhere leads nowhere.
"""

import codecs
import posixpath
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes, urlsplit

MOST_BYTES = 16 * 1024 * 1024
MOST_LINES = 100_000
ENDINGS = (".m3u", ".m3u8")

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class M3uError(ValueError):
    """A file that is no M3U playlist; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class M3u:
    """What a file says."""

    paths: tuple[bytes, ...]
    """As they are written, in order, without those that are no files (streams of the internet)."""
    title: str | None = None
    streams: int = 0
    """How many lines named something of the internet."""


def parse(data: bytes) -> M3u:
    """The lines of a file. Raises :class:`M3uError` for what is none, or one that is too long."""
    if len(data) > MOST_BYTES:
        raise M3uError(f"a playlist file has at most {MOST_BYTES} bytes")
    lines = list(_lines(data))
    if len(lines) > MOST_LINES:
        raise M3uError(f"a playlist file has at most {MOST_LINES} lines")
    paths: list[bytes] = []
    title, streams = None, 0
    for line in lines:
        if line.startswith("#"):
            if line[:10].upper() == "#PLAYLIST:":
                title = line[10:].strip() or title
            continue
        path = _path(line)
        if path is None:
            streams += 1
        elif b"\0" in path:
            raise M3uError("this is no text")
        else:
            paths.append(path)
    return M3u(paths=tuple(paths), title=title, streams=streams)


def _lines(data: bytes) -> Iterator[str]:
    """The lines that are not empty. Bytes that are no text of the encoding stay what they are (surrogate escapes)."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            text = data[len(bom) :].decode(encoding, "replace" if encoding != "utf-8" else "surrogateescape")
            break
    else:
        try:
            text = data.decode(_declared(data) or "utf-8", "surrogateescape")
        except UnicodeError:  # an encoding that cannot keep what is none of its own
            text = data.decode("utf-8", "surrogateescape")
    for line in text.splitlines() if "\x85" not in text and "\u2028" not in text else re.split(r"\r\n|\r|\n", text):
        stripped = line.strip(" \t\r\n\ufeff")
        if stripped:
            yield stripped


def _declared(data: bytes) -> str | None:
    """The encoding that ``#EXTENC:`` names."""
    found = re.search(rb"^#EXTENC:\s*([A-Za-z0-9_.:-]{1,40})", data[:4_096], re.MULTILINE | re.IGNORECASE)
    if found is None:
        return None
    try:
        codec = codecs.lookup(found[1].decode("ascii"))
        # Only encodings that keep ASCII as it is; those that are none of text are refused by the decoding itself.
        return codec.name if b"#".decode(codec.name) == "#" else None
    except (LookupError, UnicodeError):
        return None


def _path(line: str) -> bytes | None:
    """The path that a line names, with slashes; ``None`` for what is no file."""
    if line[:5].lower() == "file:":
        try:
            parts = urlsplit(line)
        except ValueError:
            return None
        path = unquote_to_bytes(parts.path.encode("utf-8", "surrogateescape"))
        return path[1:] if _DRIVE.match(path[1:4].decode("ascii", "replace")) else path
    if _DRIVE.match(line) or line.startswith("\\\\"):
        return line.replace("\\", "/").encode("utf-8", "surrogateescape")
    if _SCHEME.match(line) and "://" in line:
        return None
    return line.encode("utf-8", "surrogateescape")


# --- where a path may be ---------------------------------------------------------------------------------------


def candidates(path: bytes, folder: bytes, roots: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    """Where the file may be that a line names, the likeliest first: (which of ``roots``, path below it).

    ``folder`` is where the playlist lies, ``roots`` are absolute. A path of another machine (of Windows, of a mount
    with another name) is looked for by its end: ``C:/Music/A/B/01.mp3`` as ``Music/A/B/01.mp3``, ``A/B/01.mp3``, …
    below each root, but never by the name of the file alone.
    """
    seen: set[tuple[int, bytes]] = set()
    for spelled in _spellings(path):
        absolute = posixpath.normpath(posixpath.join(folder, spelled))
        for at, root in enumerate(roots):
            base = root.rstrip(b"/") + b"/"
            if absolute.startswith(base):
                yield from _once(seen, at, absolute[len(base) :])
    for spelled in _spellings(path):
        if not (spelled.startswith(b"/") or _DRIVE.match(spelled[:3].decode("ascii", "replace"))):
            continue
        parts = [part for part in posixpath.normpath(spelled).split(b"/") if part not in (b"", b"..")]
        for start in range(max(len(parts) - 8, 0), len(parts) - 1):
            for at in range(len(roots)):
                yield from _once(seen, at, b"/".join(parts[start:]))


def _once(seen: set[tuple[int, bytes]], at: int, path: bytes) -> Iterator[tuple[int, bytes]]:
    if (at, path) not in seen:
        seen.add((at, path))
        yield at, path


def _spellings(path: bytes) -> Iterable[bytes]:
    """The same path in other encodings and forms: names on disk are bytes, and every system writes its own."""
    found = dict.fromkeys([path])
    if b"\\" in path:
        found[path.replace(b"\\", b"/")] = None
    for one in list(found):
        try:
            text = one.decode("utf-8")
        except UnicodeDecodeError:
            text = one.decode("cp1252", "replace")
        for form in ("NFC", "NFD"):
            found[unicodedata.normalize(form, text).encode("utf-8")] = None
    return found


# --- written ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item of a playlist that is written."""

    path: bytes
    title: str
    duration_ms: int | None = None


def written(title: str, lines: Iterable[Line]) -> bytes:
    """An extended M3U file in UTF-8. A path that cannot stand in a line as it is becomes a ``file://`` URL."""
    made = ["#EXTM3U", f"#PLAYLIST:{_CONTROL.sub(' ', title)}"]
    for line in lines:
        seconds = -1 if line.duration_ms is None else round(line.duration_ms / 1_000)
        made += [f"#EXTINF:{seconds},{_CONTROL.sub(' ', line.title)}", _written(line.path)]
    return "\n".join([*made, ""]).encode("utf-8", "replace")


def _written(path: bytes) -> str:
    try:
        text = path.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    plain = not _CONTROL.search(text) and not re.search(r"[\x85\u2028\u2029]", text) and text == text.strip()
    return text if plain else f"file://{quote(path)}"
