"""Kill -9 of a backup and of a restore at random points: there is always one whole state, and nothing is left behind.

``VITASCOPE_KILL_ROUNDS`` is the number of kills of each (20, and 200 for the soak), ``VITASCOPE_KILL_SEED`` repeats a
run.
"""

import os
import random
import shutil
import time
from collections.abc import Iterator
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from tests.ops.backup.conftest import Key, fill, state_of, write
from tests.support.backing_up import start_create, start_restore

from vitascope.ops.backup.create import Made, Order, create
from vitascope.ops.backup.restore import RestoreOrder, restore, resume, undo
from vitascope.ops.backup.verify import verify
from vitascope.ops.managers import NoManager
from vitascope.ops.paths import SupportDir

ROUNDS = int(os.environ.get("VITASCOPE_KILL_ROUNDS", "20"))
SEED = int(os.environ.get("VITASCOPE_KILL_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)


def _end(child: ForkServerProcess) -> int | None:
    child.join()
    return child.exitcode


def _kills(length_s: float) -> Iterator[tuple[int, float]]:
    print(f"VITASCOPE_KILL_SEED={SEED}")
    dice = random.Random(SEED)
    for number in range(ROUNDS):
        yield number, dice.uniform(0, 1.1) * length_s


@pytest.fixture
def large(support: SupportDir) -> SupportDir:
    """State 1, with enough in it to take a moment."""
    for number in range(80):
        write(support.root / f"Profiles/{number % 7}/{number}.xml", os.urandom(60_000))
    return support


def test_a_backup_that_is_killed_leaves_nothing(large: SupportDir, backups: Path, key: Key) -> None:
    arguments = (large.root, backups, key.recipients.texts)
    started = time.monotonic()
    assert _end(start_create(*arguments)) == 0
    length_s = time.monotonic() - started
    for number, delay_s in _kills(length_s):
        child = start_create(*arguments)
        time.sleep(delay_s)
        child.kill()
        _end(child)
        whole = sorted(backups.glob("*.age"))
        made = create(Order(support=large, folder=backups, recipients=key.recipients))
        assert sorted(backups.iterdir()) == sorted([*whole, made.path]), f"round {number}, seed {SEED}"
        assert list((large.cache / "Backup").iterdir()) == []
        for path in backups.iterdir():
            assert verify(path, key.identities, large).manifest is not None
            path.unlink()


def test_a_restore_that_is_killed_leaves_one_state(
    large: SupportDir, backups: Path, key: Key, sqlite_template: Path
) -> None:
    made = create(Order(support=large, folder=backups, recipients=key.recipients))
    shutil.rmtree(large.root / "Profiles")
    fill(large, sqlite_template, 2)
    arguments = (large.root, made.path, key.file)
    started = time.monotonic()
    assert _end(start_restore(*arguments)) == 0
    length_s = time.monotonic() - started
    assert state_of(large).number == 1
    undo(large, None, NoManager())
    seen = set()
    for number, delay_s in _kills(length_s):
        assert state_of(large).number == 2
        child = start_restore(*arguments)
        time.sleep(delay_s)
        child.kill()
        _end(child)
        resume(large, None)
        found = state_of(large).number
        seen.add(found)
        left = {path.name for path in large.root.parent.iterdir() if "restoring" in path.name}
        assert left == set(), f"round {number}, seed {SEED}"
        if found == 1:
            assert len(list((large.root / "Profiles").rglob("*.xml"))) == 81
            undo(large, None, NoManager())
        _forget_undone(large)
    print(f"states after the kills: {seen}")


def _forget_undone(support: SupportDir) -> None:
    """Of so many rounds only the last is of interest."""
    for path in support.root.parent.glob("*.undone-restore-*"):
        shutil.rmtree(path)
    support.root.with_name("Plex Media Server.restore.json").unlink(missing_ok=True)


def test_after_the_kills_a_restore_works_as_ever(made: Made, support: SupportDir, key: Key) -> None:
    child = start_restore(support.root, made.path, key.file)
    child.kill()
    _end(child)
    resume(support, None)
    restore(RestoreOrder(support=support, archive=made.path, identities=key.identities))
    assert state_of(support).number == 1
