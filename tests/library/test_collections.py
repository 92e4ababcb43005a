"""Collections by hand: tag and item stay together, and what a person did survives a section that is made anew."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.core.query import parse_listing
from vitascope.library import collection_contents, collection_figures, collection_modes, collections
from vitascope.library import sections as library_sections
from vitascope.library.collections import CollectionError, CollectionExists, Order
from vitascope.store import check, kept_edits, sections, states, tags, uniting
from vitascope.store import collections as store
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound
from vitascope.store.hydration import hydrate
from vitascope.store.positions import Positions
from vitascope.store.rows import ItemRow, SectionRow

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Shelf:
    """A section with a few films, and what is done with its collections."""

    def __init__(self, db: Database) -> None:
        self.world = World(db=db)
        self.positions = Positions()
        self.section = self.world.section()
        self.films = [
            self.world.add(self.section, ItemType.MOVIE, title, year=year, available_at=f"{year}-01-01")
            for title, year in (("Dune", 1984), ("Alien", 1979), ("Brazil", 1985), ("Cube", 1997))
        ]
        self.write: Callable[..., int] = self.world.write

    @property
    def ids(self) -> list[int]:
        return [film.id for film in self.films]

    def members(self, collection_id: int, viewer: Viewer = OWNER) -> list[str]:
        ids = self.world.read(collection_contents.member_ids, self.positions, collection_id, viewer, now=NOW)
        return [self.world.item(int(item_id)).title for item_id in ids]

    def named(self, title: str, section: SectionRow | None = None) -> ItemRow | None:
        return self.world.read(store.named, (section or self.section).id, title)

    def make(self, title: str = "Shelf", count: int = 3) -> int:
        return self.write(
            collections.create, self.section.id, title, subtype=int(ItemType.MOVIE), item_ids=self.ids[:count]
        )

    def whole(self) -> bool:
        return self.world.read(check.check) == []


@pytest.fixture
def shelf(database: Database) -> Shelf:
    return Shelf(database)


def test_a_tag_makes_its_collection_and_takes_it_along(shelf: Shelf) -> None:
    film = shelf.films[0]
    shelf.write(tags.set_tags, film.id, TagType.COLLECTION, ["Ärger"])
    made = shelf.named("arger")
    assert made is not None
    assert made.title == "Ärger"
    assert shelf.members(made.id) == ["Dune"]
    shelf.write(tags.set_tags, film.id, TagType.COLLECTION, [])
    assert shelf.named("Ärger") is None
    assert shelf.whole()


def test_a_section_of_the_same_name_has_collections_of_its_own(shelf: Shelf) -> None:
    other = shelf.world.section(title="Others")
    shelf.make()
    mine = shelf.named("Shelf")
    theirs = shelf.write(collections.ensure, other.id, "Shelf")
    assert mine is not None
    assert mine.identity_id != shelf.world.item(theirs).identity_id
    assert shelf.members(theirs) == []


def test_items_are_put_in_and_taken_out(shelf: Shelf) -> None:
    made = shelf.make(count=2)
    assert shelf.members(made) == ["Alien", "Dune"]
    shelf.write(collections.add, made, [shelf.films[3].id, shelf.films[0].id])
    assert shelf.members(made) == ["Alien", "Dune", "Cube"]
    shelf.write(collections.remove, made, shelf.films[1].id)
    assert shelf.members(made) == ["Dune", "Cube"]
    with pytest.raises(CollectionError, match="not in this collection"):
        shelf.write(collections.remove, made, shelf.films[1].id)
    with pytest.raises(CollectionError, match="no item 99999"):
        shelf.write(collections.add, made, [99999])
    shelf.write(collections.remove, made, shelf.films[0].id)
    shelf.write(collections.remove, made, shelf.films[3].id)
    assert shelf.named("Shelf") is None
    assert shelf.whole()


def test_nothing_of_another_section_and_no_list_is_put_in(shelf: Shelf) -> None:
    made = shelf.make()
    stranger = shelf.world.add(shelf.world.section(title="Others"), ItemType.MOVIE, "Elsewhere")
    for wrong, reason in ((stranger.id, "another section"), (made, "itself a list")):
        with pytest.raises(CollectionError, match=reason):
            shelf.write(collections.add, made, [shelf.films[3].id, wrong])
    assert "Cube" not in shelf.members(made)  # nothing by halves


def test_a_name_is_taken_once_in_a_section(shelf: Shelf) -> None:
    made = shelf.make("Shelf")
    for title in ("Shelf", " SHELF ", "shélf"):
        with pytest.raises(CollectionExists):
            shelf.write(collections.create, shelf.section.id, title, subtype=1)
    with pytest.raises(CollectionError, match="needs a name"):
        shelf.write(collections.create, shelf.section.id, "  ", subtype=1)
    other = shelf.make("Other", 1)
    with pytest.raises(CollectionExists):
        shelf.write(collections.rename, other, "shelf")
    shelf.write(collections.rename, made, "SHELF")  # its own name in other letters
    assert shelf.world.item(made).title == "SHELF"


def test_a_new_name_is_also_that_of_the_tag(shelf: Shelf) -> None:
    made = shelf.make()
    other = shelf.world.section(title="Others")
    elsewhere = shelf.world.add(other, ItemType.MOVIE, "Elsewhere")
    shelf.write(tags.set_tags, elsewhere.id, TagType.COLLECTION, ["Shelf"])
    shelf.write(collections.rename, made, "Cupboard")
    assert shelf.members(made) == ["Alien", "Dune", "Brazil"]
    assert shelf.named("Shelf") is None
    assert shelf.named("Shelf", other) is not None  # another section's is not renamed along
    edited = shelf.world.read(kept_edits.edits_of, [shelf.films[0].identity_id])[shelf.films[0].identity_id]
    assert [(row.field, row.locked) for row in edited] == [("collection", False)]
    assert shelf.whole()


def test_a_collection_may_be_called_by_a_number(shelf: Shelf) -> None:
    made = shelf.make(count=2)
    (tag_id,) = shelf.world.read(store.tag_ids, shelf.world.item(made))
    other = shelf.write(collections.create, shelf.section.id, str(tag_id), subtype=1, item_ids=[shelf.films[3].id])
    assert shelf.members(made) == ["Alien", "Dune"]
    assert shelf.members(other) == ["Cube"]


def test_a_deleted_collection_leaves_its_members(shelf: Shelf) -> None:
    made = shelf.make()
    other = shelf.make("Other", 1)
    shelf.write(kept_edits.edit, shelf.world.item(made).identity_id, "summary", '"Mine"')
    shelf.write(collections.delete, made)
    with pytest.raises(NotFound):
        shelf.world.read(store.get, made)
    assert shelf.members(other) == ["Dune"]
    again = shelf.make()
    assert shelf.world.item(again).identity_id not in (0, made)
    assert shelf.whole()


def test_members_come_by_release_by_title_or_as_a_person_put_them(shelf: Shelf) -> None:
    made = shelf.make()
    dune, alien, _, cube = shelf.ids

    def order(order: Order) -> list[str]:
        shelf.write(collections.set_order, made, order)
        return shelf.members(made)

    assert shelf.members(made) == ["Alien", "Dune", "Brazil"]
    assert order(Order.ALPHA) == ["Alien", "Brazil", "Dune"]
    shelf.write(collections.move, made, dune, None)
    assert shelf.members(made) == ["Dune", "Alien", "Brazil"]  # a move makes the order a person's
    shelf.write(collections.move, made, dune, alien)
    assert shelf.members(made) == ["Alien", "Dune", "Brazil"]
    shelf.write(collections.add, made, [cube])
    assert shelf.members(made) == ["Alien", "Dune", "Brazil", "Cube"]
    assert order(Order.RELEASE) == ["Alien", "Dune", "Brazil", "Cube"]
    for wrong in ((cube + 1000, None), (dune, cube + 1000)):
        with pytest.raises(CollectionError, match="not in this collection"):
            shelf.write(collections.move, made, *wrong)


def test_many_items_are_put_in_and_forgotten_in_pieces(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collections, "_BATCH", 1)
    db = shelf.world.db
    stranger = shelf.world.add(shelf.world.section(title="Others"), ItemType.MOVIE, "Elsewhere")

    async def work() -> None:
        made = await collections.make(db, shelf.section.id, "Shelf", subtype=1, item_ids=shelf.ids)
        assert shelf.members(made) == ["Alien", "Dune", "Brazil", "Cube"]
        for wrong in ([*shelf.ids, stranger.id], [*shelf.ids, made]):
            with pytest.raises(CollectionError):
                await collections.make(db, shelf.section.id, "None", subtype=1, item_ids=wrong)
        assert shelf.named("None") is None
        await collections.throw_away(db, made)

    asyncio.run(work())
    assert shelf.named("Shelf") is None
    assert shelf.whole()


def test_what_holds_nothing_for_a_viewer_is_not_listed_for_them(shelf: Shelf) -> None:
    shelf.make("Both", 2)
    hidden = shelf.make("Hidden", 1)
    shelf.write(collections.create, shelf.section.id, "Empty", subtype=1)
    shelf.write(tags.set_tags, shelf.ids[0], TagType.LABEL, ["secret"])
    mia = Viewer(person_id=2, excluded_labels=frozenset({"secret"}))
    everything = parse_listing([], default_type=ItemType.COLLECTION, now=NOW)

    def listed(viewer: Viewer) -> list[str]:
        listing = shelf.world.read(collection_modes.seen_by, shelf.section.id, everything, viewer)
        ids = shelf.world.read(shelf.positions.ids, listing, [shelf.section.id], viewer)
        return [shelf.world.item(int(item_id)).title for item_id in ids]

    assert listed(OWNER) == ["Both", "Empty", "Hidden"]
    assert listed(mia) == ["Both"]
    figures = shelf.world.read(collection_figures.figures, shelf.positions, [shelf.world.item(hidden)], mia, now=NOW)
    assert figures[hidden].child_count == 0


def test_figures_of_a_large_collection_are_those_of_a_small_one(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = shelf.make()
    content = f"/library/sections/{shelf.section.id}/all?type=1&sort=titleSort"
    smart = shelf.write(collections.create, shelf.section.id, "All", subtype=1, content=content)
    found = [shelf.world.item(plain), shelf.world.item(smart)]

    def figures() -> list[tuple[int, int | None, int | None]]:
        made = shelf.world.read(collection_figures.figures, Positions(), found, OWNER, now=NOW)
        return [(one.child_count, one.min_year, one.max_year) for one in made.values()]

    assert figures() == [(3, 1979, 1985), (4, 1979, 1997)]
    monkeypatch.setattr(collection_figures, "_FEW", 1)
    assert figures() == [(3, 1979, 1985), (4, 1979, 1997)]


def test_two_moves_at_once_both_count(shelf: Shelf) -> None:
    made = shelf.make()
    dune, _, brazil, _ = shelf.ids
    shelf.members(made)  # what listings know is older than what follows
    both = [
        shelf.world.db.write(collections.move, made, brazil, None),
        shelf.world.db.write(collections.move, made, dune, brazil),
    ]
    for done in both:
        done.result(10)
    assert shelf.members(made) == ["Brazil", "Dune", "Alien"]


def test_a_smart_collection_asks_its_query(shelf: Shelf) -> None:
    content = f"server://m/com.plexapp.plugins.library/library/sections/{shelf.section.id}/all?type=1&year%3C%3C=1985"
    made = shelf.write(collections.create, shelf.section.id, "Early", subtype=1, content=content)
    assert shelf.members(made) == ["Alien", "Dune"]
    item = shelf.world.item(made)
    assert shelf.world.read(store.settings, [item.identity_id])[item.identity_id].content == content
    later = content.replace("%3C%3C=1985", "%3E%3E=1985")
    shelf.write(collections.set_content, made, later, 1)
    assert shelf.members(made) == ["Cube"]
    with pytest.raises(CollectionError, match="smart"):
        shelf.write(collections.add, made, [shelf.ids[0]])
    with pytest.raises(CollectionError, match="plain"):
        shelf.write(collections.set_content, shelf.make(), later, 1)


def test_a_smart_collection_goes_by_the_owners_watch_state_or_by_the_viewers(shelf: Shelf) -> None:
    content = f"/library/sections/{shelf.section.id}/all?type=1&unwatched=1"
    made = shelf.write(collections.create, shelf.section.id, "New", subtype=1, content=content)
    mia = Viewer(person_id=2, sections=frozenset({shelf.section.id}))
    shelf.world.write(states.mark_played, 1, shelf.ids[0])
    shelf.world.write(states.mark_played, 2, shelf.ids[1])
    assert shelf.members(made) == shelf.members(made, mia) == ["Alien", "Brazil", "Cube"]
    shelf.world.write(lambda tx: store.put_settings(tx, store.get(tx, made), filter_by_user=True))
    assert shelf.members(made) == ["Alien", "Brazil", "Cube"]
    assert shelf.members(made, mia) == ["Brazil", "Cube", "Dune"]


def test_what_a_viewer_may_not_see_is_in_no_collection_for_them(shelf: Shelf) -> None:
    made = shelf.make()
    shelf.write(tags.set_tags, shelf.ids[1], TagType.LABEL, ["secret"])
    mia = Viewer(person_id=2, excluded_labels=frozenset({"secret"}))
    assert shelf.members(made, mia) == ["Dune", "Brazil"]
    assert shelf.members(made, Viewer(person_id=2, sections=frozenset({99}))) == []


def test_a_section_made_anew_has_its_collections_again(shelf: Shelf) -> None:
    made = shelf.make()
    identity = shelf.world.item(made).identity_id
    shelf.write(collections.move, made, shelf.ids[2], None)
    shelf.world.write(lambda tx: store.put_settings(tx, store.get(tx, made), mode=2))
    shelf.write(kept_edits.edit, identity, "summary", '"Mine"')
    shelf.world.write(sections.delete_section, shelf.section.id)
    assert shelf.named("Shelf") is None

    section = shelf.world.section()
    for film in shelf.films[:3]:
        shelf.world.add(
            section,
            ItemType.MOVIE,
            film.title,
            identity_id=film.identity_id,
            available_at=film.available_at,
            tags=[(TagType.COLLECTION, "Shelf")],
        )
    again = shelf.named("Shelf", section)
    assert again is not None
    assert again.identity_id == identity
    assert shelf.members(again.id) == ["Brazil", "Alien", "Dune"]
    assert shelf.world.read(store.settings, [identity])[identity].mode == 2


def test_a_collection_that_is_made_again_is_what_it_was(shelf: Shelf) -> None:
    made = shelf.make(count=1)
    identity = shelf.world.item(made).identity_id
    shelf.write(kept_edits.edit, identity, "titleSort", '"aaa"')
    shelf.write(kept_edits.edit, identity, "summary", '"Mine"')
    shelf.write(kept_edits.edit, identity, "label", '{"add":["kept"]}', locked=False)
    shelf.write(collections.remove, made, shelf.ids[0])
    assert shelf.named("Shelf") is None
    again = shelf.world.item(shelf.make(count=1))
    assert again.identity_id == identity
    assert again.title_sort == "aaa"
    (view,) = shelf.world.read(hydrate, [again.id], OWNER)
    assert view.detail.summary == "Mine"
    assert [tag.tag for tag in view.tags] == ["kept"]


def test_a_smart_collection_comes_back_with_its_section(shelf: Shelf) -> None:
    content = f"/library/sections/{shelf.section.id}/all?type=1&year=1984"
    made = shelf.write(collections.create, shelf.section.id, "Early", subtype=1, content=content)
    identity = shelf.world.item(made).identity_id
    shelf.world.write(sections.delete_section, shelf.section.id)
    section = shelf.world.section()
    shelf.world.add(section, ItemType.MOVIE, "Again", year=1984)
    shelf.world.write(collections.restore, section.id)
    again = shelf.named("Early", section)
    assert again is not None
    assert again.identity_id == identity
    assert shelf.members(again.id) == ["Again"]


def test_a_query_is_never_another_sections(shelf: Shelf) -> None:
    content = f"/library/sections/{shelf.section.id}/all?type=1&year=1984"
    made = shelf.write(collections.create, shelf.section.id, "Early", subtype=1, content=content)
    identity = shelf.world.item(made).identity_id
    shelf.world.write(sections.delete_section, shelf.section.id)
    other = shelf.world.section(title="Others")
    film = shelf.world.add(other, ItemType.MOVIE, "Elsewhere", tags=[(TagType.COLLECTION, "Early")])
    found = shelf.named("Early", other)
    assert found is not None
    assert found.identity_id != identity
    assert shelf.members(found.id) == [film.title]


def test_a_section_of_another_name_still_gets_its_collections_back(shelf: Shelf) -> None:
    content = f"/library/sections/{shelf.section.id}/all?type=1&year=1984"
    shelf.write(collections.create, shelf.section.id, "Early", subtype=1, content=content)
    plain = shelf.world.item(shelf.make())

    async def rename() -> None:
        await library_sections.edit(shelf.world.db, shelf.section.id, title="Pictures")

    asyncio.run(rename())
    shelf.world.write(sections.delete_section, shelf.section.id)
    section = shelf.world.section(title="Pictures")
    shelf.world.write(collections.restore, section.id)
    assert shelf.named("Early", section) is not None
    again = shelf.write(collections.ensure, section.id, "Shelf")
    assert shelf.world.item(again).identity_id == plain.identity_id


def test_an_identity_that_was_merged_stands_where_the_other_stood(shelf: Shelf) -> None:
    made = shelf.make()
    shelf.write(collections.move, made, shelf.ids[2], None)
    kept, gone = shelf.films[3].identity_id, shelf.films[2].identity_id
    list_id = shelf.world.item(made).identity_id
    before = shelf.world.read(store.places, list_id)
    shelf.write(uniting.merge, kept, gone)
    merged = shelf.world.read(store.places, list_id)
    assert merged[kept] == before[gone]
    assert gone not in merged
    shelf.write(uniting.undo_merge, gone)
    assert shelf.world.read(store.places, list_id)[gone] == before[gone]
