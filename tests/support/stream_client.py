"""A player of HLS that believes nothing: it reads playlists and segments over HTTP and checks all of it.

It sends no token with what playlists name, as players do.
"""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from urllib.parse import urljoin

import httpx
from tests.support.streams import (
    MediaPlaylist,
    Multivariant,
    Sample,
    check_media_playlist,
    check_multivariant,
    check_segments,
)

from vitascope.core.playback.grid import Grid


@dataclass(frozen=True, kw_only=True)
class Rendition:
    """A media playlist, and where it lies."""

    player: httpx.Client
    address: str
    said: MediaPlaylist

    @property
    def name(self) -> str:
        return self.address.rsplit("/", 2)[1]

    @property
    def grid(self) -> Grid:
        """The segments that it announces."""
        ends = list(accumulate(one.duration_us for one in self.said.segments))
        return Grid(starts_us=(0, *ends[:-1]), end_us=ends[-1], on_key_frames=False)

    def get(self, uri: str) -> httpx.Response:
        return self.player.get(urljoin(self.address, uri))

    def segment(self, number: int) -> bytes:
        answer = self.get(self.said.segments[number].uri)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.content

    def header(self) -> bytes | None:
        if self.said.map_uri is None:
            return None
        answer = self.get(self.said.map_uri)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.content

    def watch(self, first: int = 0, last: int | None = None, *, video: bool) -> list[Sample]:
        """Reads segments one after the other; they are all right, or the test fails."""
        numbers = range(first, len(self.said.segments) if last is None else last + 1)
        segments = [self.segment(number) for number in numbers]
        return check_segments(segments, self.grid, header=self.header(), first=first, video=video)


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A stream that was begun."""

    player: httpx.Client
    address: str
    said: Multivariant

    def _rendition(self, uri: str) -> Rendition:
        address = urljoin(self.address, uri)
        answer = self.player.get(address)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"
        return Rendition(player=self.player, address=address, said=check_media_playlist(answer.text))

    @property
    def qualities(self) -> list[Rendition]:
        """The variants, the best first."""
        return [self._rendition(uri) for _, uri in self.said.variants]

    def others(self, kind: str) -> list[Rendition]:
        """The renditions of ``AUDIO`` or ``SUBTITLES``."""
        return [self._rendition(one["URI"]) for one in self.said.media if one["TYPE"] == kind]


def open_stream(client: httpx.Client, player: httpx.Client, path: str, *, kind: str = "video", **query: Any) -> Stream:
    """Begins a stream as a person, and goes on as a player that has no token."""
    asked = {"path": path, "protocol": "hls", "X-Plex-Platform": "Chrome"} | query
    answer = client.get(f"/{kind}/:/transcode/universal/start.m3u8", params=asked)
    assert answer.status_code == 200, (answer.status_code, answer.text)
    return Stream(player=player, address=str(answer.url), said=check_multivariant(answer.text))
