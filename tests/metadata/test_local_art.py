"""Local pictures go to the item they are of, in the order of the contract."""

from vitascope.core.model import ArtKind, SectionKind
from vitascope.metadata import ArtReference
from vitascope.metadata.local_art import LocalArt, LocalPicture, first_of_each_kind


def paths(pictures: tuple[LocalPicture, ...], kind: ArtKind = ArtKind.THUMB) -> list[str]:
    return [picture.path for picture in pictures if picture.kind is kind]


def test_movie() -> None:
    folder, stem = "Golem (1920)", "Golem (1920)"
    names = ["fanart-2.jpg", "fanart.jpg", "folder.jpg", "poster-2.png", "poster.jpg", f"{stem}.jpg",
             f"{stem}-fanart.jpg", "clearlogo.png", "squareArt.jpg", f"{stem}.mkv", "movie.nfo", "notes.txt",
             "alt/odd.jpg"]  # fmt: skip
    art = LocalArt([f"{folder}/{name}" for name in names], section=SectionKind.MOVIE, stems={folder: [stem]})
    found = art.movie(folder, stem)
    assert paths(found) == [f"{folder}/{name}" for name in (f"{stem}.jpg", "poster.jpg", "poster-2.png", "folder.jpg")]
    assert paths(found, ArtKind.ART) == [
        f"{folder}/{name}" for name in (f"{stem}-fanart.jpg", "fanart.jpg", "fanart-2.jpg")
    ]
    assert first_of_each_kind(found) == {
        ArtKind.THUMB: f"{folder}/{stem}.jpg",
        ArtKind.ART: f"{folder}/{stem}-fanart.jpg",
        ArtKind.CLEAR_LOGO: f"{folder}/clearlogo.png",
        ArtKind.SQUARE_ART: f"{folder}/squareArt.jpg",
    }


def test_movies_that_share_a_folder_do_not_share_its_poster() -> None:
    stems = {"All": ["A (2001)", "B (2002)"]}
    art = LocalArt(
        ["All/poster.jpg", "All/A (2001).jpg", "All/B (2002)-poster.jpg"], section=SectionKind.MOVIE, stems=stems
    )
    assert paths(art.movie("All", "A (2001)", alone=False)) == ["All/A (2001).jpg"]
    assert paths(art.movie("All", "B (2002)", alone=False)) == ["All/B (2002)-poster.jpg"]


def test_show_season_episode() -> None:
    stem = "Signal - s01e01"
    listing = [
        "Signal/poster.jpg", "Signal/show.jpg", "Signal/banner.jpg", "Signal/fanart.jpg", "Signal/theme.mp3",
        "Signal/Season01.jpg", "Signal/Season01b.jpg", "Signal/season-specials-poster.jpg",
        "Signal/Season01-banner.jpg", "Signal/Season 01/poster.jpg",
        f"Signal/Season 01/{stem}.jpg", f"Signal/Season 01/{stem}.mkv",
    ]  # fmt: skip
    art = LocalArt(listing, section=SectionKind.SHOW, stems={"Signal/Season 01": [stem]})
    show = art.show("Signal")
    assert paths(show) == ["Signal/show.jpg", "Signal/poster.jpg"]
    assert paths(show, ArtKind.BANNER) == ["Signal/banner.jpg"]
    assert paths(show, ArtKind.THEME) == ["Signal/theme.mp3"]
    season = art.season("Signal", 1, folders=["Signal/Season 01"])
    assert paths(season) == ["Signal/Season01.jpg", "Signal/Season01b.jpg", "Signal/Season 01/poster.jpg"]
    assert paths(season, ArtKind.BANNER) == ["Signal/Season01-banner.jpg"]
    assert paths(art.season("Signal", 0)) == ["Signal/season-specials-poster.jpg"]
    assert art.season("Signal", 2) == ()
    assert paths(art.episode("Signal/Season 01", stem)) == [f"Signal/Season 01/{stem}.jpg"]
    assert art.episode("Signal/Season 01", "Signal - s01e02") == ()


def test_artist_and_album() -> None:
    listing = ["Coils/artist-poster.jpg", "Coils/artist-background.jpg", "Coils/Ohm/folder.jpg", "Coils/Ohm/cover.jpg",
               "Coils/Ohm/01 - Hum.flac", "Coils/Ohm/fanart.jpg"]  # fmt: skip
    art = LocalArt(listing, section=SectionKind.ARTIST, stems={"Coils/Ohm": ["01 - Hum"]})
    assert paths(art.artist("Coils")) == ["Coils/artist-poster.jpg"]
    assert paths(art.artist("Coils"), ArtKind.ART) == ["Coils/artist-background.jpg"]
    assert paths(art.album("Coils/Ohm")) == ["Coils/Ohm/cover.jpg", "Coils/Ohm/folder.jpg"]


def test_what_an_nfo_names_comes_last_and_must_exist() -> None:
    art = LocalArt(["G/poster.jpg", "G/art/x.jpg"], section=SectionKind.MOVIE, stems={"G": ["G"]})
    named = [
        ArtReference(kind=ArtKind.THUMB, path="art/x.jpg"),
        ArtReference(kind=ArtKind.THUMB, path="./poster.jpg"),
        ArtReference(kind=ArtKind.ART, path="gone.jpg"),
    ]
    assert art.movie("G", "G", named=named) == (
        LocalPicture(kind=ArtKind.THUMB, path="G/poster.jpg"),
        LocalPicture(kind=ArtKind.THUMB, path="G/art/x.jpg"),
    )


def test_photo_album_and_empty_listing() -> None:
    art = LocalArt(["2021/folder.jpg", "2021/a.jpg"], section=SectionKind.PHOTO)
    assert paths(art.photo_album("2021")) == ["2021/folder.jpg"]
    assert LocalArt([], section=SectionKind.SHOW).show("x") == ()
