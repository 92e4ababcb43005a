"""What is known of an extra that is added by its address, as the rows that show it. Pure."""

import msgspec

from vitascope.core.model import ProbedFile
from vitascope.library.scan.media_rows import ProbedPart, media_row, part_row
from vitascope.store.extras import NO_FILE, Playable
from vitascope.store.rows import FileRow, StreamRow


def playable(probe: ProbedFile) -> Playable:
    """The rows of what was probed; of what lies elsewhere no more than its ending is known."""
    file = FileRow(
        id=NO_FILE,
        location_id=NO_FILE,
        path=b"",
        path_hash=b"",
        dir_hash=b"",
        file_class="video",
        size_bytes=probe.size_bytes,
        mtime_ns=0,
    )
    medium = media_row(0, 0, [probe])
    part = part_row(0, 0, 0, 0, ProbedPart(file=file, probe=probe))
    streams = [
        StreamRow(
            id=0,
            part_id=0,
            item_id=0,
            type=int(info.type),
            index_number=info.index,
            codec=info.codec,
            language_code=info.language_code,
            channels=info.channels,
            info=msgspec.json.encode(info).decode(),
        )
        for info in probe.streams
    ]
    return Playable(media=medium, part=part, streams=streams)
