"""Small films of every awkward kind, made by ffmpeg once for each version of their recipes."""

import hashlib
import struct
import subprocess
import tempfile
from pathlib import Path

import imageio_ffmpeg

FOLDER = Path(__file__).parents[2] / ".cache" / "test-films"
_CLOCK = "testsrc2=size=320x180:rate=24000/1001:duration=8"
_SWEEP = "aevalsrc='0.3*sin(2*PI*(200+100*t)*t)|0.2*sin(2*PI*300*t)':s=44100:d=8"
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "48", "-bf", "2", "-pix_fmt", "yuv420p")


def _lavfi(source: str) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", source)


_SCRIPT = """[Script Info]
ScriptType: v4.00+
PlayResX: 320
PlayResY: 180
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Alignment
Style: Default,VitaSc Sans Mono,40,&H0000FFFF,5
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.50,0:00:03.00,Default,,0,0,0,,FIRST
Dialogue: 0,0:00:05.00,0:00:07.00,Default,,0,0,0,,SECOND
"""
_BLACK = "color=black:size=320x180:rate=24:duration=8"
_HDR = ("-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc")

RECIPES: dict[str, tuple[str, ...]] = {
    "plain.mp4": (*_lavfi(_CLOCK), *_lavfi(_SWEEP), *_H264, "-c:a", "aac"),
    "plain.mkv": (*_lavfi(_CLOCK), *_lavfi(_SWEEP), *_H264, "-c:a", "aac"),
    "plain.ts": (*_lavfi(_CLOCK), *_lavfi(_SWEEP), *_H264, "-c:a", "aac"),
    "hdr.mkv": (
        *(*_lavfi("testsrc2=size=320x180:rate=24:duration=2"), *_HDR, "-c:v", "libx265", "-preset", "ultrafast"),
        *("-x265-params", "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"),
    ),
    "interlaced.ts": (
        *(*_lavfi("testsrc2=size=320x180:rate=50:duration=2"), "-vf", "tinterlace=interleave_top,fieldorder=tff"),
        *("-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-b:v", "2M"),
    ),
    "anamorphic.mp4": (*_lavfi("testsrc2=size=180x144:rate=25:duration=2"), "-vf", "setsar=16/9", *_H264),
    "rotated.mp4": (*("-display_rotation", "90", *_lavfi("testsrc2=size=320x180:rate=25:duration=2"), *_H264),),
    "variable.mkv": (
        *(*_lavfi("testsrc2=size=320x180:rate=30:duration=4"), "-vf", "select='not(mod(n\\,3))+lt(t\\,2)'"),
        *("-fps_mode", "passthrough", *_H264),
    ),
    "surround.mkv": (
        *_lavfi("aevalsrc='0|0|0.4*sin(2*PI*440*t)|0|0.2*sin(2*PI*1000*t)|0':c=5.1:s=48000:d=4"),
        *("-c:a", "ac3", "-b:a", "448k"),
    ),
    "written.mkv": (
        *(*_lavfi(_BLACK), "-i", "script.ass", "-attach", "font.ttf"),
        *("-metadata:s:t:0", "mimetype=application/x-truetype-font", *_H264, "-c:s", "ass"),
    ),
    "drawn.mkv": ("-copyts", *_lavfi(_BLACK), "-i", "pictures.sup", *_H264, "-c:s", "copy"),
}


FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf")
"""Where Debian has it; attached under a name that no system knows."""


def film(name: str) -> Path:
    """The path of a film."""
    recipe = RECIPES[name]
    mark = hashlib.blake2b("\0".join((*recipe, _SCRIPT)).encode(), digest_size=8).hexdigest()
    path = FOLDER / f"{mark}-{name}"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOLDER) as scratch:
            Path(scratch, "script.ass").write_text(_SCRIPT)
            Path(scratch, "pictures.sup").write_bytes(pgs(2.0, 4.0, 120, 40))
            if "font.ttf" in recipe:
                Path(scratch, "font.ttf").write_bytes(_renamed(FONT.read_bytes()))
            made = Path(scratch, path.name)
            command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *recipe, str(made)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL, cwd=scratch)
            made.replace(path)
    return path


def _renamed(font: bytes) -> bytes:
    for encoding in ("ascii", "utf-16-be"):
        font = font.replace("DejaVu".encode(encoding), "VitaSc".encode(encoding))
    return font


def pgs(start_s: float, end_s: float, width: int, height: int) -> bytes:
    """A subtitle of one yellow rectangle at the foot of a picture of 320x180, in the format of Blu-ray discs."""

    def segment(kind: int, time_s: float, body: bytes) -> bytes:
        return struct.pack(">2sIIBH", b"PG", round(time_s * 90_000), 0, kind, len(body)) + body

    left, top = (320 - width) // 2, 180 - height
    window = struct.pack(">BBHHHH", 1, 0, left, top, width, height)
    line = (
        b"\0" + bytes([0x80 | 0x40 | width >> 8, width & 0xFF, 1]) if width > 63 else b"\0" + bytes([0x80 | width, 1])
    )
    pixels = (line + b"\0\0") * height
    shown = struct.pack(">HHBHBBBB", 320, 180, 0x10, 0, 0x80, 0, 0, 1) + struct.pack(">HBBHH", 0, 0, 0, left, top)
    gone = struct.pack(">HHBHBBBB", 320, 180, 0x10, 1, 0, 0, 0, 0)
    drawing = struct.pack(">HBB", 0, 0, 0xC0) + (len(pixels) + 4).to_bytes(3, "big")
    drawing += struct.pack(">HH", width, height) + pixels
    palette = bytes([0, 0, 1, 210, 146, 16, 255])
    return b"".join(
        [
            *(segment(0x16, start_s, shown), segment(0x17, start_s, window), segment(0x14, start_s, palette)),
            *(segment(0x15, start_s, drawing), segment(0x80, start_s, b"")),
            *(segment(0x16, end_s, gone), segment(0x17, end_s, window), segment(0x80, end_s, b"")),
        ]
    )
