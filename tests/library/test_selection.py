"""Selections: from a source to the items one viewer sees, in order."""

from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, MediaKind, TagType, Viewer
from vitascope.core.query.source_uri import SourceError, parse_source_uri
from vitascope.library import selection
from vitascope.library.scan.known import hash16
from vitascope.library.selection import SelectionError, Wanted
from vitascope.store import entries, playlists, sections
from vitascope.store.engine import Database
from vitascope.store.positions import Page, Positions
from vitascope.store.rows import ItemRow
from vitascope.store.schema import files
from vitascope.store.writer import Writer

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MACHINE = "m" * 40


class Chooser:
    """Asks a world for sources."""

    def __init__(self, db: Database) -> None:
        self.world = World(db=db)
        self.positions = Positions()

    def ids(
        self, key: str, viewer: Viewer = OWNER, *, kind: MediaKind | None = None, playable: bool = False
    ) -> list[int]:
        source = parse_source_uri(key, machine_identifier=MACHINE)
        wanted = Wanted(now=NOW, kind=kind, playable=playable)
        found = self.world.read(selection.ids, self.positions, source, viewer, wanted)
        page = self.page(key, viewer, kind=kind, playable=playable)
        assert list(page.ids) == found.tolist()
        assert page.total == found.size
        return [int(item_id) for item_id in found]

    def page(
        self,
        key: str,
        viewer: Viewer = OWNER,
        *,
        kind: MediaKind | None = None,
        playable: bool = False,
        start: int = 0,
        size: int = 1000,
    ) -> Page:
        source = parse_source_uri(key, machine_identifier=MACHINE)
        wanted = Wanted(now=NOW, kind=kind, playable=playable)
        return self.world.read(selection.page, self.positions, source, viewer, wanted, start=start, size=size)


@pytest.fixture
def chooser(database: Database) -> Chooser:
    return Chooser(database)


def _ids(rows: list[ItemRow]) -> list[int]:
    return [row.id for row in rows]


def test_items_come_in_the_order_of_their_ids_as_often_as_named_without_what_is_not_there(chooser: Chooser) -> None:
    world = chooser.world
    section = world.section()
    a, b = (world.add(section, ItemType.MOVIE, title) for title in "AB")
    assert chooser.ids(f"/library/metadata/{b.id},{a.id},99999,{b.id}") == [b.id, a.id, b.id]


def test_what_a_viewer_may_not_see_is_left_out(chooser: Chooser) -> None:
    world = chooser.world
    films, others = world.section(), world.section(title="Others")
    a = world.add(films, ItemType.MOVIE, "A")
    b = world.add(others, ItemType.MOVIE, "B")
    secret = world.add(films, ItemType.MOVIE, "C", tags=[(TagType.LABEL, "secret")])
    mia = Viewer(person_id=2, sections=frozenset({films.id}), excluded_labels=frozenset({"secret"}))
    assert chooser.ids(f"/library/metadata/{a.id},{b.id},{secret.id}", mia) == [a.id]
    assert chooser.ids(f"/library/sections/{films.id}/all", mia) == [a.id]
    assert chooser.ids("/library/all?type=1", mia) == [a.id]
    with pytest.raises(SelectionError, match="no section"):
        chooser.ids(f"/library/sections/{others.id}/all", mia)


def test_a_section_is_asked_as_its_query_says_a_window_at_a_time(chooser: Chooser) -> None:
    world = chooser.world
    section = world.section()
    films = [world.add(section, ItemType.MOVIE, f"Film {n:02}", year=1990 + n) for n in range(12)]
    key = f"/library/sections/{section.id}/all?type=1&sort=year:desc&year%3E%3E=1994&X-Plex-Token=x"
    assert chooser.ids(key) == _ids(films[:4:-1])
    assert chooser.page(key, start=2, size=3) == Page(ids=tuple(_ids(films[9:6:-1])), start=2, total=7)
    assert chooser.ids(f"/library/sections/{section.id}/all?limit=2") == _ids(films[:2])
    with pytest.raises(SelectionError, match="no such field"):
        chooser.ids(f"/library/sections/{section.id}/all?nothing!=1")


def test_shows_and_artists_become_what_is_played_of_them(chooser: Chooser) -> None:
    world = chooser.world
    section = world.section("show")
    (one, first), (two, second) = world.show(section, "Ape"), world.show(section, "Bee")
    key = f"/library/sections/{section.id}/all?type=2&sort=titleSort:desc"
    assert chooser.ids(key) == [two.id, one.id]
    assert chooser.ids(key, playable=True) == _ids(second + first)
    assert chooser.ids(f"/library/metadata/{one.id},{second[1].id}", playable=True) == [*_ids(first), second[1].id]
    season_id = first[0].parent_id
    assert chooser.ids(f"/library/metadata/{season_id}", playable=True) == _ids(first[:3])
    assert chooser.ids(f"/library/metadata/{one.id}/allLeaves") == _ids(first)
    assert chooser.ids(f"/library/metadata/{one.id}/grandchildren") == _ids(first)
    assert chooser.ids(f"/library/metadata/{season_id}/children") == _ids(first[:3])
    assert chooser.ids("/library/metadata/99999/children") == []

    music = world.section("artist", "Music")
    artist = world.add(music, ItemType.ARTIST, "Artist")
    tracks = []
    for title, year in (("Zebra", 1970), ("Ant", 1980)):
        album = world.add(music, ItemType.ALBUM, title, parent=artist, year=year)
        tracks += [
            world.add(music, ItemType.TRACK, f"{title} {n}", parent=album, parent_index=1, index_number=n)
            for n in (1, 2)
        ]
    assert chooser.ids(f"/library/sections/{music.id}/all?type=8", playable=True) == _ids(tracks)


def test_only_the_wanted_kind_is_chosen(chooser: Chooser) -> None:
    world = chooser.world
    films, music = world.section(), world.section("artist", "Music")
    film = world.add(films, ItemType.MOVIE, "Film")
    artist = world.add(music, ItemType.ARTIST, "Artist")
    key = f"/library/metadata/{film.id},{artist.id}"
    assert chooser.ids(key, kind=MediaKind.VIDEO) == [film.id]
    assert chooser.ids(key, kind=MediaKind.AUDIO) == [artist.id]
    assert chooser.ids(key, kind=MediaKind.PHOTO) == []
    assert chooser.ids(f"/library/sections/{films.id}/all", kind=MediaKind.AUDIO) == []
    assert chooser.ids(f"/library/sections/{films.id}/all", kind=MediaKind.VIDEO) == [film.id]


def test_a_folder_holds_what_lies_in_it(chooser: Chooser) -> None:
    world = chooser.world
    section = world.section()
    film = world.add(section, ItemType.MOVIE, "Film", with_file=True)
    root = world.location(section)

    def place(tx: Writer) -> None:
        tx.conn.execute(update(files).values(dir_hash=hash16(b"")))

    world.write(place)
    assert chooser.ids(f"/library/sections/{section.id}/folder") == [film.id]
    assert chooser.ids(f"/library/sections/{section.id}/folder?parent={root.id}.") == [film.id]
    assert chooser.ids(f"/library/sections/{section.id}/folder?parent={root.id}.YQ") == []


def test_a_playlist_holds_its_members_as_often_as_they_were_added(chooser: Chooser) -> None:
    world = chooser.world
    section = world.section()
    a, b = (world.add(section, ItemType.MOVIE, title) for title in "AB")
    playlist = world.write(playlists.create, person_id=OWNER.person_id, title="List", kind=MediaKind.VIDEO)
    world.write(entries.add, playlist, OWNER, [b.id, a.id, b.id])
    assert chooser.ids(f"/playlists/{playlist}/items") == [b.id, a.id, b.id]
    assert chooser.ids(f"/playlists/{playlist}/items", Viewer(person_id=2)) == []
    assert chooser.ids(f"/playlists/{a.id}/items") == []


def test_a_section_may_be_named_by_its_uuid(chooser: Chooser) -> None:
    world = chooser.world
    section = world.section()
    film = world.add(section, ItemType.MOVIE, "Film")
    key = quote(f"/library/metadata/{film.id}", safe="")
    assert chooser.ids(f"library://{section.uuid}/item/{key}") == [film.id]
    assert chooser.ids(f"library:///item/{key}") == [film.id]
    with pytest.raises(SelectionError, match="no section"):
        chooser.ids(f"library://elsewhere/item/{key}")


def test_what_nothing_can_list_is_refused(chooser: Chooser) -> None:
    with pytest.raises(SelectionError, match="cannot be made into a list"):
        chooser.ids("/hubs/nowhere")
    with pytest.raises(SelectionError, match="no section"):
        chooser.ids("/library/sections/1/all")


_WORDS = st.sampled_from(["", "a,b", "-3w", *f"1 2 0 -1 {'9' * 18} {'9' * 19} title year 1990 %00 desc".split()])
_NAMES = st.sampled_from(
    [
        "type",
        "sourceType",
        "sort",
        "limit",
        "group",
        "push",
        "pop",
        "or",
        "and",
        "title",
        "title=",
        "title<",
        "year>>",
        "year<<",
        "genre",
        "genre!",
        "unwatched",
        "addedAt>>",
        "show.title",
        "collection",
        "id",
        "guid",
        "resolution",
    ]
)
_PATHS = st.sampled_from(
    [
        "/library/sections/{}/all",
        "/library/sections/{}/folder",
        "/library/metadata/{}",
        "/library/collections/{}/children",
        "/playlists/{}/items",
        "/library/metadata/{}/allLeaves",
        "/library/all",
        "/library/sections/{}/onDeck",
    ]
)


@given(st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_is_answered_or_refused(chooser: Chooser, data: st.DataObject) -> None:
    if not chooser.world.read(sections.list_sections):
        chooser.world.show(chooser.world.section("show"), "Ape")
    pairs = data.draw(st.lists(st.tuples(_NAMES, _WORDS), max_size=5))
    key = data.draw(_PATHS).format(data.draw(_WORDS)) + "?" + urlencode(pairs)
    viewer = data.draw(st.sampled_from([OWNER, Viewer(person_id=2, excluded_labels=frozenset({"x"}))]))
    with suppress(SourceError, SelectionError):
        chooser.ids(key, viewer, playable=data.draw(st.booleans()))
