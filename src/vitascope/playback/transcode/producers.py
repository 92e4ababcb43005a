"""Who makes the segments of which rendition."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from vitascope.core.playback.renditions import Rendition, SubtitleRendition
from vitascope.media.transcoding.production import Producer


@dataclass(frozen=True, slots=True, kw_only=True)
class Producers:
    """The makers of segments on this machine."""

    copying: Producer
    converting: Producer
    subtitles: Producer
    warm: Callable[[], Coroutine[Any, Any, None]]
    """Has somebody ready who copies."""

    def of(self, rendition: Rendition) -> Producer:
        """Who makes this one."""
        if isinstance(rendition, SubtitleRendition):
            return self.subtitles
        return self.copying if rendition.codec is None else self.converting
