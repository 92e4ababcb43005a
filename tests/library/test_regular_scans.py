"""Scans that come again and again."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from vitascope.core.model import SectionKind
from vitascope.library import sections
from vitascope.library.regular_scans import RegularScans
from vitascope.store.engine import Database
from vitascope.store.sections import scan_finished


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(sqlite_url: str, clock: Clock) -> Iterator[Database]:
    with Database(Path(sqlite_url), readers=2, clock=clock) as opened:
        yield opened


def test_a_section_is_scanned_when_its_last_scan_is_old(database: Database, clock: Clock, tmp_path: Path) -> None:
    started: list[int] = []

    async def start(section_id: int) -> None:
        started.append(section_id)

    async def main() -> None:
        enabled = False
        saved = await sections.create(database, title="Films", kind=SectionKind.MOVIE, paths=[str(tmp_path)])
        section_id = saved.section.id
        await database.awrite(scan_finished, section_id, changed=False)
        scans = RegularScans(database, start=start, enabled=lambda: enabled, interval_s=lambda: 900, clock=clock)
        clock.now += 900
        assert await scans.look() == []
        enabled = True
        assert await scans.look() == [section_id]
        clock.now += 899
        assert await scans.look() == [], "its folder is away: it is asked no more often than others"
        clock.now += 1
        assert await scans.look() == [section_id]
        await database.awrite(scan_finished, section_id, changed=False)
        again = RegularScans(database, start=start, enabled=lambda: True, interval_s=lambda: 900, clock=clock)
        assert await again.look() == [], "a restart scans nothing early"

    asyncio.run(main())
    assert len(started) == 2
