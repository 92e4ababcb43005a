"""What goes wrong: a file that cannot be played, a folder without room, a device that is lost in the middle."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest
from tests.support import conversions as kit
from tests.support.films import film

from vitascope.core.playback.renditions import SegmentFormat, VideoCodec, VideoRendition
from vitascope.media.transcoding.abilities import Abilities, Ability, Report
from vitascope.media.transcoding.converting import ConvertingProducer
from vitascope.media.transcoding.launcher.client import Launcher
from vitascope.media.transcoding.production import OutOfSpace, Unplayable, segment_path
from vitascope.media.transcoding.settings import ConversionSettings
from vitascope.media.transcoding.texts import Texts
from vitascope.media.workers import WorkerPool

RENDITION = VideoRendition(
    name="v", index=0, format=SegmentFormat.FMP4, codec=VideoCodec.H264, width=160, height=90, bitrate_kbps=400
)
_LOST_DEVICE = """#!/bin/sh
# An encoder of a device that is lost after {size} bytes.
skip=
for argument; do
  shift
  if [ "$skip" ]; then skip=; continue; fi
  case "$argument" in
    -hwaccel | -rc | -no-scenecut) skip=1; continue ;;
    h264_nvenc) argument=libx264 ;;
    p[1-7]) argument=veryfast ;;
  esac
  set -- "$@" "$argument"
done
{ffmpeg} "$@" | head -c {size}
exit 1
"""


def test_a_file_that_is_none_is_unplayable_and_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0\0\0\x18ftypisom" + os.urandom(4_096))
    with pytest.raises(Unplayable, match=r"\w"):
        kit.make(tmp_path / "made", kit.source_of(broken), RENDITION)


def test_a_playlist_that_calls_itself_a_film_is_refused(tmp_path: Path) -> None:
    """The class of CVE-2016-1897: a playlist would name other files."""
    named = tmp_path / "named.mkv"
    named.write_text(f"#EXTM3U\n#EXTINF:1,\n{film('plain.mp4')}\n")
    with pytest.raises(Unplayable):
        kit.make(tmp_path / "made", kit.source_of(named), RENDITION)


def test_a_film_that_ends_early_gives_what_there_is_and_then_says_so(tmp_path: Path) -> None:
    from vitascope.core.playback.grid import fixed_grid

    grid = fixed_grid(60_000_000, target_us=2_000_000)

    async def work() -> list[int]:
        made = []
        async with kit.workshop(tmp_path) as shop:
            production = await shop.producer.produce(
                kit.source(film("plain.mp4")), RENDITION, grid, tmp_path, 0, len(grid) - 1
            )
            with pytest.raises(Unplayable, match="ends 51 seconds before"):
                async for number in production.finished():
                    made += [number]
        return made

    assert asyncio.run(work()) == [0, 1, 2, 3]


def test_a_full_disk_is_told_and_leaves_nothing_half_made(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("/dev/full is missing")

    folder = tmp_path / "made"
    folder.mkdir()

    # The name under which the first segment would be written leads to a device without room.
    async def work() -> None:
        async with kit.workshop(tmp_path) as shop:
            await shop.launcher.start()
            (folder / f".00000.m4s.{shop.launcher.pid}").symlink_to(full)
            production = await shop.producer.produce(kit.source(film("plain.mp4")), RENDITION, kit.GRID, folder, 0, 1)
            with pytest.raises(OutOfSpace):
                async for _ in production.finished():
                    pass

    asyncio.run(work())
    assert [path.name for path in folder.iterdir()] == ["header.mp4"]


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="there is no ffmpeg on PATH")
def test_a_device_that_is_lost_in_the_middle_is_followed_by_the_processor(tmp_path: Path) -> None:
    wrapper = tmp_path / "ffmpeg-with-a-device"
    wrapper.write_text(_LOST_DEVICE.format(size=150_000, ffmpeg=os.path.realpath(shutil.which("ffmpeg") or "")))
    wrapper.chmod(0o755)
    settings = ConversionSettings(hardware=True)
    folder = tmp_path / "made"

    async def work() -> list[int]:
        launcher = Launcher()
        with WorkerPool(1) as pool:
            abilities = Abilities(launcher, tmp_path / "kept.json", found=[kit.FFMPEG])
            abilities.report = Report(
                abilities=(
                    Ability(name="h264", program=kit.FFMPEG),
                    Ability(name="h264 nvenc", program=str(wrapper)),
                )
            )
            producer = ConvertingProducer(launcher, abilities, lambda: settings, Texts(pool))
            production = await producer.produce(kit.source(film("plain.mp4")), RENDITION, kit.GRID, folder, 0, 3)
            made = [number async for number in production.finished()]
            assert production.status.hardware == ""
        await launcher.close()
        return made

    made = asyncio.run(work())
    assert made == [0, 1, 2, 3]
    # The processor repeats its parameter sets, since the header is the device's; the device had no need to.
    repeated = [b"\x67\x64\x00" in segment_path(folder, number, SegmentFormat.FMP4).read_bytes() for number in made]
    assert not repeated[0] and repeated[-1]
    joined = kit.join(folder, SegmentFormat.FMP4, made)
    assert len(kit.times(joined)) == len(kit.times(film("plain.mp4")))
    assert kit.complaints(joined) == []
