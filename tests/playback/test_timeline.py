"""What players report becomes resume points and plays."""

import asyncio
from collections.abc import Iterable

import pytest
from tests.support.store_world import OWNER, World

from vitascope.core.model import OWNER_PERSON_ID, ItemType
from vitascope.playback.sessions import Player
from vitascope.playback.timeline import Position, Reported, Timeline
from vitascope.store import bulk, history, schema, sections, states
from vitascope.store.history import Asked
from vitascope.store.rows import ItemRow, MarkerRow

PREFS: dict[str, int | str | bool | float] = {
    "MinimumProgressTime": 60_000,
    "LibraryVideoPlayedThreshold": 90,
    "LibraryVideoPlayedAtBehaviour": 3,
}
MIA = 2
PHONE = Player(client_identifier="phone", title="Phone", product="App")


@pytest.fixture
def film(world: World) -> ItemRow:
    return world.add(world.section(), ItemType.MOVIE, "Film", duration_ms=3_600_000)


def report(
    world: World,
    item: ItemRow,
    *times_ms: int,
    timeline: Timeline | None = None,
    person: int = OWNER_PERSON_ID,
    player: Player | None = None,
    at: int | None = None,
    skipped: bool = False,
) -> list[Reported]:
    async def run() -> list[Reported]:
        used = timeline or Timeline(world.db, pref=PREFS.__getitem__)
        found = [
            await used.report(
                Position(
                    person_id=person,
                    item_id=item.id,
                    time_ms=time_ms,
                    playback="session",
                    player=player,
                    at=at,
                    skipped=skipped,
                )
            )
            for time_ms in times_ms
        ]
        return [each for each in found if each is not None]

    return asyncio.run(run())


def played(reports: Iterable[Reported]) -> list[bool]:
    return [each.played for each in reports]


def plays(world: World, person: int = OWNER_PERSON_ID) -> list[int]:
    return [row.viewed_at for row in world.read(history.lines, Asked(person_id=person), OWNER)[0]]


def test_a_resume_point_needs_more_than_a_minute(world: World, film: ItemRow) -> None:
    early, later = report(world, film, 30_000, 600_000)
    assert (early.played, early.state.view_offset_ms) == (False, None)
    assert (later.played, later.state.view_offset_ms) == (False, 600_000)


def test_the_last_tenth_is_one_play(world: World, film: ItemRow) -> None:
    assert played(report(world, film, 3_000_000, 3_300_000, 3_400_000, 3_600_000)) == [False, True, False, False]
    state = world.read(states.state_of, OWNER_PERSON_ID, film.id)
    assert (state.view_count, state.view_offset_ms) == (1, None)
    assert len(plays(world)) == 1


def test_two_reports_of_its_end_at_once_are_one_play(world: World, film: ItemRow) -> None:
    async def run() -> list[bool]:
        timeline = Timeline(world.db, pref=PREFS.__getitem__)

        async def at(time_ms: int) -> Reported | None:
            where = Position(person_id=OWNER_PERSON_ID, item_id=film.id, time_ms=time_ms, playback="session")
            return await timeline.report(where)

        await at(600_000)
        both = await asyncio.gather(at(3_300_000), at(3_400_000))
        return [each.played for each in both if each is not None]

    assert asyncio.run(run()) == [True, False]
    assert len(plays(world)) == 1


def test_each_person_has_their_own(world: World, film: ItemRow) -> None:
    report(world, film, 600_000)
    report(world, film, 3_500_000, person=MIA)
    assert world.read(states.state_of, OWNER_PERSON_ID, film.id).view_offset_ms == 600_000
    assert world.read(states.state_of, MIA, film.id).view_count == 1
    assert (plays(world), len(plays(world, MIA))) == ([], 1)


def test_it_counts_again_once_its_player_was_seen_before_the_end(world: World, film: ItemRow) -> None:
    timeline = Timeline(world.db, pref=PREFS.__getitem__)
    assert played(report(world, film, 3_500_000, 3_500_000, timeline=timeline)) == [True, False]
    assert played(report(world, film, 0, 3_500_000, timeline=timeline)) == [False, True]


def test_a_server_started_anew_remembers_what_it_counted(world: World, film: ItemRow) -> None:
    assert played(report(world, film, 3_000_000, 3_300_000, player=PHONE)) == [False, True]
    assert played(report(world, film, 3_400_000, player=PHONE)) == [False]
    assert len(plays(world)) == 1
    assert played(report(world, film, 3_400_000, player=Player(client_identifier="tv"))) == [True]


@pytest.mark.parametrize(("behaviour", "from_ms"), [(0, 3_240_000), (1, 3_500_000), (2, 3_100_000), (3, 3_100_000)])
def test_what_counts_as_the_end_is_a_preference(world: World, film: ItemRow, behaviour: int, from_ms: int) -> None:
    rows = [
        MarkerRow(1, film.id, "credits", 3_100_000, 3_200_000),
        MarkerRow(2, film.id, "credits", 3_500_000, 1, True),
    ]
    world.write(lambda tx: bulk.insert_rows(tx, schema.markers, rows))
    timeline = Timeline(world.db, pref=(PREFS | {"LibraryVideoPlayedAtBehaviour": behaviour}).__getitem__)
    assert played(report(world, film, from_ms - 1_000, from_ms, timeline=timeline)) == [False, True]


def test_what_happened_offline_has_its_own_time(world: World, film: ItemRow) -> None:
    assert played(report(world, film, 3_500_000, at=1_000)) == [True]
    assert played(report(world, film, 3_500_000, at=1_000)) == [False]  # sent again
    state = world.read(states.state_of, OWNER_PERSON_ID, film.id)
    assert (plays(world), state.view_count, state.last_viewed_at) == ([1_000], 1, 1_000)
    assert played(report(world, film, 3_510_000, at=1_010)) == [False]  # the same play, a moment later
    assert played(report(world, film, 3_500_000, at=100_000)) == [True]
    assert plays(world) == [100_000, 1_000]


def test_an_older_offline_report_does_not_move_the_position(world: World, film: ItemRow) -> None:
    report(world, film, 600_000)
    report(world, film, 1_200_000, at=1_000)
    assert world.read(states.state_of, OWNER_PERSON_ID, film.id).view_offset_ms == 600_000


def test_a_track_is_gone_on_with_only_where_the_section_says_so(world: World) -> None:
    section = world.section("artist", "Music")
    track = world.add(section, ItemType.TRACK, "Song", duration_ms=600_000)
    assert report(world, track, 300_000)[0].state.view_offset_ms is None
    world.write(sections.update_section, section.id, prefs='{"enableTrackOffsets": true}')
    assert report(world, track, 300_000)[0].state.view_offset_ms == 300_000
    assert played(report(world, track, 560_000)) == [True]


def test_a_track_that_was_left_is_skipped(world: World) -> None:
    track = world.add(world.section("artist", "Music"), ItemType.TRACK, "Song", duration_ms=200_000)
    assert report(world, track, 20_000, skipped=True)[0].state.skip_count == 1
    assert report(world, track, 190_000, skipped=True)[0].state.skip_count == 1


def test_photographs_and_containers_are_not_played(world: World) -> None:
    section = world.section("photo", "Photos")
    photo = world.add(section, ItemType.PHOTO, "Photo")
    show, _ = world.show(world.section("show", "Shows"), "Show")
    assert report(world, photo, 0) == report(world, show, 100) == []


def test_a_report_about_nothing_is_nothing(world: World, film: ItemRow) -> None:
    world.write(lambda tx: tx.conn.execute(schema.items.delete()))
    assert report(world, film, 1_000) == []
