"""A disk that is full at any point of a backup or a restore: said, nothing left, nothing lost."""

import os
import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.ops.backup.conftest import Key, fill, state_of, write

from vitascope.ops.backup import archive
from vitascope.ops.backup.create import Order, create
from vitascope.ops.backup.errors import BackupError, CannotWrite
from vitascope.ops.backup.restore import RestoreOrder, restore
from vitascope.ops.paths import SupportDir

POINTS = 20
SEED = int(os.environ.get("VITASCOPE_DAMAGE_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)
_MIB = 1 << 20


@contextmanager
def small_disk(folder: Path, size_bytes: int) -> Iterator[Path]:
    """A file system in memory that holds so much."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size_bytes},mode=0755", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def _resize(folder: Path, size_bytes: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size_bytes}", str(folder)], check=True)


@pytest.fixture
def large(support: SupportDir) -> SupportDir:
    for number in range(40):
        write(support.root / f"Profiles/{number}.xml", os.urandom(50_000))
    return support


def test_a_backup_onto_a_full_disk(large: SupportDir, tmp_path: Path, key: Key) -> None:
    needed = create(Order(support=large, folder=tmp_path / "measured", recipients=key.recipients)).size_bytes
    print(f"VITASCOPE_DAMAGE_SEED={SEED}")
    dice = random.Random(SEED)
    for size in [4096, needed - 8192, *(dice.randrange(4096, needed - 4096) for _ in range(POINTS - 2))]:
        with small_disk(tmp_path / "disk", size) as disk:
            with pytest.raises(CannotWrite, match="No space left"):
                create(Order(support=large, folder=disk / "backups", recipients=key.recipients))
            assert list((disk / "backups").iterdir()) == []
        assert state_of(large).number == 1


def test_a_full_disk_under_the_copy_of_the_database(tmp_path: Path, key: Key, sqlite_template: Path) -> None:
    with small_disk(tmp_path / "disk", 8 * _MIB) as disk:
        support = SupportDir.for_config(disk)
        fill(support, sqlite_template, 1)
        write(support.cache / "full", b"")
        with (support.cache / "full").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(bytes(4096))
        with pytest.raises(CannotWrite):
            create(Order(support=support, folder=tmp_path / "backups", recipients=key.recipients))
        assert list((tmp_path / "backups").iterdir()) == []
        assert list((support.cache / "Backup").iterdir()) == []
        (support.cache / "full").unlink()
        create(Order(support=support, folder=tmp_path / "backups", recipients=key.recipients))


def test_a_restore_onto_a_full_disk(
    large: SupportDir, tmp_path: Path, key: Key, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check beforehand is switched off: the disk fills up while the restore is at work."""
    made = create(Order(support=large, folder=tmp_path / "backups", recipients=key.recipients))
    print(f"VITASCOPE_DAMAGE_SEED={SEED}")
    dice = random.Random(SEED)
    with small_disk(tmp_path / "disk", 64 * _MIB) as disk:
        support = SupportDir.for_config(disk)
        fill(support, sqlite_template, 2)
        order = RestoreOrder(support=support, archive=made.path, identities=key.identities)
        with pytest.raises(CannotWrite, match="MiB free"):
            restore(order)
        monkeypatch.setattr(archive, "_SPARE_BYTES", -(1 << 40))
        used = os.statvfs(disk)
        taken = (used.f_blocks - used.f_bfree) * used.f_frsize
        need = made.manifest.total_bytes
        for spare in [4096, need, *(dice.randrange(4096, need) for _ in range(POINTS - 2))]:
            _resize(disk, taken + spare)
            try:
                restore(order)
            except BackupError as error:
                assert "No space left" in str(error) or "full" in str(error), error
            else:
                raise AssertionError(f"it fitted into {spare} bytes")
            _resize(disk, 64 * _MIB)
            assert state_of(support).number == 2
            assert not list(support.root.parent.glob("*.restoring-*"))
        restore(order)
        assert state_of(support).number == 1
