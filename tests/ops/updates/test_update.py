"""The sequence of an update: every way it can end, and a kill before and after each of its steps."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.ops.backup.conftest import watched
from tests.ops.updates.conftest import BROKEN, ENDING, GOOD, IMAGE, NIGHT, OLD, House, Killed, machine_of

from vitascope.ops.updates.errors import NotAsked, UpdateError
from vitascope.ops.updates.groups import Late, Times
from vitascope.ops.updates.journal import Outcome, Step
from vitascope.ops.updates.running import go_back
from vitascope.ops.updates.update import RETURN_SECONDS, WATCH_SECONDS


def offer(house: House, image: str) -> None:
    """A newer version, in the registry or built here."""
    house.computer.registry = image
    if not house.pull:
        house.computer.names[IMAGE] = image


def asides(house: House) -> list[Path]:
    return sorted((house.folder / "state/interactive/plex").glob("*"))


def test_nothing_newer_touches_nothing(house: House) -> None:
    record = house.run()
    assert (record.outcome, record.step) == (Outcome.CURRENT, Step.IDLE)
    assert record.checked_at == NIGHT
    assert not any(each.startswith(("stop", "renew")) for each in house.computer.done)
    assert asides(house) == []


@pytest.mark.parametrize("pull", [True, False])
def test_a_good_version_is_installed(house: House, pull: bool) -> None:
    house.pull = pull
    offer(house, GOOD)
    record = house.run()
    assert record.outcome is Outcome.UPDATED
    assert record.message == "version a -> version b"
    assert (house.computer.runs, house.computer.names[IMAGE]) == (GOOD, GOOD)
    assert house.computer.names["registry.example/plex:vitascope-former"] == OLD
    assert watched(house.computer.support.database) == 2
    (aside,) = asides(house)
    assert aside.stat().st_mode & 0o077 == 0
    assert aside.parent.stat().st_mode & 0o077 == 0
    assert house.run().outcome is Outcome.CURRENT


@pytest.mark.parametrize("pull", [True, False])
@pytest.mark.parametrize("image", [BROKEN, ENDING], ids=["silent", "ending"])
def test_a_broken_version_is_taken_back_with_its_database(house: House, pull: bool, image: str) -> None:
    house.pull = pull
    offer(house, image)
    record = house.run()
    assert record.outcome is Outcome.ROLLED_BACK
    assert (house.computer.runs, house.computer.names[IMAGE]) == (OLD, OLD)
    assert watched(house.computer.support.database) == 1
    (kept,) = house.computer.support.root.parent.glob("*.before-restore-*")
    assert str(kept) in record.message
    again = house.run()
    assert (again.outcome, house.computer.runs) == (Outcome.SKIPPED if pull else Outcome.CURRENT, OLD)
    offer(house, GOOD)
    assert house.run().outcome is Outcome.UPDATED


def test_a_version_that_was_taken_back_can_be_tried_again(house: House) -> None:
    offer(house, BROKEN)
    assert house.run().rejected == (BROKEN,)
    assert house.run().outcome is Outcome.SKIPPED
    assert house.run(again=True).outcome is Outcome.ROLLED_BACK


def test_what_never_becomes_healthy_is_waited_for_and_no_longer(house: House) -> None:
    offer(house, BROKEN)
    house.run()
    assert sum(house.computer.slept) == house.member.healthy_within


def test_a_clock_that_is_put_right_meanwhile_ends_no_waiting(house: House) -> None:
    offer(house, GOOD)
    house.computer.starts_for, house.computer.clock_gains = 5, 86_400
    assert (house.run().outcome, house.computer.runs) == (Outcome.UPDATED, GOOD)


def test_what_is_played_is_waited_for(house: House) -> None:
    offer(house, GOOD)
    house.computer.players = [("Alien",), NotAsked("plex does not say"), ("Alien",)]
    assert house.run().outcome is Outcome.UPDATED
    assert house.computer.slept == [WATCH_SECONDS] * 3


def test_at_the_latest_time_it_is_put_off(house: House) -> None:
    offer(house, GOOD)
    house.computer.players = [("Alien", "Heat")] * 10_000
    record = house.run(deadline=NIGHT + 90)
    assert (record.outcome, record.message) == (Outcome.POSTPONED, "somebody watches: Alien, Heat")
    assert house.computer.slept == [60, 30]
    assert (house.computer.runs, house.computer.names[IMAGE]) == (OLD, OLD)
    house.computer.players = []
    assert house.run().outcome is Outcome.UPDATED


def test_or_it_is_made_nevertheless(house: House) -> None:
    house.times = Times(at_latest=Late.UPDATE)
    offer(house, GOOD)
    house.computer.players = [("Alien",)] * 10_000
    assert house.run(deadline=NIGHT + 90).outcome is Outcome.UPDATED


def test_a_group_that_is_not_automatic_waits_for_a_word(house: House) -> None:
    house.times = Times(automatic=False)
    offer(house, GOOD)
    assert house.run().outcome is Outcome.AVAILABLE
    assert house.computer.runs == OLD
    assert house.run(asked=True).outcome is Outcome.UPDATED


def test_a_check_installs_nothing(house: House) -> None:
    offer(house, GOOD)
    record = house.run(check_only=True)
    assert (record.outcome, record.next_version) == (Outcome.AVAILABLE, "version b")
    assert (house.computer.runs, house.computer.names[IMAGE]) == (OLD, OLD)


def test_a_container_that_does_not_run_is_left_alone(house: House) -> None:
    offer(house, GOOD)
    house.computer.runs = None
    record = house.run()
    assert record.outcome is Outcome.FAILED
    assert "does not run" in record.message
    assert house.computer.runs is None


def test_one_that_was_started_anew_meanwhile_is_left_alone(house: House) -> None:
    house.pull = False
    offer(house, GOOD)
    house.computer.players = [("Alien",)]
    sleep = house.computer.sleep

    def restarted(seconds: float) -> None:
        sleep(seconds)
        house.computer.runs = None
        house.computer.start()

    house.computer.sleep = restarted  # type: ignore[method-assign]
    record = house.run()
    assert record.outcome is Outcome.FAILED
    assert "meanwhile" in record.message
    assert house.run().outcome is Outcome.CURRENT


@pytest.mark.parametrize("pull", [True, False])
def test_no_room_for_the_copy_that_leads_back(house: House, pull: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    house.pull = pull
    offer(house, GOOD)
    with monkeypatch.context() as full:
        folder = house.folder / "state/interactive/plex"
        folder.parent.mkdir(parents=True)
        folder.symlink_to("/dev/full")
        record = house.run()
        del full
    assert record.outcome is Outcome.FAILED
    assert (house.computer.runs, house.computer.names[IMAGE]) == (OLD, OLD)
    assert watched(house.computer.support.database) == 1
    folder.unlink()
    assert house.run().outcome is Outcome.UPDATED


def test_no_backup_no_update(house: House) -> None:
    recipients = house.folder / "recipients.txt"
    house.backup_dir, house.recipients_file = "/dev/full/backups", str(recipients)
    offer(house, GOOD)
    record = house.run()
    assert record.outcome is Outcome.FAILED
    assert str(recipients) in record.message
    assert house.computer.runs == OLD
    assert not any(each.startswith(("stop", "renew")) for each in house.computer.done)


def test_the_files_can_be_put_back_later_too(house: House) -> None:
    with pytest.raises(UpdateError, match="no update"):
        go_back(house.group, house.journal, machine_of(house.computer), "plex")
    offer(house, GOOD)
    house.run()
    assert house.run().outcome is Outcome.CURRENT
    record = go_back(house.group, house.journal, machine_of(house.computer), "plex")
    assert record.outcome is Outcome.ROLLED_BACK
    assert (house.computer.runs, watched(house.computer.support.database)) == (OLD, 1)
    assert house.run().outcome is Outcome.SKIPPED
    with pytest.raises(UpdateError, match="no update"):
        go_back(house.group, house.journal, machine_of(house.computer), "plex")


def test_without_the_copy_nothing_is_put_back(house: House) -> None:
    offer(house, GOOD)
    house.run()
    (aside,) = asides(house)
    aside.unlink()
    with pytest.raises(UpdateError, match="gone"):
        go_back(house.group, house.journal, machine_of(house.computer), "plex")
    assert (house.computer.runs, house.record.step) == (GOOD, Step.IDLE)


def test_a_way_back_that_fails_is_gone_on_with(house: House) -> None:
    offer(house, BROKEN)
    aside = house.folder / "state/interactive/plex"
    renew = house.computer.renew

    def and_the_disk_goes_away() -> None:
        renew()
        if house.computer.runs == BROKEN:
            aside.rename(aside.with_name("away"))

    house.computer.renew = and_the_disk_goes_away  # type: ignore[method-assign]
    record = house.run()
    assert (record.outcome, record.step) == (Outcome.STUCK, Step.RETURNING)
    assert "leads back is gone" in record.message
    aside.with_name("away").rename(aside)
    record = house.run(unfinished_only=True)
    assert (record.outcome, record.step) == (Outcome.ROLLED_BACK, Step.IDLE)
    assert (house.computer.runs, watched(house.computer.support.database)) == (OLD, 1)


def test_an_old_version_that_is_not_healthy_any_more_is_said(house: House) -> None:
    offer(house, BROKEN)
    house.computer.look = lambda _: type("S", (), {"ready": False, "machine": "", "words": "no"})()  # type: ignore[method-assign,assignment]
    record = house.run()
    assert (record.outcome, record.step) == (Outcome.STUCK, Step.IDLE)
    assert sum(house.computer.slept) >= house.member.healthy_within + RETURN_SECONDS
    assert house.computer.runs == OLD


@pytest.mark.parametrize("rebooted", [False, True])
@pytest.mark.parametrize("image", [GOOD, BROKEN], ids=["good", "broken"])
def test_a_kill_at_any_point_loses_nothing(make_house: Callable[[], House], image: str, rebooted: bool) -> None:
    """After the next run one of the two versions runs, healthy, on files that are its own; after the one after that
    it is the right one."""
    point = 0
    while True:
        house = make_house()
        house.pull = rebooted or point % 2 == 0
        offer(house, image)
        house.computer.points = point
        try:
            house.run()
        except Killed:
            pass
        else:
            break
        house.computer.points = None
        if rebooted:
            house.computer.runs = None
            try:
                house.computer.start()
            except Exception as error:
                raise AssertionError(point) from error
        house.run(unfinished_only=True)
        where = (point, house.computer.done)
        assert house.record.step not in (Step.STOPPING, Step.RETURNING, Step.VERIFYING, Step.STARTING), where
        runs = house.computer.runs
        assert runs in (OLD, image if image == GOOD else OLD), where
        assert watched(house.computer.support.database) == (1 if runs == OLD else 2), where
        house.run()
        assert house.computer.runs == (GOOD if image == GOOD else OLD), where
        assert watched(house.computer.support.database) == (2 if image == GOOD else 1), where
        shutil.rmtree(house.folder)
        point += 1
    assert point > 15
