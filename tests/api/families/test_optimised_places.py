"""Optimized versions in folders of a person's own: while they are made, where they go, and what arrives later."""

import ctypes
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from tests.api.families.conftest import Home, connect
from tests.api.families.optimising import (
    BESIDE,
    add_section,
    finished,
    is_there,
    rescan,
    set_to,
    small,
    status,
    until,
    wanted,
    write_film,
)
from tests.support.films import film as film_of_tests
from tests.support.running import start_server

_BT709 = 1
_REMOUNT_READ_ONLY = 32 | 1


@pytest.fixture(autouse=True)
def _beside(home: Home) -> Iterator[None]:
    set_to(home, **{BESIDE: 1})
    yield
    home.owner.optimizedItems(removeAll=True)


def running(home: Home) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = home.container("/status/sessions/background").get("TranscodeJob", [])
    return found


def activities(client: Any) -> list[dict[str, Any]]:
    listed = client.get("/activities").json()["MediaContainer"].get("Activity", [])
    return [one for one in listed if one["type"] == "media.optimize"]


def test_what_is_under_way_is_shown_and_can_be_stopped(home: Home, tmp_path: Path) -> None:
    write_film(tmp_path / "Endless (2001)" / "Endless (2001).mp4", seconds=3_600)
    film = add_section(home, "Endless", tmp_path).get("Endless")
    small(film, title="Long")
    made = wanted(home.owner, "Long")
    until(lambda: any(job["progress"] > 0 for job in running(home)))
    (job,) = running(home)
    assert (job["generatorID"], job["type"], job["ratingKey"]) == (int(made.id), "transcode", str(film.ratingKey))
    assert (job["title"], job["progress"] < 100, job["size"] > 0) == ("Endless", True, True)
    assert [one.generatorID for one in home.owner.currentBackgroundProcess()] == [str(made.id)]
    (number,) = [int(one.playQueueItemID) for one in home.owner.conversions()]
    (shown,) = activities(home.http)
    assert (shown["subtitle"], bool(shown["cancellable"])) == ("Endless", True)
    assert activities(home.mia_http) == []
    assert home.mia_http.delete(f"/activities/{shown['uuid']}").status_code == 404

    assert home.http.delete(f"/activities/{shown['uuid']}").status_code == 200
    until(lambda: not running(home) and not activities(home.http))
    assert home.owner.conversions() == []
    (item,) = home.container(f"/playlists/0/items/{made.id}/items")["Metadata"]
    assert item["processingState"] == "disabled"
    until(lambda: not is_there(home.server.config, f"optimised-{number}"))
    assert len(film.reload().media) == 1
    assert [path.name for path in (tmp_path / "Endless (2001)").iterdir()] == ["Endless (2001).mp4"]


def test_it_goes_into_the_folder_that_was_asked_for(home: Home, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write_film(one / "Far Shore (2012)" / "Far Shore (2012).mp4")
    two.mkdir()
    section = add_section(home, "Shores", one, two)
    film = section.get("Far Shore")
    (about,) = [each for each in home.container("/library/sections")["Directory"] if each["key"] == str(section.key)]
    (wished,) = [each["id"] for each in about["Location"] if each["path"] == str(two)]
    small(film, title="Over there", locationID=wished)
    made = wanted(home.owner, "Over there")
    assert finished(home.http, made.id)["itemsSuccessfulCount"] == 1
    file = two / "Far Shore (2012)" / "Plex Versions" / "Custom Android" / "Far Shore (2012).mp4"
    for _ in range(2):
        assert [media.parts[0].file for media in film.reload().media[1:]] == [str(file)]
        assert home.http.get(film.media[1].parts[0].key).content == file.read_bytes()
        rescan(home, section)
    assert len(section.all()) == 1
    made.remove()
    assert len(film.reload().media) == 1
    assert list(two.iterdir()) == []


@pytest.fixture
def read_only(home: Home, tmp_path: Path) -> Iterator[Any]:
    """A section with a film on a disk that can only be read."""
    libc = ctypes.CDLL(None, use_errno=True)
    disk = tmp_path / "disk"
    disk.mkdir()
    if libc.mount(b"tmpfs", os.fsencode(disk), b"tmpfs", 0, b"size=16m") != 0:
        pytest.skip("mounting needs the rights of root")
    try:
        write_film(disk / "Still Water (2013)" / "Still Water (2013).mp4")
        assert libc.mount(b"tmpfs", os.fsencode(disk), b"tmpfs", _REMOUNT_READ_ONLY, b"size=16m") == 0
        yield add_section(home, "Waters", disk)
    finally:
        libc.umount2(os.fsencode(disk), 2)


def test_of_a_disk_that_can_only_be_read_it_goes_into_the_servers_own_data(home: Home, read_only: Any) -> None:
    film = read_only.get("Still Water")
    small(film, title="Still")
    made = wanted(home.owner, "Still")
    assert finished(home.http, made.id)["itemsSuccessfulCount"] == 1
    file = Path(film.reload().media[1].parts[0].file)
    assert file.is_relative_to(home.server.config)
    assert home.http.get(film.media[1].parts[0].key).content == file.read_bytes()
    made.remove()
    assert not file.exists()
    assert len(film.reload().media) == 1


def test_what_lies_on_a_disk_that_is_away_waits_for_it(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "High Pass (2015)" / "High Pass (2015).mp4"
    write_film(file)
    film = add_section(home, "Passes", tmp_path).get("High Pass")
    home.owner.conversions(pause=True)
    small(film, title="Away")
    made = wanted(home.owner, "Away").id

    def item() -> dict[str, Any]:
        (found,) = home.container(f"/playlists/0/items/{made}/items")["Metadata"]
        return dict(found)

    away = file.rename(tmp_path / ".away.mp4")
    home.owner.conversions(pause=False)
    until(lambda: item()["processingStateContext"] == "sourceFileUnavailable")
    assert item()["processingState"] == "pending"
    assert "cannot be reached" in item()["processingStateReason"]
    away.rename(file)
    home.owner.conversions(pause=True)
    home.owner.conversions(pause=False)
    assert finished(home.http, made)["itemsSuccessfulCount"] == 1
    assert item()["processingStateContext"] == "good"


def test_episodes_that_arrive_later_are_made_too(home: Home, tmp_path: Path) -> None:
    season = tmp_path / "Long Roads" / "Season 01"
    write_film(season / "Long Roads - S01E01.mp4")
    section = add_section(home, "Roads", tmp_path, kind="show")
    show = section.get("Long Roads")
    small(show, title="Show")
    show.seasons()[0].optimize(deviceProfile="iOS", videoQuality=2, title="Season")
    generators = [wanted(home.owner, title).id for title in ("Show", "Season")]
    for generator in generators:
        assert finished(home.http, generator)["itemsSuccessfulCount"] == 1
    write_film(season / "Long Roads - S01E02.mp4")
    home.http.get(f"/library/sections/{section.key}/refresh")
    home.server.wait_idle()
    for generator in generators:
        until(lambda generator=generator: status(home.http, generator)["itemsSuccessfulCount"] == 2)  # type: ignore[misc]
    for episode in show.episodes():
        original, *made = episode.reload().media
        assert original.target is None
        assert sorted(media.target for media in made) == ["Custom Android", "Custom iOS"]


def test_who_may_not_see_the_film_gets_no_version_of_it(home: Home) -> None:
    set_to(home, **{BESIDE: 0})
    home.server.cli("user", "add", "ben", "--section", "Music")
    ben = home.server.client(home.server.cli("user", "token", "ben").stdout.strip(), accept="application/json")
    film = home.section("Movies").get("Glass Orchard")
    small(film, title="Not for all")
    finished(home.http, wanted(home.owner, "Not for all").id)
    part = next(media for media in film.reload().media if media.isOptimizedVersion).parts[0]
    for client, answer in ((home.mia_http, 200), (ben, 404)):
        assert client.get(part.key).status_code == answer
        assert client.get(f"/library/metadata/{film.ratingKey}").status_code == answer
    shown = home.mia_http.get(f"/library/metadata/{film.ratingKey}").json()["MediaContainer"]["Metadata"][0]
    assert [media.get("proxyType") for media in shown["Media"]] == [None, 42]
    assert "file" not in shown["Media"][1]["Part"][0] or shown["Media"][0]["Part"][0].get("file") is not None


def test_the_first_thing_a_new_server_makes_is_made_with_all_it_can(tmp_path: Path) -> None:
    """HDR is mapped to SDR, also when it is asked for before the server knows that it can do that."""
    folder = tmp_path / "films" / "Bright Sky (2016)"
    folder.mkdir(parents=True)
    shutil.copy(film_of_tests("hdr.mkv"), folder / "Bright Sky (2016).mkv")
    server = start_server(tmp_path / "config", "--section", f"Skies=movie:{folder.parent}")
    try:
        plex = connect(server.url, None)
        until(lambda: any(section.all() for section in plex.library.sections()))
        film = plex.library.section("Skies").get("Bright Sky")
        film.optimize(target="tv", title="Bright")
        client = server.client(accept="application/json")
        assert finished(client, wanted(plex, "Bright").id)["itemsSuccessfulCount"] == 1
        (version,) = film.reload().media[1:]
        with av.open(version.parts[0].file) as container:
            shown = container.streams.video[0].codec_context
            assert (shown.name, shown.pix_fmt, shown.color_trc) == ("h264", "yuv420p", _BT709)
    finally:
        server.end()


def test_of_what_was_half_made_at_a_crash_nothing_is_shown(fresh_home: Home, tmp_path: Path) -> None:
    home = fresh_home
    folder = tmp_path / "films" / "Slow River (2014)"
    write_film(folder / "Slow River (2014).mp4", seconds=14)
    set_to(home, **{BESIDE: 1})
    film = add_section(home, "Rivers", folder.parent).get("Slow River")
    small(film, title="Slow")
    made = wanted(home.owner, "Slow").id
    segment = "optimised-*/*/*.m4s"
    until(lambda: is_there(home.server.config, segment) or status(home.http, made)["state"] != "pending")
    arguments = home.server.process.args
    assert isinstance(arguments, list)
    database = arguments[arguments.index("--database") :][:2] if "--database" in arguments else []
    home.server.end(signal.SIGKILL)
    again = start_server(home.server.config, *database)
    try:
        client = again.client(home.owner_token, accept="application/json")
        plex = connect(again.url, home.owner_token)

        def is_made() -> bool:
            media = plex.fetchItem(film.ratingKey).media
            for version in media[1:]:
                assert abs(version.duration - media[0].duration) < 1_000
                assert client.get(version.parts[0].key, headers={"Range": "bytes=-1"}).status_code in (206, 404)
            return bool(status(client, made)["state"] != "pending")

        until(is_made)
        assert status(client, made)["itemsSuccessfulCount"] == 1
        (version,) = plex.fetchItem(film.ratingKey).media[1:]
        assert Path(version.parts[0].file).parent.parent == folder / "Plex Versions"
        until(lambda: not is_there(again.config, "optimised-*"))
        assert not is_there(folder, "*.part")
    finally:
        again.end()
