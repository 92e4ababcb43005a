"""Films and shows, from folders to rows, through the real scan process and the real store."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from vitascope.core.model import ExtraType, ItemType, SectionKind
from vitascope.store.schema import files, items, media, parts, streams


def test_a_section_of_films(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    films: Path = library.root / "Films"
    library.media.write(films / "Heat (1995)" / "Heat (1995) - 1080p.mkv")
    library.media.write(films / "Heat (1995)" / "Heat (1995) - 720p.mp4")
    (films / "Heat (1995)" / "Heat (1995) - 720p.en.forced.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHi\n")
    library.media.write(films / "Heat (1995)" / "Trailers" / "Teaser.mp4")
    library.media.write(films / "The Thing (1982).mp4")
    library.media.write(films / "Brazil (1985)" / "Brazil (1985) {edition-Final Cut}.mp4")
    library.media.write(films / "Brazil (1985)" / "Brazil (1985).mp4")
    library.media.write(films / "Gone (1939)" / "Gone (1939) cd1.mp4")
    library.media.write(films / "Gone (1939)" / "Gone (1939) cd2.mp4")
    result = library.scan(section)
    assert result.complete
    assert result.unreadable_files == 0
    found = sorted(library.items(section, ItemType.MOVIE), key=lambda item: (item.sort_key, item.edition or ""))
    assert [(item.title, item.year, item.edition, item.media_count) for item in found] == [
        ("Brazil", 1985, None, 1),
        ("Brazil", 1985, "Final Cut", 1),
        ("Gone", 1939, None, 1),
        ("Heat", 1995, None, 2),
        ("The Thing", 1982, None, 1),
    ]
    heat, gone, thing = found[3], found[2], found[4]
    assert thing.sort_key == "thing"
    assert heat.height == 480
    assert gone.duration_ms == 2 * (thing.duration_ms or 0)
    assert len(library.rows(select(parts.c.id).where(parts.c.item_id == gone.id))) == 2
    extras = library.rows(select(items.c.title, items.c.extra_type).where(items.c.parent_id == heat.id))
    assert extras == [("Teaser", ExtraType.TRAILER)]
    subtitles = library.rows(
        select(streams.c.language_code, streams.c.codec, streams.c.file_id).where(
            streams.c.item_id == heat.id, streams.c.type == 3
        )
    )
    assert [(language, codec) for language, codec, _ in subtitles] == [("eng", "srt")]
    assert subtitles[0][2] is not None
    best = library.rows(select(media.c.container, media.c.video_codec).where(media.c.item_id == heat.id))
    assert ("mkv", "h264") in best
    assert library.location(section).file_count == 8


def test_a_section_of_shows(library: Any) -> None:
    section = library.section(SectionKind.SHOW, "Shows")
    show: Path = library.root / "Shows" / "The Expanse (2015)"
    library.media.write(show / "Season 01" / "The Expanse (2015) - s01e01 - Dulcinea.mp4")
    library.media.write(show / "Season 01" / "The Expanse (2015) - s01e02-e03 - Two at once.mp4")
    library.media.write(show / "Season 02" / "The Expanse (2015) - s02e01.mkv")
    library.media.write(show / "Specials" / "The Expanse (2015) - s00e01 - Making of.mp4")
    library.media.write(library.root / "Shows" / "24" / "Season 1" / "24 - 1x02.mp4")
    library.media.write(library.root / "Shows" / "Nightly" / "2019" / "Nightly - 2019-03-04.mp4")
    library.media.write(library.root / "Shows" / "Nightly" / "unclear.mp4")
    result = library.scan(section)
    assert result.complete
    shows = library.items(section, ItemType.SHOW)
    assert [(item.title, item.year, item.child_count, item.leaf_count) for item in shows] == [
        ("24", None, 1, 1),
        ("The Expanse", 2015, 3, 5),
        ("Nightly", None, 1, 1),
    ]
    expanse = shows[1]
    seasons = [item for item in library.items(section, ItemType.SEASON) if item.parent_id == expanse.id]
    assert {(item.index_number, item.title, item.leaf_count) for item in seasons} == {
        (0, "Specials", 1),
        (1, "Season 1", 3),
        (2, "Season 2", 1),
    }
    episodes = [item for item in library.items(section, ItemType.EPISODE) if item.grandparent_id == expanse.id]
    numbers = sorted((item.parent_index or 0, item.index_number, item.title) for item in episodes)
    assert numbers == [
        (0, 1, "Making of"),
        (1, 1, "Dulcinea"),
        (1, 2, "Two at once"),
        (1, 3, "Two at once"),
        (2, 1, "Episode 1"),
    ]
    second, third = (item for item in episodes if item.parent_index == 1 and item.index_number in (2, 3))
    shared = library.rows(select(parts.c.file_id).where(parts.c.item_id.in_([second.id, third.id])).distinct())
    assert len(shared) == 1
    daily = next(item for item in library.items(section, ItemType.EPISODE) if item.available_at)
    assert daily.available_at == "2019-03-04"
    assert library.unreadable() == {"unclear.mp4": "no episode number in its name"}


def test_a_rescan_of_what_did_not_change_opens_and_writes_nothing(library: Any) -> None:
    section = library.section(SectionKind.SHOW, "Shows")
    for number in range(1, 6):
        library.media.write(library.root / "Shows" / "Show" / "Season 1" / f"Show - s01e0{number}.mp4")
    (library.root / "Shows" / "Show" / "poster.jpg").write_bytes(library.media.content("jpg"))
    library.scan(section)
    before = (library.rows(select(items)), library.rows(select(files)), library.rows(select(streams)))
    result = library.scan(section)
    assert result.changed_files == 0
    assert result.seen_files == 5
    assert (library.rows(select(items)), library.rows(select(files)), library.rows(select(streams))) == before


def extras_of(library: Any, show_id: int) -> list[tuple[str, int]]:
    rows = library.rows(select(items.c.title, items.c.extra_type).where(items.c.parent_id == show_id))
    return sorted((title, kind) for title, kind in rows if kind is not None)


def test_extras_in_the_folder_of_a_show_belong_to_it_though_its_episodes_lie_in_seasons(library: Any) -> None:
    section = library.section(SectionKind.SHOW, "TV")
    show: Path = library.root / "TV" / "Dark (2017)"
    library.media.write(show / "Season 01" / "Dark - s01e01.mkv", seed="episode")
    library.media.write(show / "Trailers" / "Teaser.mp4", seed="teaser")
    library.media.write(show / "The Making-behindthescenes.mp4", seed="making")
    library.media.write(library.root / "TV" / "Nobody" / "Trailers" / "Lost.mp4", seed="lost")
    assert library.scan(section).unreadable_files == 1
    (dark,) = library.items(section, ItemType.SHOW)
    expected = [("Teaser", ExtraType.TRAILER), ("The Making", ExtraType.BEHIND_THE_SCENES)]
    assert extras_of(library, dark.id) == expected
    ((path, reason),) = library.unreadable().items()
    assert path.endswith("Lost.mp4")
    assert reason == "an extra without a show beside or below it"

    # Nothing new: nothing changes, but whose show came is found now.
    library.media.write(library.root / "TV" / "Nobody" / "Season 1" / "Nobody - s01e01.mkv", seed="found")
    assert library.scan(section).unreadable_files == 0
    assert extras_of(library, dark.id) == expected
    nobody = library.item(section, "Nobody")
    assert extras_of(library, nobody.id) == [("Lost", ExtraType.TRAILER)]

    # A new trailer beside what is known: only its folder differs.
    library.media.write(show / "Trailers" / "Second.mp4", seed="second")
    assert library.scan(section).unreadable_files == 0
    assert extras_of(library, dark.id) == sorted([*expected, ("Second", ExtraType.TRAILER)])
