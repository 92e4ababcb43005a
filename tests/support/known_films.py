"""Films of some seconds whose pictures and sound are known, made by ffmpeg."""

import subprocess
from pathlib import Path

import imageio_ffmpeg

STEPS = ("black", "red", "green", "blue", "white", "yellow", "cyan", "magenta", "gray", "orange", "purple", "brown")


def run_ffmpeg(*arguments: str | Path) -> None:
    """Runs ffmpeg; it must succeed."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, timeout=120)


def stepped_film(path: Path, *, steps: int = 6, step_s: int = 4, key_every_s: int = 2, codec: str = "libx264") -> Path:
    """A film of one colour after the other, each for ``step_s`` seconds, with a key frame every ``key_every_s``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    size, rate = "160x90", 12
    colours = [f"color=c={STEPS[n % len(STEPS)]}:s={size}:r={rate}:d={step_s}[v{n}]" for n in range(steps)]
    joined = ";".join(colours) + ";" + "".join(f"[v{n}]" for n in range(steps)) + f"concat=n={steps}[v]"
    run_ffmpeg(
        *("-filter_complex", joined, "-map", "[v]"),
        *("-c:v", codec, "-pix_fmt", "yuv420p", "-g", str(key_every_s * rate), path),
    )
    return path
