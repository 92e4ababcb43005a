"""Sort keys follow the articles of the owner, and what has a sort title of its own stays where it is."""

from collections.abc import Sequence

from tests.support.store_world import OWNER, World

from vitascope.core.edits import parse_edit
from vitascope.core.model import ItemType, MediaKind
from vitascope.core.naming.titles import ARTICLES
from vitascope.store import changes, collections, edits, filing, playlists
from vitascope.store.batches import Changes, Rows
from vitascope.store.items import get_items
from vitascope.store.rows import IdentityRow, ItemRow, SectionRow
from vitascope.store.writer import Writer

FRENCH = ("le", "la", "les")


def keys(world: World, item_ids: Sequence[int]) -> list[str]:
    rows = {row.id: row.sort_key for row in world.read(get_items, list(item_ids), OWNER)}
    return [rows[item_id] for item_id in item_ids]


def refile(world: World) -> int:
    """Everything that is left to do; how many transactions that took."""
    steps = 1
    while world.write(filing.refile) is not None:
        steps += 1
    return steps


def test_a_title_is_filed_by_the_list_that_is_in_force(world: World) -> None:
    section = world.section()
    assert world.read(filing.articles) == ARTICLES
    assert not world.write(filing.choose, ARTICLES), "nothing is different"
    film = world.add(section, ItemType.MOVIE, "Les Invisibles")
    assert world.write(filing.choose, FRENCH)
    assert world.read(filing.articles) == FRENCH
    made = world.write(collections.make, section.id, "La Collection")
    playlist = world.write(playlists.create, person_id=1, title="Le Playlist", kind=MediaKind.VIDEO)
    world.write(edits.apply, [film.id], parse_edit([("title.value", "Les Visibles")]), person_id=1)
    assert keys(world, [made.id, playlist, film.id]) == ["collection", "playlist", "visibles"]


def test_what_is_there_is_filed_anew_and_what_was_given_stays(world: World) -> None:
    section = world.section()
    film, english, given, locked = (
        world.add(section, ItemType.MOVIE, title)
        for title in ("Les Invisibles", "The Visible", "Les Autres", "La Locked")
    )
    world.write(edits.apply, [given.id], parse_edit([("titleSort.value", "Les Autres")]), person_id=1)
    world.write(edits.apply, [locked.id], parse_edit([("titleSort.locked", "1")]), person_id=1)
    playlist = world.write(playlists.create, person_id=1, title="Les Soirs", kind=MediaKind.VIDEO)
    everything = [film.id, english.id, given.id, locked.id, playlist]
    assert keys(world, everything) == ["les invisibles", "visible", "les autres", "locked", "les soirs"]
    world.write(filing.choose, FRENCH)
    refile(world)
    assert keys(world, everything) == ["invisibles", "the visible", "les autres", "locked", "soirs"]
    world.write(filing.choose, ARTICLES)
    refile(world)
    assert keys(world, everything) == ["les invisibles", "visible", "les autres", "locked", "les soirs"]


def many(world: World, section: SectionRow, number: int) -> list[int]:
    def write(tx: Writer) -> list[int]:
        ids, owners = tx.ids("items", number), tx.ids("identities", number)
        rows = Rows(identities=[IdentityRow(owner, f"{owner:024x}", tx.now) for owner in owners])
        for item_id, owner in zip(ids, owners, strict=True):
            key = f"les {item_id}"
            rows.items.append(
                ItemRow(
                    id=item_id, section_id=section.id, type=1, identity_id=owner, title=f"Les {item_id}", sort_key=key
                )
            )
        changes.apply(tx, Changes(insert=rows))
        return list(ids)

    return world.write(write)


def test_it_goes_on_where_it_was_left(world: World) -> None:
    ids = many(world, world.section(), filing.BATCH + 20)
    world.write(filing.choose, FRENCH)
    share = world.write(filing.refile)
    assert share is not None
    assert 0 < share < 1
    filed = [not key.startswith("les") for key in keys(world, ids)]
    assert filed == [True] * filing.BATCH + [False] * 20, "one transaction is bounded"
    assert world.write(filing.choose, FRENCH), "the next start asks so, and something is left"
    assert refile(world) == 1
    assert not any(key.startswith("les") for key in keys(world, ids))
    assert not world.write(filing.choose, FRENCH)


def test_another_choice_on_the_way_begins_anew(world: World) -> None:
    ids = many(world, world.section(), filing.BATCH + 20)
    world.write(filing.choose, FRENCH)
    world.write(filing.refile)
    world.write(filing.choose, ())
    refile(world)
    assert all(key.startswith("les") for key in keys(world, ids))


def test_rows_of_a_scan_that_began_with_another_list_are_put_right(world: World) -> None:
    section = world.section()
    film = world.add(section, ItemType.MOVIE, "Les Invisibles")
    named = world.add(section, ItemType.MOVIE, "Les Nommés", title_sort="Les Nommés")
    world.write(filing.choose, FRENCH)
    refile(world)
    stale = Rows(items=[film, named])
    world.write(changes.apply, Changes(update=stale, articles=ARTICLES))
    assert keys(world, [film.id, named.id]) == ["invisibles", named.sort_key]
