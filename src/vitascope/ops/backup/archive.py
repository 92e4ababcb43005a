"""Reads an archive whole, and believes nothing in it that its manifest does not say and its sums do not prove.

Files are written, if at all, into a new folder that holds nothing but what this module made in it: no link can lead out
of it, because none is ever made.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vitascope.ops.backup import contents, manifest, tarball
from vitascope.ops.backup.errors import BadArchive, CannotWrite, NotHere, TooNew, WrongKey
from vitascope.ops.backup.manifest import Manifest, Member
from vitascope.ops.backup.progress import Progress, silent
from vitascope.ops.backup.seal import AGE_MAGIC, Unsealer
from vitascope.ops.service import Engine

_READ_BYTES = 1 << 20
_SPARE_BYTES = 64 << 20
"""What must stay free beside the files of an archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What can be said of an archive without a key."""

    size_bytes: int
    encrypted: bool


def look(path: Path) -> Envelope:
    """Checks no more than the beginning. Raises :class:`BadArchive` or :class:`NotHere`."""
    with _opened(path) as file:
        start = file.read(len(AGE_MAGIC))
        encrypted = start == AGE_MAGIC
        if not encrypted and start[:4] != b"\x28\xb5\x2f\xfd":
            raise BadArchive(f"{path.name} is no backup: it begins neither as age nor as zstd does")
        if encrypted:
            head = file.read(64 << 10)
            if b"\n---" not in head:
                raise BadArchive(f"{path.name} is damaged: its header does not end")
        return Envelope(size_bytes=path.stat().st_size, encrypted=encrypted)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotHere(f"{path}: {error.strerror}") from error
    with file:
        yield file


def read_archive(
    path: Path,
    identities: Sequence[Any],
    *,
    keep: Callable[[Member], Path | None] = lambda _: None,
    prepare: Callable[[Manifest], None] = lambda _: None,
    progress: Progress = silent,
    what: str = "reading the backup",
) -> Manifest:
    """Reads every byte of an archive.

    Args:
        keep: where a member is written, ``None`` for nowhere; the folder must be there.
        prepare: called with the manifest before the first member.

    Raises:
        WrongKey, BadArchive, TooNew, NotHere: nothing in the archive is to be trusted.
        CannotWrite: what is kept does not fit.
    """
    with _opened(path) as file, Unsealer(file, identities) as source:
        plan = _read_manifest(source)
        prepare(plan)
        total, done = max(plan.total_bytes, 1), 0
        for member in plan.members:
            header = tarball.read_header(source.read)
            if header is None or header.name != manifest.ROOT + member.name or header.size_bytes != member.size_bytes:
                raise BadArchive(f"the archive does not hold {member.name!r} where its manifest says so")
            for size in _read_member(source, member, keep(member)):
                done += size
                progress(what, done / total)
            tarball.skip_padding(source.read, member.size_bytes)
        if tarball.read_header(source.read) is not None:
            raise BadArchive("the archive holds more than its manifest says")
        tarball.check_end(source.read)
        if source.taken_bytes % tarball.RECORD:
            raise BadArchive("the archive ends early")
        source.check_end()
    return plan


def _known_revision(revision: str) -> bool:
    from vitascope.store.revision import newest_revision

    return revision <= newest_revision()


def _read_manifest(source: Unsealer) -> Manifest:
    header = tarball.read_header(source.read)
    if header is None or header.name != manifest.NAME or header.size_bytes > manifest.MOST_BYTES:
        raise BadArchive("the archive does not begin with a manifest")
    pieces = []
    left = header.size_bytes
    while left:
        piece = source.read(min(left, _READ_BYTES))
        if not piece:
            raise BadArchive("the archive ends early")
        pieces.append(piece)
        left -= len(piece)
    tarball.skip_padding(source.read, header.size_bytes)
    plan = manifest.decode(b"".join(pieces))
    engine = Engine(plan.engine)
    for member in plan.members:
        if not contents.belongs(member.name, engine):
            raise BadArchive(f"a backup of {engine} cannot hold {member.name!r}")
    if engine is Engine.VITASCOPE and plan.revision and not _known_revision(plan.revision):
        raise TooNew(
            f"the backup was made by version {plan.version}, whose database (revision {plan.revision}) this version "
            "does not know: restore it with that version or a newer one"
        )
    if {f"{contents.TABLES}/{name}.copy" for name in plan.tables} != {
        member.name for member in plan.members if member.name.startswith(f"{contents.TABLES}/")
    }:
        raise BadArchive("the manifest and the tables of the archive do not agree")
    return plan


def _read_member(source: Unsealer, member: Member, target: Path | None) -> Iterator[int]:
    digest, left = hashlib.sha256(), member.size_bytes
    descriptor = None
    try:
        if target is not None:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(target, flags, 0o600)
        while left:
            block = source.read(min(left, _READ_BYTES))
            if not block:
                raise BadArchive("the archive ends early")
            digest.update(block)
            left -= len(block)
            if descriptor is not None:
                rest = memoryview(block)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
            yield len(block)
        if digest.hexdigest() != member.sha256:
            raise BadArchive(f"{member.name!r} is not what it was when the backup was made")
        if descriptor is not None:
            os.fchmod(descriptor, member.mode & 0o777)
            os.utime(descriptor, (member.mtime_s, member.mtime_s))
    except (OSError, OverflowError) as error:
        raise CannotWrite(f"{target}: {getattr(error, 'strerror', None) or error}") from error
    finally:
        if descriptor is not None:
            os.close(descriptor)


def extract(
    path: Path, identities: Sequence[Any], folder: Path, progress: Progress = silent, *, what: str = "reading"
) -> Manifest:
    """Writes every member below ``folder``, which must be new and empty."""

    def prepare(plan: Manifest) -> None:
        free = shutil.disk_usage(folder).free
        if plan.total_bytes + _SPARE_BYTES > free:
            raise CannotWrite(
                f"{folder.parent} has {free >> 20} MiB free, the backup needs {(plan.total_bytes + _SPARE_BYTES) >> 20}"
            )

    return read_archive(
        path, identities, keep=lambda member: folder / member.name, prepare=prepare, progress=progress, what=what
    )


__all__ = ["Envelope", "WrongKey", "extract", "look", "read_archive"]
