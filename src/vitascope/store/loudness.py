"""How loud the sound of files is, by their content: measured once, whatever the file is called and where it lies."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import bindparam, select

from vitascope.store import bulk
from vitascope.store.reader import Reader
from vitascope.store.rows import LoudnessRow
from vitascope.store.schema import loudness
from vitascope.store.writer import Writer


class Measure(Struct, frozen=True, array_like=True):
    """What a full item says of a stream's loudness; the levels are left where they are, since they are long."""

    fingerprint: bytes
    stream_index: int
    integrated_lufs: float | None
    range_lu: float | None
    peak: float | None


_one = select(loudness).where(
    loudness.c.fingerprint == bindparam("fingerprint"), loudness.c.stream_index == bindparam("stream_index")
)
_of_files = select(
    loudness.c.fingerprint,
    loudness.c.stream_index,
    loudness.c.integrated_lufs,
    loudness.c.range_lu,
    loudness.c.peak,
).where(loudness.c.fingerprint.in_(bindparam("fingerprints", expanding=True)))


def find(r: Reader, fingerprint: bytes, stream_index: int) -> LoudnessRow | None:
    """What was measured of one stream."""
    return r.row(LoudnessRow, _one, {"fingerprint": fingerprint, "stream_index": stream_index})


def of_files(r: Reader, fingerprints: Sequence[bytes]) -> dict[tuple[bytes, int], Measure]:
    """What was measured of the streams of these files, without the levels."""
    if not fingerprints:
        return {}
    rows = r.rows(Measure, _of_files, {"fingerprints": list(fingerprints)})
    return {(bytes(row.fingerprint), row.stream_index): row for row in rows}


def keep(tx: Writer, row: LoudnessRow) -> None:
    """Write down what was measured."""
    bulk.insert_rows(tx, loudness, [row], "replace")
