"""How loud the sound of files is, by their content: measured once, whatever the file is called and where it lies."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import bindparam, exists, func, select

from vitascope.core.model import ItemType, StreamType
from vitascope.store import bulk
from vitascope.store.reader import Reader
from vitascope.store.rows import FileRow, LoudnessRow
from vitascope.store.schema import files, items, locations, loudness, parts, streams
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


class Unmeasured(Struct, frozen=True, kw_only=True):
    """A track's stream of sound that nobody measured."""

    stream_id: int
    stream_index: int
    title: str
    duration_ms: int
    path: bytes
    """Absolute."""
    file: FileRow


_content = func.coalesce(files.c.fingerprint, files.c.path_hash)
_of_tracks = (
    select(streams.c.id, streams.c.index_number, items.c.title, parts.c.duration_ms, locations.c.path, *files.c)
    .join(items, items.c.id == streams.c.item_id)
    .join(parts, parts.c.id == streams.c.part_id)
    .join(files, files.c.id == parts.c.file_id)
    .join(locations, locations.c.id == files.c.location_id)
    .where(
        streams.c.id > bindparam("after"),
        streams.c.type == int(StreamType.AUDIO),
        streams.c.index_number.is_not(None),
        items.c.type == int(ItemType.TRACK),
        parts.c.duration_ms.between(1, bindparam("longest")),
        locations.c.available,
        files.c.missing_since.is_(None),
        ~exists().where(loudness.c.fingerprint == _content, loudness.c.stream_index == streams.c.index_number),
    )
)
_unmeasured = _of_tracks.order_by(streams.c.id).limit(bindparam("size"))
_how_many = select(func.count()).select_from(_of_tracks.with_only_columns(streams.c.id).subquery())


def unmeasured(r: Reader, longest_ms: int, after: int, size: int) -> list[Unmeasured]:
    """The next streams of tracks behind this one that were not measured and are not longer than that."""
    found: list[Unmeasured] = []
    for stream_id, index, title, duration_ms, root, *file in r.tuples(
        _unmeasured, {"after": after, "longest": longest_ms, "size": size}
    ):
        row = FileRow(*file)
        path = bytes(root).rstrip(b"/") + b"/" + bytes(row.path)
        found.append(
            Unmeasured(
                stream_id=stream_id, stream_index=index, title=title, duration_ms=duration_ms, path=path, file=row
            )
        )
    return found


def how_many_unmeasured(r: Reader, longest_ms: int) -> int:
    """How many there are of these."""
    return int(r.scalar(_how_many, {"after": 0, "longest": longest_ms}))


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
