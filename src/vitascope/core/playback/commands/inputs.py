"""The file that is read: which demuxers may, where reading begins, and on which clock its times come out.

With ``-copyts`` times stay those of the file; the offset takes away what its clock shows where it begins, so that
everything after the input counts microseconds from there, whichever build reads it (``-start_at_zero`` would take each
build's own notion of a begin). Positions are those of the file's own clock for the same reason.
"""

from dataclasses import dataclass

from vitascope.core.playback.commands.tools import Hardware, VideoTools
from vitascope.core.playback.commands.values import device, far_url, file_url, seconds, whole

FORMATS = (
    "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,avi,mpegts,mpeg,mpegvideo,asf,flv,live_flv,mp3,aac,flac,ogg,wav,w64,aiff,ape,"
    "wv,mpc,mpc8,dsf,iff,tta,tak,ac3,eac3,dts,dtshd,truehd,mlp,amr,caf,au,mxf,nut,rm,gxf,h264,hevc,m4v,vc1,ivf,dv,obu,"
    "srt,ass,webvtt,sup"
)
"""What may be read: nothing that names other files (playlists, concatenations, image sequences, scripts)."""

_BY_HTTP = ("-seekable", "1", "-reconnect", "1", "-reconnect_on_network_error", "1", "-reconnect_delay_max", "8")
"""A server that was killed is asked again for some seconds: what supervises it begins it anew."""

_HEADERS_TELL = frozenset({"mkv", "webm", "mp4", "mov", "m4v", "flac", "mp3", "ogg", "wav"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A file as one conversion reads it."""

    path: bytes
    """Absolute, or, when it is ``far``, below the top of its source."""
    container: str
    start_us: int = 0
    """What its clock shows where it begins."""
    far: bool = False
    """It lies in a source that is read directly, and comes by HTTP."""

    def arguments(self, *, from_us: int = 0, tools: VideoTools | None = None, accurate: bool = False) -> list[str]:
        """Everything up to ``-i`` and the file, reading from the key frame before ``from_us``."""
        options = ["-copyts", "-seek_timestamp", "1"]
        if tools is not None and tools.hardware and tools.hardware_decoding:
            options += decoding(tools)
        if not accurate:
            options.append("-noaccurate_seek")
        if from_us > 0:
            options += ["-ss", seconds(from_us + self.start_us)]
        if self.start_us:
            options += ["-itsoffset", seconds(-whole("a start", self.start_us, -(10**12), 10**12))]
        if self.container in _HEADERS_TELL:
            options += ["-probesize", "2000000", "-analyzeduration", "1000000"]
        return [*options, *self._opening, "-format_whitelist", FORMATS, "-i", self._address]

    @property
    def _opening(self) -> list[str]:
        return [*_BY_HTTP, "-protocol_whitelist", "http,tcp"] if self.far else ["-protocol_whitelist", "file"]

    @property
    def _address(self) -> str:
        return far_url(self.path) if self.far else file_url(self.path)


def decoding(tools: VideoTools) -> list[str]:
    """Options that let the device decode; the pictures come back to memory, so that every filter works on them.

    ffmpeg decodes by the processor what the device cannot.
    """
    match tools.hardware:
        case Hardware.NVENC:
            return ["-hwaccel", "cuda"]
        case Hardware.VAAPI:
            return ["-hwaccel", "vaapi", "-hwaccel_device", device(tools.device)]
        case Hardware.QSV:
            return ["-hwaccel", "qsv", "-qsv_device", device(tools.device)]
    return []


BEGIN = ("-hide_banner", "-nostdin", "-v", "error")
