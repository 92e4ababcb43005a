"""Subtitles in WebVTT segments: every cue in each segment in which it is shown, wherever it came from."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.clips import WORDS, clip

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.grid import Grid, fixed_grid
from vitascope.core.playback.renditions import SubtitleRendition
from vitascope.media.subtitles import parse
from vitascope.media.transcoding.copying import cutting_pool
from vitascope.media.transcoding.production import ProductionError, Source, Unplayable, segment_path
from vitascope.media.transcoding.subtitle_tasks import WordsArgs
from vitascope.media.transcoding.subtitling import SubtitlingProducer
from vitascope.media.transcoding.wording import made
from vitascope.media.workers import WorkerPool

GRID = fixed_grid(13_013_000, target_us=3_000_000)
SHOWN = [
    ["Hello <i>world</i>", "Long &amp; wide"],
    ["Long &amp; wide"],
    ["Long &amp; wide"],
    ["Near the end"],
    ["The end"],
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("segments")


@pytest.fixture(scope="module")
def workers(folder: Path) -> Iterator[WorkerPool]:
    with cutting_pool(folder, size=1) as pool:
        yield pool


def source_of(path: Path, codec: str = "srt", index: int | None = 2, language: str | None = None) -> Source:
    info = StreamInfo(type=StreamType.SUBTITLE, index=index, codec=codec, language_tag=language)
    return Source(path=bytes(path), root=bytes(path.parent), container="mkv", duration_us=13_013_000, streams=(info,))


def segments(
    workers: WorkerPool,
    source: Source,
    rendition: SubtitleRendition,
    folder: Path,
    numbers: tuple[int, ...] = (2, 0, 1, 4, 3),
    grid: Grid = GRID,
) -> list[str]:
    folder.mkdir(exist_ok=True)

    async def scene() -> None:
        producer = SubtitlingProducer(workers)
        assert await producer.header(source, rendition, folder) is None
        for number in numbers:
            run = await producer.produce(source, rendition, grid, folder, number, number)
            assert [one async for one in run.finished()] == [number]

    asyncio.run(scene())
    return [segment_path(folder, number, rendition.format).read_text() for number in sorted(numbers)]


def texts(segment: str) -> list[str]:
    assert segment.startswith("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n")
    return [cue.markup for cue in parse(segment, "vtt")]


@pytest.mark.parametrize(
    ("name", "codec"),
    [("worded.mkv", "srt"), ("worded.mp4", "mov_text"), ("ass.mkv", "ass"), ("late-words.mkv", "srt")],
)
def test_of_a_track_in_the_film(name: str, codec: str, workers: WorkerPool, folder: Path) -> None:
    made_ = segments(workers, source_of(clip(name), codec), SubtitleRendition(name="s", index=2), folder / name)
    plain = [[re.sub("</?i>", "", text) for text in texts(one)] for one in made_]
    assert plain == [[re.sub("</?i>", "", text) for text in one] for one in SHOWN]
    assert [(cue.start_ms, cue.end_ms) for cue in parse(made_[1], "vtt")] == [(2_500, 7_000)]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("utf-8", "Größe"), ("utf-16", "Größe"), ("cp1251", "Привет, как дела сегодня"), ("cp1252", "Größe")],
)
def test_of_a_file_beside_the_film(encoding: str, text: str, workers: WorkerPool, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / f"{encoding}.srt"
    path.write_bytes(WORDS.replace("Near the end", text).encode(encoding))
    rendition = SubtitleRendition(name="s", index=None, path=bytes(path))
    made_ = segments(workers, source_of(clip("film.mp4")), rendition, folder / encoding)
    assert [texts(one) for one in made_] == [*SHOWN[:3], [text], SHOWN[4]]


@pytest.mark.parametrize("offset_ms", [2_000, -1_000, -20_000])
def test_the_offset_is_honoured(offset_ms: int, workers: WorkerPool, folder: Path) -> None:
    rendition = SubtitleRendition(name="s", index=2, offset_ms=offset_ms)
    made_ = segments(workers, source_of(clip("worded.mkv")), rendition, folder / f"offset{offset_ms}")
    found = {(cue.start_ms, cue.end_ms) for one in made_ for cue in parse(one, "vtt")}
    times = [(500, 1_500), (2_500, 7_000), (9_100, 9_900), (12_000, 12_800)]
    moved = [(max(0, start + offset_ms), end + offset_ms) for start, end in times]
    assert found == {(start, end) for start, end in moved if end > 0}


def test_a_segment_of_a_long_film_does_not_read_all_of_it(tmp_path: Path) -> None:
    path = clip("long-words.mkv")
    size = path.stat().st_size
    grid = fixed_grid(30 * 13_000_000, target_us=6_000_000)

    def bytes_read() -> int:
        return int(re.findall(r"rchar: (\d+)", Path("/proc/self/io").read_text())[0])

    def segment(number: int) -> str:
        args = WordsArgs(
            path=bytes(path),
            stream_index=2,
            target=str(tmp_path),
            number=number,
            start_us=grid.start_us(number),
            end_us=grid.start_us(number + 1),
        )
        return made(args).decode()

    before = bytes_read()
    first = segment(40)
    opened = bytes_read()
    following = segment(41)
    assert opened - before < size // 2
    assert bytes_read() - opened < size // 10
    # 240 s to 252 s: parts of the nineteenth and twentieth time that the film is shown.
    assert "The end" in first + following
    assert texts(first) != texts(following)


def test_what_is_no_text_is_refused(workers: WorkerPool, folder: Path, tmp_path: Path) -> None:
    def refused(source: Source, rendition: SubtitleRendition, kind: type[ProductionError], why: str) -> None:
        with pytest.raises(kind, match=why):
            segments(workers, source, rendition, folder / "refused", (0,))

    film = clip("worded.mkv")
    refused(source_of(film, "pgs"), SubtitleRendition(name="s", index=2), ProductionError, "pgs is no text")
    refused(source_of(film), SubtitleRendition(name="s", index=5), Unplayable, "no stream 5")
    pictures = SubtitleRendition(name="s", index=None, path=bytes(tmp_path / "x.sup"))
    refused(source_of(film), pictures, ProductionError, "no text")
    gone = SubtitleRendition(name="s", index=None, path=bytes(tmp_path / "gone.srt"))
    refused(source_of(film), gone, Unplayable, "missing")


def test_hostile_words_stay_words(workers: WorkerPool, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "hostile.srt"
    path.write_text(
        "1\n00:00:00,500 --> 00:00:01,500\n<script>alert(1)</script>\n--> 00:00:09.000\n\n"
        "2\n00:00:00,600 --> 00:00:01,400\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000 \x00\x1b\n"
    )
    rendition = SubtitleRendition(name="s", index=None, path=bytes(path))
    (segment,) = segments(workers, source_of(clip("film.mp4")), rendition, folder / "hostile", (0,))
    assert "<script" not in segment
    assert segment.count("-->") == 2
    assert segment.split("\n")[1] == "X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000"
