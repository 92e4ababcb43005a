"""The copies of a member's files: the encrypted backup before an update, and the one that leads back.

The one that leads back is made when the old version has been stopped, so that nothing is done between it and the
update, and it is read whole before the new version may start: a way back that cannot be gone is none. It is not
encrypted, since a machine that holds only public keys could not open it. It lies beside the updater's state, for its
account alone, on the machine whose files it is a copy of, until the next update.
"""

import logging
from pathlib import Path

from vitascope.ops.backup import records, swap
from vitascope.ops.backup.create import Order, create
from vitascope.ops.backup.errors import BackupError
from vitascope.ops.backup.keys import parse_recipients
from vitascope.ops.backup.restore import RestoreOrder, restore, resume
from vitascope.ops.backup.retention import Keep
from vitascope.ops.backup.verify import verify
from vitascope.ops.managers import NoManager
from vitascope.ops.service import Engine
from vitascope.ops.updates.errors import BadGroup, UpdateError
from vitascope.ops.updates.groups import Member
from vitascope.ops.updates.servers import support_of

_log = logging.getLogger(__name__)


def check_database(member: Member, kind: str) -> None:
    """Whether the database of a member is the one that would be copied; ``kind`` is what its server says it has. A way
    back without the database, or with another than the server's, is none. Raises
    :class:`~vitascope.ops.updates.errors.UpdateError`."""
    if member.engine is not Engine.VITASCOPE:
        return
    found = kind or ("sqlite" if support_of(member).database.exists() else "postgresql")
    if found == "postgresql" and not member.database:
        raise UpdateError(
            f"the database of {member.name} is no file in its folder, and could not be put back:"
            f' name it in {member.name}.toml (database = "postgresql://…")'
        )
    if kind == "sqlite" and member.database:
        raise UpdateError(
            f"{member.name} keeps its database in a file, and {member.name}.toml names another (database)"
        )


def back_up(member: Member) -> Path | None:
    """Makes the encrypted backup, while the server runs; ``None`` where none is wanted, or the engine would have to be
    stopped for it. Raises :class:`~vitascope.ops.backup.errors.BackupError` or ``OSError``."""
    if member.engine is not Engine.VITASCOPE or not member.backup_dir:
        return None
    try:
        keep = Keep.parse(member.keep) if member.keep else None
    except ValueError as error:
        raise BadGroup(f"{member.name}: keep: {error}") from error
    folder = Path(member.backup_dir)
    made = create(
        Order(
            support=support_of(member),
            folder=folder,
            recipients=parse_recipients((), (Path(member.recipients_file),)),
            engine=member.engine,
            database=member.database or None,
        )
    )
    if keep is not None:
        records.remove_old(folder, keep)
    return made.path


def set_aside(member: Member, folder: Path) -> str:
    """Copies the files of a member that is stopped, and makes sure that the copy can be restored; returns its name.
    Earlier copies are removed afterwards."""
    if member.engine is None:
        return ""
    support = support_of(member)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = create(
        Order(
            support=support,
            folder=folder,
            unencrypted=True,
            engine=member.engine,
            database=member.database or None,
        )
    )
    try:
        verify(made.path, (), support)
    except BaseException:
        made.path.unlink(missing_ok=True)
        raise
    for old in records.find_backups(folder):
        if old.path != made.path:
            old.path.unlink(missing_ok=True)
    return made.path.name


def bring_back(member: Member, folder: Path, name: str) -> str:
    """Restores the copy, once: a restore that was interrupted is finished, and one that was done is not done again.
    The member is stopped. Returns where the replaced files lie now, for a person; they stay there for a day."""
    if member.engine is None or not name:
        return ""
    support, database = support_of(member), member.database or None
    place = swap.Place(support)
    if swap.is_interrupted(place):
        resume(support, database)
    journal = place.journal()
    if journal is not None and journal.origin == name and journal.state in (swap.State.WAITING, swap.State.STARTED):
        return str(place.beside(journal.kept))
    archive = folder / name
    if not archive.is_file():
        raise BackupError(f"the copy that leads back is gone: {archive}")
    order = RestoreOrder(support=support, archive=archive, engine=member.engine, database=database, manager=NoManager())
    return str(restore(order).kept)
