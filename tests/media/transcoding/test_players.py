"""Real players read what is made: ffmpeg and mpv as clients of HLS and DASH over HTTP, with the copied renditions, the
manifests and the subtitles of a whole session on disk."""

import asyncio
import functools
import http.server
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import pytest
from tests.support.clips import clip
from tests.support.streams import check_against_grid, check_media_playlist, check_multivariant, source_packets

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.grid import key_frame_grid
from vitascope.core.playback.manifests import (
    AudioTrack,
    SubtitleTrack,
    VideoTrack,
    media_playlist,
    media_presentation,
    multivariant_playlist,
)
from vitascope.core.playback.renditions import (
    AudioRendition,
    Rendition,
    SegmentFormat,
    SubtitleRendition,
    VideoRendition,
)
from vitascope.media.keyframes.indexes import from_index
from vitascope.media.transcoding.copying import CopyingProducer, cutting_pool
from vitascope.media.transcoding.production import Source
from vitascope.media.transcoding.subtitling import SubtitlingProducer

FILM = clip("worded.mkv")
STREAMS = (
    StreamInfo(
        type=StreamType.VIDEO, index=0, codec="h264", profile="high", level=11, width=192, height=108, frame_rate=23.976
    ),
    StreamInfo(type=StreamType.AUDIO, index=1, codec="aac", channels=2, sampling_rate=48_000),
    StreamInfo(type=StreamType.SUBTITLE, index=2, codec="srt", language_tag="de"),
)
SOURCE = Source(path=bytes(FILM), root=bytes(FILM.parent), container="mkv", duration_us=13_036_000, streams=STREAMS)
GRID = key_frame_grid(from_index(bytes(FILM), 0).times_us, SOURCE.duration_us, target_us=3_000_000)
PLAYERS = [
    pytest.param(imageio_ffmpeg.get_ffmpeg_exe(), id="static"),
    pytest.param(
        shutil.which("ffmpeg") or "ffmpeg",
        id="system",
        marks=pytest.mark.skipif(not shutil.which("ffmpeg"), reason="no ffmpeg"),
    ),
]


async def _session(folder: Path, form: SegmentFormat) -> None:
    """Everything a session hands out, in runs that begin in the middle."""
    with cutting_pool(folder, size=1) as workers:
        copying, subtitling = CopyingProducer(workers), SubtitlingProducer(workers)
        renditions: list[tuple[Rendition, CopyingProducer | SubtitlingProducer]] = [
            (VideoRendition(name="v", index=0, format=form), copying),
            (AudioRendition(name="a", index=1, format=form), copying),
            (SubtitleRendition(name="s", index=2), subtitling),
        ]
        for rendition, producer in renditions:
            place = folder / rendition.name
            place.mkdir()
            await producer.header(SOURCE, rendition, place)
            for first, last in ((2, len(GRID) - 1), (0, 1)):
                run = await producer.produce(SOURCE, rendition, GRID, place, first, last)
                async for _ in run.finished():
                    pass


def _manifests(folder: Path, form: SegmentFormat) -> None:
    video = VideoTrack(
        rendition=VideoRendition(name="v", index=0, format=form),
        info=STREAMS[0],
        playlist_uri="v/index.m3u8",
        header_uri="v/header.mp4",
        media_uri="v/$Number%05d$.m4s",
    )
    audio = AudioTrack(
        rendition=AudioRendition(name="a", index=1, format=form),
        info=STREAMS[1],
        name="Ton",
        default=True,
        playlist_uri="a/index.m3u8",
        header_uri="a/header.mp4",
        media_uri="a/$Number%05d$.m4s",
    )
    words = SubtitleTrack(
        rendition=SubtitleRendition(name="s", index=2), info=STREAMS[2], name="Deutsch", playlist_uri="s/index.m3u8"
    )
    (folder / "index.m3u8").write_text(multivariant_playlist([video], [audio], [words]))
    (folder / "index.mpd").write_text(media_presentation(GRID, [video], [audio], [words]))
    for name, ending in (("v", form.extension), ("a", form.extension), ("s", "vtt")):
        header = "header.mp4" if ending == "m4s" else None
        text = media_playlist(GRID, functools.partial(_name, ending), header_uri=header)
        (folder / name / "index.m3u8").write_text(text)


def _name(ending: str, number: int) -> str:
    return f"{number:05d}.{ending}"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module", params=[SegmentFormat.FMP4, SegmentFormat.MPEGTS])
def session(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address and the folder of a session."""
    form: SegmentFormat = request.param
    folder = tmp_path_factory.mktemp(f"session-{form}")
    asyncio.run(_session(folder, form))
    _manifests(folder, form)
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", folder
        server.shutdown()
        thread.join()


def packets(ffmpeg: str, address: str) -> tuple[list[float], list[float]]:
    """The times in seconds of the packets of picture and sound that ffmpeg gets, in the order of decoding."""
    command = [ffmpeg, "-v", "error", "-nostdin", "-copyts", "-i", address, "-map", "0:v:0", "-map", "0:a:0"]
    done = subprocess.run([*command, "-c", "copy", "-f", "framecrc", "-"], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    found: tuple[list[float], list[float]] = ([], [])
    bases = [int(top) / int(bottom) for top, bottom in re.findall(r"#tb \d: (\d+)/(\d+)", done.stdout)]
    for line in done.stdout.splitlines():
        if line and not line.startswith("#"):
            stream, _, shown, *_ = line.split(",")
            found[int(stream)].append(int(shown) * bases[int(stream)])
    return found


def same_times(got: list[float], stream: int) -> None:
    expected = [packet.shown_us / 1e6 for packet in source_packets(FILM, stream)]
    assert len(got) == len(expected)
    shift = got[0] - expected[0]
    assert all(abs(mine - theirs - shift) < 0.0015 for mine, theirs in zip(got, expected, strict=True))


@pytest.mark.parametrize("ffmpeg", PLAYERS)
def test_ffmpeg_gets_every_packet_at_its_time_by_hls(ffmpeg: str, session: tuple[str, Path]) -> None:
    video, audio = packets(ffmpeg, f"{session[0]}/index.m3u8")
    same_times(video, 0)
    same_times(audio, 1)
    # Picture and sound are as far apart as in the file.
    first = [source_packets(FILM, index)[0].shown_us / 1e6 for index in (0, 1)]
    assert video[0] - audio[0] == pytest.approx(first[0] - first[1], abs=0.0015)


@pytest.mark.parametrize("ffmpeg", PLAYERS)
def test_ffmpeg_decodes_every_picture_without_a_word(ffmpeg: str, session: tuple[str, Path]) -> None:
    command = [ffmpeg, "-v", "error", "-nostdin", "-i", f"{session[0]}/index.m3u8", "-map", "0:v:0", "-map", "0:a:0"]
    done = subprocess.run([*command, "-f", "framemd5", "-"], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    pictures = [line for line in done.stdout.splitlines() if line.startswith("0,")]
    assert len(pictures) == len(source_packets(FILM, 0))


@pytest.mark.parametrize("ffmpeg", PLAYERS)
def test_ffmpeg_seeks_to_each_segment(ffmpeg: str, session: tuple[str, Path]) -> None:
    if ffmpeg != imageio_ffmpeg.get_ffmpeg_exe() and (session[1] / "v" / "header.mp4").exists():
        pytest.skip("ffmpeg 5 loses its place in fragments when it seeks, also in those that it made")
    for number in (1, 3):
        start = GRID.start_us(number) / 1e6
        command = [
            ffmpeg,
            "-v",
            "error",
            "-nostdin",
            "-ss",
            f"{start:.6f}",
            "-i",
            f"{session[0]}/index.m3u8",
            "-map",
            "0:v:0",
        ]
        done = subprocess.run(
            [*command, "-frames:v", "1", "-f", "framemd5", "-"], capture_output=True, text=True, check=True
        )
        assert done.stderr == ""
        assert done.stdout.splitlines()[-1].startswith("0,")


@pytest.mark.parametrize("ffmpeg", PLAYERS)
def test_ffmpeg_reads_the_subtitles(ffmpeg: str, session: tuple[str, Path]) -> None:
    command = [ffmpeg, "-v", "error", "-nostdin", "-i", f"{session[0]}/s/index.m3u8", "-map", "0:s:0", "-f", "srt", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for text in ("Hello <i>world</i>", "Long & wide", "Near the end", "The end"):
        assert text in done.stdout.replace("&amp;", "&")


def test_ffmpeg_gets_every_packet_by_dash(session: tuple[str, Path]) -> None:
    ffmpeg = shutil.which("ffmpeg") or imageio_ffmpeg.get_ffmpeg_exe()
    if (session[1] / "v" / "00000.ts").exists():
        pytest.skip("DASH has fragmented MP4")
    if "dash" not in _demuxers(ffmpeg):
        pytest.skip("no ffmpeg that reads DASH")
    video, audio = packets(ffmpeg, f"{session[0]}/index.mpd")
    same_times(video, 0)
    same_times(audio, 1)


def _demuxers(ffmpeg: str) -> list[str]:
    done = subprocess.run([ffmpeg, "-v", "error", "-demuxers"], capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.skipif(not shutil.which("mpv"), reason="no mpv")
@pytest.mark.parametrize("manifest", ["index.m3u8", "index.mpd"])
def test_mpv_plays_it_to_the_end(manifest: str, session: tuple[str, Path]) -> None:
    if manifest == "index.mpd" and (session[1] / "v" / "00000.ts").exists():
        pytest.skip("DASH has fragmented MP4")
    command = [
        "mpv",
        "--no-config",
        "--vo=null",
        "--ao=null",
        "--ao-null-untimed",
        "--untimed",
        "--msg-level=all=warn",
        "--no-terminal",
    ]
    log = session[1] / "mpv.log"
    subprocess.run([*command, f"--log-file={log}", f"{session[0]}/{manifest}"], check=True, timeout=60)
    text = log.read_text()
    assert "EOF" in text or "finished playback, success" in text
    assert not re.search(r"\[e\]|Invalid", text)


def test_the_playlists_are_what_the_standard_asks_for(session: tuple[str, Path]) -> None:
    folder = session[1]
    found = check_multivariant((folder / "index.m3u8").read_text())
    assert len(found.variants) == 1
    for name in ("v", "a", "s"):
        check_against_grid(check_media_playlist((folder / name / "index.m3u8").read_text()), GRID)
