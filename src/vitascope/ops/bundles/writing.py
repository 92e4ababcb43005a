"""Puts a bundle on the disk, and never loses what somebody else wrote there.

A file that says exactly what the bundle says is left alone. One that says something else is changed only when the
caller asks for it; otherwise nothing at all is written. Each file appears whole (written beside its place, then
renamed) and never through a link.
"""

import os
from pathlib import Path

from vitascope.ops.bundles.model import Bundle, BundleError, ForeignFileError


def write_bundle(bundle: Bundle, folder: Path, *, overwrite: bool = False) -> tuple[str, ...]:
    """Writes the files and returns the paths of those that are new or were changed.

    Raises :class:`ForeignFileError` when files would change without ``overwrite``, :class:`BundleError` when a place
    cannot be written to.
    """
    wanted = {path: _place(folder, path) for path in sorted(bundle.files)}
    different = tuple(path for path, place in wanted.items() if _differs(place, bundle.files[path].text))
    if different and not overwrite:
        raise ForeignFileError(different)
    written = []
    for path, place in wanted.items():
        file = bundle.files[path]
        if place.is_file() and not place.is_symlink() and path not in different:
            continue
        try:
            _write(place, file.text, file.mode)
        except OSError as error:
            raise BundleError(f"{place} cannot be written: {error.strerror}") from error
        written.append(path)
    return tuple(written)


def _place(folder: Path, path: str) -> Path:
    """Where a file of the bundle goes; no folder on the way may be a link out of it."""
    place = folder
    for part in path.split("/")[:-1]:
        place = place / part
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise BundleError(f"{place} is in the way: a folder is needed there")
    place = folder / path
    if place.is_dir():
        raise BundleError(f"{place} is in the way: a file is needed there")
    return place


def _differs(place: Path, text: str) -> bool:
    if place.is_symlink():
        return True
    if not place.exists():
        return False
    try:
        return place.read_bytes() != text.encode()
    except OSError as error:
        raise BundleError(f"{place} cannot be read: {error.strerror}") from error


def _write(place: Path, text: str, mode: int) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.{os.getpid()}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            os.fchmod(file.fileno(), mode)
        beside.replace(place)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
