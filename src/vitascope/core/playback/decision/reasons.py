"""Why a decision is what it is: one reason a step, each with a name that programs read and a sentence for people.

``docs/playback.md`` explains every one of them; a test compares.
"""

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """The name of a reason."""

    # nothing can be done
    VERSION_NONE = "version.none"
    STREAMS_LIMIT = "streams.limit"
    CONVERSIONS_LIMIT = "conversions.limit"
    # direct play
    DIRECT_OK = "direct.ok"
    DIRECT_CLIENT = "direct.client"
    DIRECT_OFF = "direct.off"
    CONTAINER_UNLISTED = "container.unlisted"
    CONTAINER_LIMIT = "container.limit"
    VIDEO_CODEC = "video.codec"
    VIDEO_LIMIT = "video.limit"
    AUDIO_CODEC = "audio.codec"
    AUDIO_LIMIT = "audio.limit"
    AUDIO_SELECTION = "audio.selection"
    SUBTITLE_UNREAD = "subtitle.unread"
    SUBTITLE_BURN_ASKED = "subtitle.burn-asked"
    BANDWIDTH_SHORT = "bandwidth.short"
    RESOLUTION_ASKED = "resolution.asked"
    HDR_UNSHOWN = "hdr.unshown"
    DOVI_UNSHOWN = "dovi.unshown"
    # conversion as a whole
    TARGET_NONE = "target.none"
    TARGET_UNMADE = "target.unmade"
    TARGET_LIMIT = "target.limit"
    TARGET_TAKEN = "target.taken"
    CODEC_UNMADE = "codec.unmade"
    CODEC_UNREADABLE = "codec.unreadable"
    REMUX_ONLY = "remux.only"
    BANDWIDTH_NONE = "bandwidth.none"
    BANDWIDTH_CELLULAR = "bandwidth.cellular"
    # what becomes of a stream
    COPY_OFF = "copy.off"
    CONTAINER_HOLDS_NOT = "container.holds-not"
    VIDEO_COPIED = "video.copied"
    VIDEO_CONVERTED = "video.converted"
    VIDEO_ROTATED = "video.rotated"
    VIDEO_UNINDEXED = "video.unindexed"
    HDR_MAPPED = "hdr.mapped"
    HDR_KEPT = "hdr.kept"
    AUDIO_COPIED = "audio.copied"
    AUDIO_CONVERTED = "audio.converted"
    AUDIO_CHANNELS = "audio.channels"
    AUDIO_BOOSTED = "audio.boosted"
    AUDIO_LEVELLED = "audio.levelled"
    AUDIO_MIXED = "audio.mixed"
    SUBTITLE_BESIDE = "subtitle.beside"
    SUBTITLE_INSIDE = "subtitle.inside"
    SUBTITLE_SEGMENTED = "subtitle.segmented"
    SUBTITLE_BURNED = "subtitle.burned"
    SUBTITLE_OFF = "subtitle.off"
    SUBTITLE_IMPOSSIBLE = "subtitle.impossible"
    STREAM_UNUSED = "stream.unused"
    # qualities
    LADDER = "ladder"
    VERSION_TAKEN = "version.taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One step of a decision."""

    why: Why
    says: str

    def __str__(self) -> str:
        return f"{self.why}: {self.says}"


def because(why: Why, says: str) -> Reason:
    """A reason with its sentence."""
    return Reason(why=why, says=says)
