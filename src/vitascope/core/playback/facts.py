"""What the decision knows of an item: its versions, their parts and streams, as the probe described them."""

from dataclasses import dataclass

from vitascope.core.model import StreamInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFacts:
    """A stream of a part, or a subtitle file beside it."""

    id: int
    info: StreamInfo
    selected: bool = False
    """It is the one of its type that this person hears or reads: chosen, or by their languages."""
    path: bytes | None = None
    """Where an external one lies."""
    offset_ms: int = 0
    """Of a subtitle: by how much it is shown later, as somebody set it."""

    @property
    def external(self) -> bool:
        """It lies in a file of its own."""
        return self.info.index is None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFacts:
    """One file of a version."""

    id: int
    container: str = ""
    """In the API's spelling: ``mkv``, ``mp4``, ``mpegts``, ``mp3``, …"""
    size_bytes: int = 0
    duration_ms: int = 0
    indexed: bool = True
    """Its key frames are known, so that its video can be cut into segments as it is."""
    required_kbps: int | None = None
    """What it needs in its busy stretches, where that was measured."""
    streams: tuple[StreamFacts, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFacts:
    """One version (Media) of an item."""

    id: int
    container: str = ""
    bitrate_kbps: int = 0
    duration_ms: int = 0
    width: int = 0
    height: int = 0
    optimized_for_streaming: bool = False
    parts: tuple[PartFacts, ...] = ()
