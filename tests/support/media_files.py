"""Small real media files and the trees they lie in.

The originals are made by ffmpeg once for each version of their recipes and kept in an ignored folder; every file
written from one has bytes of its own although pictures and sound are the same.
"""

import hashlib
import os
import subprocess
from pathlib import Path

import imageio_ffmpeg
import mutagen
import mutagen.id3

FOLDER = Path(__file__).parents[2] / ".cache" / "test-media"

Tree = dict[str, "Tree | str | bytes"]


def draw(root: Path, tree: Tree) -> None:
    """Write a tree of folders (dicts) and files (their content)."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in tree.items():
        path = root / name
        if isinstance(content, dict):
            draw(path, content)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)


def _picture(source: str) -> list[str]:
    return ["-f", "lavfi", "-i", source]


def _tone(hertz: int, seconds: int = 1) -> list[str]:
    return ["-f", "lavfi", "-i", f"sine=frequency={hertz}:duration={seconds}"]


_H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
RECIPES: dict[str, list[str]] = {
    "mp4": [*_picture("testsrc2=size=320x180:rate=24:duration=1"), *_tone(440), *_H264, "-movflags", "+faststart"],
    "mkv": [
        *(*_picture("testsrc=size=720x480:rate=25:duration=1"), *_tone(220), *_H264),
        *("-metadata:s:a:0", "language=ger"),
    ],
    "mp3": [*_tone(330), "-c:a", "libmp3lame", "-b:a", "64k", "-id3v2_version", "0"],
    "flac": [*_tone(550), "-c:a", "flac"],
    "m4b": [*_tone(150, 2), "-c:a", "aac", "-b:a", "32k", "-f", "mp4"],
    "jpg": [*_picture("testsrc2=size=400x300:duration=1"), "-frames:v", "1", "-q:v", "5"],
}


def make_originals() -> dict[str, bytes]:
    """The bytes of one tiny real file of each kind, by extension."""
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    made: dict[str, bytes] = {}
    for extension, recipe in RECIPES.items():
        mark = hashlib.blake2b("\0".join(recipe).encode(), digest_size=8).hexdigest()
        path = FOLDER / f"original-{mark}.{extension}"
        if not path.exists():
            FOLDER.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_name(f"{os.getpid()}-{path.name}")
            subprocess.run([ffmpeg, "-v", "error", "-y", *recipe, unfinished], check=True)
            unfinished.replace(path)
        made[extension] = path.read_bytes()
    return made


class Media:
    """Writes real media files, each with bytes of its own although their pictures and sound are the same."""

    def __init__(self, originals: dict[str, bytes]) -> None:
        self._originals = originals
        self._number = 0

    def content(self, extension: str, seed: str | None = None) -> bytes:
        """A playable file; one of its own each time, or always the same one for the same ``seed``."""
        if seed is None:
            self._number += 1
            seed = f"file {self._number}"
        mark = hashlib.sha256(seed.encode()).digest()
        data = self._originals[extension]
        if extension in ("mp4", "m4b"):
            return data + (8 + len(mark)).to_bytes(4, "big") + b"free" + mark
        if extension == "mkv":
            return data + b"\xec" + bytes([0x80 | len(mark)]) + mark
        return data + mark

    def write(self, path: Path, seed: str | None = None, **tags: str) -> Path:
        """A file of the kind its name says, with these tags (of music: title, artist, album, tracknumber, …)."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content(path.suffix.lstrip(".").lower(), seed))
        if tags:
            self.tag(path, **tags)
        return path

    @staticmethod
    def tag(path: Path, **tags: str) -> None:
        opened = mutagen.File(path, easy=True)
        if opened.tags is None:
            opened.add_tags()
        for name, value in tags.items():
            opened[name] = value
        opened.save()

    @staticmethod
    def cover(path: Path, picture: bytes) -> None:
        """Put a picture into an MP3 file."""
        opened = mutagen.id3.ID3(path)
        opened.add(mutagen.id3.APIC(encoding=0, mime="image/jpeg", type=3, desc="", data=picture))
        opened.save()
