"""Music, audiobooks, photos and other videos through the real scan."""

import json
from pathlib import Path
from typing import Any

from mutagen.id3 import ID3, USLT
from sqlalchemy import select

from vitascope.core.model import ExtraType, ItemType, SectionKind, StreamType, TagType
from vitascope.store.schema import artworks, items, streams, taggings, tags


def test_music_by_its_tags_and_by_its_folders(library: Any) -> None:
    section = library.section(SectionKind.ARTIST, "Music")
    music: Path = library.root / "Music"
    for number, title in enumerate(("Signs", "Wires"), 1):
        library.media.write(
            music / "ladder" / f"x{number}.mp3",
            title=title,
            artist="The Ladders",
            albumartist="The Ladders",
            album="Rungs",
            tracknumber=str(number),
            date="1999",
            genre="Folk",
        )
    library.media.write(
        music / "ladder" / "guest.flac", title="Guest", artist="The Ladders feat. Nobody", albumartist="The Ladders",
        album="Rungs", tracknumber="1", discnumber="2", date="1999",
    )  # fmt: skip
    library.media.write(music / "Untagged" / "Bare (2001)" / "01 - First.mp3")
    library.media.write(music / "Untagged" / "Bare (2001)" / "02 - Second.mp3")
    (music / "Untagged" / "Bare (2001)" / "01 - First.lrc").write_text("[00:00.10]La la\n")
    (music / "Untagged" / "Bare (2001)" / "cover.jpg").write_bytes(library.media.content("jpg"))
    for number, artist in enumerate(("One", "Two"), 1):
        library.media.write(
            music / "Various Artists" / "Mix" / f"0{number} - {artist}.mp3", title=f"Song {artist}", artist=artist,
            album="Mix", tracknumber=str(number), albumartist="Various Artists",
        )  # fmt: skip
    library.scan(section)
    assert [(i.title, i.sort_key, i.child_count, i.leaf_count) for i in library.items(section, ItemType.ARTIST)] == [
        ("The Ladders", "ladders", 1, 3),
        ("Untagged", "untagged", 1, 2),
        ("Various Artists", "various artists", 1, 2),
    ]
    rungs = library.item(section, "Rungs")
    assert (rungs.year, rungs.leaf_count, rungs.type) == (1999, 3, ItemType.ALBUM)
    guest = library.item(section, "Guest")
    assert (guest.parent_index, guest.index_number, guest.original_title) == (2, 1, "The Ladders feat. Nobody")
    assert (guest.parent_id, guest.grandparent_id) == (rungs.id, library.item(section, "The Ladders").id)
    bare = library.item(section, "Bare")
    assert bare.year == 2001
    assert bare.thumb_at is not None
    first = library.item(section, "First")
    lyrics = library.rows(select(streams.c.codec).where(streams.c.item_id == first.id, streams.c.type == 4))
    assert lyrics == [("lrc",)]
    genres = library.rows(
        select(tags.c.tag).join(taggings, taggings.c.tag_id == tags.c.id).where(taggings.c.item_id == rungs.id)
    )
    assert genres == [("Folk",)]
    assert library.item(section, "Song One").original_title == "One"


def test_an_audiobook_is_an_album_of_its_author(library: Any) -> None:
    section = library.section(SectionKind.ARTIST, "Books")
    library.media.write(library.root / "Books" / "Ann Author" / "The Long Book (2003)" / "The Long Book.m4b")
    library.scan(section)
    assert library.titles(section, ItemType.ARTIST) == ["Ann Author"]
    assert library.titles(section, ItemType.ALBUM) == ["The Long Book"]
    (track,) = library.items(section, ItemType.TRACK)
    assert track.title == "The Long Book"
    assert (track.duration_ms or 0) >= 1900


def test_photos_lie_in_albums_that_are_folders(library: Any) -> None:
    section = library.section(SectionKind.PHOTO, "Photos")
    photos: Path = library.root / "Photos"
    library.media.write(photos / "Loose.jpg")
    library.media.write(photos / "2019 Summer" / "IMG_20190704_153012.jpg")
    library.media.write(photos / "2019 Summer" / "Beach" / "Wave.jpg")
    library.media.write(photos / "2019 Summer" / "Beach" / "Splash.mp4")
    library.scan(section)
    albums = {item.title: item for item in library.items(section, ItemType.PHOTO_ALBUM)}
    assert albums.keys() == {"2019 Summer", "Beach"}
    assert albums["Beach"].parent_id == albums["2019 Summer"].id
    summer = library.item(section, "IMG_20190704_153012")
    assert (summer.type, summer.year, summer.parent_id) == (ItemType.PHOTO, 2019, albums["2019 Summer"].id)
    assert library.item(section, "Loose").parent_id is None
    assert library.item(section, "Splash").type == ItemType.CLIP
    assert library.item(section, "Wave").thumb_at is not None
    chosen = library.rows(
        select(artworks.c.source, artworks.c.selected)
        .join(items, items.c.id == artworks.c.item_id)
        .where(items.c.title == "Wave")
    )
    assert [(source, bool(selected)) for source, selected in chosen] == [("local", True)]


def test_other_videos_are_called_as_their_files(library: Any) -> None:
    section = library.section(SectionKind.OTHER, "Home Videos")
    videos: Path = library.root / "Home Videos"
    library.media.write(videos / "Birthday part 1.mp4")
    library.media.write(videos / "2004" / "Birthday part 1.mp4")
    (videos / "2004" / "Birthday part 1.de.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHallo\n")
    library.scan(section)
    assert library.titles(section, ItemType.MOVIE) == ["Birthday part 1", "Birthday part 1"]
    assert library.rows(select(streams.c.language_code).where(streams.c.type == 3)) == [("ger",)]


def test_exif_becomes_tags(library: Any, photograph: bytes) -> None:
    section = library.section(SectionKind.PHOTO, "Photos")
    (library.root / "Photos" / "A").mkdir()
    (library.root / "Photos" / "A" / "p.jpg").write_bytes(photograph)
    library.scan(section)
    found = dict(library.rows(select(tags.c.type, tags.c.tag)))
    assert found[TagType.MAKE] == "Lumen"
    assert found[TagType.MODEL] == "L-1"
    assert found[TagType.ISO] == "200"
    (photo,) = library.items(section, ItemType.PHOTO)
    assert (photo.year, photo.available_at) == (2011, "2011-02-03")


def test_lyrics_in_tags_are_a_stream_unless_lyrics_lie_beside_the_track(library: Any) -> None:
    section = library.section(SectionKind.ARTIST, "Music")
    album: Path = library.root / "Music" / "Choir" / "Hymns"
    for number, (name, lyrics) in enumerate(
        (
            ("plain", "First line\nSecond line"),
            ("timed", "[00:00.10]One\n[00:00.50]Two"),
            ("beside", "Not me"),
            ("none", ""),
        )
    ):
        path = library.media.write(
            album / f"{name}.mp3", title=name, artist="Choir", album="Hymns", tracknumber=str(number)
        )
        opened = ID3(path)
        opened.add(USLT(encoding=3, lang="eng", desc="", text=lyrics))
        opened.save()
    (album / "beside.lrc").write_text("[00:00.10]Me\n")

    def found() -> dict[str, tuple[int, str, bool, dict[str, Any]]]:
        columns = (items.c.title, streams.c.id, streams.c.codec, streams.c.file_id, streams.c.info)
        rows = library.rows(
            select(*columns).join(streams, streams.c.item_id == items.c.id).where(streams.c.type == StreamType.LYRICS)
        )
        assert len({row[0] for row in rows}) == len(rows)
        return {title: (id_, codec, file is None, json.loads(info)) for title, id_, codec, file, info in rows}

    library.scan(section)
    before = found()
    assert {title: row[1:3] for title, row in before.items()} == {
        "plain": ("txt", True),
        "timed": ("lrc", True),
        "beside": ("lrc", False),
    }
    assert [before[title][3]["timed"] for title in ("plain", "timed")] == [False, True]

    library.media.tag(album / "plain.mp3", genre="Choral")
    library.scan(section)
    assert found() == before

    (album / "timed.lrc").write_text("[00:00.10]From the file\n")
    opened = ID3(album / "plain.mp3")
    opened.delall("USLT")
    opened.save()
    library.scan(section)
    after = found()
    assert after.keys() == {"timed", "beside"}
    assert after["timed"][2] is False


def _xmp(title: str, *keywords: str) -> str:
    words = "".join(f"<rdf:li>{word}</rdf:li>" for word in keywords)
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:subject><rdf:Bag>{words}</rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def test_a_photograph_is_read_again_when_its_xmp_file_is_new_changed_or_gone(library: Any, photograph: bytes) -> None:
    section = library.section(SectionKind.PHOTO, "Photos")
    trip: Path = library.root / "Photos" / "Trip"
    trip.mkdir()
    for number in range(30):
        (trip / f"p{number:02}.jpg").write_bytes(photograph + bytes([number]))
    (trip / "p01.xmp").write_text(_xmp("Harbour", "boats"))

    def titles() -> set[str]:
        return {title for title in library.titles(section, ItemType.PHOTO) if not title.startswith("p")}

    def words() -> set[str]:
        found = library.rows(
            select(tags.c.tag).join(taggings, taggings.c.tag_id == tags.c.id).where(tags.c.type == TagType.AUTOTAG)
        )
        return {row[0] for row in found}

    library.scan(section)
    before = {item.id for item in library.items(section, ItemType.PHOTO)}
    assert (titles(), words()) == ({"Harbour"}, {"boats"})
    assert library.scan(section).changed_files == 0

    (trip / "p01.xmp").write_text(_xmp("Harbour at dawn", "boats", "fog"))
    assert library.scan(section).changed_files == 1
    assert (titles(), words()) == ({"Harbour at dawn"}, {"boats", "fog"})

    (trip / "p02.jpg.XMP").write_text(_xmp("Pier", "wood"))
    assert library.scan(section, trip).changed_files == 1
    assert (titles(), words()) == ({"Harbour at dawn", "Pier"}, {"boats", "fog", "wood"})

    (trip / "p01.xmp").unlink()
    library.scan(section)
    assert (titles(), words()) == ({"Pier"}, {"wood"})
    assert {item.id for item in library.items(section, ItemType.PHOTO)} == before
    assert library.scan(section).changed_files == 0


def _song(library: Any, folder: Path, number: int, artist: str, **more: str) -> Path:
    """A track whose tags name no album artist."""
    tags_of = {"title": f"Song {number}", "artist": artist, "album": "Summer", "tracknumber": str(number), **more}
    found: Path = library.media.write(folder / f"{number:02}.mp3", **tags_of)
    return found


def _summer(library: Any, section: Any) -> list[tuple[str, str, int | None]]:
    """(artist, album, tracks) of every album."""
    artists = {item.id: item.title for item in library.items(section, ItemType.ARTIST)}
    albums = library.items(section, ItemType.ALBUM)
    return [(artists[album.parent_id], album.title, album.leaf_count) for album in albums if album.deleted_at is None]


def test_a_compilation_without_an_album_artist_is_one_however_its_tracks_arrive(library: Any) -> None:
    section = library.section(SectionKind.ARTIST, "Music")
    music: Path = library.root / "Music"
    hits = music / "hits"
    library.media.write(music / "Solo" / "Own" / "a.mp3", title="A", artist="Solo", album="Own", albumartist="Solo")
    library.scan(section)
    for number, artist in enumerate(("One", "Two", "Three"), 1):
        _song(library, hits, number, artist)
    library.scan(section, hits)
    assert _summer(library, section) == [("Solo", "Own", 1), ("Various Artists", "Summer", 3)]
    album = library.item(section, "Summer")

    _song(library, hits, 4, "Four")
    library.scan(section, hits)
    assert _summer(library, section) == [("Solo", "Own", 1), ("Various Artists", "Summer", 4)]

    library.media.tag(hits / "02.mp3", genre="Pop")
    library.scan(section)
    assert _summer(library, section) == [("Solo", "Own", 1), ("Various Artists", "Summer", 4)]
    assert library.item(section, "Summer").id == album.id
    assert library.item(section, "Song 4").original_title == "Four"
    assert library.titles(section, ItemType.ARTIST) == ["Solo", "Various Artists"]


def test_an_album_that_a_second_artist_joins_becomes_a_compilation_and_stays_the_same_item(library: Any) -> None:
    section = library.section(SectionKind.ARTIST, "Music")
    hits: Path = library.root / "Music" / "hits"
    _song(library, hits, 1, "One")
    library.scan(section)
    assert _summer(library, section) == [("One", "Summer", 1)]
    before = library.item(section, "Summer"), library.item(section, "Song 1")
    _song(library, hits, 2, "Two")
    library.scan(section, hits)
    assert _summer(library, section) == [("Various Artists", "Summer", 2)]
    after = library.item(section, "Summer"), library.item(section, "Song 1")
    assert [(item.id, item.identity_id) for item in after] == [(item.id, item.identity_id) for item in before]


def _videos(library: Any, section: Any) -> dict[str, tuple[str, int]]:
    """By title: whose it is, and of what kind."""
    artists = {item.id: item.title for item in library.items(section, ItemType.ARTIST)}
    found = library.rows(
        select(items.c.title, items.c.parent_id, items.c.extra_type).where(
            items.c.type == int(ItemType.CLIP), items.c.extra_type.is_not(None)
        )
    )
    return {title: (artists[parent], kind) for title, parent, kind in found}


def test_music_videos_are_extras_of_the_artist_of_the_tracks_around_them(library: Any) -> None:
    section = library.section(SectionKind.ARTIST, "Music")
    music: Path = library.root / "Music"
    tags_of = {"artist": "Nena", "albumartist": "Nena", "album": "Nena"}
    album = music / "nena folder" / "Nena (1983)"
    library.media.write(album / "Luftballons.mp3", title="99 Luftballons", **tags_of)
    library.media.write(album / "Luftballons-video.mp4")
    library.media.write(album / "Rehearsal-behindthescenes.mkv")
    library.media.write(album / "Not among tracks.mp4")
    library.media.write(music / "nena folder" / "Berlin 1984-concert.mp4")
    library.media.write(music / "nena folder" / "On the road.mp4")
    for artist in ("One", "Two"):
        library.media.write(music / "mixed" / f"{artist} song.mp3", title=artist, artist=artist, albumartist=artist)
    library.media.write(music / "mixed" / "Two song-live.mp4")
    library.media.write(music / "nobody" / "Alone-lyrics.mp4")
    library.scan(section)
    of_nena = {
        "Luftballons": ("Nena", ExtraType.MUSIC_VIDEO),
        "Rehearsal": ("Nena", ExtraType.BEHIND_THE_SCENES),
        "Berlin 1984": ("Nena", ExtraType.CONCERT),
        "On the road": ("Nena", ExtraType.MUSIC_VIDEO),
    }
    assert _videos(library, section) == of_nena | {"Two song": ("Two", ExtraType.LIVE_MUSIC_VIDEO)}
    assert library.unreadable() == {"Alone-lyrics.mp4": "a music video without an artist's tracks beside or below it"}
    before = library.rows(select(items.c.id, items.c.title).where(items.c.extra_type.is_not(None)))

    # Its artist comes later; what is there already stays as it is.
    library.media.write(music / "nobody" / "Songs" / "a.mp3", title="A", artist="Late", albumartist="Late")
    library.scan(section)
    assert library.unreadable() == {}
    found = _videos(library, section)
    assert found.pop("Alone") == ("Late", ExtraType.LYRIC_MUSIC_VIDEO)
    assert found == of_nena | {"Two song": ("Two", ExtraType.LIVE_MUSIC_VIDEO)}
    after = library.rows(select(items.c.id, items.c.title).where(items.c.extra_type.is_not(None)))
    assert set(before) < set(after)
    assert library.scan(section).changed_files == 0

    # A scan of one folder alone finds the artist of what it holds, and what is gone goes to the trash.
    library.media.write(music / "nena folder" / "Return-interview.mp4")
    (music / "nena folder" / "On the road.mp4").unlink()
    library.scan(section, music / "nena folder")
    assert _videos(library, section)["Return"] == ("Nena", ExtraType.INTERVIEW)
    gone = select(items.c.title).where(items.c.extra_type.is_not(None), items.c.deleted_at.is_not(None))
    assert library.rows(gone) == [("On the road",)]


def test_a_music_video_outlives_the_artist_it_hung_on(library: Any) -> None:
    section = library.section(SectionKind.ARTIST, "Music")
    folder: Path = library.root / "Music" / "folder"
    library.media.write(library.root / "Music" / "x" / "b.mp3", title="B", artist="Right", albumartist="Right")
    track = library.media.write(folder / "Album" / "a.mp3", title="A", artist="Wrong", albumartist="Wrong")
    library.media.write(folder / "A-video.mp4")
    library.scan(section)
    assert _videos(library, section) == {"A": ("Wrong", ExtraType.MUSIC_VIDEO)}
    library.media.tag(track, artist="Right", albumartist="Right")
    library.scan(section)
    library.scan(section)
    assert _videos(library, section) == {"A": ("Right", ExtraType.MUSIC_VIDEO)}
    assert library.titles(section, ItemType.ARTIST) == ["Right"]
