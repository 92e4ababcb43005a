"""Media of the size that real ones have, of each build that a scan reads otherwise: where its index lies decides."""

import shutil
from pathlib import Path

from benchmarks.scan import encode

_SCENE_S, _TIMES = 4, 15
_SCENE = ("-f", "lavfi", "-i", f"testsrc2=size=1280x720:rate=24:duration={_SCENE_S},noise=alls=40:allf=t")
_MBIT_8 = ("-c:v", "libx264", "-preset", "ultrafast", "-b:v", "8M", "-maxrate", "8M", "-bufsize", "8M", "-g", "48")


_OTHER = {"mp4": (16).to_bytes(4, "big") + b"free", "mkv": b"\xec\x88", "flac": b""}
"""Begins a box of nothing that makes a film another than its copy: key frames are kept by content."""


def make_long(target: Path, size: int) -> None:
    """A short film made long by a "free" box of nothing, which takes no place on the disk."""
    target.parent.mkdir(parents=True)
    encode(target, "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=2", "-movflags", "+faststart")
    with target.open("r+b") as file:
        end = file.seek(0, 2)
        file.write((size - end).to_bytes(4, "big") + b"free")
        file.truncate(size)


def make_kinds(folder: Path, count: int) -> dict[str, list[Path]]:
    """``count`` files of each kind, by what is special about it: a minute of film at 8 Mbit/s, or some of music."""
    scene = folder.with_name("scene.mp4")
    encode(scene, *_SCENE, *_MBIT_8)
    minute = ("-stream_loop", str(_TIMES - 1), "-i", str(scene), "-c", "copy")
    models = {
        "MP4, index first": ("mp4", (*minute, "-movflags", "+faststart")),
        "MP4, index last": ("mp4", minute),
        "Matroska": ("mkv", minute),
        "FLAC": ("flac", ("-f", "lavfi", "-i", "anoisesrc=duration=150:sample_rate=44100", "-ac", "2")),
    }
    made: dict[str, list[Path]] = {}
    for kind, (ending, arguments) in models.items():
        model = folder.with_name(f"model.{ending}")
        encode(model, *arguments)
        made[kind] = []
        for number in range(count):
            name = f"{kind} {number} ({2000 + number})"
            target = folder / kind / name / f"{name}.{ending}"
            target.parent.mkdir(parents=True)
            shutil.copyfile(model, target)
            with target.open("ab") as file:
                file.write(_OTHER[ending] + (number.to_bytes(8, "big") if _OTHER[ending] else b""))
            made[kind].append(target)
        model.unlink()
    scene.unlink()
    return made
