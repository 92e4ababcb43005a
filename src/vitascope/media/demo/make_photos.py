"""Photographs with what a camera writes into them, and home videos with the date in the corner."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

import numpy as np

from vitascope.media.demo import exif, painting, reel, scenes, sound
from vitascope.media.demo.entries import HomeVideo, Photo, PhotoAlbum
from vitascope.media.demo.make_films import coder_of, moving, seed_of
from vitascope.media.demo.titles import Fade, Stamp
from vitascope.media.demo.workshop import Bench, Job

LANDSCAPE = (1500, 1000)


def jobs(albums: Sequence[PhotoAlbum]) -> Iterator[Job]:
    """One job for each album."""
    for album in albums:
        outputs = tuple(album.path(photo) for photo in album.photos)
        yield Job(part="Photos", label=album.name, outputs=outputs, run=_album(album), weight=8)


def _album(album: PhotoAlbum) -> Callable[[Bench], None]:
    def run(bench: Bench) -> None:
        for photo in album.photos:
            bench.put_bytes(album.path(photo), partial(_develop, album, photo))

    return run


def _develop(album: PhotoAlbum, photo: Photo) -> bytes:
    """The JPEG as the camera stores it: turned by ``orientation``, which the viewer undoes."""
    columns, rows = LANDSCAPE if photo.orientation in (1, 3) else LANDSCAPE[::-1]
    seed = seed_of(album.name + photo.name)
    picture = scenes.scene(photo.scene, columns, rows, seed=seed).frame(photo.turn)
    painting.vignette(picture, 0.35)
    painting.film_grain(picture, np.random.default_rng(seed), 2.0 + photo.iso / 600)
    turns = {1: 0, 3: 2, 6: 1, 8: 3}[photo.orientation]
    stored = np.ascontiguousarray(np.rot90(picture, turns))
    height, width = stored.shape[:2]
    blocks = [exif.exif(album, photo, columns=width, rows=height)]
    if photo.keywords or photo.stars:
        blocks.append(exif.xmp(photo))
    return exif.stamped(painting.jpeg(stored, quality=84), *blocks)


def clip_jobs(clips: Sequence[HomeVideo]) -> Iterator[Job]:
    """One job for each home video."""
    for clip in clips:
        yield Job(part="Home Videos", label=clip.title, outputs=(clip.path,), run=_filmed(clip), weight=14)


def _filmed(clip: HomeVideo) -> Callable[[Bench], None]:
    def run(bench: Bench) -> None:
        seed = seed_of(clip.name)
        place = moving(clip.scene, seed=seed)
        when = datetime.fromisoformat(clip.taken)
        size = (clip.columns, clip.rows)
        picture = reel.shoot(
            coder_of(clip.video, *size), place, clip.seconds, check=bench.check,
            overlays=(
                Stamp(*size, f"{when:%d.%m.%Y  %H:%M}", seconds=clip.seconds), Fade(clip.seconds, rise=0.3, fall=0.5),
            ),
        )  # fmt: skip
        style = sound.Style(tempo=76, root=60, mode="major", pad=0.4, bass=0.0, pluck=0.4, bell=0.2, lead=0.0, wind=1.6)
        pcm = sound.compose(seed, clip.seconds, style, loop=False)
        cut = reel.Cut(
            video=(picture,), audio=(reel.AudioTrack(pcm=pcm, codec=clip.voice, kbps=96),),
            tags={"title": clip.title, "creation_time": f"{clip.taken}.000000Z"},
        )  # fmt: skip
        container = {"mp4": "mp4", "mov": "mov", "webm": "webm"}[clip.name.rsplit(".", 1)[1]]
        bench.put(clip.path, lambda path: reel.assemble(path, cut, container=container))

    return run
