"""Reading items: pages, what lies below, guids, folders, delivery, and what a person may see of all that."""

import pytest
from tests.support.statements import noted
from tests.support.store_world import OWNER, World, digest

from vitascope.core.model import ExtraType, ItemType, TagType, Viewer
from vitascope.store import bulk, items, kept_edits, relations, schema, sections
from vitascope.store.hydration import hydrate
from vitascope.store.rows import ItemGuidRow, ItemRow, MarkerRow, SectionRow
from vitascope.store.writer import Writer

GUEST = Viewer(person_id=2)


def restricted(
    allowed_content_ratings: frozenset[str] | None = None, excluded_labels: frozenset[str] = frozenset()
) -> Viewer:
    return Viewer(person_id=2, allowed_content_ratings=allowed_content_ratings, excluded_labels=excluded_labels)


def test_items_come_in_the_order_asked_for(world: World) -> None:
    section = world.section()
    one, two, three = (world.add(section, ItemType.MOVIE, title) for title in ("One", "Two", "Three"))
    ids = [three.id, 999, one.id, two.id]
    assert world.read(items.get_items, ids, OWNER) == [three, one, two]
    assert [view.item.id for view in world.read(hydrate, ids, OWNER)] == [three.id, one.id, two.id]
    assert world.read(hydrate, [], OWNER) == []


def test_a_page_costs_the_same_number_of_statements_whatever_is_on_it(world: World) -> None:
    section = world.section("show")
    _, leaves = world.show(section, "Alpha", seasons=2, episodes=4)
    films = [
        world.add(section, ItemType.MOVIE, f"Film {n}", with_file=True, tags=[(TagType.GENRE, f"G{n}")])
        for n in range(5)
    ]

    def count(ids: list[int], *, full: bool) -> int:
        with world.db.reader() as r, noted(r) as ran:
            views = hydrate(r, ids, OWNER, full=full)
        assert len(views) == len(ids)
        return len(ran)

    for full in (False, True):
        one = count([leaves[0].id, films[0].id], full=full)
        many = count([leaf.id for leaf in leaves] + [film.id for film in films], full=full)
        assert one == many <= (21 if full else 13)  # of a full view also marks, ratings, loudness, two of choices


def test_a_full_view_has_what_a_listing_leaves_out(world: World) -> None:
    section = world.section()
    film = world.add(section, ItemType.MOVIE, "Alpha", with_file=True)

    def more(tx: Writer) -> None:
        bulk.insert_rows(tx, schema.markers, [MarkerRow(1, film.id, "intro", 0, 9)])
        bulk.insert_rows(tx, schema.item_guids, [ItemGuidRow(film.id, "imdb://tt1")])

    world.write(more)
    world.write(kept_edits.edit, film.identity_id, "title", '"Alpha"')
    listed = world.read(hydrate, [film.id], OWNER)[0]
    assert (listed.markers, listed.guids, listed.locks, listed.artworks) == ((), (), (), ())
    assert listed.media[0].parts[0].streams == ()
    assert world.read(hydrate, [film.id], OWNER, guids=True)[0].guids == ["imdb://tt1"]
    assert world.read(hydrate, [film.id], OWNER, media=False)[0].media == ()
    full = world.read(hydrate, [film.id], OWNER, full=True)[0]
    assert (full.guids, full.locks, len(full.markers)) == (["imdb://tt1"], ["title"], 1)
    assert len(full.media[0].parts[0].streams) == 2
    assert full.identity_uuid == f"{film.identity_id:024x}"


def test_children_leaves_and_parents(world: World) -> None:
    section = world.section("show")
    top, leaves = world.show(section, "Alpha", seasons=2, episodes=3)
    seasons, number = world.read(relations.children, top.id, OWNER)
    assert number == 2
    assert world.read(relations.children, seasons[1], OWNER)[0] == [leaf.id for leaf in leaves[3:]]
    assert world.read(relations.all_leaves, top.id, OWNER) == ([leaf.id for leaf in leaves], 6)
    assert world.read(relations.all_leaves, top.id, OWNER, 4, 5) == ([leaf.id for leaf in leaves[4:]], 6)
    assert world.read(relations.all_leaves, seasons[0], OWNER, 0, 2) == ([leaves[0].id, leaves[1].id], 3)
    view = world.read(hydrate, [leaves[0].id], OWNER)[0]
    assert view.parent is not None
    assert view.grandparent is not None
    assert (view.parent.id, view.grandparent.title) == (seasons[0], "Alpha")


def test_extras_are_apart(world: World) -> None:
    film = world.add(world.section(), ItemType.MOVIE, "Alpha")
    section = world.read(sections.list_sections)[0]
    scene = world.add(section, ItemType.CLIP, "B", parent=film, extra_type=int(ExtraType.SCENE))
    trailer = world.add(section, ItemType.CLIP, "A", parent=film, extra_type=int(ExtraType.TRAILER))
    assert world.read(relations.extras, film.id, OWNER) == [trailer.id, scene.id]
    assert world.read(relations.children, film.id, OWNER) == ([], 0)


def test_items_are_found_by_guid_and_identity(world: World) -> None:
    one, two = world.section(), world.section(paths=[b"/two"])
    film = world.add(one, ItemType.MOVIE, "Alpha")
    twin = world.add(two, ItemType.MOVIE, "Alpha", identity_id=film.identity_id)
    world.write(lambda tx: bulk.insert_rows(tx, schema.item_guids, [ItemGuidRow(film.id, "tmdb://1")]))
    assert world.read(items.by_guid, "tmdb://1", OWNER) == [film.id]
    assert world.read(items.by_guid, f"plex://movie/{film.identity_id:024x}", OWNER) == [film.id, twin.id]
    assert world.read(items.by_guid, f"plex://movie/{film.identity_id:024x}", OWNER, two.id) == [twin.id]
    assert world.read(items.by_guid, "tmdb://2", OWNER) == []
    assert world.read(items.by_identity, [film.identity_id], OWNER) == {film.identity_id: [film.id, twin.id]}


def test_folders_and_delivery(world: World) -> None:
    section = world.section()
    location = world.location(section)
    film = world.add(section, ItemType.MOVIE, "Alpha", with_file=True)
    assert world.read(items.items_in_folder, section.id, location.id, digest(b""), OWNER) == [film.id]
    part = world.read(hydrate, [film.id], OWNER)[0].media[0].parts[0].part
    found = world.read(items.part_for_delivery, part.id, OWNER)
    assert found is not None
    assert (found[0], found[1], found[2]) == (part, b"/media/Alpha.mkv", film)
    nobody = Viewer(person_id=2, sections=frozenset())
    assert world.read(items.part_for_delivery, part.id, nobody) is None
    assert world.read(items.part_for_delivery, 999, OWNER) is None
    stream = world.read(hydrate, [film.id], OWNER, full=True)[0].media[0].parts[0].streams[0]
    assert world.read(items.stream, stream.id, OWNER) == stream
    assert world.read(items.stream, stream.id, nobody) is None


def test_a_root_that_is_away_makes_its_items_unavailable_and_nothing_else(world: World) -> None:
    section = world.section()
    film = world.add(section, ItemType.MOVIE, "Alpha", with_file=True)
    location = world.location(section)
    edit, _ = world.db.versions.section(section.id)
    world.write(sections.set_location_state, location.id, False, "not mounted")
    assert world.db.versions.section(section.id)[0] == edit + 1
    view = world.read(hydrate, [film.id], OWNER)[0]
    assert (view.location_available, view.item.deleted_at) == (False, None)
    assert world.location(section).unavailable_reason == "not mounted"
    world.write(sections.set_location_state, location.id, True, file_count=3)
    found = world.location(section)
    assert (found.available, found.unavailable_reason, found.file_count) == (True, None, 3)
    assert world.read(hydrate, [film.id], OWNER)[0].location_available


class Shelf:
    """One of everything, with ratings and labels."""

    def __init__(self, world: World) -> None:
        films, shows, music = world.section(), world.section("show"), world.section("artist")
        self.sections = (films.id, shows.id, music.id)
        self.mild = world.add(films, ItemType.MOVIE, "Mild", content_rating="G")
        self.hard = world.add(films, ItemType.MOVIE, "Hard", content_rating="R")
        self.unrated = world.add(films, ItemType.MOVIE, "Unrated")
        self.mild_extra = world.add(films, ItemType.CLIP, "Trailer", parent=self.mild, extra_type=1)
        self.hard_extra = world.add(films, ItemType.CLIP, "Trailer", parent=self.hard, extra_type=1)
        self.show, self.episodes = self._show(world, shows, "Show", "G")
        self.hard_show, self.hard_episodes = self._show(world, shows, "Hard show", "R")
        label = [(TagType.LABEL, "private")]
        self.artist = world.add(music, ItemType.ARTIST, "Artist")
        self.private_album = world.add(music, ItemType.ALBUM, "Private", parent=self.artist, tags=label)
        self.private_track = world.add(music, ItemType.TRACK, "Track", parent=self.private_album)
        self.track = world.add(music, ItemType.ALBUM, "Open", parent=self.artist)
        self.private_film = world.add(films, ItemType.MOVIE, "Private", tags=label, content_rating="G")
        self.all = [value.id for value in vars(self).values() if isinstance(value, ItemRow)]
        self.all += [row.id for row in (*self.episodes, *self.hard_episodes)]

    def _show(self, world: World, section: SectionRow, title: str, rating: str) -> tuple[ItemRow, list[ItemRow]]:
        show = world.add(section, ItemType.SHOW, title, content_rating=rating)
        season = world.add(section, ItemType.SEASON, "Season 1", parent=show)
        # an episode's own rating does not matter: its show's does
        return show, [season, world.add(section, ItemType.EPISODE, "E", parent=season, content_rating="X")]

    def seen(self, world: World, viewer: Viewer) -> set[int]:
        return {row.id for row in world.read(items.get_items, self.all, viewer)}


@pytest.fixture
def shelf(world: World) -> Shelf:
    return Shelf(world)


def test_everything_is_visible_without_restrictions(world: World, shelf: Shelf) -> None:
    assert shelf.seen(world, OWNER) == shelf.seen(world, GUEST) == set(shelf.all)


def test_sections_that_are_not_shared_are_invisible(world: World, shelf: Shelf) -> None:
    viewer = Viewer(person_id=2, sections=frozenset({shelf.sections[2]}))
    assert shelf.seen(world, viewer) == {
        shelf.artist.id,
        shelf.private_album.id,
        shelf.private_track.id,
        shelf.track.id,
    }


def test_content_ratings_hold_for_what_is_below(world: World, shelf: Shelf) -> None:
    seen = shelf.seen(world, restricted(allowed_content_ratings=frozenset({"G"})))
    hidden = {shelf.hard, shelf.unrated, shelf.hard_extra, shelf.hard_show, *shelf.hard_episodes}
    assert set(shelf.all) - seen == {row.id for row in hidden}


def test_an_excluded_label_hides_what_is_below(world: World, shelf: Shelf) -> None:
    seen = shelf.seen(world, restricted(excluded_labels=frozenset({"private"})))
    assert set(shelf.all) - seen == {shelf.private_film.id, shelf.private_album.id, shelf.private_track.id}


def test_restrictions_hold_together_and_in_every_way_to_find_things(world: World, shelf: Shelf) -> None:
    viewer = restricted(excluded_labels=frozenset({"private"}), allowed_content_ratings=frozenset({"G"}))
    assert world.read(relations.children, shelf.artist.id, viewer) == ([shelf.track.id], 1)
    assert world.read(relations.all_leaves, shelf.hard_show.id, viewer) == ([], 0)
    assert world.read(relations.extras, shelf.hard.id, viewer) == []
    assert world.read(items.by_guid, f"plex://movie/{shelf.hard.identity_id:024x}", viewer) == []
