"""What a person did outlives renames, moves, new tags, better encodes and a section made anew (design rule 1)."""

import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from vitascope.core.model import OWNER_PERSON_ID, ItemType, SectionKind
from vitascope.store import states
from vitascope.store.people import ensure_owner
from vitascope.store.schema import items
from vitascope.store.sections import delete_section

NFO = "<movie><title>{title}</title><year>1995</year><uniqueid type='imdb' default='true'>tt0113277</uniqueid></movie>"


def watch(library: Any, title: str, section: Any) -> int:
    """Watch an item; returns its identity."""
    item = library.item(section, title)
    library.database.write(ensure_owner).result()
    library.database.write(states.mark_watched, OWNER_PERSON_ID, item.id).result()
    return int(item.identity_id)


def is_watched(library: Any, item: Any) -> bool:
    with library.database.reader() as r:
        return bool(states.state_of(r, OWNER_PERSON_ID, item.id).view_count)


def only(library: Any, section: Any, item_type: ItemType) -> Any:
    found = library.items(section, item_type)
    assert len(found) == 1, [item.title for item in found]
    assert found[0].deleted_at is None
    return found[0]


@pytest.mark.parametrize("matched", [True, False])
class TestFilm:
    """A film with ids from an NFO, and one that is known by its name alone."""

    def place(self, library: Any, matched: bool, folder: str = "Heat (1995)", name: str = "Heat (1995).mp4") -> Path:
        path: Path = library.media.write(library.root / "Films" / folder / name, "heat")
        if matched:
            path.with_suffix(".nfo").write_text(NFO.format(title="Heat"))
        return path

    def start(self, library: Any, matched: bool) -> tuple[Any, Path]:
        section = library.section(SectionKind.MOVIE, "Films")
        path = self.place(library, matched)
        library.scan(section)
        watch(library, "Heat", section)
        return section, path

    def test_renamed_file(self, library: Any, matched: bool) -> None:
        section, path = self.start(library, matched)
        for beside in sorted(path.parent.iterdir()):
            beside.rename(beside.with_stem("Heat.1995.Remastered.1080p"))
        library.scan(section)
        assert is_watched(library, only(library, section, ItemType.MOVIE))

    def test_renamed_to_another_title(self, library: Any, matched: bool) -> None:
        section, path = self.start(library, matched)
        before = library.item(section, "Heat")
        path.parent.rename(path.parent.with_name("LA Takedown (1989)"))
        moved = library.root / "Films" / "LA Takedown (1989)"
        for beside in sorted(moved.iterdir()):
            beside.rename(beside.with_stem("LA Takedown (1989)"))
        library.scan(section)
        after = only(library, section, ItemType.MOVIE)
        assert after.title == ("Heat" if matched else "LA Takedown")
        assert after.id == before.id
        assert is_watched(library, after)

    def test_moved_between_folders(self, library: Any, matched: bool) -> None:
        section, path = self.start(library, matched)
        target = library.root / "Films" / "Crime" / "Heat (1995)"
        target.parent.mkdir()
        path.parent.rename(target)
        library.scan(section)
        assert is_watched(library, only(library, section, ItemType.MOVIE))

    def test_replaced_by_a_better_encode(self, library: Any, matched: bool) -> None:
        section, path = self.start(library, matched)
        path.unlink()
        library.media.write(path.with_suffix(".mkv"), "a better heat")
        library.scan(section)
        after = only(library, section, ItemType.MOVIE)
        assert after.height == 480
        assert after.media_count == 1
        assert is_watched(library, after)

    def test_a_section_made_anew(self, library: Any, matched: bool) -> None:
        section, _ = self.start(library, matched)
        library.database.write(delete_section, section.id).result()
        again = library.section(SectionKind.MOVIE, "Films")
        library.scan(again)
        after = only(library, again, ItemType.MOVIE)
        assert after.section_id == again.id
        assert is_watched(library, after)

    def test_gone_for_good_and_back_again(self, library: Any, matched: bool) -> None:
        section, path = self.start(library, matched)
        library.media.write(library.root / "Films" / "Other (2000).mp4")
        path.rename(library.root / "aside.mp4")
        library.prefs["autoEmptyTrash"] = True
        library.scan(section)
        assert library.titles(section, ItemType.MOVIE) == ["Other"]
        library.scan(section)
        (library.root / "aside.mp4").rename(path)
        library.scan(section)
        assert is_watched(library, library.item(section, "Heat"))


def test_a_copy_is_an_item_of_its_own(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    library.media.write(library.root / "Films" / "Heat (1995).mp4", "heat")
    library.scan(section)
    watch(library, "Heat", section)
    library.media.write(library.root / "Films" / "Copy of something (2001).mp4", "heat")
    library.scan(section)
    assert library.titles(section, ItemType.MOVIE) == ["Copy of something", "Heat"]
    assert not is_watched(library, library.item(section, "Copy of something"))


def test_a_film_whose_ids_come_later_stays_watched(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    path = library.media.write(library.root / "Films" / "Heat (1995)" / "Heat (1995).mp4", "heat")
    library.scan(section)
    identity = watch(library, "Heat", section)
    path.with_suffix(".nfo").write_text(NFO.format(title="Heat, the film"))
    library.scan(section)
    after = only(library, section, ItemType.MOVIE)
    assert (after.title, after.identity_id) == ("Heat, the film", identity)
    assert is_watched(library, after)


def test_two_identities_that_prove_to_be_one_are_merged(library: Any) -> None:
    """A film known by name, and the same known by id in another section, whose NFO then names both."""
    named = library.section(SectionKind.MOVIE, "Films")
    library.media.write(library.root / "Films" / "Heat (1995)" / "Heat (1995).mp4", "one")
    library.scan(named)
    watch(library, "Heat", named)
    known = library.section(SectionKind.MOVIE, "More")
    other = library.media.write(library.root / "More" / "Heat LA (1996)" / "Heat LA (1996).mp4", "two")
    other.with_suffix(".nfo").write_text(NFO.format(title="Heat LA"))
    library.scan(known)
    (library.root / "Films" / "Heat (1995)" / "Heat (1995).nfo").write_text(NFO.format(title="Heat"))
    library.scan(named)
    library.scan(known, force=True)
    assert is_watched(library, only(library, named, ItemType.MOVIE))
    assert is_watched(library, only(library, known, ItemType.MOVIE))


class TestEpisode:
    def start(self, library: Any) -> tuple[Any, Path]:
        section = library.section(SectionKind.SHOW, "Shows")
        show: Path = library.root / "Shows" / "The Office"
        for number in (1, 2):
            library.media.write(show / "Season 1" / f"The Office - s01e0{number}.mp4", f"office {number}")
        library.scan(section)
        return section, show

    def test_the_folder_of_a_show_is_renamed(self, library: Any) -> None:
        section, show = self.start(library)
        before = only(library, section, ItemType.SHOW)
        season = only(library, section, ItemType.SEASON)
        library.database.write(ensure_owner).result()
        library.database.write(states.mark_watched, OWNER_PERSON_ID, before.id).result()
        library.database.write(states.rate, OWNER_PERSON_ID, before.id, 9.0).result()
        show.rename(show.with_name("The Office (2001)"))
        library.scan(section)
        after = only(library, section, ItemType.SHOW)
        assert (after.id, after.title, after.year, after.leaf_count) == (before.id, "The Office", 2001, 2)
        assert only(library, section, ItemType.SEASON).id == season.id
        assert all(is_watched(library, episode) for episode in library.items(section, ItemType.EPISODE))
        with library.database.reader() as r:
            assert states.state_of(r, OWNER_PERSON_ID, after.id).rating == 9.0

    def test_an_episode_gets_a_title_and_moves_to_its_season_folder(self, library: Any) -> None:
        section, show = self.start(library)
        first = next(item for item in library.items(section, ItemType.EPISODE) if item.index_number == 1)
        library.database.write(ensure_owner).result()
        library.database.write(states.mark_watched, OWNER_PERSON_ID, first.id).result()
        (show / "Season 01").mkdir()
        (show / "Season 1" / "The Office - s01e01.mp4").rename(
            show / "Season 01" / "The Office - s01e01 - Downsize.mp4"
        )
        library.scan(section)
        after = library.item(section, "Downsize")
        assert after.id == first.id
        assert is_watched(library, after)
        assert only(library, section, ItemType.SEASON).leaf_count == 2

    def test_a_second_version_joins_and_goes_again(self, library: Any) -> None:
        section, show = self.start(library)
        better = library.media.write(show / "Season 1" / "The Office - s01e01 - 480p.mkv")
        library.scan(section)
        first = next(item for item in library.items(section, ItemType.EPISODE) if item.index_number == 1)
        assert (first.media_count, first.height) == (2, 480)
        better.unlink()
        library.scan(section)
        first = next(item for item in library.items(section, ItemType.EPISODE) if item.index_number == 1)
        assert (first.media_count, first.height, first.deleted_at) == (1, 0, None)


class TestTrack:
    def start(self, library: Any) -> tuple[Any, list[Path]]:
        section = library.section(SectionKind.ARTIST, "Music")
        paths = [
            library.media.write(
                library.root / "Music" / "x1" / f"{number}.mp3", f"song {number}", title=f"Song {number}",
                artist="Artist", album="Album", tracknumber=str(number), date="1990",
            )
            for number in (1, 2)
        ]  # fmt: skip
        library.scan(section)
        library.database.write(ensure_owner).result()
        for item in library.items(section):
            library.database.write(states.rate, OWNER_PERSON_ID, item.id, 8.0).result()
        return section, paths

    def rated(self, library: Any, section: Any) -> list[str]:
        with library.database.reader() as r:
            return [
                item.title
                for item in library.items(section)
                if states.state_of(r, OWNER_PERSON_ID, item.id).rating == 8.0
            ]

    def test_new_tags(self, library: Any) -> None:
        section, paths = self.start(library)
        for path in paths:
            library.media.tag(path, album="Another Album", title=f"New {path.stem}")
        library.scan(section)
        assert sorted(self.rated(library, section)) == ["Another Album", "Artist", "New 1", "New 2"]
        assert library.titles(section, ItemType.ALBUM) == ["Another Album"]

    def test_one_track_leaves_for_another_album(self, library: Any) -> None:
        section, paths = self.start(library)
        library.media.tag(paths[1], album="Second Album")
        library.scan(section)
        assert library.titles(section, ItemType.ALBUM) == ["Album", "Second Album"]
        assert sorted(self.rated(library, section)) == ["Album", "Artist", "Song 1", "Song 2"]
        assert [item.leaf_count for item in library.items(section, ItemType.ALBUM)] == [1, 1]

    def test_moved_and_renamed(self, library: Any) -> None:
        section, paths = self.start(library)
        (library.root / "Music" / "x2").mkdir()
        for path in paths:
            path.rename(library.root / "Music" / "x2" / f"renamed {path.name}")
        library.scan(section)
        assert sorted(self.rated(library, section)) == ["Album", "Artist", "Song 1", "Song 2"]
        assert library.rows(select(items.c.id).where(items.c.deleted_at.is_not(None))) == []


def test_photos_are_found_again_by_their_content_and_by_their_place(library: Any) -> None:
    section = library.section(SectionKind.PHOTO, "Photos")
    folder: Path = library.root / "Photos" / "Trip"
    library.media.write(folder / "a.jpg", "a")
    library.media.write(folder / "b.jpg", "b")
    library.scan(section)
    first = watch(library, "a", section)
    second = watch(library, "b", section)
    (library.root / "Photos" / "Best").mkdir()
    (folder / "a.jpg").rename(library.root / "Photos" / "Best" / "sunset.jpg")
    library.media.write(folder / "b.jpg", "b, retouched")
    library.scan(section)
    assert library.item(section, "sunset").identity_id == first
    assert library.item(section, "b").identity_id == second


def test_streams_and_parts_keep_their_ids_when_a_file_is_touched(library: Any) -> None:
    from vitascope.store.schema import parts, streams

    section = library.section(SectionKind.MOVIE, "Films")
    path = library.media.write(library.root / "Films" / "Heat (1995)" / "Heat (1995).mp4", "heat")
    library.scan(section)
    before = (library.rows(select(parts.c.id)), library.rows(select(streams.c.id)))
    os.utime(path, (1, 1))
    path.with_name("Heat (1995).en.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHi\n")
    library.scan(section)
    after = (library.rows(select(parts.c.id)), library.rows(select(streams.c.id)))
    assert after[0] == before[0]
    assert set(before[1]) < set(after[1])
    path.with_name("Heat (1995).en.srt").unlink()
    library.scan(section)
    assert (library.rows(select(parts.c.id)), library.rows(select(streams.c.id))) == before
