"""What identities are by somebody's word: a person's stands above all, and nothing that was learned is lost."""

import pytest
from tests.support.store_world import OWNER, World

from vitascope.core.agents import AUDIOBOOKS
from vitascope.core.model import ItemType
from vitascope.store import identities, items, match_choices, matches, providers, uniting
from vitascope.store.hydration import hydrate
from vitascope.store.known_keys import Key, KeyKind
from vitascope.store.matches import State, Told
from vitascope.store.providers import Described
from vitascope.store.rows import ItemRow, MatchRow, SectionRow
from vitascope.store.writer import Writer

PROVIDER = "tv.plex.agents.custom.a"


@pytest.fixture
def section(world: World) -> SectionRow:
    """A section that uses a provider."""
    described = Described(
        identifier=PROVIDER, title="A", uri="http://localhost/a", types="[1]", match_path="/m", metadata_path="/d"
    )
    world.write(providers.add_provider, described)
    group = world.write(providers.add_group, "Group", PROVIDER)
    made = world.section()
    world.write(providers.use_group, made.id, group)
    return made


def film(world: World, section: SectionRow, title: str) -> ItemRow:
    return world.add(section, ItemType.MOVIE, title)


def external(guid: str) -> Key:
    return Key(KeyKind.EXTERNAL, f"1|{guid}|")


def row(world: World, item: ItemRow) -> MatchRow:
    return world.read(matches.matches_of, [item.identity_id])[item.identity_id]


def waiting(world: World, state: State) -> list[int]:
    return [each.identity_id for each in world.read(matches.waiting, state, 2**40, 100)]


def learn(world: World, item: ItemRow, guid: str = f"{PROVIDER}://movie/1", *keys: Key) -> bool:
    told = Told(identity_id=item.identity_id, guid=guid, record='{"title":"Told"}')
    return world.write(matches.keep_answers, row(world, item), guid, {PROVIDER: [told]}, keys)


def shown_guid(world: World, item: ItemRow) -> str:
    (view,) = world.read(hydrate, [item.id], OWNER)
    return view.identity_uuid


def test_what_is_new_is_asked_about_once(world: World, section: SectionRow) -> None:
    first, second = film(world, section, "A"), film(world, section, "B")
    found = world.read(matches.to_ask, section.id, retry_before=0)
    assert sorted(found) == [first.identity_id, second.identity_id]
    world.write(matches.want, found)
    assert waiting(world, State.ASK) == [first.identity_id, second.identity_id]
    assert world.read(matches.to_ask, section.id, retry_before=0) == []
    world.write(matches.settle, row(world, first), nothing_found=True)
    assert world.read(matches.to_ask, section.id, retry_before=0) == []
    assert world.read(matches.to_ask, section.id, retry_before=2**40) == [first.identity_id]
    assert world.read(matches.how_many_wait) == 1


def test_what_providers_know_is_asked_about_again(world: World, section: SectionRow) -> None:
    known, unknown = film(world, section, "A"), film(world, section, "B")
    elsewhere = film(world, world.section(), "C")
    for item in (known, unknown, elsewhere):
        world.write(matches.want, [item.identity_id])
    for item in (known, elsewhere):
        learn(world, item, f"{PROVIDER}://movie/{item.id}")
        world.write(matches.merged, [row(world, item)])
    world.write(matches.settle, row(world, unknown), nothing_found=True)
    asked = row(world, known).run_after
    assert world.read(matches.longest_ago, asked, 10) == [], "not so long ago"
    assert world.read(matches.longest_ago, asked + 1, 10) == [known.identity_id]
    assert world.read(matches.longest_ago, asked + 1, 0) == []
    world.write(matches.want, [known.identity_id])
    assert world.read(matches.longest_ago, 2**40, 10) == [], "it is being asked about"


def test_answers_make_an_item_known(world: World, section: SectionRow) -> None:
    item = film(world, section, "A")
    world.write(matches.want, [item.identity_id])
    assert learn(world, item, f"{PROVIDER}://movie/1", external("imdb://tt1"))
    assert shown_guid(world, item) == f"{PROVIDER}://movie/1"
    assert world.read(items.by_guid, f"{PROVIDER}://movie/1", OWNER) == [item.id]
    assert world.read(identities.find, [external("imdb://tt1")]) == item.identity_id
    assert waiting(world, State.MERGE) == [item.identity_id]
    world.write(matches.merged, [row(world, item)])
    assert waiting(world, State.MERGE) == []
    assert row(world, item).guid == f"{PROVIDER}://movie/1"


def test_what_a_person_said_meanwhile_stands(world: World, section: SectionRow) -> None:
    item = film(world, section, "A")
    world.write(matches.want, [item.identity_id])
    asked = row(world, item)
    world.write(match_choices.unmatch, item.id)
    told = Told(identity_id=item.identity_id, guid="x", record="{}")
    assert not world.write(matches.keep_answers, asked, "x", {PROVIDER: [told]}, [])
    world.write(matches.postpone, asked, "late", 60)
    world.write(matches.settle, asked, nothing_found=True)
    assert (row(world, item).guid, row(world, item).by_person) == (None, True)
    assert shown_guid(world, item).startswith("local://")
    assert world.read(matches.records_of, [item.identity_id]) == {}


def test_a_person_moves_the_keys(world: World, section: SectionRow) -> None:
    item = film(world, section, "A")
    world.write(matches.want, [item.identity_id])
    learn(world, item, f"{PROVIDER}://movie/1", external("imdb://tt1"))
    world.write(match_choices.match_with, item.id, "imdb://tt2", [external("imdb://tt2")], ask=False)
    assert world.read(identities.find, [external("imdb://tt1")]) is None
    assert world.read(identities.find, [external("imdb://tt2")]) == item.identity_id
    assert world.read(matches.records_of, [item.identity_id]) == {}
    assert world.read(matches.by_people) == {item.identity_id}
    world.write(match_choices.match_automatically, item.id, ask=True)
    assert world.read(matches.by_people) == frozenset()
    assert waiting(world, State.ASK) == [item.identity_id]


def test_two_that_were_said_to_be_one_part_again(world: World, section: SectionRow) -> None:
    one, other = film(world, section, "A"), film(world, section, "B")
    world.write(match_choices.match_with_item, one.id, other.id, "plex://movie/x")
    (now,) = world.read(items.get_items, [one.id], OWNER)
    assert now.identity_id == other.identity_id
    assert shown_guid(world, now) == "plex://movie/x"
    world.write(match_choices.unmatch, one.id)
    (now,) = world.read(items.get_items, [one.id], OWNER)
    assert now.identity_id == one.identity_id
    assert shown_guid(world, now).startswith("local://")
    assert shown_guid(world, other) == "plex://movie/x"


def test_a_merge_keeps_what_a_person_said_of_either(world: World, section: SectionRow) -> None:
    one, other = film(world, section, "A"), film(world, section, "B")
    world.write(match_choices.match_with, one.id, "imdb://tt2", [external("imdb://tt2")], ask=False)

    def merge(tx: Writer) -> None:
        uniting.merge(tx, other.identity_id, one.identity_id)

    world.write(merge)
    assert row(world, other).guid == "imdb://tt2"


def test_what_fails_waits(world: World, section: SectionRow) -> None:
    item = film(world, section, "A")
    world.write(matches.want, [item.identity_id])
    world.write(matches.postpone, row(world, item), "it answers 503", 3600)
    failed = row(world, item)
    assert (failed.attempts, failed.problem, failed.state) == (1, "it answers 503", State.ASK)
    assert world.read(matches.soonest) == failed.run_after
    assert world.read(matches.waiting, State.ASK, failed.run_after - 1, 10) == []
    world.write(matches.want, [item.identity_id])
    assert row(world, item).attempts == 0
    world.write(matches.defer, [item.identity_id], 60)
    deferred = row(world, item)
    assert (deferred.attempts, deferred.run_after > failed.matched_at) == (0, True)
    world.write(matches.defer_all, 3600)
    assert row(world, item).run_after > deferred.run_after


def test_books_are_asked_about_by_themselves_and_other_albums_with_their_artist(world: World) -> None:
    described = Described(
        identifier=AUDIOBOOKS, title="Books", uri="http://localhost", types="[8,9]", match_path="/", metadata_path="/"
    )
    books, music = world.section(), world.section()
    world.write(providers.use_group, books.id, world.write(providers.use_built_in, described, "Books"))
    for section in (books, music):
        author = world.add(section, ItemType.ARTIST, f"Author {section.id}")
        book = world.add(section, ItemType.ALBUM, f"Book {section.id}", parent=author)
        found = world.read(matches.to_ask, section.id, retry_before=0)
        by_itself = section is books
        assert sorted(found) == sorted([author.identity_id, *([book.identity_id] if by_itself else [])])
        assert world.read(matches.asks_about_albums, section.id) is by_itself
    assert world.write(providers.use_built_in, described, "Books") == 1  # once, however often it is switched on
    assert len(world.read(providers.list_providers)) == 1


def test_whose_word_counts_once_a_group_is_gone(world: World, section: SectionRow) -> None:
    assert world.read(providers.learned_from, section.id) == [PROVIDER]
    (group,) = world.read(providers.groups_of_sections).values()
    world.write(providers.use_group, section.id, None)
    assert world.read(providers.learned_from, section.id) == [PROVIDER]
    world.write(providers.use_group, section.id, group)
    world.write(providers.delete_group, group)
    assert world.read(providers.learned_from, section.id) == [PROVIDER]
    assert world.read(providers.providers_of_section, section.id) == []
    assert world.read(providers.learned_from, world.section().id) == []
