"""Music videos: clips among music, which are extras of the artist whose tracks lie beside or below them.

Names say which files they are. Whose they are is known once the tracks around them have artists, so a folder that holds
videos and no tracks waits until what is below it was walked, and the artist is asked for while a batch is merged.
"""

import os
from collections import Counter
from collections.abc import Mapping

from vitascope.core.model import ExtraType, FileClass, ItemType
from vitascope.core.naming._text import folder_of, split_extension
from vitascope.core.naming.extras import music_video
from vitascope.core.naming.photos import parse_video
from vitascope.library.scan.finds import Find, Version
from vitascope.library.scan.known import Known, hash16
from vitascope.library.scan.unit import Unit

NOBODYS = "a music video without an artist's tracks beside or below it"


def holds_tracks(unit: Unit) -> bool:
    return bool(unit.paths(FileClass.AUDIO))


def music_videos(unit: Unit) -> list[Find]:
    """The videos of a folder whose suffix says what they are; where there are no tracks, in the folder of an artist,
    every video."""
    needs_suffix = holds_tracks(unit) or not unit.folder.path
    found: list[Find] = []
    for path in sorted(unit.paths(FileClass.VIDEO)):
        stem = _stem(path)
        named = music_video(stem)
        if named is None and needs_suffix:
            continue
        title, kind = named or (stem, ExtraType.MUSIC_VIDEO)
        found.append(
            Find(
                type=ItemType.CLIP,
                title=parse_video(f"{title}.mkv").title,
                versions=(Version(parts=(unit.part(path),)),),
                extra=kind,
                pictures=unit.pictures(
                    lambda art, stem=stem, path=path: art.stem == stem and art.folder == folder_of(path),  # type: ignore[misc]
                    [stem],
                ),
            )
        )
    return found


def artist_of(video: Find, location_id: int, met: Mapping[tuple[int, bytes], int], known: Known) -> int | None:
    """The item of a video's artist: that of the track of its name, or of most tracks beside it, or of most below.

    ``met`` holds the artists of tracks (location and path) that are not committed yet.
    """
    path = video.media_entries()[0].path
    folder = path.rpartition(b"/")[0]
    beside = {row.path: row.id for row in known.files_in(location_id, [hash16(folder)])}
    artists = known.outermost(beside) | {
        track: artist
        for (location, track), artist in met.items()
        if location == location_id and track.rpartition(b"/")[0] == folder
    }
    if not artists and folder:
        below = {track: file_id for file_id, track, _ in known.files_under(location_id, folder)}
        artists = known.outermost(below) | {
            track: artist
            for (location, track), artist in met.items()
            if location == location_id and track.startswith(folder + b"/")
        }
    stem = _stem(os.fsdecode(path))
    named = music_video(stem)
    wanted = (named[0] if named else stem).casefold()
    ordered = sorted(artists)
    same = next((artists[track] for track in ordered if _stem(os.fsdecode(track)).casefold() == wanted), None)
    if same is not None:
        return same
    most = Counter(artists[track] for track in ordered).most_common(1)
    return most[0][0] if most else None


def _stem(path: str) -> str:
    return split_extension(path.rpartition("/")[2])[0]
