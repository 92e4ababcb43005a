"""``PlexServer`` and its settings: what each public method promises."""

import queue
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from plexapi.exceptions import BadRequest, NotFound
from plexapi.playqueue import PlayQueue
from tests.api.families.conftest import Home, connect
from tests.api.families.drawn import FILMS, PHOTO_ALBUMS
from tests.api.sweep.ledger import covers


@covers("PlexServer.identity", "PlexServer.query", "PlexServer.url")
def test_who_the_server_is(home: Home) -> None:
    identity = home.owner.identity()
    assert identity.machineIdentifier == home.owner.machineIdentifier
    assert len(identity.machineIdentifier) == 40
    assert identity.version == home.owner.version
    assert home.owner.query("/identity").attrib["machineIdentifier"] == identity.machineIdentifier
    assert home.owner.url("/identity", includeToken=True).endswith(f"X-Plex-Token={home.owner_token}")


@covers("PlexServer.library", "PlexServer.account")
def test_the_library_and_the_account(home: Home) -> None:
    assert {section.title for section in home.owner.library.sections()} == set(home.sections)
    account = home.owner.account()
    assert account.signInState in ("none", "ok", "invalid")
    assert account.mappingState


@covers(
    "PlexServer.settings",
    "Settings.all",
    "Settings.get",
    "Settings.group",
    "Settings.groups",
    "Settings.save",
    "Setting.set",
)
def test_settings_are_read_and_written(home: Home) -> None:
    settings = home.owner.settings
    assert {setting.id for setting in settings.all()} >= {"FriendlyName", "autoEmptyTrash", "OnDeckWindow"}
    assert settings.get("autoEmptyTrash").type == "bool"
    assert settings.get("OnDeckWindow").type == "int"
    assert "general" in settings.groups()
    assert settings.get("FriendlyName") in settings.group("general")
    name = settings.get("FriendlyName")
    window = settings.get("OnDeckWindow")
    name.set("Kino im Keller & Co")
    window.set(99)
    settings.save()
    again = connect(home.server.url, home.owner_token)
    assert again.friendlyName == "Kino im Keller & Co"
    assert again.settings.get("OnDeckWindow").value == 99
    window.set(window.default)
    settings.save()


@covers("PlexServer.activities", "LibrarySection.update", "LibrarySection.refresh", "LibrarySection.cancelUpdate")
def test_activities_come_and_go(home: Home) -> None:
    section = home.section("Home Videos")
    section.update()
    section.refresh()
    section.cancelUpdate()
    home.server.wait_idle()
    assert home.owner.activities == []


@covers(
    "PlexServer.agents", "Agent.mediaTypes", "Agent.languageCodes", "Agent.settings", "AgentMediaType.languageCodes"
)
def test_agents(home: Home) -> None:
    agents = {agent.identifier: agent for agent in home.owner.agents()}
    imdb = agents["com.plexapp.agents.imdb"]
    assert "country" in {setting.id for setting in imdb.settings()}
    assert imdb.mediaTypes[0].languageCodes
    assert home.section("Movies").agent in {agent.identifier for agent in home.owner.agents(1)}
    assert all(agent.languageCodes for agent in home.owner.agents(1))


@covers("PlexServer.createToken")
def test_a_token_to_hand_on(home: Home) -> None:
    token = home.owner.createToken()
    assert token != home.owner_token
    assert connect(home.server.url, token).machineIdentifier == home.owner.machineIdentifier


@covers(
    "PlexServer.systemAccounts",
    "PlexServer.systemAccount",
    "PlexServer.systemDevices",
    "PlexServer.systemDevice",
)
def test_people_and_devices(home: Home) -> None:
    accounts = {account.name: account for account in home.owner.systemAccounts()}
    assert {"mia"} <= set(accounts)
    assert home.owner.systemAccount(accounts["mia"].id).name == "mia"
    device = home.owner.systemDevices()[0]
    assert home.owner.systemDevice(device.id).clientIdentifier == device.clientIdentifier
    with pytest.raises(NotFound):
        home.owner.systemAccount(999_999)


@covers("PlexServer.browse", "PlexServer.walk", "PlexServer.isBrowsable", "Path.browse", "Path.walk")
def test_folders_of_the_machine(home: Home) -> None:
    root = str(home.media)
    assert home.owner.isBrowsable(root)
    assert not home.owner.isBrowsable(root + "/nowhere")
    assert {path.title for path in home.owner.browse(root)} >= {"Movies", "Music"}
    walked = {path: [file.title for file in files] for path, _, files in home.owner.walk(f"{root}/Photos")}
    assert {Path(path).name: len(names) for path, names in walked.items()} == PHOTO_ALBUMS | {"Photos": 0}
    movies = next(path for path in home.owner.browse(root) if path.title == "Movies")
    assert len([path for path in movies.browse() if path.title]) == len(FILMS) + 1
    assert len(list(movies.walk())) == len(FILMS) + 4  # two folders of extras lie in one of them


@covers("PlexServer.clients", "PlexServer.client")
def test_there_are_no_players_to_control(home: Home) -> None:
    assert home.owner.clients() == []
    with pytest.raises(NotFound):
        home.owner.client("Sofa")


@covers("PlexServer.downloadDatabases", "PlexServer.downloadLogs")
def test_archives_to_take_along(home: Home, tmp_path: Path) -> None:
    for made in (
        home.owner.downloadDatabases(savepath=str(tmp_path)),
        home.owner.downloadLogs(savepath=str(tmp_path)),
    ):
        with zipfile.ZipFile(made) as archive:
            assert len(archive.namelist()) >= 2
            assert archive.testzip() is None
    unpacked = home.owner.downloadLogs(savepath=str(tmp_path / "logs"), unpack=True)
    assert unpacked


@covers("PlexServer.butlerTasks", "PlexServer.runButlerTask")
def test_the_butler(home: Home) -> None:
    tasks = {task.name: task for task in home.owner.butlerTasks()}
    assert "CleanOldBundles" in tasks
    assert home.owner.runButlerTask("CleanOldBundles") is home.owner
    with pytest.raises(BadRequest):
        home.owner.runButlerTask("<not-a-task>")
    home.server.wait_idle()


@covers("PlexServer.checkForUpdate", "PlexServer.isLatest", "PlexServer.canInstallUpdate", "PlexServer.installUpdate")
def test_there_is_no_update(home: Home) -> None:
    assert home.owner.checkForUpdate() is None
    assert home.owner.isLatest()
    assert home.owner.canInstallUpdate() in (True, False, None)
    assert home.owner.installUpdate() is None


@covers(
    "PlexServer.search", "PlexServer.continueWatching", "Playable.updateProgress", "Movie.removeFromContinueWatching"
)
def test_search_and_continue_watching(home: Home) -> None:
    assert home.owner.search("Cloud Harbour")[0].title == "Cloud Harbour"
    films = home.owner.search("amber", mediatype="movie", limit=5)
    assert {film.title for film in films} == {"Amber Coast", "Amber Coast 2"}
    with pytest.raises(BadRequest):
        home.owner.search("amber", sectionId=999_999)
    film = home.section("Movies").get("Cold Lantern")
    film.updateProgress(film.duration // 2, state="stopped")
    assert [item.title for item in home.owner.continueWatching()] == ["Cold Lantern"]
    assert home.mia.continueWatching() == []
    film.removeFromContinueWatching()
    assert home.owner.continueWatching() == []


@covers("PlexServer.transcodeImage")
def test_a_picture_scaled(home: Home, tmp_path: Path) -> None:
    film = home.section("Movies").get("Cold Lantern")
    address = home.owner.transcodeImage(film.thumbUrl, height=60, width=60)
    answer = home.xml.get(address.replace(home.server.url, ""))
    assert answer.status_code == 200
    path = tmp_path / "small.jpg"
    path.write_bytes(answer.content)
    with Image.open(path) as picture:
        assert min(picture.size) == 60  # it covers the box


@covers("PlexServer.transcodeSessions", "PlexServer.currentBackgroundProcess")
def test_nothing_is_converted(home: Home) -> None:
    assert home.owner.transcodeSessions() == []
    assert home.owner.currentBackgroundProcess() == []


@covers("PlexServer.refreshSynclist", "PlexServer.refreshContent", "PlexServer.refreshSync")
def test_nothing_is_synced(home: Home) -> None:
    for refresh in (home.owner.refreshSynclist, home.owner.refreshContent):
        answer = refresh()
        assert answer is None or len(answer) == 0
    home.owner.refreshSync()


@covers(
    "PlexServer.bandwidth",
    "PlexServer.resources",
    "StatisticsBandwidth.account",
    "StatisticsBandwidth.device",
    "Playable.download",
)
def test_statistics(home: Home, tmp_path: Path) -> None:
    home.section("Movies").get("Cold Lantern").download(savepath=str(tmp_path))
    for timespan in (None, "seconds", "hours", "days", "weeks", "months"):
        for row in home.owner.bandwidth(timespan):
            assert row.bytes >= 0
            assert row.account().id == row.accountID
            if row.deviceID:
                assert row.device().id == row.deviceID
    assert all(0 <= row.processCpuUtilization <= 100 * 64 for row in home.owner.resources())


@covers("PlexServer.startAlertListener", "AlertListener.run", "AlertListener.stop")
def test_alerts_arrive(home: Home) -> None:
    heard: queue.Queue[dict[str, Any]] = queue.Queue()
    listener = home.owner.startAlertListener(heard.put)
    try:
        while heard.qsize() < 3:  # it connects in the background, and does not say when
            home.section("Home Videos").refresh()
            home.server.wait_idle()
        types = {heard.get()["type"] for _ in range(3)}
    finally:
        listener.stop()
    assert types <= {"activity", "timeline", "status", "progress", "library.update", "provider.content.change"}
    home.server.wait_idle()


@covers("PlexServer.history", "PlexHistory.source", "PlexHistory.delete", "Library.history", "LibrarySection.history")
def test_history(home: Home) -> None:
    track = home.section("Music").searchTracks(title="Amp")[0]
    track.updateTimeline(time=0, state="playing", duration=track.duration)
    track.updateTimeline(time=track.duration, state="stopped", duration=track.duration)
    mine = home.owner.history(librarySectionID=home.sections["Music"])
    assert [entry.title for entry in mine] == ["Amp"]
    assert mine[0].source().ratingKey == track.ratingKey
    assert [entry.title for entry in home.owner.library.history()] == ["Amp"]
    assert [entry.title for entry in home.section("Music").history()] == ["Amp"]
    assert home.section("Movies").history() == []
    assert [entry.title for entry in home.owner.history(ratingKey=track.ratingKey, maxresults=1)] == ["Amp"]
    mine[0].delete()
    assert home.owner.history() == []


@covers("PlexServer.createPlayQueue", "PlexServer.playlists", "PlexServer.playlist", "PlexServer.createPlaylist")
def test_lists_from_the_server(home: Home) -> None:
    films = home.section("Movies").search(title="Amber Coast")
    queue_made = home.owner.createPlayQueue(films)
    assert isinstance(queue_made, PlayQueue)
    made = home.owner.createPlaylist("Evening", items=films)
    assert home.owner.playlist("Evening").ratingKey == made.ratingKey
    assert [playlist.title for playlist in home.owner.playlists(playlistType="video")] == ["Evening"]
    assert home.owner.playlists(playlistType="audio") == []
    made.delete()
    with pytest.raises(NotFound):
        home.owner.playlist("Evening")


@covers("PlexServer.createCollection")
def test_a_collection_from_the_server(home: Home) -> None:
    section = home.section("Movies")
    made = home.owner.createCollection("Shore", section, items=section.search(title="Amber Coast"))
    assert section.collection("Shore").ratingKey == made.ratingKey
    made.delete()
