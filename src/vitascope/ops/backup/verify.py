"""Is a backup good? Reads it whole, compares every sum, and opens the database that is in it."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vitascope.ops.backup import contents, sqlite_copy
from vitascope.ops.backup.archive import look, read_archive
from vitascope.ops.backup.create import scratch
from vitascope.ops.backup.errors import BadArchive
from vitascope.ops.backup.manifest import Manifest, Member
from vitascope.ops.backup.progress import Progress, silent
from vitascope.ops.backup.records import Look, note_look
from vitascope.ops.paths import SupportDir
from vitascope.ops.service import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found. ``manifest`` is ``None`` when only the envelope could be looked at, for want of an identity."""

    size_bytes: int
    encrypted: bool
    manifest: Manifest | None


def verify(path: Path, identities: Sequence[Any], support: SupportDir, progress: Progress = silent) -> Verified:
    """Verifies a backup. Copies of its database lie in the support directory's cache for the time being.

    Raises:
        BackupError: the backup cannot be used, or not with these identities.
    """
    envelope = look(path)
    if envelope.encrypted and not identities:
        return Verified(size_bytes=envelope.size_bytes, encrypted=True, manifest=None)
    with scratch(support) as folder:

        def keep(member: Member) -> Path | None:
            return folder / member.name if member.name.startswith(f"{contents.DATABASES}/") else None

        plan = read_archive(path, identities, keep=keep, progress=progress, what="verifying")
        progress("opening the database", 1.0)
        check_staged(folder, plan)
    return Verified(size_bytes=envelope.size_bytes, encrypted=envelope.encrypted, manifest=plan)


def verify_and_note(
    path: Path,
    identities: Sequence[Any],
    support: SupportDir,
    progress: Progress = silent,
    *,
    now: Callable[[], float] = time.time,
) -> Verified:
    """As :func:`verify`, and remembers beside the backup what was found, as far as that folder can be written."""
    try:
        found = verify(path, identities, support, progress)
    except BadArchive as error:
        with suppress(OSError):
            note_look(path.parent, path.name, Look(at=int(now()), ok=False, message=str(error)))
        raise
    if found.manifest is not None:
        with suppress(OSError):
            note_look(path.parent, path.name, Look(at=int(now()), ok=True))
    return found


def check_staged(folder: Path, plan: Manifest) -> None:
    """Opens the databases that were written below ``folder``. Raises :class:`BadArchive`.

    The tables of a PostgreSQL database have been compared with their sums; only a server can open them.
    """
    names = {member.name for member in plan.members}
    if Engine(plan.engine) is Engine.VITASCOPE:
        if contents.OUR_DATABASE in names:
            database = folder / contents.OUR_DATABASE
            sqlite_copy.check_database(database)
            if sqlite_copy.revision_of(database) != plan.revision:
                raise BadArchive("the database is not of the revision that the manifest names")
        return
    for name in sorted(names):
        if name.startswith(f"{contents.DATABASES}/") and name.endswith(".db"):
            sqlite_copy.check_database(folder / name, foreign=True)
