"""Where what is made of a content lies: a folder below ``Media/`` for each content, laid out as the original's bundles.

The original's own lie in ``Media/localhost`` and are never touched.
"""

import os
import shutil
from pathlib import Path

FOLDER = "Vitascope"


class Bundles:
    """The bundles below a ``Media`` folder."""

    def __init__(self, media: Path) -> None:
        self.root = media / FOLDER

    def of(self, fingerprint: bytes) -> Path:
        """The folder of a content; it need not exist."""
        name = fingerprint.hex()
        return self.root / name[0] / f"{name[1:]}.bundle"

    def index(self, fingerprint: bytes) -> Path:
        """The pictures along a film."""
        return self.of(fingerprint) / "Contents" / "Indexes" / "index-sd.bif"

    def chapters(self, fingerprint: bytes) -> Path:
        """The folder of the pictures of chapters."""
        return self.of(fingerprint) / "Contents" / "Chapters"

    def chapter(self, fingerprint: bytes, at_ms: int) -> Path:
        """The picture of the chapter that begins there. Chapters are known by their beginning, since a person may
        add others before them."""
        return self.chapters(fingerprint) / f"chapter-{at_ms}.jpg"

    def remove(self, fingerprint: bytes) -> None:
        """Remove everything that was made of a content."""
        shutil.rmtree(self.of(fingerprint), ignore_errors=True)


def write_whole(path: Path, *pieces: bytes) -> None:
    """A file that is wholly there or not at all. Raises ``OSError``, and leaves nothing behind then."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.part")
    try:
        with partial.open("wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
