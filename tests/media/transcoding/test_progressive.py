"""Streams in one piece: every container, from anywhere, no faster than they are taken."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support import conversions as kit
from tests.support.films import film

from vitascope.core.playback.commands import StreamFormat, Wanted
from vitascope.core.playback.renditions import AudioCodec, AudioRendition, SegmentFormat, VideoCodec, VideoRendition
from vitascope.media.transcoding.production import ProductionError, Unplayable

VIDEO = VideoRendition(
    name="v", index=0, format=SegmentFormat.FMP4, codec=VideoCodec.H264, width=160, height=90, bitrate_kbps=400
)
AUDIO = AudioRendition(name="a", index=1, format=SegmentFormat.FMP4, codec=AudioCodec.AAC)
COPIED_VIDEO, COPIED_AUDIO = replace(VIDEO, codec=None), replace(AUDIO, codec=None)
CASES = {
    StreamFormat.MKV: (COPIED_VIDEO, COPIED_AUDIO),
    StreamFormat.MP4: (VIDEO, COPIED_AUDIO),
    StreamFormat.WEBM: (replace(VIDEO, codec=VideoCodec.VP9), replace(AUDIO, codec=AudioCodec.OPUS)),
    StreamFormat.MPEGTS: (VIDEO, AUDIO),
    StreamFormat.MP3: (None, replace(AUDIO, codec=AudioCodec.MP3)),
    StreamFormat.AAC: (None, AUDIO),
    StreamFormat.FLAC: (None, replace(AUDIO, codec=AudioCodec.FLAC)),
    StreamFormat.OGG: (None, replace(AUDIO, codec=AudioCodec.OPUS)),
}


def taken(folder: Path, wanted: Wanted) -> Path:
    async def work() -> bytes:
        async with kit.workshop(folder) as shop:
            stream = await shop.streams.stream(kit.source(film("plain.mp4")), wanted, folder)
            return b"".join([data async for data in stream])

    path = folder / f"taken.{wanted.format}"
    path.write_bytes(asyncio.run(work()))
    return path


@pytest.mark.parametrize("form", list(CASES))
def test_each_container_plays_from_the_middle_to_the_end(tmp_path: Path, form: StreamFormat) -> None:
    video, audio = CASES[form]
    path = taken(tmp_path, Wanted(format=form, video=video, audio=audio, offset_us=5_000_000))
    assert kit.complaints(path) == []
    assert len(kit.samples(path)) / 48_000 == pytest.approx(3.9 if video is COPIED_VIDEO else 3, abs=0.2)
    if video is not None:
        shown = kit.times(path)
        # A copy begins with the key frame before: every two seconds there is one.
        assert len(shown) / 23.976 == pytest.approx(3 if video.codec else 4, abs=0.1)


def test_times_are_those_of_the_file_where_that_is_asked_for(tmp_path: Path) -> None:
    wanted = Wanted(format=StreamFormat.MKV, video=VIDEO, offset_us=5_000_000, keep_times=True)
    assert kit.times(taken(tmp_path, wanted))[0] == pytest.approx(5, abs=0.05)


def test_it_waits_for_its_reader_and_ends_with_it(tmp_path: Path) -> None:
    async def work() -> None:
        async with kit.workshop(tmp_path) as shop:
            wanted = Wanted(format=StreamFormat.MKV, video=VIDEO, audio=AUDIO)
            stream = await shop.streams.stream(kit.source(film("plain.mp4")), wanted, tmp_path)
            async for _ in stream:
                break
            await stream.close()
            assert stream.ended

    asyncio.run(work())


def test_what_cannot_be_made_is_told_before_the_first_byte(tmp_path: Path) -> None:
    missing = Wanted(format=StreamFormat.MP3, audio=replace(AUDIO, index=7, codec=AudioCodec.MP3))
    with pytest.raises(Unplayable):
        taken(tmp_path, missing)
    with pytest.raises(ProductionError, match="no pictures"):
        taken(tmp_path, Wanted(format=StreamFormat.MP3, video=VIDEO))
    with pytest.raises(Unplayable):
        taken(tmp_path, Wanted(format=StreamFormat.MP3, audio=COPIED_AUDIO))
