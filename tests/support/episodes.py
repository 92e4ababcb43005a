"""Episodes whose sound and pictures are known: music that is composed by a seed, and credits that are drawn."""

import subprocess
import wave
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

RATE = 16_000
FPS = 5
SIZE = (320, 180)
Floats = NDArray[np.float32]
Gray = NDArray[np.uint8]


def music(seed: int, seconds: float) -> Floats:
    """A melody of its own for each seed, of notes that all share."""
    chance = np.random.default_rng(seed)
    made = np.zeros(int(seconds * RATE), dtype=np.float32)
    at = 0
    while at < len(made):
        length = min(int(RATE * chance.uniform(0.15, 0.5)), len(made) - at)
        x = np.arange(length) / RATE
        pitch = chance.choice([220, 262, 294, 330, 392, 440, 523, 587, 659])
        for part in range(1, 7):
            made[at : at + length] += (0.2 / part * np.sin(2 * np.pi * pitch * part * x) * np.exp(-3 * x)).astype("f4")
        at += length
    return made


def with_theme(content: Floats, theme: Floats, at_s: float) -> Floats:
    """The content, with a theme in the place of what was there."""
    made = content.copy()
    start = int(at_s * RATE)
    made[start : start + len(theme)] = theme
    return made


def scene(seed: int, number: int) -> Gray:
    """A frame of moving light and shadow."""
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    waves = np.sin(x / 23 + number / 3 + seed) + np.cos(y / 17 - number / 5)
    return np.asarray(127 + 55 * waves, dtype=np.uint8)


def credits_frame(number: int, *, over: Gray | None = None) -> Gray:
    """A frame of names that roll by."""
    image = Image.fromarray(over) if over is not None else Image.new("L", SIZE, 6)
    pen = ImageDraw.Draw(image)
    for line in range(-2, 14):
        y = line * 22 + 180 - (number * 4) % 22
        pen.text((60, y), f"Role {line + number // 6}", fill=190)
        pen.text((170, y), f"A. N. Actor {line * 7 + number // 6}", fill=235)
    return np.asarray(image, dtype=np.uint8)


def write(
    path: Path, sound: Floats, frame: Callable[[int], Gray] = lambda number: scene(0, number), *, key_every_s: int = 2
) -> Path:
    """A file of this sound and these frames, as long as the sound."""
    path.parent.mkdir(parents=True, exist_ok=True)
    spoken = path.with_suffix(".wav")
    with wave.open(str(spoken), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    raw = b"".join(frame(number).tobytes() for number in range(int(len(sound) / RATE * FPS)))
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "gray",
               "-s", f"{SIZE[0]}x{SIZE[1]}", "-r", str(FPS), "-i", "-", "-i", str(spoken), "-c:v", "libx264",
               "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", str(key_every_s * FPS), "-c:a", "aac",
               "-b:a", "64k", str(path)]  # fmt: skip
    subprocess.run(command, input=raw, check=True, timeout=120)
    spoken.unlink()
    return path
