"""python-plexapi from the package index, pointed at the running server: what it lists, reads, filters and downloads."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from plexapi.exceptions import BadRequest, NotFound, Unauthorized
from plexapi.server import PlexServer
from tests.api.conftest import SECTIONS, Library

connect: Any = PlexServer  # the library has no types

TYPES = {"Movies": "movie", "TV Shows": "show", "Music": "artist", "Photos": "photo"}


@pytest.fixture(scope="module")
def plex(library: Library) -> Any:
    return connect(library.server.url, library.owner_token)


@pytest.fixture(scope="module")
def guest(library: Library) -> Any:
    return connect(library.server.url, library.guest_token)


def everything(plex: Any) -> Iterator[Any]:
    """Every item of the library, from the top down."""
    for section in plex.library.sections():
        for item in section.all():
            yield item
            below: list[Any] = []
            if item.type in ("show", "artist"):
                below = [*item, *item.episodes()] if item.type == "show" else [*item.albums(), *item.tracks()]
            elif item.type == "photo" and item.TAG == "Directory":
                below = list(item.photos())
            yield from below


def test_all_section_types_are_there(plex: Any) -> None:
    found = {section.title: (section.type, section.scanner) for section in plex.library.sections()}
    assert found["Movies"] == ("movie", "Plex Movie")
    assert found["TV Shows"] == ("show", "Plex TV Series")
    assert found["Music"] == ("artist", "Plex Music")
    assert found["Photos"] == ("photo", "Plex Photo Scanner")
    assert found["Home Videos"] == ("movie", "Plex Video Files Scanner")
    assert set(found) == {title for title, *_ in SECTIONS}


def test_sections_can_be_made_changed_and_deleted(plex: Any, library: Library) -> None:
    folder = str(library.folder / "Home Videos")
    plex.library.add(
        name="More", type="movie", agent="com.plexapp.agents.none", scanner="Plex Video Files Scanner", location=folder
    )
    made = plex.library.section("More")
    assert made.locations == [folder]
    assert len(made.uuid) == 36
    library.server.wait_idle()
    assert made.totalSize == plex.library.section("Home Videos").totalSize > 0
    made.edit(name="Even more", agent="com.plexapp.agents.none")
    plex.library.reload()
    assert plex.library.section("Even more").key == made.key
    plex.library.section("Even more").delete()
    plex.library.reload()
    with pytest.raises(NotFound):
        plex.library.section("Even more")


def test_a_folder_that_is_not_there_is_refused(plex: Any, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    with pytest.raises(BadRequest):
        plex.library.add(name="Nowhere", type="movie", agent="x", scanner="Plex Movie", location=missing)
    query = f"/library/sections?name=Nowhere&type=movie&scanner=Plex+Movie&location={missing}"
    with pytest.raises(BadRequest):
        plex.query(query, method=plex._session.post)


def test_every_item_is_read_fully(plex: Any) -> None:
    seen = 0
    for item in everything(plex):
        item.reload()
        assert item.title
        assert item.summary is not None
        assert item.addedAt is not None
        assert item.librarySectionTitle
        assert item.isFullObject()
        seen += 1
    assert seen > 80


def test_media_parts_and_streams(plex: Any) -> None:
    film = plex.library.section("Movies").get("Ember Coast")
    film.reload()
    (media,) = film.media
    assert (media.videoCodec, media.container, media.width, media.height) == ("hevc", "mkv", 1280, 720)
    (part,) = media.parts
    assert part.size == Path(part.file).stat().st_size
    (video,) = part.videoStreams()
    assert video.colorTrc == "smpte2084"
    assert video.bitDepth == 10
    (audio,) = part.audioStreams()
    assert (audio.codec, audio.channels, audio.languageCode, audio.selected) == ("ac3", 6, "eng", True)
    assert [chapter.title for chapter in film.chapters] == ["Smoke", "Fire"]


@pytest.mark.parametrize(("title", "kind"), TYPES.items())
def test_a_part_downloads_byte_for_byte(plex: Any, tmp_path: Path, title: str, kind: str) -> None:
    section = plex.library.section(title)
    item = section.get("Ember Coast") if title == "Movies" else section.all()[-1]
    playable = {"show": lambda: item.episodes()[0], "artist": lambda: item.tracks()[0]}.get(kind, lambda: item)()
    if kind == "photo":
        playable = item.photos()[0]
    (saved, *_) = playable.download(savepath=str(tmp_path))
    original = Path(playable.media[0].parts[0].file).read_bytes()
    assert hashlib.sha256(Path(saved).read_bytes()).digest() == hashlib.sha256(original).digest()


def test_art_is_fetched(plex: Any) -> None:
    film = plex.library.section("Movies").get("Ember Coast")
    session = plex._session
    for url in (film.thumbUrl, film.artUrl, plex.transcodeImage(film.thumbUrl, height=150, width=100)):
        answer = session.get(url)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("image/")
        Image.open(io.BytesIO(answer.content)).load()
    assert [poster.selected for poster in film.posters()].count(True) == 1


def test_filters_and_sorts(plex: Any) -> None:
    movies = plex.library.section("Movies")
    titles = {film.title for film in movies.all()}
    genre = movies.listFilterChoices("genre")[0]
    found = movies.search(genre=genre.title)
    assert found
    assert {film.title for film in found} < titles
    for film in found:
        film.reload()
        assert genre.title in [tag.tag for tag in film.genres]
    years = [film.year for film in movies.search(sort="year:desc")]
    assert years == sorted(years, reverse=True)
    assert [film.title for film in movies.search(title="ember")] == ["Ember Coast"]
    assert movies.search(filters={"and": [{"year>>": 2000}, {"or": [{"title": "ember"}, {"title": "paper"}]}]})
    assert movies.search(genre="No such genre") == []


def test_lists_are_partial_and_details_are_not(plex: Any) -> None:
    film = next(film for film in plex.library.section("Movies").all() if film.title == "Ember Coast")
    film._autoReload = False
    (listed, *_) = film.genres
    assert listed.id is None
    assert not film.media[0].parts[0].streams
    film.reload()
    assert film.genres[0].id
    assert film.genres[0].filter == f"genre={film.genres[0].id}"
    assert film.guids


def test_excluded_elements_and_fields_are_left_out(plex: Any) -> None:
    film = plex.library.section("Movies").get("Ember Coast")
    xml = plex.query(f"{film.key}?excludeElements=Media,Genre&excludeFields=summary,tagline")[0]
    assert "summary" not in xml.attrib
    assert "title" in xml.attrib
    assert {child.tag for child in xml}.isdisjoint({"Media", "Genre"})
    assert plex.query(f"{film.key}?checkFiles=1")[0].find("Media/Part").attrib["exists"] == "1"
    assert "exists" not in plex.query(film.key)[0].find("Media/Part").attrib


def test_paging_goes_over_the_end(plex: Any) -> None:
    section = plex.library.section("Music")
    tracks = section.searchTracks()
    assert [track.ratingKey for track in section.searchTracks(container_size=3)] == [t.ratingKey for t in tracks]
    assert plex.fetchItems(f"/library/sections/{section.key}/all?type=10", container_start=10_000) == []


def test_several_items_come_in_the_order_asked(plex: Any) -> None:
    keys = [film.ratingKey for film in plex.library.section("Movies").all()][::-1]
    found = plex.fetchItems(keys)
    assert [film.ratingKey for film in found] == keys


def test_watched_and_rated(plex: Any, guest: Any) -> None:
    film = plex.library.section("Movies").get("Ember Coast")
    film.markPlayed()
    film.rate(8.5)
    film.reload()
    assert film.isPlayed
    assert film.userRating == 8.5
    theirs = guest.library.section("Movies").get("Ember Coast")
    assert not theirs.isPlayed
    assert theirs.userRating is None
    film.markUnplayed()
    film.rate(None)
    film.reload()
    assert not film.isPlayed
    assert film.userRating is None


def test_a_show_is_watched_as_a_whole(plex: Any) -> None:
    show = plex.library.section("TV Shows").all()[0]
    show.markPlayed()
    show.reload()
    assert show.viewedLeafCount == show.leafCount > 0
    assert all(episode.isPlayed for episode in show.episodes())
    show.markUnplayed()
    show.reload()
    assert show.viewedLeafCount == 0


def test_progress_puts_a_film_on_deck(plex: Any) -> None:
    film = max(plex.library.section("Movies").all(), key=lambda each: each.duration)
    film.updateTimeline(90_000, state="stopped", duration=film.duration)
    film.reload()
    assert film.viewOffset == 90_000
    assert film.ratingKey in [each.ratingKey for each in plex.library.onDeck()]
    assert film.ratingKey in [each.ratingKey for each in plex.continueWatching()]
    film.markUnplayed()
    film.reload()
    assert film.viewOffset == 0


def test_search_finds_the_title_first(plex: Any) -> None:
    assert plex.search("Ember Coast")[0].title == "Ember Coast"
    assert plex.search("ember")[0].title == "Ember Coast"
    assert plex.library.search(title="ember", libtype="movie")[0].title == "Ember Coast"


def test_a_guest_sees_what_is_shared(guest: Any, plex: Any) -> None:
    assert {section.title for section in guest.library.sections()} == {"Movies", "Music"}
    hidden = plex.library.section("Photos").all()[0]
    with pytest.raises(NotFound):
        guest.fetchItem(hidden.ratingKey)
    with pytest.raises((BadRequest, Unauthorized)):
        guest.settings.get("FriendlyName")


def test_wrong_tokens_are_unauthorized(library: Library) -> None:
    for token in ("wrong", library.revoked_token):
        with pytest.raises(Unauthorized):
            connect(library.server.url, token)


def test_settings_are_read_and_written(plex: Any) -> None:
    settings = plex.settings
    assert settings.get("autoEmptyTrash").type == "bool"
    assert settings.get("OnDeckWindow").type == "int"
    settings.get("OnDeckWindow").set(99)
    settings.save()
    assert connect(plex._baseurl, plex._token).settings.get("OnDeckWindow").value == 99
    settings.get("OnDeckWindow").set(16)
    settings.save()


def test_what_the_server_tells_of_itself(plex: Any, library: Library) -> None:
    assert len(plex.machineIdentifier) == 40
    assert plex.friendlyName
    assert plex.platform == "Linux"
    assert plex.activities == []
    assert plex.sessions() == []
    assert plex.isBrowsable(str(library.folder))
    assert str(library.folder / "Movies") in [path.path for path in plex.browse(str(library.folder))]
    assert [account.name for account in plex.systemAccounts()] == ["owner", "guest"]
    assert {agent.identifier for agent in plex.agents()} >= {"tv.plex.agents.movie", "com.plexapp.agents.imdb"}
