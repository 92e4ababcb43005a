"""Recordings that ffmpeg draws: moving pictures and noise, black and silent where a test wants it."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg

Spans = Sequence[tuple[float, float]]
"""Begins and ends in seconds."""


def around(moments: Sequence[float], length_s: float = 0.4) -> Spans:
    """As stations put it between advertisements."""
    return [(at - length_s / 2, at + length_s / 2) for at in moments]


def record(path: Path, seconds: int, black: Spans, silent: Spans, *, seed: int = 1) -> Path:
    """A file of five small frames a second, key frames eight seconds apart; another seed gives another content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = (
        f"color=gray:s=160x90:r=5:d={seconds},drawbox=x='mod(t*20,140)':w=20:c=white:t=fill,"
        f"drawbox=c=black:t=fill:enable='{_within(black)}'"
    )
    sound = f"anoisesrc=d={seconds}:a=0.1:r=16000:seed={seed},volume=0:enable='{_within(silent)}'"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-f", "lavfi", "-i", picture,
               "-f", "lavfi", "-i", sound, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "40",
               "-c:a", "mp2", str(path)]  # fmt: skip
    subprocess.run(command, check=True, timeout=120)
    return path


def _within(spans: Spans) -> str:
    return "+".join(f"gte(t,{begin:.3f})*lt(t,{end:.3f})" for begin, end in spans) or "0"
