"""A run over a group: its members one by one, what the server is told, and what it wished for."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest
from tests.ops.updates.conftest import BROKEN, GOOD, IMAGE, NIGHT, OLD, House, machine_of

from vitascope.ops.managers import Manager
from vitascope.ops.updates.board import WISH, Kind, ReleaseState, Wish
from vitascope.ops.updates.errors import BadGroup, NotAsked
from vitascope.ops.updates.groups import Group, Member, Times
from vitascope.ops.updates.images import Images
from vitascope.ops.updates.journal import Outcome
from vitascope.ops.updates.running import Machine, board_of, run_group
from vitascope.ops.updates.update import Wanted

WANTED = Wanted(deadline=NIGHT)


def two(first: House, second: House) -> tuple[Group, Machine]:
    """A group of two services on one machine."""
    houses = {"first": first, "second": second}
    members = tuple(
        msgspec.structs.replace(house.member, name=name, container="plex") for name, house in houses.items()
    )
    machines = {name: machine_of(house.computer) for name, house in houses.items()}

    def images(member: Member) -> Images:
        return machines[member.name].images(member)

    def manager(member: Member) -> Manager:
        return machines[member.name].manager(member)

    group = Group(name="interactive", times=Times(), members=members, broken={"third": "third.toml is wrong"})
    return group, replace(machines["first"], images=images, manager=manager, servers=_Both(houses))


class _Both:
    def __init__(self, houses: dict[str, House]) -> None:
        self._houses = houses

    def look(self, member: Member):  # type: ignore[no-untyped-def]
        house = self._houses[member.name]
        return house.computer.look(house.member)

    def database(self, member: Member) -> str:
        return self._houses[member.name].computer.kind

    def players(self, member: Member) -> tuple[str, ...]:
        return self._houses[member.name].computer.players_of()


@pytest.mark.parametrize(
    ("image", "outcome"), [(BROKEN, Outcome.ROLLED_BACK), ("", Outcome.FAILED)], ids=["broken", "not running"]
)
def test_one_that_fails_keeps_none_from_its_update(
    make_house: Callable[[], House], image: str, outcome: Outcome
) -> None:
    first, second = make_house(), make_house()
    first.computer.registry, second.computer.registry = image or GOOD, GOOD
    if not image:
        first.computer.runs = None
    group, machine = two(first, second)
    results = run_group(group, first.journal, machine, WANTED)
    assert [(one.member, one.record.outcome) for one in results] == [
        ("third", Outcome.FAILED),
        ("first", outcome),
        ("second", Outcome.UPDATED),
    ]
    assert second.computer.runs == GOOD


def test_one_whose_journal_is_damaged_keeps_none_from_its_update_either(make_house: Callable[[], House]) -> None:
    first, second = make_house(), make_house()
    first.computer.registry = second.computer.registry = GOOD
    first.journal.folder.mkdir(parents=True)
    (first.journal.folder / "first.json").write_text("{")
    group, machine = two(first, second)
    outcomes = [one.record.outcome for one in run_group(group, first.journal, machine, WANTED)]
    assert outcomes == [Outcome.FAILED, Outcome.STUCK, Outcome.UPDATED]
    assert (first.computer.runs, second.computer.runs) == (OLD, GOOD)


def test_one_alone(make_house: Callable[[], House]) -> None:
    first, second = make_house(), make_house()
    first.computer.registry = second.computer.registry = GOOD
    group, machine = two(first, second)
    assert [one.member for one in run_group(group, first.journal, machine, WANTED, only="second")] == ["second"]
    assert (first.computer.runs, second.computer.runs) == (OLD, GOOD)
    with pytest.raises(BadGroup, match="no member fourth"):
        run_group(group, first.journal, machine, WANTED, only="fourth")


def test_no_further_one_is_begun_when_the_run_shall_end(make_house: Callable[[], House]) -> None:
    first, second = make_house(), make_house()
    group, machine = two(first, second)
    ending = replace(machine, is_ending=lambda: bool(first.computer.done))
    assert [one.member for one in run_group(group, first.journal, ending, WANTED)] == ["third", "first"]


def shown(house: House) -> tuple[ReleaseState | None, str]:
    """The state of the release that the server sees, and what runs."""
    board = board_of(house.member)
    assert board is not None
    notice = board.notice()
    assert notice is not None
    return (None if notice.release is None else notice.release.state), notice.running


def wish(house: House, kind: Kind, image: str = GOOD) -> None:
    board = board_of(house.member)
    assert board is not None
    board.leave(Wish(kind=kind, image=image))


def wished(house: House) -> Wish | None:
    board = board_of(house.member)
    assert board is not None
    return board.wish()


def test_the_server_is_told(house: House) -> None:
    house.run()
    assert shown(house) == (None, "version a")
    house.computer.registry = GOOD
    house.run(check_only=True)
    assert shown(house) == (ReleaseState.AVAILABLE, "version a")
    house.computer.players = [NotAsked("it does not say")] * 1000
    house.run(deadline=NIGHT)
    assert shown(house) == (ReleaseState.DOWNLOADED, "version a")
    house.computer.players = []
    house.run()
    assert shown(house) == (None, "version b")


def test_a_failure_is_told_too(house: House) -> None:
    house.computer.registry = BROKEN
    house.run()
    assert shown(house) == (ReleaseState.ERROR, "version a")


def test_each_server_is_told_of_the_whole_group_and_what_became_of_it(make_house: Callable[[], House]) -> None:
    first, second = make_house(), make_house()
    first.computer.registry, second.computer.registry = GOOD, BROKEN
    group, machine = two(first, second)
    run_group(group, first.journal, machine, WANTED)
    for house in (first, second):
        board = board_of(house.member)
        assert board is not None
        notice = board.notice()
        assert notice is not None
        assert [(one.name, one.running, one.step, one.outcome) for one in notice.members] == [
            ("first", "version b", "", "updated"),
            ("second", "version a", "", "rolled back"),
            ("third", "", "", "failed"),
        ]
        assert notice.own().name == ("first" if house is first else "second")
        assert "third.toml is wrong" in notice.members[2].message


def test_what_is_wished_for_tonight_is_installed_where_nothing_is_by_itself(house: House) -> None:
    house.times = Times(automatic=False)
    house.computer.registry = GOOD
    wish(house, Kind.TONIGHT)
    house.run(check_only=True)
    assert (house.record.wished, shown(house)[0], wished(house)) == (GOOD, ReleaseState.TONIGHT, None)
    house.run(wishes_only=True)
    assert house.computer.runs == OLD
    house.computer.players = [("Alien",)] * 1000
    assert house.run(deadline=NIGHT).outcome is Outcome.POSTPONED
    assert house.record.wished == GOOD
    house.computer.players = []
    assert house.run().outcome is Outcome.UPDATED
    assert house.record.wished == ""


def test_what_is_wished_for_now_does_not_wait(house: House) -> None:
    house.times = Times(automatic=False)
    house.computer.registry = GOOD
    wish(house, Kind.NOW)
    house.computer.players = [("Alien",)]
    assert house.run(wishes_only=True).outcome is Outcome.POSTPONED
    assert house.computer.slept == []
    assert house.run(wishes_only=True).outcome is Outcome.POSTPONED
    assert house.run().outcome is Outcome.UPDATED


def test_a_wish_for_another_version_counts_for_none(house: House) -> None:
    house.times = Times(automatic=False)
    house.computer.registry = GOOD
    wish(house, Kind.NOW, BROKEN)
    assert house.run().outcome is Outcome.AVAILABLE
    assert (house.record.wished, wished(house)) == ("", None)


def test_a_wish_that_cannot_be_read_is_taken_away(house: House) -> None:
    file = house.computer.support.updates / WISH
    file.write_text("{")
    house.run(unfinished_only=True)
    assert file.exists()
    house.run(wishes_only=True)
    assert not file.exists()


def test_a_version_that_failed_is_tried_again_when_it_is_wished_for(house: House) -> None:
    house.computer.registry = BROKEN
    house.run()
    wish(house, Kind.TONIGHT, BROKEN)
    assert house.run().outcome is Outcome.ROLLED_BACK
    assert house.run().outcome is Outcome.SKIPPED


def test_a_version_is_passed_over_because_it_is_wished(house: House) -> None:
    house.computer.registry = GOOD
    wish(house, Kind.SKIP)
    assert house.run(wishes_only=True).outcome is Outcome.SKIPPED
    assert (shown(house)[0], wished(house)) == (ReleaseState.SKIPPED, None)
    assert house.run().outcome is Outcome.SKIPPED
    assert house.computer.names[IMAGE] == OLD
    assert house.run(asked=True).outcome is Outcome.UPDATED


def test_a_wish_to_look_installs_nothing_and_no_wish_does_nothing(house: House) -> None:
    house.computer.registry = GOOD
    house.run(wishes_only=True)
    assert house.computer.done == []
    wish(house, Kind.CHECK)
    assert house.run(wishes_only=True).outcome is Outcome.AVAILABLE
    assert wished(house) is None
    assert house.run().outcome is Outcome.UPDATED
