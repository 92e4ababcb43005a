"""Media is read, never written to: after scans the folders are what they were, to the byte and the second."""

import hashlib
from pathlib import Path
from typing import Any

from vitascope.core.model import SectionKind


def looked_at(root: Path) -> dict[str, tuple[int, int, int, str]]:
    """Mode, size, time and content of everything below a folder."""
    found = {}
    for path in sorted(root.rglob("*")):
        status = path.stat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[str(path)] = (status.st_mode, status.st_size, status.st_mtime_ns, content)
    return found


def test_scans_leave_the_media_as_it_is(library: Any, photograph: bytes) -> None:
    films = library.section(SectionKind.MOVIE, "Films")
    music = library.section(SectionKind.ARTIST, "Music")
    photos = library.section(SectionKind.PHOTO, "Photos")
    library.media.write(library.root / "Films" / "Heat (1995)" / "Heat (1995).mkv")
    (library.root / "Films" / "Heat (1995)" / "movie.nfo").write_text("<movie><title>Heat</title></movie>")
    library.media.write(library.root / "Music" / "A" / "B" / "01 - C.flac", title="C", artist="A", album="B")
    (library.root / "Photos" / "Trip").mkdir()
    (library.root / "Photos" / "Trip" / "one.jpg").write_bytes(photograph)
    (library.root / "Photos" / "Trip" / "broken.jpg").write_bytes(b"")
    before = looked_at(library.root)
    for section in (films, music, photos):
        library.scan(section)
        library.scan(section, force=True)
    assert len(before) > 8
    assert looked_at(library.root) == before
