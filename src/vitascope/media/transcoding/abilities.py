"""What this machine can convert, and with which program: tried by real conversions, never taken from a list.

Both converters (the one that comes with the installation, the one on PATH) are tried in the background after the
start; for each ability the first that proves it is used. What was found is kept for as long as the programs and the
devices are the same, so that a start costs nothing. Until everything was tried once, the processor does what every
build can.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import msgspec
from msgspec import Struct

from vitascope.core.playback.commands import CommandError, Hardware, TextSubtitle, VideoTools, audio_proof, video_proof
from vitascope.core.playback.renditions import AudioCodec, VideoCodec
from vitascope.media.hardware import detect
from vitascope.media.transcoding.launcher.client import Launcher, LauncherError
from vitascope.media.transcoding.launcher.messages import Order
from vitascope.media.transcoding.production import ProductionError
from vitascope.media.transcoding.programs import programs
from vitascope.media.transcoding.settings import ConversionSettings

_PATIENCE_S = 30
_WORDS = 200
_SCRIPT = """[Script Info]
ScriptType: v4.00+
PlayResX: 256
PlayResY: 144
[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Sans,20
[Events]
Format: Start, End, Style, Text
Dialogue: 0:00:00.00,0:00:01.00,Default,Vitascope
"""
TONE_MAPPING, DEINTERLACING, TEXT = "tone mapping", "deinterlacing", "text subtitles"
_HARDWARE = (Hardware.NVENC, Hardware.QSV, Hardware.VAAPI)


class Ability(Struct, frozen=True, kw_only=True):
    """Something that was tried."""

    name: str
    """``h264``, ``hevc nvenc``, ``tone mapping``, …"""
    program: str = ""
    """What proved it; empty when nothing did."""
    device: str = ""
    """The render node it was proved with."""
    reason: str = ""
    """Why the last that was tried failed."""


class Report(Struct, frozen=True, kw_only=True):
    """Everything that was tried on this machine."""

    key: str = ""
    """Of the programs and devices that it holds for."""
    abilities: tuple[Ability, ...] = ()
    confinements: dict[str, bool] = {}

    def find(self, name: str) -> Ability | None:
        """An ability that was proved."""
        return next((one for one in self.abilities if one.name == name and one.program), None)

    def devices(self) -> dict[tuple[Hardware, str], list[str]]:
        """The codecs that each graphics device proved to make, by its kind and its render node (NVENC has none)."""
        found: dict[tuple[Hardware, str], list[str]] = {}
        for one in self.abilities:
            codec, _, kind = one.name.rpartition(" ")
            if one.program and kind in _HARDWARE:
                found.setdefault((Hardware(kind), one.device), []).append(codec)
        return found


def read_report(path: Path) -> Report | None:
    """What was kept of the last trial."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except (OSError, msgspec.MsgspecError):
        return None


class Abilities:
    """What was found; asked by every conversion."""

    def __init__(self, launcher: Launcher, kept: Path, *, found: Sequence[str] | None = None) -> None:
        """``kept`` is the file in which the report is kept; ``found`` names the programs instead of looking."""
        self._launcher = launcher
        self._kept = kept
        self._programs = list(programs()) if found is None else list(found)
        self.report = Report()

    def program(self, codec: VideoCodec | AudioCodec, hardware: Hardware = Hardware.NONE) -> str:
        """The ffmpeg that makes a codec. Raises :class:`ProductionError` when none does."""
        proved = self.report.find(_name(codec, hardware))
        if proved is not None:
            return proved.program
        if self.report.abilities or not self._programs:
            raise ProductionError(f"no ffmpeg here makes {_name(codec, hardware)}")
        return self._programs[0]

    def copier(self) -> str:
        """The ffmpeg that wraps what is copied. Raises :class:`ProductionError` when there is none."""
        if not self._programs:
            raise ProductionError("there is no ffmpeg")
        return self._programs[0]

    def tools(self, settings: ConversionSettings, codec: VideoCodec, *, ten_bit: bool) -> VideoTools:
        """With what a codec is made, as preferences and trials say."""
        tools = VideoTools(
            preset=settings.preset,
            quality=settings.quality,
            minimum_crf=settings.minimum_crf,
            tone_mapping=settings.tone_mapping,
        )
        if not settings.hardware or not settings.hardware_encoding or (ten_bit and codec is VideoCodec.H264):
            return tools
        for hardware in _HARDWARE:
            proved = self.report.find(_name(codec, hardware))
            if proved is not None and (not settings.device or settings.device == proved.device or not proved.device):
                return replace(tools, hardware=hardware, device=proved.device, hardware_decoding=True)
        return tools

    async def prove(self) -> Report:
        """Tries everything, unless it was tried before on the same programs and devices."""
        key = await asyncio.to_thread(self._key)
        known = await asyncio.to_thread(read_report, self._kept)
        if known is not None and known.key == key:
            self.report = known
            return known
        try:
            confinements = await self._launcher.start()
            abilities = [await self._tried(name, attempts) for name, attempts in self._trials()]
        except LauncherError:
            return self.report
        held = {name: bool(getattr(confinements, name)) for name in confinements.__slots__}
        self.report = Report(key=key, abilities=tuple(abilities), confinements=held)
        await asyncio.to_thread(self._keep, self.report)
        return self.report

    def _keep(self, report: Report) -> None:
        with suppress(OSError):
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            unfinished = self._kept.with_suffix(".new")
            unfinished.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
            unfinished.replace(self._kept)

    def _key(self) -> str:
        parts = []
        for program in self._programs:
            with suppress(OSError):
                known = Path(program).stat()
                parts.append(f"{program} {known.st_size} {known.st_mtime_ns}")
        hardware = detect()
        return "; ".join([*parts, *hardware.render_nodes, *hardware.nvidia_devices, hardware.nvidia_version or ""])

    # --- trials ------------------------------------------------------------------------------------------------

    def _trials(self) -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
        """The name of each ability, and the attempts at it: a device and a command."""
        plain = VideoTools()
        found: list[tuple[str, list[tuple[str, tuple[str, ...]]]]] = []
        found += [(_name(codec), [("", video_proof(codec, plain))]) for codec in VideoCodec]
        found += [(_name(codec), [("", audio_proof(codec))]) for codec in AudioCodec]
        found.append((f"{VideoCodec.HEVC.value} 10 bit", [("", video_proof(VideoCodec.HEVC, plain, ten_bit=True))]))
        found.append((TONE_MAPPING, [("", video_proof(VideoCodec.H264, plain, tone_map=True))]))
        found.append((DEINTERLACING, [("", video_proof(VideoCodec.H264, plain, deinterlace=True))]))
        text = TextSubtitle(path=str(self._kept.with_suffix(".ass")))
        found.append((TEXT, [("", video_proof(VideoCodec.H264, plain, text=text))]))
        nodes = detect().render_nodes
        for hardware in _HARDWARE:
            for codec in VideoCodec:
                attempts = []
                for device in [""] if hardware is Hardware.NVENC else nodes:
                    with suppress(CommandError):
                        tools = VideoTools(hardware=hardware, device=device)
                        attempts.append((device, video_proof(codec, tools)))
                if codec is not VideoCodec.VP9 or hardware is not Hardware.NVENC:
                    found.append((_name(codec, hardware), attempts))
        return found

    async def _tried(self, name: str, attempts: list[tuple[str, tuple[str, ...]]]) -> Ability:
        reason = "" if attempts else "there is no device"
        script = self._kept.with_suffix(".ass")
        if name == TEXT:
            with suppress(OSError):
                script.parent.mkdir(parents=True, exist_ok=True)
                script.write_text(_SCRIPT)
        for program in self._programs:
            for device, arguments in attempts:
                reason = await self._attempt(program, arguments, (str(script),), devices=name.split()[-1] in _HARDWARE)
                if not reason:
                    return Ability(name=name, program=program, device=device)
        return Ability(name=name, reason=reason or "there is no ffmpeg")

    async def _attempt(
        self, program: str, arguments: tuple[str, ...], readable: tuple[str, ...], *, devices: bool
    ) -> str:
        """Why it failed; empty when it did not."""
        order = Order(program=program, arguments=arguments, readable=readable, devices=devices, niceness=10)
        child = await self._launcher.run(order)
        try:
            ended = await asyncio.wait_for(child.wait(), _PATIENCE_S)
        except TimeoutError:
            await child.end()
            return f"it took longer than {_PATIENCE_S} seconds"
        if ended.code == 0 and ended.wrote_bytes > 0:
            return ""
        lines = [line.strip() for line in ended.words.splitlines() if line.strip()]
        return (lines[-1] if lines else ended.failure or f"it ended with {ended.code}")[:_WORDS]


def _name(codec: VideoCodec | AudioCodec, hardware: Hardware = Hardware.NONE) -> str:
    return f"{codec.value} {hardware.value}" if hardware else codec.value
