"""Small real media files, made by ffmpeg when a test first asks and kept by the content of their recipe.

Every file is one or two seconds long. What no muxer at hand writes (Dolby Vision boxes, 64-bit chunk offsets, picture
subtitles) is made by hand from files that ffmpeg wrote.
"""

import hashlib
import os
import shutil
import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import imageio_ffmpeg

FOLDER = Path(__file__).parents[2] / ".cache" / "test-media"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """``arguments`` of ffmpeg, in which ``{name}`` stands for another sample or a text file of :data:`TEXTS`."""

    arguments: str
    uses: tuple[str, ...] = ()


TEXTS = {
    "subs.srt": "1\n00:00:00,200 --> 00:00:00,900\nHello <i>world</i>\n\n2\n00:00:01,000 --> 00:00:01,500\nA & B\n",
    "subs.ass": (
        "[Script Info]\nScriptType: v4.00+\nPlayResX: 384\nPlayResY: 288\n\n[V4+ Styles]\n"
        "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
        "Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, "
        "MarginR, MarginV, Encoding\n"
        "Style: Sign,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,0\n\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: 0,0:00:00.20,0:00:00.90,Sign,,0,0,0,,{\\i1}Slanted{\\i0}, with a comma\n"
    ),
    "chapters.txt": (
        ";FFMETADATA1\ntitle=The Film\nDATE_RELEASED=1999-03-04\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=800\ntitle=Opening\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=800\nEND=2000\ntitle=Ende\n"
    ),
    "font.ttf": "not really a font",
}

_PICTURE = "-f lavfi -i testsrc2=s={size}:r={rate}:d=2"
_TONE = "-f lavfi -i sine=frequency=440:sample_rate=48000:duration=2"
_X264 = "-c:v libx264 -preset ultrafast -crf 40"
_HDR = "-vf setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc:range=limited"
_X265 = (
    "-c:v libx265 -preset ultrafast -crf 40 -pix_fmt yuv420p10le -x265-params "
    "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:range=limited"
)


def _video(arguments: str, *, size: str = "320x180", rate: str = "25", sound: str = "") -> str:
    source = _PICTURE.format(size=size, rate=rate)
    return f"{source} {_TONE} {arguments} {sound}" if sound else f"{source} {arguments}"


RECIPES = {
    "h264.mp4": Recipe(
        arguments=_video(
            "-c:v libx264 -preset veryfast -profile:v high -pix_fmt yuv420p -refs 3 -bf 2 -metadata title=Shown "
            "-metadata show=Series -metadata season_number=2 -metadata episode_sort=5 -metadata:s:a:0 language=eng "
            "-movflags +faststart",
            size="1280x720",
            rate="24000/1001",
            sound="-ac 2 -c:a aac -b:a 96k",
        )
    ),
    "late-index.mp4": Recipe(arguments="-i {h264.mp4} -c copy", uses=("h264.mp4",)),
    "fragmented.mp4": Recipe(arguments="-i {h264.mp4} -c copy -movflags frag_keyframe+empty_moov", uses=("h264.mp4",)),
    "rotated.mp4": Recipe(arguments="-display_rotation -90 -i {h264.mp4} -c copy", uses=("h264.mp4",)),
    "h264.mov": Recipe(arguments="-i {h264.mp4} -c copy", uses=("h264.mp4",)),
    "h264.mkv": Recipe(arguments="-i {h264.mp4} -c copy", uses=("h264.mp4",)),
    "h264.ts": Recipe(arguments="-i {h264.mp4} -c copy -f mpegts", uses=("h264.mp4",)),
    "h264.flv": Recipe(arguments="-i {h264.mp4} -ar 44100 -c:v copy -c:a aac", uses=("h264.mp4",)),
    "timed-text.mp4": Recipe(
        arguments="-i {h264.mp4} -i {subs.srt} -map 0 -map 1 -c copy -c:s mov_text -metadata:s:s:0 language=deu",
        uses=("h264.mp4", "subs.srt"),
    ),
    "everything.mkv": Recipe(
        arguments=_video(
            "-f lavfi -i sine=d=2:frequency=300 -i {subs.srt} -i {subs.ass} -i {chapters.txt} "
            "-map 0:v -map 1:a -map 1:a -map 2:a -map 3:s -map 3:s -map 4:s -map_metadata 5 -map_chapters 5 "
            f"{_X265} {_HDR} -filter:a:0 pan=5.1(side)|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0 -c:a:0 ac3 -b:a:0 448k "
            "-c:a:1 aac -c:a:2 libopus -c:s:0 srt -c:s:1 srt -c:s:2 ass "
            "-metadata:s:a:0 language=eng -metadata:s:a:1 language=deu -metadata:s:a:2 language=eng "
            "-metadata:s:a:2 title=Commentary -disposition:a:0 default+original -disposition:a:1 dub "
            "-disposition:a:2 comment -metadata:s:s:0 language=ger -disposition:s:0 forced "
            "-metadata:s:s:1 language=eng -disposition:s:1 hearing_impaired -metadata:s:s:2 language=por "
            "-metadata:s:s:2 title=Signs "
            "-attach {font.ttf} -metadata:s:t mimetype=application/x-truetype-font -metadata:s:t filename=font.ttf",
            size="640x360",
            rate="24",
            sound=" ",
        ),
        uses=("subs.srt", "subs.ass", "chapters.txt", "font.ttf"),
    ),
    "hdr10.mp4": Recipe(arguments=_video(f"{_X265} {_HDR} -tag:v hvc1", size="640x360")),
    "av1-hdr.mkv": Recipe(
        arguments=_video(f"-c:v libsvtav1 -preset 12 -crf 60 -pix_fmt yuv420p10le {_HDR}", sound="-c:a libopus")
    ),
    "av1.mp4": Recipe(arguments=_video("-c:v libsvtav1 -preset 12 -crf 60")),
    "vp9.webm": Recipe(
        arguments=_video("-c:v libvpx-vp9 -deadline realtime -cpu-used 8", rate="30", sound="-c:a libopus")
    ),
    "mpeg4.avi": Recipe(arguments=_video("-c:v mpeg4 -q:v 20", sound="-ac 2 -c:a libmp3lame -b:a 64k")),
    "pal.ts": Recipe(
        arguments=_video(
            "-vf setsar=64/45,setfield=tff -c:v mpeg2video -q:v 20 -flags +ildct+ilme -metadata:s:a:0 language=fra",
            size="720x576",
            sound="-ac 2 -c:a mp2",
        )
    ),
    "interlaced.mkv": Recipe(
        arguments=_video(f"{_X264} -vf setfield=tff -flags +ildct+ilme", size="720x480", rate="30000/1001")
    ),
    "anamorphic.mkv": Recipe(
        arguments=_video(
            f"{_X264} -pix_fmt yuv420p -vf setsar=16/11 -bsf:v h264_metadata=sample_aspect_ratio=16/11", size="720x576"
        )
    ),
    "60p.mkv": Recipe(arguments=_video(f"{_X264} -pix_fmt yuv420p", rate="60000/1001")),
    "deep.mkv": Recipe(arguments=_video(f"{_X264} -pix_fmt yuv422p10le")),
    "dts.mkv": Recipe(arguments=_video(_X264, sound="-filter:a pan=5.1(side)|c0=c0|c1=c0 -c:a dca -strict -2")),
    "truehd.mkv": Recipe(arguments=_video(_X264, sound="-ac 2 -c:a truehd -strict -2")),
    "eac3.mkv": Recipe(arguments=_video(_X264, sound="-filter:a pan=5.1|c0=c0|c1=c0 -c:a eac3")),
    "flac-24.mkv": Recipe(arguments=_video(_X264, sound="-ac 2 -c:a flac -sample_fmt s32 -bits_per_raw_sample 24")),
    "cover.jpg": Recipe(arguments="-f lavfi -i testsrc2=s=64x48 -frames:v 1"),
    "cover.png": Recipe(arguments="-f lavfi -i testsrc2=s=65x49 -frames:v 1"),
    "cover.webp": Recipe(arguments="-f lavfi -i testsrc2=s=66x50 -frames:v 1"),
    "cover.gif": Recipe(arguments="-f lavfi -i testsrc2=s=67x51 -frames:v 1"),
    "cover.bmp": Recipe(arguments="-f lavfi -i testsrc2=s=68x52 -frames:v 1"),
    "cover.tiff": Recipe(arguments="-f lavfi -i testsrc2=s=69x53 -frames:v 1"),
    "tone.mp3": Recipe(arguments=f"{_TONE} -ac 2 -c:a libmp3lame -b:a 128k"),
    "tone.flac": Recipe(arguments=f"{_TONE} -ac 2 -c:a flac"),
    "tone.ogg": Recipe(arguments=f"{_TONE} -ac 2 -c:a libvorbis"),
    "tone.opus": Recipe(arguments=f"{_TONE} -ac 2 -c:a libopus"),
    "tone.m4a": Recipe(arguments=f"{_TONE} -ac 2 -c:a aac -b:a 96k"),
    "alac.m4a": Recipe(arguments=f"{_TONE} -ac 2 -c:a alac"),
    "book.m4b": Recipe(
        arguments=f"{_TONE} -i {{chapters.txt}} -map 0:a -map_metadata 1 -map_chapters 1 -c:a aac -f mp4",
        uses=("chapters.txt",),
    ),
    "tone.wma": Recipe(arguments=f"{_TONE} -ac 2 -c:a wmav2"),
    "tone.wav": Recipe(arguments=f"{_TONE} -ac 2 -c:a pcm_s16le -metadata title=Chunk"),
    "tone.aiff": Recipe(arguments=f"{_TONE} -ac 2 -c:a pcm_s24be"),
    "tone.aac": Recipe(arguments=f"{_TONE} -ac 2 -c:a aac"),
    "tone.wv": Recipe(arguments=f"{_TONE} -ac 2 -c:a wavpack"),
    "mpeg.mpg": Recipe(arguments=_video("-c:v mpeg1video", sound="-c:a mp2")),
    "dvd.vob": Recipe(arguments=_video("-c:v mpeg2video", size="720x576", sound="-ac 2 -c:a ac3 -f vob")),
    "disc.m2ts": Recipe(arguments=_video(f"{_X264} -mpegts_m2ts_mode 1", sound="-c:a ac3 -f mpegts")),
    "windows.wmv": Recipe(arguments=_video("-c:v wmv2", sound="-c:a wmav2")),
    "camera.dv": Recipe(
        arguments=_video("-c:v dvvideo -pix_fmt yuv420p", size="720x576", sound="-ac 2 -c:a pcm_s16le")
    ),
    "tiny.mp4": Recipe(
        arguments=_video("-c:v libx264 -preset veryfast -bf 2 -crf 50 -pix_fmt yuv420p", size="32x32", sound="-c:a aac")
    ),
    "long.mp4": Recipe(arguments="-stream_loop 180 -i {tiny.mp4} -c copy", uses=("tiny.mp4",)),
    "cover.mkv": Recipe(
        arguments="-i {60p.mkv} -c copy -attach {cover.jpg} -metadata:s:t mimetype=image/jpeg "
        "-metadata:s:t filename=cover.jpg",
        uses=("60p.mkv", "cover.jpg"),
    ),
    "cover.mp4": Recipe(
        arguments="-i {60p.mkv} -i {cover.jpg} -map 0 -map 1 -c copy -disposition:v:1 attached_pic",
        uses=("60p.mkv", "cover.jpg"),
    ),
    "pgs.mkv": Recipe(arguments=_video(f"-i {{pictures.sup}} -map 0 -map 1 -c:s copy {_X264}"), uses=("pictures.sup",)),
    "hdr10.ts": Recipe(arguments="-i {hdr10.mp4} -c copy -f mpegts", uses=("hdr10.mp4",)),
    "dolby.mkv": Recipe(arguments="-i {dolby.mp4} -c copy -strict unofficial", uses=("dolby.mp4",)),
}


def sample(name: str) -> Path:
    """The path of a sample, which must not be changed."""
    path = FOLDER / _digest(name) / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.parent / f"unfinished-{os.getpid()}-{name}"
        _make(name, unfinished)
        unfinished.rename(path)
    return path


def copy_of(name: str, folder: Path, as_name: str | None = None) -> Path:
    """A copy of a sample that a test may change."""
    return Path(shutil.copyfile(sample(name), folder / (as_name or name)))


@cache
def _digest(name: str) -> str:
    recipe = RECIPES.get(name)
    if recipe is None:
        text = TEXTS.get(name) or Path(__file__).read_text()
    else:
        text = recipe.arguments + "".join(_digest(used) for used in recipe.uses)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _make(name: str, path: Path) -> None:
    if name in TEXTS:
        path.write_text(TEXTS[name])
    elif name in _BY_HAND:
        path.write_bytes(_BY_HAND[name]())
    else:
        recipe = RECIPES[name]
        arguments = recipe.arguments
        for used in recipe.uses:
            arguments = arguments.replace("{" + used + "}", str(sample(used)))
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y", *arguments.split(), str(path)]
        subprocess.run(command, check=True, capture_output=True)


# Made by hand

_CONTAINERS = {b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"stbl": 0, b"stsd": 8, b"hvc1": 78}


def rewrite_boxes(data: bytes, change: Callable[[bytes, bytes], bytes]) -> bytes:
    """The same boxes with the content of each as ``change(kind, content)`` wants it; sizes are put right."""
    made = b""
    place = 0
    while place + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        content = data[place + 8 : place + size]
        if (skipped := _CONTAINERS.get(kind)) is not None:
            content = content[:skipped] + rewrite_boxes(content[skipped:], change)
        content = change(kind, content)
        made += struct.pack(">I4s", len(content) + 8, kind) + content
        place += size
    return made


def dolby_record(profile: int, level: int, *, rpu: bool, el: bool, bl: bool, compat: int) -> bytes:
    """A decoder configuration record of 24 bytes."""
    bits = profile << 17 | level << 11 | rpu << 10 | el << 9 | bl << 8 | compat << 4
    return bytes([1, 0]) + bits.to_bytes(3, "big") + bytes(19)


def _dolby() -> bytes:
    record = dolby_record(8, 6, rpu=True, el=False, bl=True, compat=1)
    box = struct.pack(">I4s", len(record) + 8, b"dvvC") + record
    data = sample("hdr10.mp4").read_bytes()
    return rewrite_boxes(data, lambda kind, content: content + box if kind == b"hvc1" else content)


def _wide_offsets() -> bytes:
    """Chunk offsets of 64 bits; the index lies behind the data, so none of them moves."""
    data = sample("late-index.mp4").read_bytes()
    place = data.index(b"stco") - 4
    made = rewrite_boxes(
        data,
        lambda kind, content: (
            content[:8] + b"".join(struct.pack(">Q", offset) for (offset,) in struct.iter_unpack(">I", content[8:]))
            if kind == b"stco"
            else content
        ),
    )
    return made[:place] + made[place:].replace(b"stco", b"co64")


def _pictures() -> bytes:
    """A PGS stream of one empty composition."""
    composition = bytes.fromhex("0140 00b4 10 0000 80 00 00 00".replace(" ", ""))
    segments = [(0x16, composition), (0x80, b"")]
    return b"".join(b"PG" + struct.pack(">IIBH", 90_000, 0, kind, len(content)) + content for kind, content in segments)


_BY_HAND: dict[str, Callable[[], bytes]] = {
    "dolby.mp4": _dolby,
    "wide-offsets.mp4": _wide_offsets,
    "pictures.sup": _pictures,
}
