"""A restore gives the state of the backup, touches nothing before it is sure, and can be taken back."""

import json
import os
import shutil
import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.ops.backup.conftest import MADE_BY_US, Key, fill, state_of, watch, watched

from vitascope.ops.backup import swap
from vitascope.ops.backup.create import Made, Order, create
from vitascope.ops.backup.drill import drill
from vitascope.ops.backup.errors import BackupError, CannotWrite, NotHere, StillRunning, TooNew, WrongKey
from vitascope.ops.backup.restore import RestoreOrder, restore, resume, undo
from vitascope.ops.managers import NoManager
from vitascope.ops.paths import SupportDir
from vitascope.ops.service import Engine
from vitascope.store import migrate
from vitascope.store.engine import Database, take_lock
from vitascope.store.revision import is_current


@pytest.fixture
def order(made: Made, support: SupportDir, key: Key, sqlite_template: Path) -> RestoreOrder:
    """State 2 is in use; state 1 is in the backup."""
    fill(support, sqlite_template, 2)
    return RestoreOrder(support=support, archive=made.path, identities=key.identities)


def untouched(support: SupportDir) -> None:
    """State 2 is in use, and nothing was left anywhere."""
    assert state_of(support).number == 2
    assert {path.name for path in support.root.parent.iterdir()} <= {
        "Plex Media Server",
        "Plex Media Server.restore.lock",
    }
    assert list((support.cache / "Backup").iterdir()) == []


def test_the_state_of_the_backup_is_in_use_and_the_old_one_is_kept(order: RestoreOrder) -> None:
    restored = restore(order)
    assert state_of(order.support).number == 1
    assert state_of(SupportDir(restored.kept)).number == 2
    with Database(order.support.database):
        pass


def test_cache_and_what_no_backup_holds_stay(order: RestoreOrder) -> None:
    root = order.support.root
    before = {
        path: path.read_bytes()
        for name in ("Cache", "Logs", "Codecs", "Updates", "Crash Reports", "Metadata/Movies")
        for path in (root / name).rglob("*")
        if path.is_file()
    }
    assert len(before) == 6
    restore(order)
    assert {path: path.read_bytes() for path in before} == before


def test_pictures_that_we_made_are_still_there(order: RestoreOrder) -> None:
    restore(order)
    assert (order.support.root / "Metadata/Vitascope/ff" / MADE_BY_US).read_bytes() == b"made"


def test_the_kept_copy_of_other_preferences_does_not_come_back(order: RestoreOrder) -> None:
    restore(order)
    assert not order.support.preferences.with_name("Preferences.kept.xml").exists()


def test_the_old_database_goes_with_its_log(order: RestoreOrder) -> None:
    with closing(sqlite3.connect(order.support.database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        watch(order.support.database, 2)
        log = order.support.database.with_name("vitascope.db-wal")
        shutil.copy(log, log.with_name("copy"))
    shutil.move(log.with_name("copy"), log)
    kept = restore(order).kept
    assert not log.exists()
    assert (kept / "Plug-in Support/Databases/vitascope.db-wal").exists()
    assert state_of(order.support).number == 1


def test_onto_another_machine(order: RestoreOrder, tmp_path: Path, key: Key) -> None:
    other = SupportDir.for_config(tmp_path / "other")
    restore(RestoreOrder(support=other, archive=order.archive, identities=key.identities))
    assert state_of(other).number == 1
    assert not (other.root / "Metadata/Vitascope/ff").exists()


def test_a_refused_restore_onto_another_machine_leaves_no_folder(order: RestoreOrder, tmp_path: Path) -> None:
    other = SupportDir.for_config(tmp_path / "other")
    with pytest.raises(WrongKey):
        restore(RestoreOrder(support=other, archive=order.archive))
    assert [path.name for path in (tmp_path / "other").rglob("*") if path.is_file()] in (
        [],
        ["Plex Media Server.restore.lock"],
    )


def test_a_wrong_key_and_none_are_refused(order: RestoreOrder, other_key: Key) -> None:
    for identities in (other_key.identities, ()):
        with pytest.raises(WrongKey):
            restore(RestoreOrder(support=order.support, archive=order.archive, identities=identities))
        untouched(order.support)


def test_a_running_server_is_refused_by_its_lock(order: RestoreOrder) -> None:
    lock = take_lock(order.support.database)
    try:
        with pytest.raises(StillRunning, match="stop it first"):
            restore(order)
    finally:
        os.close(lock)
    untouched(order.support)


def test_a_running_server_is_refused_by_its_socket(order: RestoreOrder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(order.support.root)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("vitascope.sock")
        server.listen()
        with pytest.raises(StillRunning, match="a server runs"):
            restore(order)
    order.support.socket.unlink()
    untouched(order.support)


def test_two_restores_do_not_meet(order: RestoreOrder) -> None:
    with swap.Place(order.support).locked(), pytest.raises(StillRunning, match="under way"):
        restore(order)


def test_a_backup_of_the_other_engine_is_refused(order: RestoreOrder) -> None:
    with pytest.raises(BackupError, match="backup of the engine vitascope"):
        restore(
            RestoreOrder(support=order.support, archive=order.archive, identities=order.identities, engine=Engine.PLEX)
        )
    untouched(order.support)


def test_a_backup_of_a_newer_version_is_refused(order: RestoreOrder, backups: Path, key: Key) -> None:
    with closing(sqlite3.connect(order.support.database, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    newer = create(Order(support=order.support, folder=backups, recipients=key.recipients))
    with pytest.raises(TooNew, match="9999"):
        restore(RestoreOrder(support=order.support, archive=newer.path, identities=key.identities))
    untouched(order.support)


def test_a_backup_of_an_older_version_is_upgraded_when_it_starts(
    tmp_path: Path, backups: Path, key: Key, order: RestoreOrder
) -> None:
    older = SupportDir.for_config(tmp_path / "older")
    older.make()
    migrate.ensure(older.database, revision="0001")
    watch(older.database, 3)
    made = create(Order(support=older, folder=backups, recipients=key.recipients))
    assert made.manifest.revision == "0001"
    assert drill(backups, key.identities, older).ok
    restore(RestoreOrder(support=order.support, archive=made.path, identities=key.identities))
    assert not is_current(order.support.database)
    migrate.ensure(order.support.database)
    assert is_current(order.support.database)
    assert watched(order.support.database) == 3


def test_a_place_on_a_disk_of_its_own_is_refused_before_anything(
    order: RestoreOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.lstat

    def lstat(path: Path) -> os.stat_result:
        found = real(path)
        if path == order.support.root / "Metadata/Vitascope":
            return os.stat_result((*found[:2], found.st_dev + 1, *found[3:]))
        return found

    monkeypatch.setattr(Path, "lstat", lstat)
    with pytest.raises(CannotWrite, match="disk of its own"):
        restore(order)
    monkeypatch.undo()
    untouched(order.support)


def test_the_package_state_goes_to_where_it_lies(order: RestoreOrder, tmp_path: Path) -> None:
    elsewhere = tmp_path / "store.json"
    elsewhere.write_text("{}")
    restore(
        RestoreOrder(support=order.support, archive=order.archive, identities=order.identities, package_state=elsewhere)
    )
    assert elsewhere.read_text() == '{"mediaSources": ["1"]}'


def test_undo_and_undo_again(order: RestoreOrder) -> None:
    restore(order)
    where = undo(order.support, None, NoManager())
    assert state_of(order.support).number == 2
    assert state_of(SupportDir(where)).number == 1
    undo(order.support, None, NoManager())
    assert state_of(order.support).number == 1


def test_undo_where_nothing_was_restored(support: SupportDir) -> None:
    with pytest.raises(NotHere, match="no state from before"):
        undo(support, None, NoManager())


def test_the_old_state_is_forgotten_a_day_after_the_restored_one_started(order: RestoreOrder) -> None:
    kept = restore(order).kept
    now = time.time()
    assert not swap.forget_old(order.support, None, now + 10 * swap.KEPT_SECONDS), "it was never started"
    swap.confirm_start(order.support, now)
    assert not swap.forget_old(order.support, None, now + swap.KEPT_SECONDS - 1)
    assert kept.exists()
    assert swap.forget_old(order.support, None, now + swap.KEPT_SECONDS)
    assert not kept.exists()
    assert {path.name for path in order.support.root.parent.iterdir()} == {
        "Plex Media Server",
        "Plex Media Server.restore.lock",
    }
    with pytest.raises(NotHere):
        undo(order.support, None, NoManager())


def test_restores_one_after_the_other_are_all_forgotten(order: RestoreOrder) -> None:
    kept = [restore(order).kept for _ in range(3)]
    assert len(set(kept)) == 3
    swap.confirm_start(order.support, 0)
    assert swap.forget_old(order.support, None, swap.KEPT_SECONDS)
    assert not any(path.exists() for path in kept)


def test_an_exchange_that_stops_at_any_step_is_finished(
    order: RestoreOrder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Killed(BaseException):
        pass

    spare = tmp_path / "spare"
    shutil.copytree(order.support.root.parent, spare)
    for step in range(1, 40):
        shutil.rmtree(order.support.root.parent)
        shutil.copytree(spare, order.support.root.parent)
        left = step

        def rename(path: Path, target: Path) -> Path:
            nonlocal left
            left -= 1
            if not left:
                raise Killed
            os.rename(path, target)  # noqa: PTH104
            return target

        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", rename)
            try:
                restore(order)
                break
            except Killed:
                pass
        if swap.is_interrupted(swap.Place(order.support)):
            for blocked in (lambda: restore(order), lambda: undo(order.support, None, NoManager())):
                with pytest.raises(StillRunning, match="--resume"):
                    blocked()
        assert resume(order.support, None) is not None, f"step {step}"
        assert state_of(order.support).number == 1, f"step {step}"
        undo(order.support, None, NoManager())
        assert state_of(order.support).number == 2, f"step {step}"
    else:
        raise AssertionError("it never came to its end")
    assert step > 10


def test_what_was_killed_before_the_exchange_is_cleared_away(order: RestoreOrder) -> None:
    left = order.support.root.with_name("Plex Media Server.restoring-20260101T000000Z")
    (left / "Metadata").mkdir(parents=True)
    assert resume(order.support, None) is None
    assert not left.exists()
    untouched(order.support)


def test_what_was_killed_after_the_exchange_is_cleared_away(order: RestoreOrder) -> None:
    restore(order)
    place = swap.Place(order.support)
    journal = place.journal()
    assert journal is not None
    left = place.beside(journal.source)
    left.mkdir()  # as if it had been killed before it removed what it had staged in
    resume(order.support, None)
    assert not left.exists()
    assert state_of(order.support).number == 1


def test_what_root_restores_belongs_to_the_owner_of_the_folder(order: RestoreOrder) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    os.chown(order.support.root, 1234, 1234)
    restore(order)
    for path in (order.support.database, order.support.preferences, order.support.root / "Profiles"):
        assert path.stat().st_uid == 1234, path


@pytest.mark.parametrize("link", ["Metadata/Vitascope", "Metadata/Vitascope/ff"])
def test_a_link_in_the_place_of_pictures_draws_in_no_files_of_others(
    order: RestoreOrder, tmp_path: Path, link: str
) -> None:
    elsewhere = tmp_path / "etc"
    secret = elsewhere / Path("Metadata/Vitascope/ff/shadow").relative_to(link)
    secret.parent.mkdir(parents=True)
    secret.write_bytes(b"secret")
    shutil.rmtree(order.support.root / link)
    (order.support.root / link).symlink_to(elsewhere)
    restore(order)
    assert secret.stat().st_nlink == 1
    assert not list((order.support.root / "Metadata").rglob("shadow"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_what_root_restores_belongs_to_the_owner_and_files_of_others_stay_theirs(order: RestoreOrder) -> None:
    root = order.support.root
    for path in (root, *root.rglob("*")):
        os.chown(path, 1234, 1234)
    others = root / "Metadata/Vitascope/ff/others.jpg"
    others.write_bytes(b"of root")
    restore(order)
    assert {path.lstat().st_uid for path in (root / "Metadata/Vitascope").rglob("*")} == {1234}
    assert not others.exists()


# Only folders of the test are named here: before it is refused, such a journal really moves and removes what it names.
@pytest.mark.parametrize(
    "changes",
    [
        {"source": "../../evil"},
        {"source": "evil"},
        {"source": "{there}"},
        {"kept": "{there}"},
        {"kept": "Plex Media Server.before-restore-x/.."},
        {"older": ["{there}"]},
        {"units": [{"name": "../../../../evil", "had_old": True, "has_new": True}]},
        {"units": [{"name": "{there}", "had_old": True, "has_new": True}]},
        {"units": [{"name": "", "had_old": True, "has_new": True}]},
    ],
)
def test_a_journal_that_names_what_lies_elsewhere_is_refused(
    order: RestoreOrder, changes: dict[str, object], tmp_path: Path
) -> None:
    evil = tmp_path / "evil"
    evil.mkdir()
    file = order.support.root.parent / "Plex Media Server.restore.json"
    name = f"{order.support.root.name}.restoring-x"
    journal = {"state": "swapping", "stamp": "x", "source": name, "kept": f"{name}-kept", "units": [], **changes}
    file.write_text(json.dumps(journal).replace("{there}", str(evil)))
    with pytest.raises(BackupError, match=r"restore\.json"):
        resume(order.support, None)
    assert evil.is_dir()
    assert file.exists()
