"""Clips of some seconds with many key frames, for tests of streams: made once by ffmpeg, kept by their recipe."""

import hashlib
import os
import subprocess
from pathlib import Path

import imageio_ffmpeg

FOLDER = Path(__file__).parents[2] / ".cache" / "test-media"
SECONDS = 13

_PICTURE = f"-f lavfi -i testsrc2=size=192x108:rate=24000/1001:duration={SECONDS}"
_TONE = f"-f lavfi -i sine=frequency=440:sample_rate=48000:duration={SECONDS}"
_NOISE = "-f lavfi -i testsrc2=size=1280x720:rate=24:duration=4,noise=alls=40:allf=t"
_MBIT_8 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -b:v 8M -maxrate 8M -bufsize 8M -g 48"
_H264 = "-c:v libx264 -preset ultrafast -crf 35 -bf 3 -b_strategy 0 -x264-params b-pyramid=normal:scenecut=0 -g 36"
_HEVC = (
    "-c:v libx265 -preset ultrafast -crf 35 -pix_fmt yuv420p "
    "-x265-params log-level=none:keyint=36:min-keyint=36:scenecut=0:bframes=3:open-gop={open}"
)

WORDS = (
    "1\n00:00:00,500 --> 00:00:01,500\nHello <i>world</i>\n\n2\n00:00:02,500 --> 00:00:07,000\nLong & wide\n\n"
    "3\n00:00:09,100 --> 00:00:09,900\nNear the end\n\n4\n00:00:12,000 --> 00:00:12,800\nThe end\n"
)

RECIPES = {
    "film.mp4": f"{_PICTURE} {_TONE} {_H264} -pix_fmt yuv420p -ac 2 -c:a aac -b:a 96k",
    "film.mkv": "-i {film.mp4} -c copy",
    "film.mov": "-i {film.mp4} -c copy",
    "film.ts": "-i {film.mp4} -c copy",
    "film.avi": f"{_PICTURE} -c:v mpeg4 -q:v 20 -g 36",
    "no-edits.mp4": "-i {film.mp4} -c copy -use_editlist 0",
    "late.mkv": "-i {film.mp4} -c copy -output_ts_offset 100",
    "delayed.mp4": "-i {film.mp4} -itsoffset 0.7 -i {film.mp4} -map 0:a -map 1:v -c copy",
    "cut.mp4": "-ss 2.1 -i {film.mp4} -c copy",
    "fragmented.mp4": "-i {film.mp4} -c copy -movflags frag_keyframe+empty_moov",
    "sidx.mp4": "-i {film.mp4} -c copy -movflags frag_keyframe+empty_moov+dash+global_sidx",
    "bare-fragments.mp4": "-i {film.mp4} -c copy -movflags frag_keyframe+empty_moov+skip_trailer",
    "open.mkv": f"{_PICTURE} {_TONE} {_HEVC.format(open=1)} -ac 2 -c:a ac3 -b:a 96k",
    "open.mp4": "-i {open.mkv} -c copy",
    "closed.mkv": f"{_PICTURE} {_TONE} {_HEVC.format(open=0)} -ac 2 -c:a eac3 -b:a 96k",
    "intra.mp4": f"{_PICTURE} -c:v libx264 -preset ultrafast -crf 40 -g 1 -pix_fmt yuv420p",
    "vp9.webm": f"{_PICTURE} {_TONE} -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 36 -crf 50 -b:v 0 -c:a libopus",
    "av1.mkv": f"{_PICTURE} {_TONE} -c:v libsvtav1 -preset 13 -crf 60 -g 36 -pix_fmt yuv420p -c:a flac",
    "worded.mkv": "-i {film.mp4} -i {words.srt} -map 0 -map 1 -c copy -metadata:s:s:0 language=ger",
    "worded.mp4": "-i {film.mp4} -i {words.srt} -map 0 -map 1 -c copy -c:s mov_text",
    "ass.mkv": "-i {film.mp4} -i {words.srt} -map 0 -map 1 -c copy -c:s ass",
    "late-words.mkv": "-i {worded.mkv} -map 0 -c copy -output_ts_offset 100",
    "long-words.mkv": "-stream_loop 30 -i {worded.mkv} -map 0 -c copy",
    "minute.mkv": "-stream_loop 5 -i {film.mkv} -c copy",
    "dense.mp4": f"{_NOISE} {_MBIT_8}",
    "dense-film.mp4": "-stream_loop 6 -i {dense.mp4} -c copy",
    "dense-film.mkv": "-stream_loop 6 -i {dense.mp4} -c copy",
    "words.srt": "",
    "song.mp3": f"{_TONE} -ac 2 -c:a libmp3lame -q:a 5",
    "song.flac": f"{_TONE} -ac 2 -c:a flac",
    "song.m4a": f"-f lavfi -i sine=frequency=440:sample_rate=44100:duration={SECONDS} -ac 2 -c:a aac",
    "lossless.m4a": f"{_TONE} -ac 2 -c:a alac",
    "windows.wma": f"{_TONE} -ac 2 -c:a wmav2",
    "dts.mkv": f"{_PICTURE} {_TONE} {_H264} -pix_fmt yuv420p -ac 2 -c:a dca -strict -2",
}


def clip(name: str) -> Path:
    """The path of a clip, which must not be changed."""
    path = FOLDER / f"clip-{_digest(name)}-{name}"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        if name == "words.srt":
            path.write_text(WORDS)
            return path
        arguments = RECIPES[name]
        for used in RECIPES:
            if f"{{{used}}}" in arguments:
                arguments = arguments.replace(f"{{{used}}}", str(clip(used)))
        unfinished = path.with_name(f"{os.getpid()}-{path.name}")
        command = [
            imageio_ffmpeg.get_ffmpeg_exe(),
            "-v",
            "error",
            "-nostdin",
            "-y",
            *arguments.split(),
            str(unfinished),
        ]
        subprocess.run(command, check=True, capture_output=True)
        unfinished.replace(path)
    return path


def _digest(name: str) -> str:
    arguments = RECIPES[name]
    used = "".join(_digest(other) for other in RECIPES if f"{{{other}}}" in arguments)
    own = WORDS if name == "words.srt" else arguments
    return hashlib.sha256((own + used).encode()).hexdigest()[:12]
