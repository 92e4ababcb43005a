"""First scans and re-scans of files that exist: tagged tracks, small films, and a tree of 100,000 files."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg
import mutagen.flac

from benchmarks.engines import Engine
from benchmarks.report import Figure, median
from benchmarks.servers import Client, serving

TRACKS_IN_ALBUM = 12
ALBUMS_OF_ARTIST = 5


def encode(target: Path, *arguments: str) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *arguments, str(target)]
    subprocess.run(command, check=True)


def make_tracks(folder: Path, count: int) -> None:
    """Short FLAC files, every one with tags of its own."""
    model = folder.parent / "model.flac"
    encode(model, "-f", "lavfi", "-i", "sine=frequency=440:duration=1", "-ac", "2")
    for number in range(count):
        album, track = divmod(number, TRACKS_IN_ALBUM)
        artist = album // ALBUMS_OF_ARTIST
        target = folder / f"Artist {artist:04}" / f"Album {album:05}" / f"{track + 1:02} - Song {number:06}.flac"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(model, target)
        tags = mutagen.flac.FLAC(target)
        tags["title"] = f"Song {number:06}"
        tags["artist"] = tags["albumartist"] = f"Artist {artist:04}"
        tags["album"] = f"Album {album:05}"
        tags["tracknumber"] = str(track + 1)
        tags["date"] = str(1960 + album % 60)
        tags["genre"] = f"Genre {album % 40}"
        tags.save()


def make_films(folder: Path, count: int) -> None:
    """Short films, every one different in its bytes, half of them Matroska."""
    models = []
    for ending in ("mp4", "mkv"):
        model = folder.parent / f"model.{ending}"
        video = ("-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25:duration=4")
        sound = ("-f", "lavfi", "-i", "sine=duration=4")
        encode(model, *video, *sound, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-ac", "2")
        models.append(model)
    for number in range(count):
        model = models[number % 2]
        title = f"Film {number:05} ({1950 + number % 70})"
        target = folder / title / f"{title}{model.suffix}"
        target.parent.mkdir(parents=True)
        shutil.copyfile(model, target)
        with target.open("ab") as out:
            # A "free" box or a Void element: what follows the film is another film's for nobody.
            out.write(b"\0\0\0\x14free" + number.to_bytes(12, "big") if model.suffix == ".mp4" else _void(number))


def _void(number: int) -> bytes:
    return b"\xec\x8c" + number.to_bytes(12, "big")


def make_tree(folder: Path, files: int, folders: int) -> None:
    """Many small files that are links to a few: a re-scan only looks at them."""
    model = folder.parent / f"{folder.name}.flac"
    encode(model, "-f", "lavfi", "-i", "sine=frequency=220:duration=1")
    each = files // folders
    for number in range(folders):
        album = folder / f"Artist {number // 10:04}" / f"Album {number:05}"
        album.mkdir(parents=True)
        for track in range(each):
            os.link(model, album / f"{track + 1:02} - Track.flac")
        if number % 50 == 49:  # file systems bound the links of one file
            again = folder.parent / f"{folder.name}-{number}.flac"
            shutil.copyfile(model, again)
            model = again


def scanned(client: Client, section: int, **options: str) -> float:
    """Seconds until a scan that is asked for now has ended."""
    query = "&".join(f"{name}={value}" for name, value in options.items())
    started = time.perf_counter()
    client.get(f"/library/sections/{section}/refresh?{query}")
    wait_for_scans(client)
    return time.perf_counter() - started


def wait_for_scans(client: Client, *, every_s: float = 0.02) -> None:
    """Asks until no scan runs; asking takes something from the scan, so long ones are asked for less often."""
    pause = threading.Event()
    pause.wait(0.02)
    while b"library.update.section" in client.get("/activities"):
        pause.wait(every_s)


def count(client: Client, section: int, item_type: int) -> int:
    path = f"/library/sections/{section}/all?type={item_type}&X-Plex-Container-Start=0&X-Plex-Container-Size=0"
    return int(client.get(path).decode().partition('totalSize="')[2].partition('"')[0])


def first_scan(
    engine: Engine, scratch: Path, media: Path, kind: str, item_type: int, expected: int
) -> tuple[float, int]:
    """Files a second of a first scan, from asking for it to its end, and the most memory of its process."""
    for file in media.rglob("*"):
        if file.is_file():
            file.read_bytes()  # into the page cache
    config = scratch / f"config-{engine.name}-{media.name}"
    with serving(config, *engine.empty()) as server, server.watched_scan() as peak:
        client = server.client()
        started = time.perf_counter()
        location = str(media).replace(" ", "%20")
        agent = "com.plexapp.agents.none"
        client.send(
            "POST",
            f"/library/sections?name=Bench&type={kind}&agent={agent}&scanner=Plex&language=en&location={location}",
        )
        wait_for_scans(client, every_s=0.1)
        elapsed = time.perf_counter() - started
        found = count(client, 1, item_type)
        if found != expected:
            raise RuntimeError(f"{found} of {expected} were found")
    return expected / elapsed, peak[0]


def rescan(engine: Engine, scratch: Path, many: Path, files: int) -> tuple[list[float], int]:
    """Seconds of scans that find nothing changed, and the most memory of the first one's process."""
    config = scratch / f"config-{engine.name}-{many.name}"
    with serving(config, *engine.empty(), "--section", f"Tree=artist:{many}") as server:
        client = server.client()
        with server.watched_scan() as peak:
            wait_for_scans(client)
            while count(client, 1, 10) < files:
                time.sleep(0.5)
            wait_for_scans(client)
        server.settle()
        return [scanned(client, 1) for _ in range(5)], peak[0]


def measure(
    engines: Sequence[Engine], scratch: Path, music: Path, *, tracks: int, films: int, tree: tuple[int, int]
) -> Sequence[Figure]:
    """The first engine is measured whole; on the others only the first scan of tracks."""
    video, few, many = scratch / "video", scratch / "few", scratch / "many"
    for folder in (video, few, many):
        folder.mkdir()
    make_films(video, films)
    make_tree(few, tree[0] // 5, tree[1] // 5)
    make_tree(many, *tree)
    engine, *others = engines
    audio = {one.name: first_scan(one, scratch, music, "artist", 10, tracks)[0] for one in engines}
    video_rate, _ = first_scan(engine, scratch, video, "movie", 1, films)
    _, small_bytes = first_scan(engine, scratch, few, "artist", 10, tree[0] // 5)
    again, large_bytes = rescan(engine, scratch, many, tree[0])
    return (
        Figure(
            what=f"First scan, {tracks:,} tagged tracks",
            budget="≥ 2,500 files/s",
            measured=f"{audio[engine.name]:,.0f} files/s",
            within=audio[engine.name] >= 2500,
            postgresql=", ".join(f"{audio[one.name]:,.0f} files/s" for one in others),
        ),
        Figure(
            what=f"First scan, {films:,} films",
            budget="≥ 300 files/s",
            measured=f"{video_rate:,.0f} files/s",
            within=video_rate >= 300,
        ),
        Figure(
            what=f"Most memory of the scan's process, {tree[0] // 5:,} and {tree[0]:,} tracks",
            budget="flat: ≤ 1.25 x",
            measured=f"{small_bytes / 1e6:.0f} and {large_bytes / 1e6:.0f} MB",
            within=large_bytes <= 1.25 * small_bytes,
        ),
        Figure(
            what=f"Re-scan, nothing changed, {tree[0]:,} files in {tree[1]:,} folders",
            budget="≤ 1.5 s",
            measured=f"{median(again):.2f} s",
            within=median(again) <= 1.5,
        ),
    )
