"""Gets at the archive of an image that is named, not given as a file: podman has it, or skopeo fetches it."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from vitascope.ops.image.archive import ImageError, read_archive
from vitascope.ops.image.model import Image

_SECONDS = 900


def open_image(wanted: str, *, platform: str | None = None) -> Image:
    """The image in a file or folder, or of this name. Raises :class:`ImageError`."""
    path = Path(wanted)
    if path.exists():
        return read_archive(path, platform_name=platform)
    with tempfile.TemporaryDirectory(prefix="vitascope-image-") as folder:
        target = Path(folder) / "image"
        failures = []
        for command in _commands(wanted, target, platform):
            if shutil.which(command[0]) is None:
                failures.append(f"{command[0]} is not installed")
                continue
            try:
                done = subprocess.run(  # noqa: S603  # an argument list; the name is checked to be no option
                    command, capture_output=True, text=True, check=False, timeout=_SECONDS
                )
            except subprocess.TimeoutExpired:
                failures.append(f"{command[0]} took too long")
                continue
            if done.returncode == 0:
                return read_archive(target, platform_name=platform)
            failures.append(f"{command[0]}: {done.stderr.strip().rpartition('level=')[2] or 'failed'}")
    raise ImageError(f"{wanted}: no such file, and no such image ({'; '.join(failures)})")


def _commands(name: str, target: Path, platform: str | None) -> list[list[str]]:
    if name.startswith("-"):
        raise ImageError(f"{name!r} is no name of an image")
    source = name if "://" in name or name.startswith(("oci:", "dir:", "docker-archive:")) else f"docker://{name}"
    chosen = []
    if platform is not None:
        system, _, architecture = platform.partition("/")
        chosen = ["--override-os", system, "--override-arch", architecture]
    # Not as OCI: its configuration has no place for a health check.
    return [
        ["podman", "image", "save", "--quiet", "--format", "docker-archive", "--output", str(target), name],
        ["skopeo", *chosen, "copy", "--quiet", source, f"docker-archive:{target}"],
    ]
