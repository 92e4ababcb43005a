"""A night of the running server, with the process that does its work."""

import asyncio
import time
from pathlib import Path

import pytest
from tests.ops.backup.conftest import Key, write

from vitascope.library.activities import Activity, ActivityBoard, ActivityEvent
from vitascope.ops.backup.child import Line
from vitascope.ops.backup.errors import BackupError
from vitascope.ops.backup.records import find_backups, newest_facts, read_records
from vitascope.ops.backup.retention import Keep
from vitascope.ops.backup.service import BackupService, Run
from vitascope.ops.backup.settings import BackupSettings, read_settings
from vitascope.ops.paths import SupportDir


def _service(support: SupportDir, folder: Path, settings: BackupSettings, board: ActivityBoard) -> BackupService:
    return BackupService(settings, support, board, folder=lambda: folder, enabled=lambda: True)


def test_a_night_makes_practises_and_removes(support: SupportDir, backups: Path, key: Key) -> None:
    for day in range(1, 29):
        write(backups / f"plex-202001{day:02}T030000Z-0.1.0.tar.zst.age", b"old")
    told: list[tuple[ActivityEvent, Activity]] = []
    board = ActivityBoard(lambda event, activity: told.append((event, activity)))
    settings = BackupSettings(recipients=key.recipients, identity_file=key.file, keep=Keep(days=3, weeks=0, months=0))

    async def night() -> None:
        service = _service(support, backups, settings, board)
        await service.night()
        assert service.last is not None
        assert (service.last.kind, service.last.ok) == ("drill", True)
        await service.night()
        assert service.last.kind == "verify", "a drill once a week is enough"
        await service.close()

    asyncio.run(night())
    # two of tonight are of one day: the newer one stays, and so do the newest two of old
    assert [one.name[5:13] for one in find_backups(backups)[1:]] == ["20200128", "20200127"]
    facts = newest_facts(backups)
    assert facts is not None
    assert facts.drill_ok
    assert facts.verified_at is not None
    titles = {activity.title for event, activity in told if event is ActivityEvent.STARTED}
    assert titles == {"Making a backup", "Practising a restore", "Verifying a backup"}
    assert board.activities() == []


def test_a_night_without_a_backup_removes_nothing(support: SupportDir, backups: Path, key: Key) -> None:
    for day in range(1, 29):
        write(backups / f"plex-202001{day:02}T030000Z-0.1.0.tar.zst.age", b"old")
    support.preferences.unlink()
    support.database.unlink()
    settings = BackupSettings(recipients=key.recipients, keep=Keep(days=1, weeks=0, months=0))

    async def night() -> None:
        service = _service(support, backups, settings, ActivityBoard())
        with pytest.raises(BackupError, match="nothing to back up"):
            await service.night()
        await service.close()

    asyncio.run(night())
    assert len(find_backups(backups)) == 28
    assert read_records(backups).drill is None


class ByHand(BackupService):
    """Whose work a test ends."""

    def __init__(self, settings: BackupSettings, support: SupportDir, folder: Path) -> None:
        super().__init__(settings, support, ActivityBoard(), folder=lambda: folder, enabled=lambda: True)
        self.done: list[str] = []
        self.begun: asyncio.Queue[str] = asyncio.Queue()
        self.may_end = asyncio.Semaphore(0)

    async def _child(self, run: Run, _name: str) -> Line:
        self.begun.put_nowait(run.kind)
        await self.may_end.acquire()
        self.done.append(run.kind)
        return Line(ended=True, ok=len(self.done) != 2, message=f"the {len(self.done)}. work")


def test_a_night_waits_for_what_the_owner_does_and_is_judged_by_its_own(
    support: SupportDir, backups: Path, key: Key
) -> None:
    write(backups / "plex-20200101T030000Z-0.1.0.tar.zst.age", b"old")
    settings = BackupSettings(recipients=key.recipients, identity_file=key.file, drill="never")

    async def work() -> list[str]:
        service = ByHand(settings, support, backups)
        service.begin("verify")
        first = service._work  # what it does now
        assert first is not None

        async def owner() -> None:
            await asyncio.wait({first})
            service.begin("verify")  # and fails

        by_hand = asyncio.create_task(owner())
        await service.begun.get()
        night = asyncio.create_task(service.night())
        for _ in range(3):
            service.may_end.release()
            await service.begun.get()
        service.may_end.release()
        await night
        await by_hand
        return service.done

    assert asyncio.run(work()) == ["verify", "verify", "create", "verify"]


def test_what_cannot_be_done_is_said_at_once(support: SupportDir, backups: Path, key: Key) -> None:
    async def ask() -> None:
        nobody = _service(support, backups, BackupSettings(), ActivityBoard())
        assert nobody.next_at is None
        with pytest.raises(BackupError, match="VITASCOPE_BACKUP_RECIPIENTS"):
            nobody.begin("create")
        blind = _service(support, backups, BackupSettings(recipients=key.recipients), ActivityBoard())
        assert blind.next_at is not None
        assert blind.next_at > time.time()
        with pytest.raises(BackupError, match="VITASCOPE_BACKUP_IDENTITY_FILE"):
            blind.begin("drill")

    asyncio.run(ask())


def test_the_settings_come_from_the_environment(key: Key, tmp_path: Path) -> None:
    assert read_settings({}) == BackupSettings()
    found = read_settings(
        {
            "VITASCOPE_BACKUP_DIR": str(tmp_path),
            "VITASCOPE_BACKUP_RECIPIENTS": key.recipients.texts[0],
            "VITASCOPE_BACKUP_IDENTITY_FILE": str(key.file),
            "VITASCOPE_BACKUP_TIME": "04:30",
            "VITASCOPE_BACKUP_KEEP": "1d",
            "VITASCOPE_BACKUP_DRILL": "never",
        }
    )
    assert found.folder == tmp_path
    assert found.recipients == key.recipients
    assert found.possible
    assert (found.daily.hour, found.daily.minute, found.keep.days, found.drill) == (4, 30, 1, "never")
    assert read_settings({"VITASCOPE_BACKUP_UNENCRYPTED": "1"}).possible
