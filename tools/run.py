"""``make run``: makes the demo library, or takes the folder it is given, and serves it.

A folder with the usual sub-folders (``Movies``, ``TV Shows``, ``Music``, ``Audiobooks``, ``Photos``,
``Home Videos``, and their common other names) becomes one section each; any other folder becomes one section of the
kind that most of its files speak for.
"""

import argparse
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NoReturn

FOLDERS = {
    "movies": ("Movies", "movie"),
    "films": ("Movies", "movie"),
    "tv shows": ("TV Shows", "show"),
    "tv": ("TV Shows", "show"),
    "series": ("TV Shows", "show"),
    "shows": ("TV Shows", "show"),
    "music": ("Music", "artist"),
    "audiobooks": ("Audiobooks", "artist"),
    "photos": ("Photos", "photo"),
    "pictures": ("Photos", "photo"),
    "home videos": ("Home Videos", "other"),
    "videos": ("Home Videos", "other"),
}
ENDINGS = {
    "movie": {".mkv", ".mp4", ".avi", ".m4v", ".mov", ".ts", ".webm", ".wmv"},
    "artist": {".mp3", ".flac", ".m4a", ".m4b", ".ogg", ".opus", ".wav", ".wma"},
    "photo": {".jpg", ".jpeg", ".png", ".heic", ".webp", ".tif", ".tiff"},
}
TITLES = {"movie": "Movies", "artist": "Music", "photo": "Photos"}
ENOUGH_FILES = 2000


def sections(media: Path) -> list[str]:
    """The ``--section`` values for a folder."""
    found = []
    for folder in sorted(path for path in media.iterdir() if path.is_dir()):
        known = FOLDERS.get(folder.name.lower())
        if known is not None:
            found.append(f"{known[0]}={known[1]}:{folder}")
    if found:
        return found
    counts: Counter[str] = Counter()
    for _, _, names in os.walk(media):
        for name in names:
            ending = Path(name).suffix.lower()
            counts.update(kind for kind, endings in ENDINGS.items() if ending in endings)
        if counts.total() >= ENOUGH_FILES:
            break
    kind = counts.most_common(1)[0][0] if counts else "movie"
    return [f"{TITLES[kind]}={kind}:{media}"]


def become(command: list[str]) -> NoReturn:
    """This very process becomes the server, so that it gets the signals."""
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted here


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--media", default="")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default="32400")
    parser.add_argument("--config", default=".config")
    options = parser.parse_args()
    vitascope = Path(sys.executable).with_name("vitascope")
    media = Path(options.media or ".demo").absolute()
    if not options.media:
        made = subprocess.run([vitascope, "demo", media], check=False)
        if made.returncode != 0:
            return made.returncode
    if not media.is_dir():
        print(f"{media} is no folder", file=sys.stderr)
        return 2
    flags = [flag for section in sections(media) for flag in ("--section", section)]
    command = [str(vitascope), "serve", "--config", options.config, "--host", options.host, "--port", options.port]
    become([*command, *flags])


if __name__ == "__main__":
    sys.exit(main())
