"""Films, shows, music and photos: how they hang together, what they are made of, and how they are played."""

from pathlib import Path
from typing import Any

import pytest
from plexapi.exceptions import BadRequest, NotFound
from tests.api.families.conftest import Home
from tests.api.families.drawn import ALBUMS, FILMS, PHOTO_ALBUMS, SHOWS
from tests.api.sweep.ledger import covers


def film(home: Home, title: str) -> Any:
    return home.section("Movies").get(title).reload()


@covers(
    "PlexObject.reload",
    "PlexObject.fetchItem",
    "PlexObject.fetchItems",
    "PlexObject.findItem",
    "PlexObject.findItems",
    "PlexObject.firstAttr",
    "PlexObject.listAttrs",
    "PlexPartialObject.isFullObject",
    "PlexPartialObject.isPartialObject",
    "PlexPartialObject.section",
    "PlexPartialObject.isLocked",
    "MediaContainer.extend",
)
def test_objects_and_their_details(home: Home) -> None:
    movies = home.section("Movies")
    listed = movies.all()
    partial = next(item for item in listed if item.title == "Cold Lantern")
    assert partial.isPartialObject()
    assert not partial.isFullObject()
    partial.reload()
    assert partial.isFullObject()
    assert partial.section().title == "Movies"
    assert not partial.isLocked("title")
    assert movies.fetchItem(partial.ratingKey).title == "Cold Lantern"
    assert len(movies.fetchItems(f"/library/sections/{movies.key}/all", container_size=4)) == len(FILMS) + 1
    assert movies.fetchItems(f"/library/sections/{movies.key}/all", year__gte=2015, title__startswith="F")
    assert partial.firstAttr("title") == "Cold Lantern"
    data = home.owner.query(partial.key)
    assert movies.findItem(data, title="Cold Lantern").ratingKey == partial.ratingKey
    assert len(movies.findItems(data)) == 1
    assert movies.listAttrs(data, "title", rtag=None) is not None
    listed.extend(movies.fetchItems(f"/library/sections/{movies.key}/all", container_start=0, maxresults=1))
    assert len(listed) == len(FILMS) + 2


@covers(
    "Movie.chapters",
    "Movie.collections",
    "Movie.commonSenseMedia",
    "Movie.countries",
    "Movie.directors",
    "Movie.genres",
    "Movie.guids",
    "Movie.labels",
    "Movie.markers",
    "Movie.media",
    "Movie.producers",
    "Movie.ratings",
    "Movie.roles",
    "Movie.similar",
    "Movie.ultraBlurColors",
    "Movie.writers",
    "Movie.actors",
    "Movie.locations",
    "Movie.hasCreditsMarker",
    "Movie.hasVoiceActivity",
    "Movie.hasPreviewThumbnails",
    "Movie.canNormalizeLoudness",
    "Movie.reviews",
    "Movie.metadataDirectory",
    "Video.fields",
    "Video.images",
    "Video.url",
    "MediaTag.items",
)
def test_a_film(home: Home) -> None:
    found = film(home, "Amber Coast")
    assert [tag.tag for tag in found.collections] == ["Coast"]
    assert [tag.tag for tag in found.countries] == ["Norway"]
    assert [tag.tag for tag in found.directors] == [tag.tag for tag in found.writers] == ["Ada Holm"]
    assert [tag.tag for tag in found.genres] == ["Drama"]
    assert {guid.id for guid in found.guids} == {"imdb://tt7000000", "tmdb://70000"}
    assert [(role.tag, role.role) for role in found.roles] == [("Ines Lind", "Role 1"), ("Otto Berg", "Role 2")]
    assert found.actors == found.roles
    assert found.locations == [str(home.media / "Movies/Amber Coast (1979)/Amber Coast (1979).mp4")]
    assert found.ratings[0].value == 7.1
    for empty in (found.chapters, found.labels, found.markers, found.producers, found.fields, found.reviews()):
        assert empty == []
    assert found.commonSenseMedia is None
    assert not found.hasCreditsMarker
    assert not found.hasVoiceActivity
    assert not found.hasPreviewThumbnails
    assert {image.type for image in found.images} >= {"coverPoster"}
    assert found.ultraBlurColors.topLeft
    assert len(found.media) == 1
    assert isinstance(found.similar, list)
    assert found.url(found.thumb).startswith(home.server.url)
    assert isinstance(found.metadataDirectory, str)
    assert found.canNormalizeLoudness in (True, False)
    dramas = {title for title, facts in FILMS.items() if "Drama" in facts[1]}
    assert {item.title for item in found.genres[0].items()} >= dramas


@covers(
    "Media.parts",
    "Media.isOptimizedVersion",
    "MediaPart.hasPreviewThumbnails",
    "MediaPart.videoStreams",
    "MediaPart.audioStreams",
    "MediaPart.subtitleStreams",
    "MediaPart.lyricStreams",
    "Playable.iterParts",
    "Playable.videoStreams",
    "Playable.audioStreams",
    "Playable.subtitleStreams",
    "Playable.lyricStreams",
    "EditionsMixin.editions",
    "ExtrasMixin.extras",
    "HubsMixin.hubs",
)
def test_what_a_film_is_made_of(home: Home) -> None:
    found = film(home, "Cloud Harbour")
    part = found.media[0].parts[0]
    assert not found.media[0].isOptimizedVersion
    assert not part.hasPreviewThumbnails
    assert [stream.codec for stream in part.videoStreams()] == ["h264"]
    assert [stream.codec for stream in part.audioStreams()] == ["aac"]
    assert {(stream.languageCode, stream.forced) for stream in part.subtitleStreams()} == {
        ("eng", False),
        ("ger", True),
    } or {stream.languageCode for stream in part.subtitleStreams()} == {"eng", "deu"}
    assert part.lyricStreams() == []
    assert [one.id for one in found.iterParts()] == [part.id]
    assert len(found.videoStreams()) == len(found.audioStreams()) == 1
    assert len(found.subtitleStreams()) == 2
    assert home.section("Music").searchTracks(title="Attic")[0].reload().lyricStreams()
    eleven = film(home, "Eleven Hours")
    assert len(eleven.media) == 2
    assert {extra.title for extra in eleven.extras()} == {"First Look", "The Lift"}
    salt = next(item for item in home.section("Movies").search(title="Fable of Salt") if not item.editionTitle)
    assert [other.editionTitle for other in salt.editions()] == ["Long Cut"]
    assert all(hub.items() for hub in found.hubs())


@covers(
    "MediaPart.setSelectedAudioStream",
    "MediaPart.setSelectedSubtitleStream",
    "MediaPart.resetSelectedSubtitleStream",
    "AudioStream.setSelected",
    "SubtitleStream.setSelected",
    "AudioStream.levels",
)
def test_streams_are_chosen_by_a_person(home: Home) -> None:
    found = film(home, "Cloud Harbour")
    part = found.media[0].parts[0]
    subtitle = part.subtitleStreams()[0]
    part.setSelectedSubtitleStream(subtitle)
    assert [one.id for one in film(home, "Cloud Harbour").subtitleStreams() if one.selected] == [subtitle.id]
    theirs = home.mia.library.section("Movies").get("Cloud Harbour").reload()
    assert subtitle.id not in [one.id for one in theirs.subtitleStreams() if one.selected and not one.forced]
    part.resetSelectedSubtitleStream()
    assert [one for one in film(home, "Cloud Harbour").subtitleStreams() if one.selected] == []
    subtitle.setSelected()
    assert [one.id for one in film(home, "Cloud Harbour").subtitleStreams() if one.selected] == [subtitle.id]
    audio = part.audioStreams()[0]
    part.setSelectedAudioStream(audio)
    audio.setSelected()
    assert [one.id for one in film(home, "Cloud Harbour").audioStreams() if one.selected] == [audio.id]
    assert isinstance(audio.levels(), list)


@covers(
    "Show.collections",
    "Show.commonSenseMedia",
    "Show.genres",
    "Show.guids",
    "Show.labels",
    "Show.locations",
    "Show.ratings",
    "Show.roles",
    "Show.similar",
    "Show.ultraBlurColors",
    "Show.actors",
    "Show.isPlayed",
    "Show.onDeck",
    "Show.season",
    "Show.seasons",
    "Show.episode",
    "Show.episodes",
    "Show.get",
    "Show.watched",
    "Show.unwatched",
    "Show.download",
    "Show.metadataDirectory",
    "Season.collections",
    "Season.guids",
    "Season.labels",
    "Season.ratings",
    "Season.ultraBlurColors",
    "Season.isPlayed",
    "Season.seasonNumber",
    "Season.onDeck",
    "Season.episode",
    "Season.episodes",
    "Season.get",
    "Season.show",
    "Season.watched",
    "Season.unwatched",
    "Season.download",
    "Season.metadataDirectory",
)
def test_a_show_and_its_seasons(home: Home, tmp_path: Path) -> None:
    show = home.section("TV Shows").get("Small Machines").reload()
    assert [tag.tag for tag in show.genres] == ["Comedy"]
    assert {guid.id for guid in show.guids} == {"tvdb://501"}
    assert [role.tag for role in show.roles] == [role.tag for role in show.actors] == ["Ines Lind", "Otto Berg"]
    assert show.locations == [str(home.media / "TV Shows/Small Machines (2018)")]
    assert show.commonSenseMedia is None
    for empty in (show.collections, show.labels, show.similar, show.ratings):
        assert empty == []
    assert isinstance(show.metadataDirectory, str)
    assert show.ultraBlurColors is None or show.ultraBlurColors.topLeft
    assert not show.isPlayed
    assert show.onDeck() is None or show.onDeck().index == 1
    season = show.season(1)
    assert [one.index for one in show.seasons()] == [1]
    assert season.seasonNumber == 1
    assert season.show().title == "Small Machines"
    assert len(show.episodes()) == len(season.episodes()) == 5
    assert show.episode(season=1, episode=2).ratingKey == season.episode(2).ratingKey
    assert show.get(season=1, episode=2).ratingKey == season.get(episode=2).ratingKey
    with pytest.raises(NotFound):
        season.episode(99)
    season.episode(1).markPlayed()
    assert [one.index for one in show.watched()] == [one.index for one in season.watched()] == [1]
    assert len(show.unwatched()) == len(season.unwatched()) == 4
    assert show.reload().onDeck().index == season.reload().onDeck().index == 2
    assert not season.isPlayed
    for empty in (season.collections, season.guids, season.labels, season.ratings):
        assert empty == []
    assert isinstance(season.metadataDirectory, str)
    assert season.ultraBlurColors is None or season.ultraBlurColors.topLeft
    assert len(season.download(savepath=str(tmp_path / "season"))) == 5
    assert len(show.download(savepath=str(tmp_path / "show"))) == 5
    season.episode(1).markUnplayed()


@covers(
    "Episode.chapters",
    "Episode.collections",
    "Episode.directors",
    "Episode.guids",
    "Episode.labels",
    "Episode.markers",
    "Episode.media",
    "Episode.producers",
    "Episode.ratings",
    "Episode.roles",
    "Episode.writers",
    "Episode.ultraBlurColors",
    "Episode.parentKey",
    "Episode.parentRatingKey",
    "Episode.parentThumb",
    "Episode.actors",
    "Episode.locations",
    "Episode.episodeNumber",
    "Episode.seasonNumber",
    "Episode.seasonEpisode",
    "Episode.hasCommercialMarker",
    "Episode.hasIntroMarker",
    "Episode.hasCreditsMarker",
    "Episode.hasVoiceActivity",
    "Episode.hasPreviewThumbnails",
    "Episode.canNormalizeLoudness",
    "Episode.season",
    "Episode.show",
    "Episode.removeFromContinueWatching",
    "Episode.metadataDirectory",
)
def test_an_episode(home: Home) -> None:
    episode = home.section("TV Shows").get("Harbour Lights").episode(season=2, episode=3).reload()
    season = episode.season()
    assert episode.seasonEpisode == "s02e03"
    assert (episode.seasonNumber, episode.episodeNumber) == (2, 3)
    assert (episode.parentKey, episode.parentRatingKey) == (season.key, season.ratingKey)
    assert episode.parentThumb is None or episode.parentThumb.startswith("/library/metadata/")
    assert episode.show().title == "Harbour Lights"
    assert len(episode.media) == len(episode.locations) == 1
    for empty in (
        episode.chapters,
        episode.collections,
        episode.directors,
        episode.guids,
        episode.labels,
        episode.markers,
        episode.producers,
        episode.ratings,
        episode.writers,
    ):
        assert empty == []
    assert episode.actors == episode.roles
    for flag in (
        episode.hasCommercialMarker,
        episode.hasIntroMarker,
        episode.hasCreditsMarker,
        episode.hasVoiceActivity,
        episode.hasPreviewThumbnails,
    ):
        assert not flag
    assert episode.canNormalizeLoudness in (True, False)
    assert episode.ultraBlurColors is None or episode.ultraBlurColors.topLeft
    assert isinstance(episode.metadataDirectory, str)
    episode.updateProgress(500, state="stopped")
    assert [item.title for item in home.owner.continueWatching()] == [episode.title]
    episode.removeFromContinueWatching()
    assert home.owner.continueWatching() == []


@covers("Clip.media", "Clip.locations", "Clip.metadataDirectory")
def test_a_clip(home: Home) -> None:
    of = film(home, "Eleven Hours")  # an extra asks it for its section
    clip = of.extras()[0].reload()
    assert clip.type == "clip"
    assert len(clip.media) == len(clip.locations) == 1
    assert isinstance(clip.metadataDirectory, str)


@covers(
    "Artist.collections",
    "Artist.countries",
    "Artist.genres",
    "Artist.guids",
    "Artist.labels",
    "Artist.locations",
    "Artist.similar",
    "Artist.styles",
    "Artist.ultraBlurColors",
    "Artist.album",
    "Artist.albums",
    "Artist.track",
    "Artist.tracks",
    "Artist.get",
    "Artist.download",
    "Artist.popularTracks",
    "Artist.station",
    "Artist.metadataDirectory",
    "Album.collections",
    "Album.formats",
    "Album.genres",
    "Album.guids",
    "Album.labels",
    "Album.styles",
    "Album.subformats",
    "Album.ultraBlurColors",
    "Album.track",
    "Album.tracks",
    "Album.get",
    "Album.artist",
    "Album.download",
    "Album.metadataDirectory",
    "Track.chapters",
    "Track.collections",
    "Track.genres",
    "Track.guids",
    "Track.labels",
    "Track.media",
    "Track.locations",
    "Track.trackNumber",
    "Track.album",
    "Track.artist",
    "Track.metadataDirectory",
    "Audio.fields",
    "Audio.images",
    "Audio.moods",
    "Audio.url",
    "Audio.hasSonicAnalysis",
)
def test_music(home: Home, tmp_path: Path) -> None:
    artist = home.section("Music").get("Nora Vale").reload()
    assert {album.title for album in artist.albums()} == {"First Snow", "Second Thaw"}
    album = artist.album("Second Thaw").reload()
    assert album.artist().ratingKey == artist.ratingKey
    assert [track.title for track in album.tracks()] == ["Dew", "Ember", "Fern", "Gale"]
    assert len(artist.tracks()) == 7
    track = album.track("Fern").reload()
    assert track.ratingKey == album.track(track=3).ratingKey == album.get("Fern").ratingKey
    assert artist.track("Fern").ratingKey == artist.get("Fern", "Second Thaw").ratingKey == track.ratingKey
    assert (track.trackNumber, track.index) == (3, 3)
    assert track.album().title == "Second Thaw"
    assert track.artist().title == "Nora Vale"
    assert len(track.media) == len(track.locations) == 1
    assert len(artist.locations) == 1
    assert [tag.tag for tag in album.genres] == ["Folk"]
    for empty in (
        artist.collections,
        artist.countries,
        artist.guids,
        artist.labels,
        artist.similar,
        artist.styles,
        artist.fields,
        artist.moods,
        album.collections,
        album.guids,
        album.labels,
        album.styles,
        album.formats,
        album.subformats,
        track.chapters,
        track.collections,
        track.guids,
        track.labels,
    ):
        assert empty == []
    assert isinstance(artist.genres, list)
    assert isinstance(track.genres, list)
    for item in (artist, album, track):
        assert isinstance(item.metadataDirectory, str)
        assert not item.hasSonicAnalysis
    for item in (artist, album):
        assert item.ultraBlurColors is None or item.ultraBlurColors.topLeft
    assert {image.type for image in album.images} >= {"coverPoster"}
    assert track.url(track.key).startswith(home.server.url)
    assert artist.popularTracks() == []
    track.markPlayed()
    assert [one.title for one in artist.popularTracks()] in ([], ["Fern"])
    assert artist.station() is not None
    assert len(album.download(savepath=str(tmp_path / "album"))) == 4
    assert len(artist.download(savepath=str(tmp_path / "artist"), subfolders=True)) == 7
    assert len(ALBUMS) == len(home.section("Music").albums())


@covers(
    "Photoalbum.fields",
    "Photoalbum.images",
    "Photoalbum.album",
    "Photoalbum.albums",
    "Photoalbum.photo",
    "Photoalbum.photos",
    "Photoalbum.clip",
    "Photoalbum.clips",
    "Photoalbum.download",
    "Photoalbum.metadataDirectory",
    "Photo.fields",
    "Photo.images",
    "Photo.media",
    "Photo.tags",
    "Photo.photoalbum",
    "Photo.section",
    "Photo.locations",
    "Photo.metadataDirectory",
)
def test_photos(home: Home, tmp_path: Path) -> None:
    album = home.section("Photos").get("Mountains").reload()
    assert album.albums() == []
    assert album.clips() == []
    assert len(album.photos()) == PHOTO_ALBUMS["Mountains"]
    photo = album.photo("Mountains 1").reload()
    assert photo.photoalbum().ratingKey == album.ratingKey
    assert photo.section().title == "Photos"
    assert len(photo.media) == len(photo.locations) == 1
    assert photo.tags == photo.fields == album.fields == []
    for finder in (album.album, album.clip):
        with pytest.raises(NotFound):
            finder("Nothing")
    assert isinstance(album.images, list)
    assert isinstance(photo.images, list)
    assert isinstance(album.metadataDirectory, str)
    assert isinstance(photo.metadataDirectory, str)
    assert len(album.download(savepath=str(tmp_path))) == PHOTO_ALBUMS["Mountains"]


@covers(
    "PlayedUnplayedMixin.isPlayed",
    "PlayedUnplayedMixin.markPlayed",
    "PlayedUnplayedMixin.markUnplayed",
    "PlayedUnplayedMixin.isWatched",
    "PlayedUnplayedMixin.markWatched",
    "PlayedUnplayedMixin.markUnwatched",
    "RatingMixin.rate",
    "PlexPartialObject.history",
    "PlexPartialObject.analyze",
    "PlexPartialObject.refresh",
)
def test_watched_rated_and_looked_at_again(home: Home) -> None:
    found = film(home, "Déjà Lumière")
    found.markPlayed()
    assert film(home, "Déjà Lumière").isPlayed
    assert found.history() == []  # nobody played it
    assert not home.mia.library.section("Movies").get("Déjà Lumière").isPlayed
    found.markUnwatched()
    assert not film(home, "Déjà Lumière").isWatched
    found.markWatched()
    found.markUnplayed()
    assert not film(home, "Déjà Lumière").isPlayed
    found.rate(7.5)
    rated = film(home, "Déjà Lumière")
    assert rated.userRating == 7.5
    assert rated.lastRatedAt
    found.rate(None)
    assert film(home, "Déjà Lumière").userRating is None
    show = home.section("TV Shows").get("Uncharted Kitchen")
    show.markPlayed()
    assert show.reload().viewedLeafCount == sum(SHOWS["Uncharted Kitchen"][3].values())
    show.markUnplayed()
    for work in (found.analyze, found.refresh):
        work()
        home.server.wait_idle()
    assert film(home, "Déjà Lumière").media


@covers("Playable.updateTimeline", "PlexServer.sessions", "PlexSession.session", "PlexSession.sessions")
@covers("PlexSession.player", "PlexSession.players", "PlexSession.reload", "PlexSession.source")
@covers("PlexSession.transcodeSession", "PlexSession.transcodeSessions", "PlexSession.stop")
def test_a_session(home: Home) -> None:
    found = film(home, "Glass Orchard")
    found.updateTimeline(100, state="playing", duration=found.duration)
    sessions = home.owner.sessions()
    assert [session.title for session in sessions] == ["Glass Orchard"]
    session = sessions[0]
    assert session.player.state == "playing"
    assert session.players == [session.player]
    assert session.session.location == "lan"
    assert session.sessions == [session.session]
    assert session.transcodeSession is None
    assert session.transcodeSessions == []
    assert session.source().ratingKey == found.ratingKey
    session.reload()
    assert session.viewOffset == 100
    session.stop("enough")
    assert home.owner.sessions() == []


@covers("Playable.getStreamURL")
def test_the_address_of_a_stream(home: Home) -> None:
    address = film(home, "Glass Orchard").getStreamURL(videoResolution="640x480")
    assert address.startswith(f"{home.server.url}/video/:/transcode/universal/start.m3u8")


@covers("Video.uploadSubtitles", "Video.searchSubtitles", "Video.removeSubtitles")
def test_subtitles(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "Own words.srt"
    path.write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    found = film(home, "Glass Orchard")
    found.uploadSubtitles(str(path))
    stream = next(one for one in film(home, "Glass Orchard").subtitleStreams() if one.title == "Own words")
    assert home.xml.get(stream.key).text.startswith("1\n")
    assert found.searchSubtitles(language="en") == []
    film(home, "Glass Orchard").removeSubtitles(streamTitle="Own words")
    assert "Own words" not in [one.title for one in film(home, "Glass Orchard").subtitleStreams()]


@covers("PlexPartialObject.delete", "Media.delete")
def test_media_is_not_deleted_unless_the_owner_allows_it(home: Home) -> None:
    found = film(home, "Eleven Hours")
    with pytest.raises(BadRequest):
        found.delete()
    with pytest.raises(BadRequest):
        found.media[0].delete()
    assert all(Path(location).exists() for location in found.locations)


@covers("Marker.first")
def test_markers(home: Home) -> None:
    found = film(home, "The Iron Meadow")
    query: dict[str, str | int] = {"type": "credits", "startTimeOffset": 800, "endTimeOffset": 1000}
    assert home.xml.post(f"/library/metadata/{found.ratingKey}/marker", params=query).status_code == 200
    found.reload()
    marker = found.markers[0]
    assert (marker.type, marker.start, marker.end) == ("credits", 800, 1000)
    assert marker.first in (True, False)
    assert film(home, "The Iron Meadow").hasCreditsMarker


@covers("AdvancedSettingsMixin.preferences", "AdvancedSettingsMixin.preference")
@covers("AdvancedSettingsMixin.editAdvanced", "AdvancedSettingsMixin.defaultAdvanced")
def test_preferences_of_an_item(home: Home) -> None:
    show = home.section("TV Shows").get("Harbour Lights")
    assert {preference.id for preference in show.preferences()} >= {"flattenSeasons", "episodeSort"}
    assert show.preference("flattenSeasons").enumValues
    show.editAdvanced(flattenSeasons=1)
    assert show.reload().preference("flattenSeasons").value == 1
    show.defaultAdvanced()
    assert show.reload().preference("flattenSeasons").value == show.preference("flattenSeasons").default


@covers("UnmatchMatchMixin.matches", "UnmatchMatchMixin.fixMatch", "UnmatchMatchMixin.unmatch")
@covers("SplitMergeMixin.split", "SplitMergeMixin.merge")
def test_match_and_merge(home: Home) -> None:
    found = film(home, "Amber Coast")
    results = found.matches(title="Amber Coast", year=1979)
    assert isinstance(results, list)
    if results:
        found.fixMatch(searchResult=results[0])
    found.unmatch()
    assert film(home, "Amber Coast").guid
    two = film(home, "Amber Coast 2")
    found.merge([two.ratingKey])
    merged = film(home, "Amber Coast")
    assert len(merged.media) == 2
    merged.split()
    assert {item.title for item in home.section("Movies").search(title="Amber")} == {"Amber Coast", "Amber Coast 2"}
