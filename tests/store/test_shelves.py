"""What hubs need to know: photos of a day, albums of a month, people of films, what came last of a show."""

from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.store import shelves, states


def test_photos_of_this_day_of_earlier_years(world: World) -> None:
    section = world.section("photo", "Photos")
    album = world.add(section, ItemType.PHOTO_ALBUM, "Album")
    for day in ("2019-11-28", "2021-11-28", "2021-11-29", "2026-11-28"):
        world.add(section, ItemType.PHOTO, day, parent=album, available_at=day)
    found = world.read(shelves.taken_on, OWNER, section.id, "11-28", before="2026-01-01", most=10)
    assert [world.item(item_id).title for item_id in found] == ["2021-11-28", "2019-11-28"]
    stranger = Viewer(person_id=2, sections=frozenset({99}))
    assert world.read(shelves.taken_on, stranger, section.id, "11-28", before="2026-01-01", most=10) == []


def test_albums_heard_most_since(world: World) -> None:
    section = world.section("artist", "Music")
    artist = world.add(section, ItemType.ARTIST, "Artist")
    albums = [world.add(section, ItemType.ALBUM, title, parent=artist) for title in ("One", "Two", "Three")]
    tracks = [world.add(section, ItemType.TRACK, album.title, parent=album) for album in albums]
    for track, times in zip(tracks, (1, 2, 0), strict=True):
        for _ in range(times):
            world.write(states.mark_played, 1, track.id)
    found = world.read(shelves.albums_heard_since, OWNER, section.id, 0, most=5)
    assert found == [albums[1].id, albums[0].id]
    assert world.read(shelves.albums_heard_since, OWNER, section.id, 2**40, most=5) == []
    assert world.read(shelves.albums_heard_since, Viewer(person_id=2), section.id, 0, most=5) == []
    assert world.read(shelves.artists_played, OWNER, section.id) == [artist.id]


def test_people_are_the_leading_ones_with_more_than_one_film(world: World) -> None:
    section = world.section()
    cast = [(TagType.ROLE, f"Actor {number}") for number in range(6)]
    one = world.add(section, ItemType.MOVIE, "One", tags=[(TagType.DIRECTOR, "Ada"), (TagType.DIRECTOR, "Once"), *cast])
    world.add(section, ItemType.MOVIE, "Two", tags=[(TagType.DIRECTOR, "Ada"), *cast])
    world.write(states.mark_played, 1, one.id)
    found = world.read(shelves.people_watched, OWNER, section.id)
    assert {(person.name, person.directs) for person in found} == {
        ("Ada", True),
        ("Actor 0", False),
        ("Actor 1", False),
        ("Actor 2", False),
    }
    assert world.read(shelves.people_watched, Viewer(person_id=2), section.id) == []


def test_what_came_last_of_a_show(world: World) -> None:
    section = world.section("show", "Shows")
    day = 86_400
    wanted: dict[int, str] = {}
    for title, added in (("alone", (0, 5 * day)), ("season", (day, day + 60)), ("both", (day, day))):
        show = world.add(section, ItemType.SHOW, title)
        seasons = [
            world.add(section, ItemType.SEASON, f"{title} {number}", parent=show, index_number=number)
            for number in (1, 2)
        ]
        for number, at in enumerate(added):
            season = seasons[number if title == "both" else 0]
            world.add(section, ItemType.EPISODE, f"{title} e{number}", parent=season, index_number=number, added_at=at)
        wanted[show.id] = {"alone": "alone e1", "season": "season 1", "both": "both"}[title]
    found = world.read(shelves.newest_of_shows, list(wanted), OWNER)
    assert {show: world.item(item).title for show, item in found.items()} == wanted


def test_the_episode_after(world: World) -> None:
    _, episodes = world.show(world.section("show", "Shows"), "Show", seasons=2, episodes=2)
    after = [world.read(shelves.episode_after, episode, OWNER) for episode in episodes]
    assert after == [episodes[1].id, episodes[2].id, episodes[3].id, None]
