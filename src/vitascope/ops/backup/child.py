"""The process that does the work for a running server: ``python -m vitascope.ops.backup``.

Sums, compression and encryption would keep the server's threads from running. The job comes as one line of JSON on
standard input (a database's URL has no place among arguments, which others can see), progress and the outcome go out as
lines. It ends when its parent does.
"""

import os
import signal
import sys
import time
from pathlib import Path

import msgspec

from vitascope.media.workers.parent import end_with_parent
from vitascope.ops.backup import records
from vitascope.ops.backup.errors import BackupError
from vitascope.ops.backup.progress import Progress
from vitascope.ops.paths import SupportDir

_NICENESS = 10
_TELL_SECONDS = 0.2


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What to do."""

    kind: str
    """``create``, ``verify`` or ``drill``."""
    support: str
    folder: str
    recipients: tuple[str, ...] = ()
    unencrypted: bool = False
    database: str | None = None
    identity_file: str | None = None
    package_state: str | None = None
    name: str = ""
    """Of the backup to verify; empty: the newest."""


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the child says: how far it is, or (``ended``) how it ended."""

    what: str = ""
    done: float = 0.0
    ended: bool = False
    ok: bool = False
    name: str = ""
    message: str = ""


def main() -> None:
    """Reads a job, does it, says how it went."""
    end_with_parent(signal.SIGTERM)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.nice(_NICENESS)
    job = msgspec.json.decode(sys.stdin.buffer.readline(), type=Job)
    last = 0.0

    def progress(what: str, done: float) -> None:
        nonlocal last
        if time.monotonic() - last >= _TELL_SECONDS:
            last = time.monotonic()
            _say(Line(what=what, done=done))

    try:
        _say(_do(job, progress))
    except BackupError as error:
        _say(Line(ended=True, message=str(error)))
    except OSError as error:
        _say(Line(ended=True, message=f"{error.filename or job.folder}: {error.strerror}"))


def _say(line: Line) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
    sys.stdout.buffer.flush()


def _do(job: Job, progress: Progress) -> Line:
    from vitascope.ops.backup.keys import load_identities

    support, folder = SupportDir(Path(job.support)), Path(job.folder)
    identities = load_identities(Path(job.identity_file)) if job.identity_file else []
    if job.kind == "create":
        return _create(job, support, folder, progress)
    if job.kind == "verify":
        from vitascope.ops.backup.verify import verify_and_note

        backup = records.pick(folder, job.name)
        found = verify_and_note(backup.path, identities, support, progress)
        message = "whole" if found.manifest is not None else "only its envelope was looked at, for want of an identity"
        return Line(ended=True, ok=True, name=backup.name, message=message)
    from vitascope.ops.backup.drill import drill

    done = drill(folder, identities, support, job.database, progress)
    return Line(ended=True, ok=done.ok, name=done.name, message=done.message)


def _create(job: Job, support: SupportDir, folder: Path, progress: Progress) -> Line:
    from vitascope.ops.backup.create import Order, create
    from vitascope.ops.backup.keys import Recipients

    order = Order(
        support=support,
        folder=folder,
        recipients=Recipients(job.recipients),
        unencrypted=job.unencrypted,
        database=job.database,
        package_state=Path(job.package_state) if job.package_state else None,
    )
    made = create(order, progress)
    return Line(ended=True, ok=True, name=made.path.name, message=f"{made.size_bytes} bytes")


if __name__ == "__main__":
    main()
