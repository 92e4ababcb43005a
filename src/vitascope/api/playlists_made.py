"""The playlists and manifests of a stream that is made, with the names its tracks have for people.

Addresses are relative: ``start`` stands beside ``session/``, a rendition's playlist beside its segments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vitascope.core.model import StreamInfo
from vitascope.core.playback.grid import Grid
from vitascope.core.playback.manifests import (
    AudioTrack,
    Stretch,
    SubtitleTrack,
    VideoTrack,
    media_playlist,
    media_presentation,
    multivariant_playlist,
)
from vitascope.core.playback.manifests.tracks import NUMBER
from vitascope.core.playback.renditions import (
    AudioRendition,
    Rendition,
    SegmentFormat,
    SubtitleRendition,
    VideoRendition,
)
from vitascope.media.probe.describe import display_title

HEADER = "header.mp4"
PLAYLIST = "index.m3u8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracks:
    """What a session makes, as manifests list it."""

    video: tuple[VideoTrack, ...]
    audio: tuple[AudioTrack, ...]
    subtitles: tuple[SubtitleTrack, ...]

    @classmethod
    def of(
        cls, key: str, renditions: Mapping[str, Rendition], infos: Mapping[str, StreamInfo], read: str | None
    ) -> "Tracks":
        """The tracks of a session. ``infos`` says of each rendition what it is made of, ``read`` is the name of the
        subtitle that is shown unless the player is told otherwise."""
        video: list[VideoTrack] = []
        audio: list[AudioTrack] = []
        subtitles: list[SubtitleTrack] = []
        for name, rendition in renditions.items():
            info, place = infos[name], f"session/{key}/{name}"
            playlist, header = f"{place}/{PLAYLIST}", f"{place}/{HEADER}"
            media = f"{place}/{NUMBER}.{rendition.format.extension}"
            match rendition:
                case VideoRendition():
                    video.append(
                        VideoTrack(
                            rendition=rendition, info=info, playlist_uri=playlist, header_uri=header, media_uri=media
                        )
                    )
                case AudioRendition():
                    audio.append(
                        AudioTrack(
                            rendition=rendition,
                            info=info,
                            name=info.title or display_title(info),
                            default=not audio,
                            playlist_uri=playlist,
                            header_uri=header,
                            media_uri=media,
                        )
                    )
                case SubtitleRendition():
                    subtitles.append(
                        SubtitleTrack(
                            rendition=rendition,
                            info=info,
                            name=info.title or display_title(info),
                            default=name == read,
                            playlist_uri=playlist,
                            whole_uri=f"{place}/00000.{rendition.format.extension}" if rendition.whole else "",
                        )
                    )
        return cls(video=tuple(video), audio=tuple(audio), subtitles=tuple(subtitles))

    def hls(self, *, independent: bool) -> str:
        """The multivariant playlist; ``independent``: no segment needs the one before it."""
        return multivariant_playlist(self.video, self.audio, self.subtitles, independent=independent)

    def dash(self, grid: Grid) -> str:
        """The manifest."""
        return media_presentation(grid, self.video, self.audio, self.subtitles)


def rendition_playlist(line: Sequence[tuple[Grid, Rendition]], *, independent: bool, start_us: int = 0) -> str:
    """The playlist of one rendition, and of those of further files that go on with it; ``start_us`` is where a player
    begins that was not told otherwise."""
    (first, *following) = [
        _stretch(grid, rendition, f"../{rendition.name}/" if number else "")
        for number, (grid, rendition) in enumerate(line)
    ]
    return media_playlist(
        first.grid,
        first.segment_uri,
        header_uri=first.header_uri,
        following=following,
        independent=independent,
        start_us=start_us,
    )


def _stretch(grid: Grid, rendition: Rendition, place: str) -> Stretch:
    return Stretch(
        grid=grid,
        segment_uri=lambda number: f"{place}{number:05d}.{rendition.format.extension}",
        header_uri=f"{place}{HEADER}" if rendition.format is SegmentFormat.FMP4 else None,
    )
