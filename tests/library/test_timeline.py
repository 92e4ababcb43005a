"""What players report becomes resume points and plays."""

import asyncio
from typing import Any

import pytest

from vitascope.core.model import OWNER_PERSON_ID, SectionKind
from vitascope.library.timeline import Reported, Timeline
from vitascope.store import states
from vitascope.store.people import ensure_owner
from vitascope.store.schema import items

PREFS = {"MinimumProgressTime": 60_000, "LibraryVideoPlayedThreshold": 90, "LibraryVideoPlayedAtBehaviour": 3}


@pytest.fixture
def film(library: Any) -> int:
    section = library.section(SectionKind.MOVIE, "Films")
    library.media.write(library.root / "Films" / "Film (2000).mp4")
    library.scan(section)
    library.database.write(ensure_owner).result()
    item = library.item(section, "Film")
    library.database.write(lambda tx: tx.conn.execute(items.update().values(duration_ms=3_600_000))).result()
    return int(item.id)


def report(library: Any, film: int, *times_ms: int, timeline: Timeline | None = None) -> list[Reported]:
    async def run() -> list[Reported]:
        used = timeline or Timeline(library.database, pref=PREFS.__getitem__)
        found = [
            await used.report(person_id=OWNER_PERSON_ID, item_id=film, time_ms=time_ms, playback="session")
            for time_ms in times_ms
        ]
        return [each for each in found if each is not None]

    return asyncio.run(run())


def test_a_resume_point_needs_more_than_a_minute(library: Any, film: int) -> None:
    early, later = report(library, film, 30_000, 600_000)
    assert (early.played, early.state.view_offset_ms) == (False, None)
    assert (later.played, later.state.view_offset_ms) == (False, 600_000)


def test_the_last_tenth_is_one_play(library: Any, film: int) -> None:
    reports = report(library, film, 3_000_000, 3_300_000, 3_400_000, 3_600_000)
    assert [each.played for each in reports] == [False, True, False, False]
    with library.database.reader() as r:
        state = states.state_of(r, OWNER_PERSON_ID, film)
    assert (state.view_count, state.view_offset_ms) == (1, None)


def test_the_next_playback_counts_again(library: Any, film: int) -> None:
    report(library, film, 3_500_000)
    report(library, film, 3_500_000)
    with library.database.reader() as r:
        assert states.state_of(r, OWNER_PERSON_ID, film).view_count == 2


def test_a_report_about_nothing_is_nothing(library: Any) -> None:
    library.database.write(ensure_owner).result()
    assert report(library, 12345, 1000) == []
