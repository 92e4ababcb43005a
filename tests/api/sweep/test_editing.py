"""The mixins that edit: each sets what it says, locks it, and takes it back."""

from datetime import datetime
from typing import Any

import pytest
from tests.api.families.conftest import Home
from tests.api.sweep.ledger import covers

TEXTS = (
    # section, title, method, value, attribute, lock
    ("Movies", "Cold Lantern", "editTitle", "Warm Lantern", "title", "title"),
    ("Movies", "Warm Lantern", "editTitle", "Cold Lantern", "title", "title"),
    ("Movies", "Cold Lantern", "editSortTitle", "Lantern, Cold", "titleSort", "titleSort"),
    ("Movies", "Cold Lantern", "editOriginalTitle", "Kalte Laterne", "originalTitle", "originalTitle"),
    ("Movies", "Cold Lantern", "editSummary", "In the dark, a light & a <name>.", "summary", "summary"),
    ("Movies", "Cold Lantern", "editTagline", "It burns.", "tagline", "tagline"),
    ("Movies", "Cold Lantern", "editStudio", "Nachtbild II", "studio", "studio"),
    ("Movies", "Cold Lantern", "editContentRating", "NC-17", "contentRating", "contentRating"),
    ("Movies", "Cold Lantern", "editEditionTitle", "Night Cut", "editionTitle", "editionTitle"),
    ("Movies", "Cold Lantern", "editCriticRating", 6.5, "rating", "rating"),
    ("Movies", "Cold Lantern", "editAudienceRating", 8.5, "audienceRating", "audienceRating"),
    ("Movies", "Cold Lantern", "editUserRating", 4.0, "userRating", "userRating"),
)


@covers(
    "TitleMixin.editTitle",
    "SortTitleMixin.editSortTitle",
    "OriginalTitleMixin.editOriginalTitle",
    "SummaryMixin.editSummary",
    "TaglineMixin.editTagline",
    "StudioMixin.editStudio",
    "ContentRatingMixin.editContentRating",
    "EditionTitleMixin.editEditionTitle",
    "CriticRatingMixin.editCriticRating",
    "AudienceRatingMixin.editAudienceRating",
    "UserRatingMixin.editUserRating",
)
@pytest.mark.parametrize(("section", "title", "method", "value", "attribute", "lock"), TEXTS)
def test_a_field(
    home: Home, section: str, title: str, method: str, value: str | float, attribute: str, lock: str
) -> None:
    item = home.section(section).get(title)
    getattr(item, method)(value)
    item.reload()
    assert getattr(item, attribute) == value
    assert item.isLocked(lock)
    getattr(item, method)(value, locked=False)
    assert not item.reload().isLocked(lock)


@covers(
    "EditFieldMixin.editField",
    "PlexPartialObject.edit",
    "PlexPartialObject.batchEdits",
    "PlexPartialObject.saveEdits",
    "EditTagsMixin.editTags",
)
def test_any_field_and_several_at_once(home: Home) -> None:
    item = home.section("Movies").get("Cloud Harbour")
    item.editField("tagline", "Above it all")
    assert item.reload().tagline == "Above it all"
    item.edit(**{"summary.value": "A harbour.", "summary.locked": 1})
    assert item.reload().summary == "A harbour."
    item.batchEdits().editTitle("Cloud Haven").editSummary("A haven.").addGenre("Quiet").saveEdits()
    item.reload()
    assert (item.title, item.summary) == ("Cloud Haven", "A haven.")
    assert "Quiet" in [tag.tag for tag in item.genres]
    item.editTags("label", ["one", "two"])
    assert {tag.tag for tag in item.reload().labels} == {"one", "two"}
    item.editTags("label", ["one"], remove=True)
    assert {tag.tag for tag in item.reload().labels} == {"two"}
    item.editTitle("Cloud Harbour")


@covers("OriginallyAvailableMixin.editOriginallyAvailable", "AddedAtMixin.editAddedAt")
def test_dates(home: Home) -> None:
    item = home.section("Movies").get("Cloud Harbour")
    item.editOriginallyAvailable("1998-12-24")
    assert item.reload().originallyAvailableAt == datetime(1998, 12, 24)  # noqa: DTZ001  # as the library has it
    item.editAddedAt("2001-02-03")
    assert item.reload().addedAt.year == 2001


@covers(
    "CollectionMixin.addCollection",
    "CollectionMixin.removeCollection",
    "CountryMixin.addCountry",
    "CountryMixin.removeCountry",
    "DirectorMixin.addDirector",
    "DirectorMixin.removeDirector",
    "GenreMixin.addGenre",
    "GenreMixin.removeGenre",
    "LabelMixin.addLabel",
    "LabelMixin.removeLabel",
    "ProducerMixin.addProducer",
    "ProducerMixin.removeProducer",
    "WriterMixin.addWriter",
    "WriterMixin.removeWriter",
)
@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("Collection", "collections"),
        ("Country", "countries"),
        ("Director", "directors"),
        ("Genre", "genres"),
        ("Label", "labels"),
        ("Producer", "producers"),
        ("Writer", "writers"),
    ],
)
def test_tags_of_a_film(home: Home, name: str, attribute: str) -> None:
    _tag(home.section("Movies").get("Glass Orchard"), name, attribute)
    if name == "Collection":
        assert "Something New" not in {collection.title for collection in home.section("Movies").collections()}


@covers(
    "MoodMixin.addMood",
    "MoodMixin.removeMood",
    "StyleMixin.addStyle",
    "StyleMixin.removeStyle",
    "SimilarArtistMixin.addSimilarArtist",
    "SimilarArtistMixin.removeSimilarArtist",
)
@pytest.mark.parametrize(("name", "attribute"), [("Mood", "moods"), ("Style", "styles"), ("SimilarArtist", "similar")])
def test_tags_of_an_artist(home: Home, name: str, attribute: str) -> None:
    _tag(home.section("Music").get("Sólveig"), name, attribute)


@covers("TagMixin.addTag", "TagMixin.removeTag", "PhotoCapturedTimeMixin.editCapturedTime")
def test_a_photo(home: Home) -> None:
    photo = home.section("Photos").get("Mountains").photo("Mountains 1")
    _tag(photo, "Tag", "tags")
    photo.editCapturedTime("2015-06-07 08:09:10")
    assert photo.reload().originallyAvailableAt.year == 2015


def _tag(item: Any, name: str, attribute: str) -> None:
    before = [tag.tag for tag in getattr(item.reload(), attribute)]
    getattr(item, f"add{name}")(["Something New", "And, with a comma"])
    assert {tag.tag for tag in getattr(item.reload(), attribute)} >= {"Something New", "And, with a comma"}
    getattr(item, f"remove{name}")(["Something New", "And, with a comma"])
    assert [tag.tag for tag in getattr(item.reload(), attribute)] == before


@covers(
    "TrackArtistMixin.editTrackArtist",
    "TrackNumberMixin.editTrackNumber",
    "TrackDiscNumberMixin.editDiscNumber",
)
def test_a_track(home: Home) -> None:
    track = home.section("Music").searchTracks(title="Gale")[0]
    track.editTrackArtist("Nora Vale & Friends")
    track.editTrackNumber(9)
    track.editDiscNumber(2)
    track.reload()
    assert (track.originalTitle, track.index, track.parentIndex) == ("Nora Vale & Friends", 9, 2)
    for lock in ("originalTitle", "index", "parentIndex"):
        assert track.isLocked(lock)


LOCKS = (
    ("Movies", "Cold Lantern", "Poster", "thumb"),
    ("Movies", "Cold Lantern", "Art", "art"),
    ("Movies", "Cold Lantern", "Logo", "clearLogo"),
    ("Movies", "Cold Lantern", "SquareArt", "squareArt"),
    ("Movies", "Cold Lantern", "Theme", "theme"),
)


@covers("PosterLockMixin.lockPoster", "PosterLockMixin.unlockPoster", "ArtLockMixin.lockArt", "ArtLockMixin.unlockArt")
@covers("LogoLockMixin.lockLogo", "LogoLockMixin.unlockLogo")
@covers("SquareArtLockMixin.lockSquareArt", "SquareArtLockMixin.unlockSquareArt")
@covers("ThemeLockMixin.lockTheme", "ThemeLockMixin.unlockTheme")
@pytest.mark.parametrize(("section", "title", "name", "field"), LOCKS)
def test_pictures_are_locked(home: Home, section: str, title: str, name: str, field: str) -> None:
    item = home.section(section).get(title)
    getattr(item, f"lock{name}")()
    assert item.reload().isLocked(field)
    getattr(item, f"unlock{name}")()
    assert not item.reload().isLocked(field)
