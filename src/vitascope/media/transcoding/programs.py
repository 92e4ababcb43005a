"""Which converters there are: the one that comes with the installation, then the one on PATH."""

import shutil
from collections.abc import Iterator


def programs() -> Iterator[str]:
    """Their paths, in the order in which conversions prefer them."""
    try:
        import imageio_ffmpeg

        yield imageio_ffmpeg.get_ffmpeg_exe()
    except (ImportError, RuntimeError):
        pass
    found = shutil.which("ffmpeg")
    if found is not None:
        yield found
