"""Where the parts of the container meet: the environment, the services' controls, the ids of a read-only root.

They lie below ``/run/s6`` as with s6-overlay (``/var/run`` is ``/run``). A container that was started as an ordinary
user may not be able to write there; then ``/tmp/s6`` takes its place, and the shell scripts look in both.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

CANDIDATES = (Path("/run/s6"), Path("/tmp/s6"))  # noqa: S108  # checked for its owner before use

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OF_THE_SHELL = frozenset({"PWD", "OLDPWD", "SHLVL", "_"})


def make_runtime_folder(candidates: Iterable[Path] = CANDIDATES) -> Path | None:
    """The first folder that can be made, or is there and ours; ``None`` when nothing can be written at all."""
    for folder in candidates:
        try:
            folder.mkdir(mode=0o755, exist_ok=True)
            found = folder.lstat()
            if not folder.is_symlink() and found.st_uid == os.geteuid() and os.access(folder, os.W_OK):
                return folder
        except OSError:
            continue
    return None


def write_environment(folder: Path, variables: Mapping[str, str]) -> None:
    """Leaves the container's variables for ``with-contenv``, one file each, readable by their owner alone.

    Some of them are secrets. Names that a shell could not take are left out.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, value in variables.items():
        if _NAME.fullmatch(name) and name not in _OF_THE_SHELL:
            write_file(folder / name, value, mode=0o600)


def write_file(path: Path, text: str, *, mode: int) -> None:
    """Writes a small file whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
            os.fchmod(file.fileno(), mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
