"""What is asked of rclone's WebDAV server, and how its answers are believed (RFC 4918, RFC 9110 section 14).

Nothing is believed that is not whole: a folder whose remote did not answer must never look empty. rclone says 207
before it knows that a listing fails, and writes the error behind the document; so a listing counts only when all of the
body is one document, and when it speaks of the folder that was asked for. A file that cannot be opened is 404 to it,
whatever the reason, so only a look (PROPFIND) says that something is not there. A redirect is as wrong as any other
answer.
"""

import errno
import http.client
import os
import stat as modes
from email.utils import parsedate_to_datetime
from urllib.parse import quote, unquote_to_bytes

from lxml import etree

from vitascope.media.reach.dial import LIMIT_S, dial
from vitascope.media.reach.table import Far, Point

_WANTED = (
    b'<?xml version="1.0"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/><getlastmodified/></prop>'
    b"</propfind>"
)
_MOST_BYTES = 256 << 20
_NO_TIME_NS = 946_684_800_000_000_000
"""The time of everything in a source without times: what rclone shows for what has none, the year 2000."""
_SIZE, _TIME, _FOLDER = "{DAV:}getcontentlength", "{DAV:}getlastmodified", "{DAV:}collection"


class Entry:
    """One name in a folder; has what a walk asks of ``os.DirEntry``."""

    __slots__ = ("_status", "name", "path")

    def __init__(self, folder: bytes, name: bytes, status: os.stat_result) -> None:
        self.name = name
        self.path = folder.rstrip(b"/") + b"/" + name
        self._status = status

    def is_symlink(self) -> bool:
        return False

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:  # noqa: ARG002 - as of os.DirEntry; there are no links
        return modes.S_ISDIR(self._status.st_mode)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:  # noqa: ARG002 - the same
        return modes.S_ISREG(self._status.st_mode)

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:  # noqa: ARG002 - the same
        return self._status


class Line(http.client.HTTPConnection):
    """One connection, kept for several requests. Not for two threads at once."""

    def __init__(self, point: Point) -> None:
        super().__init__("localhost", timeout=LIMIT_S)
        self._point = point

    def connect(self) -> None:
        self.sock = dial(self._point.socket)

    def ask(self, method: str, path: bytes, headers: dict[str, str], body: bytes = b"") -> http.client.HTTPResponse:
        """Sends a request and gives the answer's beginning. A connection that was kept too long is made anew. Raises
        ``OSError``."""
        for attempt in (1, 2):
            kept = self.sock is not None
            try:
                self.request(method, address_of(path), body=body or None, headers=headers)
                return self.getresponse()
            except (http.client.HTTPException, OSError) as error:
                self.close()
                if attempt == 2 or not kept or isinstance(error, TimeoutError):
                    raise gone(error) from error
        raise AssertionError("the second attempt returns or raises")


def address_of(path: bytes) -> str:
    """The path of an address: every byte that is no plain letter, digit or slash is escaped."""
    return "/" + quote(path, safe="/")


def lost() -> OSError:
    """The server of the source is not there."""
    return OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))


def gone(error: Exception) -> OSError:
    """What an error in the middle of a request amounts to: silence, or a lost connection."""
    if isinstance(error, TimeoutError):
        return OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
    return lost()


def broken() -> OSError:
    """It is there, and does not get at what was asked for."""
    return OSError(errno.EIO, os.strerror(errno.EIO))


def look(far: Far) -> os.stat_result:
    """What lies at a place. Raises ``OSError``."""
    return _found(far, depth=0)[far.path]


def listing(far: Far, shown: bytes) -> list[Entry]:
    """What lies in a folder, which is ``shown`` in the entries' paths. Raises ``OSError``."""
    found = _found(far, depth=1)
    if not modes.S_ISDIR(found.pop(far.path).st_mode):
        raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    names: list[Entry] = []
    for path, status in found.items():
        folder, _, name = path.rpartition(b"/")
        if folder != far.path or name in (b"", b".", b"..") or b"\0" in name:
            raise broken()
        names.append(Entry(shown, name, status))
    return names


def _found(far: Far, *, depth: int) -> dict[bytes, os.stat_result]:
    """What was told, by path; what was asked about is among it."""
    line = Line(far.point)
    try:
        path = far.path + b"/" if far.path and depth else far.path
        answer = line.ask("PROPFIND", path, {"Depth": str(depth)}, _WANTED)
        body = answer.read(_MOST_BYTES + 1)
    except (http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise gone(error) from error
    finally:
        line.close()
    if answer.status == http.HTTPStatus.NOT_FOUND:
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
    if answer.status != http.HTTPStatus.MULTI_STATUS or len(body) > _MOST_BYTES:
        raise broken()
    found = _read(body, timed=far.point.timed)
    if far.path not in found:
        raise broken()
    return found


def _read(body: bytes, *, timed: bool) -> dict[bytes, os.stat_result]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        return dict(_told(response, timed=timed) for response in etree.fromstring(body, parser))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise broken() from error


def _told(response: "etree._Element", *, timed: bool) -> tuple[bytes, os.stat_result]:
    """One response of a multistatus. Raises ``ValueError``."""
    address = response.findtext("{DAV:}href") or ""
    if not address.startswith("/"):
        raise ValueError("an answer about somewhere else")
    is_folder = next(response.iter(_FOLDER), None) is not None
    texts = {element.tag: element.text or "" for element in response.iter(_SIZE, _TIME)}
    size = 0 if is_folder else int(texts[_SIZE] or "-1")
    if size < 0:
        raise ValueError("a file without a size")
    time_ns = _NO_TIME_NS
    if timed and texts.get(_TIME):
        time_ns = int(parsedate_to_datetime(texts[_TIME]).timestamp()) * 1_000_000_000
    kind = modes.S_IFDIR | 0o555 if is_folder else modes.S_IFREG | 0o444
    seconds = time_ns // 1_000_000_000
    fields = (kind, 0, 0, 1, 0, 0, size, seconds, seconds, seconds)
    return unquote_to_bytes(address).strip(b"/"), os.stat_result(fields, {"st_mtime_ns": time_ns})
