"""Optimized versions, from the wish to the file, as python-plexapi has them: for two people, over a crash."""

import shutil
import signal
from pathlib import Path

import pytest
from tests.api.families.conftest import Home, connect
from tests.api.families.optimising import (
    BESIDE,
    add_section,
    finished,
    is_there,
    set_to,
    small,
    status,
    until,
    wanted,
    write_film,
)
from tests.support.running import start_server


@pytest.fixture(autouse=True)
def _own_data(home: Home) -> None:
    """The drawn library is everybody's: nothing is put there."""
    set_to(home, **{BESIDE: 0, "BackgroundQueueIdlePaused": 0})


def test_a_version_is_made_played_and_deleted(home: Home) -> None:
    film = home.section("Movies").get("Glass Orchard")
    before = [media.id for media in film.media]
    original = Path(film.media[0].parts[0].file).read_bytes()
    small(film, title="On the road")
    made = wanted(home.owner, "On the road")
    assert (made.target, made.type) == ("Custom: Android", "42")
    assert finished(home.http, made.id)["itemsSuccessfulCount"] == 1
    film.reload()
    assert [media.id for media in film.media[: len(before)]] == before
    (version,) = [media for media in film.media if media.isOptimizedVersion]
    assert (version.target, version.optimizedForStreaming, version.container) == ("Custom Android", True, "mp4")
    assert version.height <= 160
    part = version.parts[0]
    assert part.file.startswith(str(home.server.config))
    assert home.http.get(part.key).content == Path(part.file).read_bytes()
    (item,) = home.container(f"/playlists/0/items/{made.id}/items")["Metadata"]
    assert (item["ratingKey"], item["processingState"], item["processingStateContext"]) == (
        str(film.ratingKey),
        "processed",
        "good",
    )
    (shown,) = made.items()
    assert shown.ratingKey == film.ratingKey
    made.rename("Train")
    assert wanted(home.owner, "Train").id == made.id
    made.remove()
    assert [media.id for media in film.reload().media] == before
    assert not Path(part.file).exists()
    assert Path(film.media[0].parts[0].file).read_bytes() == original
    assert home.owner.optimizedItems() == []


def test_the_version_that_plays_as_it_is_is_preferred(home: Home) -> None:
    film = home.section("Movies").get("Cloud Harbour")
    small(film, title="Preferred")
    made = wanted(home.owner, "Preferred")
    finished(home.http, made.id)
    (version,) = [media for media in film.reload().media if media.isOptimizedVersion]
    query = {
        "path": film.key,
        "directPlay": 1,
        "X-Plex-Client-Profile-Name": "Chrome",
        "videoBitrate": version.bitrate + 100,
    }
    answer = home.http.get("/video/:/transcode/universal/decision", params=query)
    assert answer.status_code == 200, answer.text
    shown = answer.json()["MediaContainer"]
    assert shown["generalDecisionCode"] == 1000
    assert [media["id"] for media in shown["Metadata"][0]["Media"] if media.get("selected")] == [version.id]
    set_to(home, allowMediaDeletion=1)
    version.delete()
    assert not any(media.isOptimizedVersion for media in film.reload().media)
    made.reprocess(film.ratingKey)
    finished(home.http, made.id)
    assert any(media.isOptimizedVersion for media in film.reload().media)
    home.owner.optimizedItems(removeAll=True)
    assert not any(media.isOptimizedVersion for media in film.reload().media)


def test_what_waits_is_a_queue_that_the_owner_orders(home: Home) -> None:
    home.owner.conversions(pause=True)
    show = home.section("TV Shows").all()[0]
    first = home.section("Movies").get("Glass Orchard")
    small(first, title="First")
    small(show, title="Show", limit=2)
    queued = home.owner.conversions()
    assert [one.ratingKey for one in queued] == [
        str(first.ratingKey),
        *(str(each.ratingKey) for each in show.episodes()[:2]),
    ]
    assert {one.playlistID for one in queued} == {"0"}
    assert {one.target for one in queued} == {"Custom: Android"}
    queued[2].move(-1)
    assert [one.ratingKey for one in home.owner.conversions()] == [queued[at].ratingKey for at in (2, 0, 1)]
    queued[2].move(queued[0].playQueueItemID)
    assert [one.ratingKey for one in home.owner.conversions()] == [queued[at].ratingKey for at in (0, 2, 1)]
    queued[0].remove()
    assert [one.ratingKey for one in home.owner.conversions()] == [queued[at].ratingKey for at in (2, 1)]
    assert status(home.http, wanted(home.owner, "First").id)["itemsCount"] == 0
    wanted(home.owner, "First").reprocess(first.ratingKey)
    assert [one.ratingKey for one in home.owner.conversions()] == [queued[at].ratingKey for at in (2, 1, 0)]
    assert home.owner.currentBackgroundProcess() == []
    home.owner.optimizedItems(removeAll=True)
    assert home.owner.conversions() == []
    home.owner.conversions(pause=False)


def test_what_is_watched_is_wanted_no_more(home: Home) -> None:
    home.owner.conversions(pause=True)
    season = home.section("TV Shows").all()[0].seasons()[0]
    episodes = season.episodes()
    episodes[0].markPlayed()
    small(season, title="Unwatched", unwatched=True)
    assert [one.ratingKey for one in home.owner.conversions()] == [str(each.ratingKey) for each in episodes[1:]]
    episodes[0].markUnplayed()
    home.owner.optimizedItems(removeAll=True)


def test_only_the_owner_has_them(home: Home) -> None:
    home.owner.conversions(pause=True)
    film = home.section("Movies").get("Glass Orchard")
    small(film, title="Mine")
    made = wanted(home.owner, "Mine")
    assert home.mia_http.get("/playlists", params={"type": 42}).json()["MediaContainer"]["size"] == 0
    for method, path in (
        ("GET", "/playlists/0/items"),
        ("PUT", "/playlists/0/items?Item[type]=42"),
        ("GET", "/playlists/0/generators"),
        ("GET", f"/playlists/0/items/{made.id}"),
        ("GET", f"/playlists/0/items/{made.id}/items"),
        ("PUT", f"/playlists/0/items/{made.id}?Item[title]=Hers"),
        ("DELETE", f"/playlists/0/items/{made.id}"),
        ("PUT", f"/playlists/0/items/{made.id}/{film.ratingKey}/disable"),
        ("GET", "/playlists/generators?type=42"),
        ("DELETE", "/playlists/generators?type=42"),
        ("GET", "/playQueues/1"),
        ("PUT", "/playQueues/1/items/1/move?after=-1"),
        ("GET", "/status/sessions/background"),
    ):
        assert home.mia_http.request(method, path).status_code in (403, 404), (method, path)
    assert wanted(home.owner, "Mine").id == made.id
    home.owner.optimizedItems(removeAll=True)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"Item[type]": 1}, "Item[type]"),
        ({"Item[targetTagID]": 99}, "Item[targetTagID]"),
        ({"Item[targetTagID]": ""}, "Item[Device][profile]"),
        ({"Item[targetTagID]": "", "Item[Device][profile]": "Toaster"}, "Item[Device][profile]"),
        ({"Item[Location][uri]": ""}, "Item[Location][uri]"),
        ({"Item[Location][uri]": "/etc/passwd"}, "Item[Location][uri]"),
        ({"Item[Location][uri]": "/library/metadata/999999"}, "Item[Location][uri]"),
        ({"Item[locationID]": 999999}, "Item[locationID]"),
        ({"Item[Policy][scope]": "some"}, "Item[Policy][scope]"),
        ({"Item[Policy][scope]": "count", "Item[Policy][value]": 0}, "Item[Policy][value]"),
        (
            {
                "Item[targetTagID]": "",
                "Item[Device][profile]": "iOS",
                "Item[MediaSettings][videoResolution]": "-vf=x",
            },
            "Item[MediaSettings][videoResolution]",
        ),
        (
            {"Item[targetTagID]": "", "Item[Device][profile]": "iOS", "Item[MediaSettings][maxVideoBitrate]": "nan"},
            "Item[MediaSettings][maxVideoBitrate]",
        ),
    ],
)
def test_what_means_nothing_wants_nothing(home: Home, change: dict[str, str | int], named: str) -> None:
    film = home.section("Movies").get("Cloud Harbour")
    asked = {"Item[type]": 42, "Item[targetTagID]": 2, "Item[Location][uri]": film.key} | change
    answer = home.http.put("/playlists/0/items", params=asked)
    assert (answer.status_code, named in answer.text) == (400, True), answer.text
    assert home.owner.optimizedItems() == []
    track = home.section("Music").searchTracks()[0]
    assert home.http.put("/playlists/0/items", params=asked | {"Item[Location][uri]": track.key}).status_code == 400


def test_targets_are_tags_and_what_fits_is_not_made(home: Home) -> None:
    found = home.container("/library/tags", type=42)["Directory"]
    assert [(one["id"], one["tag"]) for one in found] == [
        (1, "Optimized for Mobile"),
        (2, "Optimized for TV"),
        (3, "Original Quality"),
    ]
    film = home.section("Movies").get("Cloud Harbour")
    film.optimize(target="original", title="As it is")
    made = wanted(home.owner, "As it is")
    assert (made.target, made.targetTagID) == ("Original Quality", "3")
    assert finished(home.http, made.id)["itemsSuccessfulCount"] == 1
    assert not any(media.isOptimizedVersion for media in film.reload().media)
    made.remove()


@pytest.fixture
def writable(fresh_home: Home, tmp_path: Path) -> tuple[Home, Path]:
    """A home with a section of its own, whose folder may be written."""
    folder = tmp_path / "films" / "Quiet Lake (2011)"
    write_film(folder / "Quiet Lake (2011).mp4")
    set_to(fresh_home, **{BESIDE: 1})
    add_section(fresh_home, "Lakes", tmp_path / "films")
    return fresh_home, folder


def test_beside_the_original_it_is_a_version_for_every_scan(writable: tuple[Home, Path]) -> None:
    home, folder = writable
    section = connect(home.server.url, home.owner_token).library.section("Lakes")
    film = section.get("Quiet Lake")
    small(film, title="Beside")
    made = wanted(home.owner, "Beside")
    assert finished(home.http, made.id)["itemsSuccessfulCount"] == 1
    file = folder / "Plex Versions" / "Custom Android" / "Quiet Lake (2011).mp4"
    versions = {media.id: media.isOptimizedVersion for media in film.reload().media}
    assert sorted(versions.values()) == [False, True]
    assert film.media[1].parts[0].file == str(file)
    for force in (0, 1):
        home.http.get(f"/library/sections/{section.key}/refresh", params={"force": force})
        home.server.wait_idle()
        assert len(section.all()) == 1
        assert {media.id: media.isOptimizedVersion for media in film.reload().media} == versions
    # made by another server, it is found by its place
    other = folder / "Plex Versions" / "Optimized for TV"
    other.mkdir()
    shutil.copy(file, other / file.name)
    home.http.get(f"/library/sections/{section.key}/refresh")
    home.server.wait_idle()
    assert film.reload().media[0].target is None
    assert {media.target for media in film.media[1:]} == {"Custom Android", "Optimized for TV"}
    made.remove()
    assert not file.parent.exists()
    assert (other / file.name).exists()
    assert [media.target for media in film.reload().media] == [None, "Optimized for TV"]


def test_a_section_made_anew_has_them_again(writable: tuple[Home, Path]) -> None:
    home, folder = writable
    set_to(home, **{BESIDE: 0})
    section = connect(home.server.url, home.owner_token).library.section("Lakes")
    small(section.get("Quiet Lake"), title="Kept")
    made = wanted(home.owner, "Kept").id
    finished(home.http, made)
    section.delete()
    film = add_section(home, "Lakes", folder.parent).get("Quiet Lake")
    until(lambda: [media.target for media in film.reload().media] == [None, "Custom Android"])
    assert home.http.get(film.media[1].parts[0].key).content == Path(film.media[1].parts[0].file).read_bytes()
    assert status(home.http, made)["itemsSuccessfulCount"] == 1


def test_a_crash_loses_nothing(fresh_home: Home) -> None:
    home = fresh_home
    set_to(home, **{BESIDE: 0})
    film, other = (home.section("Movies").get(title) for title in ("Glass Orchard", "Cloud Harbour"))
    small(film, title="Made")
    finished(home.http, wanted(home.owner, "Made").id)
    file = Path(film.reload().media[1].parts[0].file)
    film.optimize(deviceProfile="iOS", videoQuality=2, title="Lost")
    finished(home.http, wanted(home.owner, "Lost").id)
    (lost,) = {Path(part.file) for part in film.reload().iterParts() if "Custom iOS" in part.file}
    set_to(home, BackgroundQueueIdlePaused=1)
    small(other, title="Crash")
    made = wanted(home.owner, "Crash").id
    (number,) = [int(one.playQueueItemID) for one in home.owner.conversions()]
    arguments = home.server.process.args
    assert isinstance(arguments, list)
    database = arguments[arguments.index("--database") :][:2] if "--database" in arguments else []
    set_to(home, BackgroundQueueIdlePaused=0)
    work = f"optimised-{number}"
    until(lambda: is_there(home.server.config, work) or status(home.http, made)["state"] != "pending")
    home.server.end(signal.SIGKILL)
    # one had not got its name yet, another one is lost
    file.replace(file.with_name(f".{file.name}.part"))
    lost.unlink()
    again = start_server(home.server.config, *database)
    try:
        client = again.client(home.owner_token, accept="application/json")
        assert finished(client, made)["itemsSuccessfulCount"] == 1
        plex = connect(again.url, home.owner_token)
        assert [one.target for one in plex.fetchItem(other.ratingKey).media] == [None, "Custom Android"]
        until(lambda: not is_there(again.config, work))
        until(lost.exists)
        parts = {Path(part.file): part.key for part in plex.fetchItem(film.ratingKey).iterParts()}
        for path in (file, lost):
            assert client.get(parts[path]).content == path.read_bytes()
        assert not is_there(again.config, "*.part")
    finally:
        again.end()
