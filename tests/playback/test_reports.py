"""Reports of players on their way: what comes between a report and its write is not undone by it."""

import asyncio
from collections.abc import Callable

import pytest
from tests.support.held import held_writer
from tests.support.store_world import World

from vitascope.core.model import ItemType
from vitascope.events import Bus, Event, PlaySessionState, PlayState
from vitascope.playback.reports import Reports
from vitascope.playback.sessions import Playable, Player, Report, Sessions
from vitascope.playback.timeline import Timeline

PREFS: dict[str, int | str | bool | float] = {
    "MinimumProgressTime": 60_000,
    "LibraryVideoPlayedThreshold": 90,
    "LibraryVideoPlayedAtBehaviour": 3,
    "WanPerUserStreamCount": 0,
    "MinutesAllowedPaused": 0,
}
PHONE = Player(client_identifier="phone", local=True)


def _ended_by_the_owner(reports: Reports) -> None:
    assert reports.terminate("phone", "bedtime")


def _the_server_ends(reports: Reports) -> None:
    reports.goodbye("good night")


@pytest.mark.parametrize("end", [_ended_by_the_owner, _the_server_ends])
def test_a_session_that_is_ended_while_a_report_is_written_is_not_told_to_play(
    world: World, end: Callable[[Reports], object]
) -> None:
    film = world.add(world.section(), ItemType.MOVIE, "Film", duration_ms=3_600_000)
    heard: list[PlayState] = []

    def hear(event: Event) -> None:
        if isinstance(event, PlaySessionState):
            heard.append(event.state)

    async def run() -> None:
        bus = Bus()
        bus.listen(hear)
        reports = Reports(Sessions(), Timeline(world.db, pref=PREFS.__getitem__), bus, pref=PREFS.__getitem__)

        def plays(time_ms: int) -> Report:
            return Report(
                player=PHONE,
                person_id=1,
                person_name="owner",
                item=Playable(item_id=film.id),
                state=PlayState.PLAYING,
                time_ms=time_ms,
            )

        await reports.take(plays(100_000))
        with held_writer(world.db) as writer:
            report = asyncio.create_task(reports.take(plays(110_000)))
            await writer.until_waited_for()
            end(reports)
            writer.let_go()
            assert await report is None

    asyncio.run(run())
    assert heard == [PlayState.PLAYING, PlayState.STOPPED]
