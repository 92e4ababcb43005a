"""What a machine can is proved by a conversion, once for each version of its programs."""

import asyncio
from pathlib import Path

from tests.support import conversions as kit

from vitascope.core.playback.commands import Hardware
from vitascope.core.playback.renditions import AudioCodec, VideoCodec
from vitascope.media.transcoding.abilities import DEINTERLACING, TEXT, TONE_MAPPING, Abilities, Report, read_report
from vitascope.media.transcoding.launcher.client import Launcher
from vitascope.media.transcoding.settings import ConversionSettings


def _proved(kept: Path, programs: list[str]) -> tuple[Abilities, Launcher]:
    async def work() -> tuple[Abilities, Launcher]:
        launcher = Launcher()
        abilities = Abilities(launcher, kept, found=programs)
        try:
            await abilities.prove()
        finally:
            await launcher.close()
        return abilities, launcher

    return asyncio.run(work())


def test_the_first_program_that_proves_an_ability_is_used_and_nothing_is_tried_twice(tmp_path: Path) -> None:
    broken = tmp_path / "ffmpeg-that-fails"
    broken.write_text("#!/bin/sh\necho it has no encoder >&2\nexit 1\n")
    broken.chmod(0o755)
    kept = tmp_path / "kept" / "abilities.json"
    abilities, _ = _proved(kept, [str(broken), kit.FFMPEG])
    for codec in (*VideoCodec, *AudioCodec):
        assert abilities.program(codec) == kit.FFMPEG
    for name in (TONE_MAPPING, DEINTERLACING, TEXT):
        assert abilities.report.find(name) is not None, name
    assert read_report(kept) == abilities.report

    again, launcher = _proved(kept, [str(broken), kit.FFMPEG])
    assert launcher.pid is None
    assert again.report == abilities.report

    changed, launcher = _proved(kept, [str(broken)])
    assert launcher.pid is not None
    assert changed.report.find("h264") is None
    assert all("no encoder" in one.reason for one in changed.report.abilities if one.name in ("h264", "aac"))


def test_a_device_is_used_only_after_it_was_proved_and_when_it_is_wished(tmp_path: Path) -> None:
    from vitascope.media.transcoding.abilities import Ability

    abilities = Abilities(Launcher(), tmp_path / "kept.json", found=[kit.FFMPEG])
    wished = ConversionSettings(hardware=True)

    def used(settings: ConversionSettings, *, ten_bit: bool = False) -> str:
        return abilities.tools(settings, VideoCodec.H264, ten_bit=ten_bit).hardware.value

    assert used(wished) == ""
    node = "/dev/dri/renderD129"
    abilities.report = Report(
        abilities=(
            Ability(name="h264", program=kit.FFMPEG),
            Ability(name="h264 vaapi", program=kit.FFMPEG, device=node),
        )
    )
    assert used(wished) == Hardware.VAAPI
    assert abilities.tools(wished, VideoCodec.H264, ten_bit=False).device == node
    assert used(ConversionSettings()) == ""
    assert used(ConversionSettings(hardware=True, hardware_encoding=False)) == ""
    assert used(ConversionSettings(hardware=True, device="/dev/dri/renderD128")) == ""
    assert used(wished, ten_bit=True) == ""
