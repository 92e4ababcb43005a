"""When the key frames of video streams are shown, by the content of their file: found once, whatever it is called.

Times are kept as differences, compressed: those of a film of two hours take some kilobytes. What no file has any more
is forgotten with the files themselves.
"""

import zlib
from array import array
from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select

from vitascope.store import bulk
from vitascope.store.reader import Reader
from vitascope.store.rows import KeyFramesRow
from vitascope.store.schema import files, key_frames
from vitascope.store.writer import Writer

_one = select(key_frames).where(
    key_frames.c.fingerprint == bindparam("fingerprint"), key_frames.c.stream_index == bindparam("stream_index")
)
_orphans = (
    select(key_frames.c.fingerprint)
    .where(~select(files.c.id).where(files.c.fingerprint == key_frames.c.fingerprint).exists())
    .limit(bindparam("size"))
)
_forget = delete(key_frames).where(key_frames.c.fingerprint == bindparam("fingerprint"))


def find(r: Reader, fingerprint: bytes, stream_index: int) -> KeyFramesRow | None:
    """What is known of one stream."""
    return r.row(KeyFramesRow, _one, {"fingerprint": fingerprint, "stream_index": stream_index})


def keep(tx: Writer, row: KeyFramesRow) -> None:
    """Write down what was found."""
    bulk.insert_rows(tx, key_frames, [row], "replace")


def orphans(r: Reader, size: int = 200) -> list[bytes]:
    """Some contents that no file has any more."""
    return [bytes(one) for one in r.scalars(_orphans, {"size": size})]


def forget(tx: Writer, fingerprints: Sequence[bytes]) -> None:
    """Forgets what was found in these contents."""
    for fingerprint in fingerprints:
        tx.conn.execute(_forget, {"fingerprint": fingerprint})


def packed(times_us: Sequence[int]) -> bytes:
    """Growing times as the table has them."""
    steps = [after - before for before, after in zip((0, *times_us), times_us, strict=False)]
    return zlib.compress(array("q", steps).tobytes()) if steps else b""


def unpacked(times: bytes) -> tuple[int, ...]:
    """The times again."""
    if not times:
        return ()
    at, made = 0, []
    for step in array("q", zlib.decompress(times)):
        at += step
        made.append(at)
    return tuple(made)
