"""Whole files that are kept: an index in front, the times of the original, gone on with after an end."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import msgspec
import pytest
from tests.support import conversions as kit
from tests.support.films import film

from vitascope.core.playback.renditions import AudioCodec, AudioRendition, SegmentFormat, VideoCodec, VideoRendition
from vitascope.media.transcoding.production import Unplayable, segment_path
from vitascope.media.transcoding.whole_files import Making, WholeFile, gathering_pool

VIDEO = VideoRendition(
    name="v", index=0, format=SegmentFormat.FMP4, codec=VideoCodec.H264, width=160, height=90, bitrate_kbps=400
)
AUDIO = AudioRendition(name="a", index=1, format=SegmentFormat.FMP4, codec=AudioCodec.AAC)
COPIED_VIDEO, COPIED_AUDIO = replace(VIDEO, codec=None), replace(AUDIO, codec=None)
BOTH = WholeFile(container="mp4", video=VIDEO, audio=AUDIO)
CASES = {
    "copied sound": WholeFile(container="mp4", video=VIDEO, audio=COPIED_AUDIO),
    "copied": WholeFile(container="mkv", video=COPIED_VIDEO, audio=COPIED_AUDIO),
    "mp3": WholeFile(container="mp3", audio=replace(AUDIO, codec=AudioCodec.MP3)),
    "flac": WholeFile(container="flac", audio=replace(AUDIO, codec=AudioCodec.FLAC)),
}


def made(folder: Path, wanted: WholeFile, told: Callable[[], None] = lambda: None, name: str = "plain.mp4") -> Path:
    async def work() -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        with gathering_pool(folder, niceness=0) as pool:
            async with kit.workshop(folder) as shop:
                return await Making(shop.producer, pool, kit.source(film(name)), wanted, folder / "work").make(told)

    return asyncio.run(work())


@pytest.mark.parametrize("case", list(CASES))
def test_each_kind_plays_from_begin_to_end(tmp_path: Path, case: str) -> None:
    wanted = CASES[case]
    path = made(tmp_path, wanted)
    assert path.suffix == f".{wanted.container}"
    assert kit.complaints(path) == []
    if wanted.container == "mp4":  # with its index in front, and no stream of fragments
        data = path.read_bytes()
        assert 0 < data.find(b"moov") < data.find(b"mdat")
        assert b"moof" not in data
    assert len(kit.samples(path)) / 48_000 == pytest.approx(8, abs=0.2)
    if wanted.video is not None:
        shown = kit.times(path)
        assert len(shown) == 192
        assert shown[0] == pytest.approx(0, abs=0.05)
        assert shown[-1] == pytest.approx(kit.times(film("plain.mp4"))[-1], abs=0.05)


def test_it_goes_on_where_it_was_ended(tmp_path: Path) -> None:
    wanted = BOTH
    whole = made(tmp_path / "once", wanted)

    class Ended(Exception):
        pass

    def end() -> None:
        raise Ended

    with pytest.raises(Ended):
        made(tmp_path / "twice", wanted, end)
    first = segment_path(tmp_path / "twice" / "work" / "v", 0, SegmentFormat.FMP4)
    before = first.stat().st_mtime_ns
    again = made(tmp_path / "twice", wanted)
    assert first.stat().st_mtime_ns == before
    assert kit.times(again) == kit.times(whole)
    assert kit.complaints(again) == []


def test_what_no_longer_fits_is_made_anew(tmp_path: Path) -> None:
    made(tmp_path, BOTH)
    folder = tmp_path / "work" / "v"
    (folder / "00001.m4s").unlink()
    (folder / "header.mp4").write_bytes(b"of another encoder")
    assert kit.complaints(made(tmp_path, BOTH)) == []


def test_what_is_no_film_is_refused_with_words(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film at all" * 1000)

    async def work() -> None:
        with gathering_pool(tmp_path, niceness=0) as pool:
            async with kit.workshop(tmp_path) as shop:
                making = Making(shop.producer, pool, kit.source_of(broken), CASES["copied"], tmp_path / "work")
                with pytest.raises(Unplayable):
                    await making.make()

    asyncio.run(work())


def test_languages_are_kept(tmp_path: Path) -> None:
    source = kit.source(film("plain.mp4"))
    video, audio = source.streams
    audio = msgspec.structs.replace(audio, language_code="deu")

    async def work() -> Path:
        with gathering_pool(tmp_path, niceness=0) as pool:
            async with kit.workshop(tmp_path) as shop:
                named = replace(source, streams=(video, audio))
                return await Making(shop.producer, pool, named, CASES["copied"], tmp_path / "work").make()

    with av.open(str(asyncio.run(work()))) as container:
        assert container.streams.audio[0].language == "deu"
