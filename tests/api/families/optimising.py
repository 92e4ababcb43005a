"""Helpers for tests of optimized versions."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import imageio_ffmpeg
from tests.api.families.conftest import Home, connect
from tests.support.media_files import Media, make_originals

BESIDE = "OptimizedVersionsBesideOriginals"


def set_to(home: Home, **preferences: int) -> None:
    assert home.http.put("/:/prefs", params=preferences).status_code == 200


def status(client: httpx.Client, generator: str | int) -> dict[str, Any]:
    answer = client.get(f"/playlists/0/items/{generator}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["MediaContainer"]["Item"][0]["Status"]
    return found


def finished(client: httpx.Client, generator: str | int) -> dict[str, Any]:
    while (found := status(client, generator))["state"] == "pending":
        time.sleep(0.05)
    return found


def small(video: Any, **more: Any) -> None:
    """A version that differs from every original of the drawn library."""
    video.optimize(deviceProfile="Android", videoQuality=2, **more)


def wanted(plex: Any, title: str) -> Any:
    return next(one for one in plex.optimizedItems() if one.title == title)


def until(true: Callable[[], bool]) -> None:
    while not true():
        time.sleep(0.05)


def is_there(root: Path, pattern: str) -> bool:
    """Whether something below a folder fits, also while other things come and go there."""
    return any(
        Path(above, name).match(pattern) for above, folders, names in os.walk(root) for name in (*folders, *names)
    )


def write_film(path: Path, seconds: int = 1) -> None:
    """A film with bytes of its own that plays so long."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = Media(make_originals()).content("mp4", str(path))
    if seconds == 1:
        path.write_bytes(whole)
        return
    once = path.with_name(".once.mp4")
    once.write_bytes(whole)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-stream_loop", str(seconds - 1), "-i", str(once)]
    subprocess.run([*command, "-c", "copy", str(path)], check=True)
    once.unlink()


def add_section(home: Home, title: str, *roots: Path, kind: str = "movie") -> Any:
    """A section of a test's own, scanned, as python-plexapi has it."""
    query = {
        "name": title,
        "type": kind,
        "scanner": "Plex Movie" if kind == "movie" else "Plex TV Series",
        "language": "en-US",
        "location": [str(root) for root in roots],
    }
    answer = home.http.post("/library/sections", params=query)
    assert answer.status_code == 201, answer.text
    home.server.wait_idle()
    key = int(answer.json()["MediaContainer"]["Directory"][0]["key"])
    return connect(home.server.url, home.owner_token).library.sectionByID(key)


def rescan(home: Home, section: Any) -> None:
    """Scan all of it again, whatever changed."""
    assert home.http.get(f"/library/sections/{section.key}/refresh", params={"force": 1}).status_code == 200
    home.server.wait_idle()
