"""Albums put together from tracks, photo albums from folders."""

from vitascope.core.naming import AlbumGroup, TrackTags, group_photos, group_tracks


def shape(groups: list[AlbumGroup]) -> list[tuple[str | None, str | None, int | None, dict[int, list[str]]]]:
    return [
        (
            group.artist,
            group.title,
            group.year,
            {disc.number: [track.path for track in disc.tracks] for disc in group.discs},
        )
        for group in groups
    ]


def test_discs_in_folders() -> None:
    paths = ["Nena/Live (1995)/CD2/01 - b.mp3", "Nena/Live (1995)/CD1/02 - c.mp3", "Nena/Live (1995)/CD1/01 - a.mp3"]
    assert shape(group_tracks(paths)) == [("Nena", "Live", 1995, {1: [paths[2], paths[1]], 2: [paths[0]]})]


def test_discs_in_numbers() -> None:
    paths = ["Nena/Live/101 a.mp3", "Nena/Live/102 b.mp3", "Nena/Live/201 c.mp3"]
    assert shape(group_tracks(paths)) == [("Nena", "Live", None, {1: paths[:2], 2: paths[2:]})]


def test_tracks_are_ordered_by_number_not_by_name() -> None:
    paths = ["N/L/Zebra.mp3", "N/L/Ape.mp3", "N/L/Untagged.mp3"]
    tags = {paths[0]: TrackTags(track=1), paths[1]: TrackTags(track=2)}
    assert shape(group_tracks(paths, tags))[0][3] == {1: paths}


def test_one_album_over_two_folders() -> None:
    paths = ["Nena - Live CD1/01 a.mp3", "Nena - Live CD2/01 b.mp3"]
    assert shape(group_tracks(paths)) == [("Nena", "Live", None, {1: paths[:1], 2: paths[1:]})]


def test_two_albums_of_one_name_differ_by_year() -> None:
    paths = ["Weezer/Weezer (1994)/01 - My Name Is Jonas.mp3", "Weezer/Weezer (2001)/01 - Don't Let Go.mp3"]
    assert [group.year for group in group_tracks(paths)] == [1994, 2001]


def test_years_that_differ_within_a_folder_do_not_split_it() -> None:
    paths = [f"Nena/Best/0{track} - x.mp3" for track in (1, 2, 3)]
    tags = {path: TrackTags(year=year) for path, year in zip(paths, (1983, 1984, 1984), strict=True)}
    assert [(group.year, len(group.discs[0].tracks)) for group in group_tracks(paths, tags)] == [(1984, 3)]


def test_tracks_of_many_artists_in_one_folder_are_a_compilation() -> None:
    paths = ["Now 1/01.mp3", "Now 1/02.mp3"]
    tags = {
        paths[0]: TrackTags(artist="ABBA", album="Now 1", title="SOS"),
        paths[1]: TrackTags(artist="Queen", album="Now 1", title="Flash"),
    }
    (group,) = group_tracks(paths, tags)
    assert (group.artist, group.title, group.compilation) == ("Various Artists", "Now 1", True)
    assert [track.name.artist for track in group.discs[0].tracks] == ["ABBA", "Queen"]


def test_an_album_artist_keeps_guests_on_the_album() -> None:
    paths = ["x/01.mp3", "x/02.mp3"]
    tags = {
        paths[0]: TrackTags(artist="Santana", album_artist="Santana", album="Supernatural"),
        paths[1]: TrackTags(artist="Santana feat. Dido", album_artist="Santana", album="Supernatural"),
    }
    (group,) = group_tracks(paths, tags)
    assert (group.artist, group.compilation) == ("Santana", False)


def test_two_albums_in_one_folder_are_told_apart_by_tags() -> None:
    paths = ["Downloads/a.mp3", "Downloads/b.mp3"]
    tags = {
        paths[0]: TrackTags(artist="ABBA", album_artist="ABBA", album="Waterloo"),
        paths[1]: TrackTags(artist="Queen", album_artist="Queen", album="Jazz"),
    }
    assert [(group.artist, group.title) for group in group_tracks(paths, tags)] == [
        ("ABBA", "Waterloo"),
        ("Queen", "Jazz"),
    ]


def test_loose_tracks_of_an_artist_are_together() -> None:
    assert shape(group_tracks(["Nena/a.mp3", "Nena/b.mp3"])) == [
        ("Nena", None, None, {1: ["Nena/a.mp3", "Nena/b.mp3"]})
    ]


def test_photo_albums_are_folders() -> None:
    paths = ["2019/Öland/IMG_10.jpg", "2019/Öland/IMG_2.jpg", "2019/Öland/VID_3.mp4", "root.jpg", "2019/a.jpg"]
    albums = group_photos(paths)
    assert [(album.folder, album.title, [(file.path, file.is_clip) for file in album.files]) for album in albums] == [
        ("", None, [("root.jpg", False)]),
        ("2019", "2019", [("2019/a.jpg", False)]),
        (
            "2019/Öland",
            "Öland",
            [("2019/Öland/IMG_2.jpg", False), ("2019/Öland/IMG_10.jpg", False), ("2019/Öland/VID_3.mp4", True)],
        ),
    ]


def test_nothing() -> None:
    assert group_tracks([]) == []
    assert group_photos([]) == []
