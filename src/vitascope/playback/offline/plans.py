"""What is to be made of which file, as text in the database.

It is written when the decision falls, by the request of a person who may have the item, and carried out later without
one, even by a server that was started again.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import msgspec

from vitascope.core.playback.renditions import AudioRendition, VideoRendition
from vitascope.media.transcoding.production import Source
from vitascope.media.transcoding.whole_files import WholeFile
from vitascope.playback.transcode.described import Conversion


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One file that is made of another one."""

    source: Source
    source_bytes: int
    """How large that is: another size is another file."""
    conversion: Conversion
    kbps: int = 0
    """About what the result needs; 0 when nobody knows."""
    video: VideoRendition | None = None
    audio: AudioRendition | None = None

    @property
    def wanted(self) -> WholeFile:
        return WholeFile(container=self.conversion.container, video=self.video, audio=self.audio)

    @property
    def expected_bytes(self) -> int:
        """About how large the result will be."""
        copied = self.video is not None and self.video.codec is None
        if copied or not self.kbps:
            return self.source_bytes
        return self.kbps * 125 * self.source.duration_us // 1_000_000


class PlanError(Exception):
    """It was written by another version, and has to be decided again."""


def _fraction_out(value: Any) -> Any:
    if isinstance(value, Fraction):
        return str(value)
    raise NotImplementedError(f"a plan holds no {type(value)}")


def _fraction_in(kind: type, value: Any) -> Any:
    if kind is Fraction:
        return Fraction(value)
    raise NotImplementedError(f"a plan holds no {kind}")


_encoder = msgspec.json.Encoder(enc_hook=_fraction_out)
_decoder = msgspec.json.Decoder(Plan, dec_hook=_fraction_in)


def written(plan: Plan) -> str:
    """A plan as text."""
    return _encoder.encode(plan).decode()


def read(text: str) -> Plan:
    """A plan out of its text. Raises :class:`PlanError`."""
    try:
        return _decoder.decode(text)
    except (msgspec.MsgspecError, ValueError, ZeroDivisionError) as error:
        raise PlanError("it was decided by another version of the server; begin it again") from error
