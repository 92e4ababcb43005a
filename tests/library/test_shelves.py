"""Hubs are kept as long as nothing changed: what was seen is at once no longer offered, and chance changes by day."""

from collections.abc import Sequence

import pytest
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.library.hubs import Shelves
from vitascope.store import states
from vitascope.store.engine import Database
from vitascope.store.positions import Positions, Values
from vitascope.store.rows import SectionRow

NOW = 1_700_000_000
MIA = Viewer(person_id=2)


class Films:
    """Forty films of eight genres, all well rated."""

    def __init__(self, world: World) -> None:
        self.world = world
        positions = Positions()
        self.shelves = Shelves(positions, Values(positions))
        self.section: SectionRow = world.section()
        self.films = [
            world.add(
                self.section,
                ItemType.MOVIE,
                f"Film {number:02}",
                rating=9.0 - number / 20,
                year=1950 + number,
                added_at=number,
                tags=[(TagType.GENRE, f"Genre {number % 8}")],
            )
            for number in range(40)
        ]

    def page(self, viewer: Viewer = OWNER, now: int = NOW) -> dict[str, Sequence[str]]:
        with self.world.db.reader() as r:
            look = self.shelves.look(r, viewer, now=now)
            found = self.shelves.of_section(look, self.section)
        return {hub.identifier: [self.world.item(item_id).title for item_id in hub.ids] for hub in found}


@pytest.fixture
def films(database: Database) -> Films:
    return Films(World(db=database))


def test_what_was_watched_is_gone_from_what_is_unwatched_at_once(films: Films) -> None:
    name = f"movie.topunwatched.{films.section.id}"
    assert films.page()[name][0] == "Film 00"
    films.world.write(states.mark_played, 1, films.films[0].id)
    assert films.page()[name][0] == "Film 01"
    assert films.page(MIA)[name][0] == "Film 00"


def test_an_edit_is_seen_at_once(films: Films) -> None:
    name = f"movie.recentlyadded.{films.section.id}"
    assert films.page()[name][0] == "Film 39"
    films.world.add(films.section, ItemType.MOVIE, "New", added_at=99)
    films.world.write(lambda tx: tx.touch(films.section.id, edit=True))
    assert films.page()[name][0] == "New"


def test_chance_is_the_day_and_the_person(films: Films) -> None:
    def genre(viewer: Viewer, day: int) -> str:
        return next(name for name in films.page(viewer, NOW + day * 86_400) if name.startswith("movie.genre."))

    assert genre(OWNER, 0) == genre(OWNER, 0)
    assert len({genre(OWNER, day) for day in range(10)}) > 1
    assert [genre(OWNER, day) for day in range(10)] != [genre(MIA, day) for day in range(10)]


def test_nobody_sees_what_is_not_for_them(films: Films) -> None:
    child = Viewer(person_id=3, allowed_content_ratings=frozenset({"G"}))
    assert films.page(child) == {}
    stranger = Viewer(person_id=4, sections=frozenset({99}))
    assert films.page(stranger) == {}
