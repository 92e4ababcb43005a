"""Small films of every awkward kind, made by ffmpeg once for each version of their recipes."""

import hashlib
import os
import subprocess
from pathlib import Path

import imageio_ffmpeg

FOLDER = Path(__file__).parents[2] / ".cache" / "test-films"
_CLOCK = "testsrc2=size=320x180:rate=24000/1001:duration=8"
_SWEEP = "aevalsrc='0.3*sin(2*PI*(200+100*t)*t)|0.2*sin(2*PI*300*t)':s=44100:d=8"
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "48", "-bf", "2", "-pix_fmt", "yuv420p")


def _lavfi(source: str) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", source)


RECIPES: dict[str, tuple[str, ...]] = {
    "plain.mp4": (*_lavfi(_CLOCK), *_lavfi(_SWEEP), *_H264, "-c:a", "aac"),
    "plain.mkv": (*_lavfi(_CLOCK), *_lavfi(_SWEEP), *_H264, "-c:a", "aac"),
    "plain.ts": (*_lavfi(_CLOCK), *_lavfi(_SWEEP), *_H264, "-c:a", "aac"),
}


def film(name: str) -> Path:
    """The path of a film."""
    recipe = RECIPES[name]
    mark = hashlib.blake2b("\0".join(recipe).encode(), digest_size=8).hexdigest()
    path = FOLDER / f"{mark}-{name}"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{os.getpid()}-{path.name}")
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *recipe, str(unfinished)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        unfinished.replace(path)
    return path
