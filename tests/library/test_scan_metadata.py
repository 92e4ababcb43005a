"""Local metadata through the scan: NFO files, pictures beside the media, edits and locks."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from vitascope.core.model import ItemType, SectionKind, TagType
from vitascope.store.kept_edits import edit
from vitascope.store.schema import artworks, files, item_details, item_guids, items, taggings, tags

FILM = """<movie>
  <title>The Heat of the City</title><sorttitle>Heat 1</sorttitle><year>1995</year><plot>Two men.</plot>
  <mpaa>R</mpaa><premiered>1995-12-15</premiered><genre>Crime</genre><genre>Drama</genre><studio>Forward</studio>
  <director>Ann Director</director><set><name>{set}</name></set>
  <actor><name>Al Actor</name><role>Vincent</role></actor>
  <uniqueid type="imdb" default="true">tt0113277</uniqueid>
  <ratings><rating name="imdb" default="true" max="10"><value>8.3</value></rating></ratings>
</movie>"""
SHOW = """<tvshow><title>A Show, really</title><plot>All of it.</plot><genre>Drama</genre>
  <uniqueid type="tvdb" default="true">12345</uniqueid><namedseason number="1">The Beginning</namedseason></tvshow>"""
EPISODES = """<episodedetails><title>One</title><season>1</season><episode>1</episode></episodedetails>
<episodedetails><title>Two</title><season>1</season><episode>2</episode><plot>Second.</plot></episodedetails>"""


def tagged(library: Any, item_id: int) -> set[tuple[int, str, str | None]]:
    statement = (
        select(tags.c.type, tags.c.tag, taggings.c.text)
        .join(taggings, taggings.c.tag_id == tags.c.id)
        .where(taggings.c.item_id == item_id)
    )
    return {(row[0], row[1], row[2]) for row in library.rows(statement)}


def pictures(library: Any, item_id: int) -> dict[str, str]:
    """File name of the selected picture by kind."""
    statement = (
        select(artworks.c.kind, files.c.path)
        .join(files, files.c.id == artworks.c.file_id)
        .where(artworks.c.item_id == item_id, artworks.c.selected)
    )
    return {kind: bytes(path).decode().rpartition("/")[2] for kind, path in library.rows(statement)}


def test_a_film_as_its_nfo_describes_it(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    folder: Path = library.root / "Films" / "Heat (1995)"
    library.media.write(folder / "Heat (1995).mp4")
    (folder / "Heat (1995).nfo").write_text(FILM.format(set="Los Angeles"))
    for name in ("poster.jpg", "fanart.jpg", "clearlogo.png"):
        (folder / name).write_bytes(library.media.content("jpg"))
    library.scan(section)
    (film,) = library.items(section, ItemType.MOVIE)
    assert (film.title, film.title_sort, film.year, film.content_rating, film.content_rating_age, film.studio) == (
        "The Heat of the City", "Heat 1", 1995, "R", 17, "Forward",
    )  # fmt: skip
    assert (film.available_at, film.audience_rating) == ("1995-12-15", 8.3)
    assert library.rows(select(item_details.c.summary).where(item_details.c.item_id == film.id)) == [("Two men.",)]
    assert library.rows(select(item_guids.c.guid)) == [("imdb://tt0113277",)]
    assert tagged(library, film.id) == {
        (TagType.GENRE, "Crime", None),
        (TagType.GENRE, "Drama", None),
        (TagType.DIRECTOR, "Ann Director", None),
        (TagType.COLLECTION, "Los Angeles", None),
        (TagType.ROLE, "Al Actor", "Vincent"),
        (TagType.STUDIO, "Forward", None),
    }
    assert pictures(library, film.id) == {"thumb": "poster.jpg", "art": "fanart.jpg", "clearLogo": "clearlogo.png"}
    assert film.thumb_at is not None
    assert library.titles(section, ItemType.COLLECTION) == ["Los Angeles"]
    (folder / "Heat (1995).nfo").write_text(FILM.format(set="Michael"))
    (folder / "poster.jpg").unlink()
    library.scan(section)
    assert library.titles(section, ItemType.COLLECTION) == ["Michael"]
    (film,) = library.items(section, ItemType.MOVIE)
    assert film.thumb_at is None
    assert film.art_at is not None


def test_a_show_its_seasons_and_episodes(library: Any) -> None:
    section = library.section(SectionKind.SHOW, "Shows")
    show: Path = library.root / "Shows" / "A Show"
    library.media.write(show / "Season 1" / "A Show - s01e01-e02.mp4")
    (show / "Season 1" / "A Show - s01e01-e02.nfo").write_text(EPISODES)
    library.media.write(show / "Season 1" / "A Show - s01e03.mp4")
    library.scan(section)
    (item,) = library.items(section, ItemType.SHOW)
    assert (item.title, item.thumb_at) == ("A Show", None)
    assert {(e.index_number, e.title) for e in library.items(section, ItemType.EPISODE)} == {
        (1, "One"), (2, "Two"), (3, "Episode 3"),
    }  # fmt: skip
    # What lies above the episodes changes while they do not.
    (show / "tvshow.nfo").write_text(SHOW)
    (show / "poster.jpg").write_bytes(library.media.content("jpg"))
    (show / "season01-poster.jpg").write_bytes(library.media.content("jpg"))
    library.scan(section)
    (after,) = library.items(section, ItemType.SHOW)
    assert (after.id, after.title) == (item.id, "A Show, really")
    assert pictures(library, after.id) == {"thumb": "poster.jpg"}
    (season,) = library.items(section, ItemType.SEASON)
    assert season.title == "The Beginning"
    assert pictures(library, season.id) == {"thumb": "season01-poster.jpg"}
    assert (TagType.GENRE, "Drama", None) in tagged(library, after.id)
    (show / "poster.jpg").unlink()
    library.scan(section)
    assert library.items(section, ItemType.SHOW)[0].thumb_at is None


def test_plexmatch_overrules_names(library: Any) -> None:
    section = library.section(SectionKind.SHOW, "Shows")
    show: Path = library.root / "Shows" / "shw"
    library.media.write(show / "Season 1" / "odd name.mp4")
    library.media.write(show / "Season 1" / "shw s01e02.mp4")
    library.scan(section)
    assert library.unreadable().keys() == {"odd name.mp4"}
    (show / ".plexmatch").write_text("title: The Show\nyear: 2010\nep: s01e01: Season 1/odd name.mp4\n")
    library.scan(section)
    shows = library.items(section, ItemType.SHOW)
    assert [(item.title, item.year) for item in shows] == [("The Show", 2010)]
    assert sorted(item.index_number or 0 for item in library.items(section, ItemType.EPISODE)) == [1, 2]
    assert library.unreadable() == {}


def test_what_the_owner_edited_outlives_every_scan(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    folder: Path = library.root / "Films" / "Heat (1995)"
    library.media.write(folder / "Heat (1995).mp4")
    (folder / "Heat (1995).nfo").write_text(FILM.format(set="A"))
    library.scan(section)
    (film,) = library.items(section, ItemType.MOVIE)
    for name, value in (("title", "My Heat"), ("genre", ["Mine"])):
        library.database.write(edit, film.identity_id, name, json.dumps(value)).result()
    library.database.write(edit, film.identity_id, "summary", None).result()
    (folder / "Heat (1995).nfo").write_text(FILM.format(set="A").replace("Two men", "Three men").replace("R<", "G<"))
    library.scan(section, force=True)
    (film,) = library.items(section, ItemType.MOVIE)
    assert (film.title, film.content_rating) == ("My Heat", "G")
    assert {tag for kind, tag, _ in tagged(library, film.id) if kind == TagType.GENRE} == {"Mine"}
    assert library.rows(select(item_details.c.summary).where(item_details.c.item_id == film.id)) == [("Two men.",)]


def test_one_journey_on_postgresql(postgres_library: Any) -> None:
    library = postgres_library
    section = library.section(SectionKind.SHOW, "Shows")
    show: Path = library.root / "Shows" / "A Show"
    for number in range(1, 4):
        library.media.write(show / "Season 1" / f"A Show - s01e0{number}.mp4")
    (show / "tvshow.nfo").write_text(SHOW)
    assert library.scan(section).complete
    (item,) = library.items(section, ItemType.SHOW)
    assert (item.title, item.leaf_count) == ("A Show, really", 3)
    (show / "Season 1" / "A Show - s01e03.mp4").rename(show / "Season 1" / "A Show - s01e04.mp4")
    show.rename(show.with_name("Another Show"))
    assert library.scan(section).complete
    (after,) = library.items(section, ItemType.SHOW)
    assert (after.id, after.leaf_count, after.deleted_at) == (item.id, 3, None)
    assert sorted(e.index_number or 0 for e in library.items(section, ItemType.EPISODE)) == [1, 2, 4]
    assert library.rows(select(items.c.id).where(items.c.deleted_at.is_not(None))) == []
    (library.root / "Shows").rename(library.root / "away")
    library.scan(section)
    assert not library.location(section).available
    assert len(library.items(section, ItemType.EPISODE)) == 3
