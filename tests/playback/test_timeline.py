"""What players report becomes resume points and plays."""

import asyncio

import pytest
from tests.support.store_world import World

from vitascope.core.model import OWNER_PERSON_ID, ItemType
from vitascope.playback.timeline import Reported, Timeline
from vitascope.store import states
from vitascope.store.rows import ItemRow

PREFS = {"MinimumProgressTime": 60_000, "LibraryVideoPlayedThreshold": 90, "LibraryVideoPlayedAtBehaviour": 3}


@pytest.fixture
def film(world: World) -> ItemRow:
    return world.add(world.section(), ItemType.MOVIE, "Film", duration_ms=3_600_000)


def report(world: World, film: ItemRow, *times_ms: int, timeline: Timeline | None = None) -> list[Reported]:
    async def run() -> list[Reported]:
        used = timeline or Timeline(world.db, pref=PREFS.__getitem__)
        found = [
            await used.report(person_id=OWNER_PERSON_ID, item_id=film.id, time_ms=time_ms, playback="session")
            for time_ms in times_ms
        ]
        return [each for each in found if each is not None]

    return asyncio.run(run())


def test_a_resume_point_needs_more_than_a_minute(world: World, film: ItemRow) -> None:
    early, later = report(world, film, 30_000, 600_000)
    assert (early.played, early.state.view_offset_ms) == (False, None)
    assert (later.played, later.state.view_offset_ms) == (False, 600_000)


def test_the_last_tenth_is_one_play(world: World, film: ItemRow) -> None:
    reports = report(world, film, 3_000_000, 3_300_000, 3_400_000, 3_600_000)
    assert [each.played for each in reports] == [False, True, False, False]
    state = world.read(states.state_of, OWNER_PERSON_ID, film.id)
    assert (state.view_count, state.view_offset_ms) == (1, None)


def test_the_next_playback_counts_again(world: World, film: ItemRow) -> None:
    report(world, film, 3_500_000)
    report(world, film, 3_500_000)
    assert world.read(states.state_of, OWNER_PERSON_ID, film.id).view_count == 2
