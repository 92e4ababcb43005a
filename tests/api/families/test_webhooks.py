"""Webhooks, delivered to a real program: what is told of real playbacks and scans, and who may register what."""

import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.api.families.conftest import Home
from tests.support.player import TestPlayer
from tests.support.receiver import Receiver
from tests.support.running import start_server

HOOKS = "/vitascope/webhooks"


@pytest.fixture
def receiver(home: Home) -> Iterator[Receiver]:
    """A registered program."""
    with Receiver() as listening:
        made = home.http.post(HOOKS, json={"url": listening.url})
        assert made.status_code == 201, made.text
        number = made.json()["MediaContainer"]["Webhook"][0]["id"]
        yield listening
        home.http.delete(f"{HOOKS}/{number}")


@pytest.fixture
def sofa(home: Home) -> Iterator[TestPlayer]:
    player = TestPlayer(url=home.server.url, token=home.mia_token)
    yield player
    player.close()


def registered(home: Home) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = home.container(HOOKS).get("Webhook", [])
    return found


def waiting(home: Home, receiver: Receiver) -> int:
    """How many deliveries to a program are not known to have arrived."""
    return next(int(hook["waiting"]) for hook in registered(home) if hook["url"] == receiver.url)


def test_a_playback_is_told_from_its_start_to_its_end(home: Home, receiver: Receiver, sofa: TestPlayer) -> None:
    film = home.section("Movies").get("Amber Coast")
    key = str(film.ratingKey)
    for state, at in (("buffering", 0), ("playing", 10), ("paused", 20), ("playing", 30), ("playing", film.duration)):
        sofa.report(key, state, at)
    sofa.report(key, "stopped", film.duration)
    home.mia_http.put("/:/rate", params={"key": key, "rating": 8})
    receiver.until("media.rate")
    events = [told.event for told in receiver.told]
    assert sorted(events) == sorted(
        ["media.play", "media.pause", "media.resume", "media.scrobble", "media.stop", "media.rate"]
    )
    told = receiver.until("media.scrobble")
    payload = told.payload
    assert (payload["user"], payload["owner"]) == (True, False)
    assert payload["Account"]["title"] == "mia"
    assert payload["Server"]["uuid"] == home.owner.machineIdentifier
    assert payload["Player"] == {"local": True, "publicAddress": "127.0.0.1", "title": "Sofa", "uuid": "sofa"}
    shown = payload["Metadata"]
    assert (shown["ratingKey"], shown["title"], shown["type"]) == (key, "Amber Coast", "movie")
    assert (shown["librarySectionTitle"], shown["librarySectionType"]) == ("Movies", "movie")
    assert shown["guid"] == film.guid
    assert {one["id"] for one in shown["Guid"]} >= {"imdb://tt7000000"}
    assert "Media" not in shown
    assert told.thumb is not None
    assert told.thumb.startswith(b"\xff\xd8")
    assert receiver.until("media.rate").payload["rating"] == 8


def test_a_refused_delivery_comes_again_and_is_remembered(home: Home, receiver: Receiver, sofa: TestPlayer) -> None:
    receiver.answers = [503]
    sofa.report(str(home.section("Movies").get("Cold Lantern").ratingKey), "playing", 0)
    receiver.until("media.play")
    while not (hook := registered(home)[0]).get("error"):  # one answer: it comes again soon
        time.sleep(0.02)
    assert (hook["waiting"], hook["status"], hook["error"]) == (1, 503, "it answers 503")
    receiver.until("media.play", lambda _: len(receiver.told) == 2)


def test_what_was_not_delivered_when_the_server_was_killed_is_delivered_by_the_next(fresh_home: Home) -> None:
    home = fresh_home
    with Receiver() as slow, Receiver() as quick:
        for one in (slow, quick):
            assert home.http.post(HOOKS, json={"url": one.url}).status_code == 201
        slow.answering.clear()
        key = str(home.section("Movies").get("Amber Coast").ratingKey)
        player = TestPlayer(url=home.server.url, token=home.mia_token)
        player.report(key, "playing", 10)
        player.report(key, "stopped", 20)
        player.close()
        quick.until("media.stop")  # so it is on its way to the other too, behind what that does not answer
        slow.until("media.play")
        while waiting(home, quick):  # what was answered, but not yet noted when the server ends, comes twice
            time.sleep(0.02)
        assert home.server.end(signal.SIGKILL) == -signal.SIGKILL
        assert [told.event for told in slow.told] == ["media.play"]
        slow.answering.set()
        arguments = list(home.server.process.args) if isinstance(home.server.process.args, list) else []
        database = arguments[arguments.index("--database") :][:2] if "--database" in arguments else []
        again = start_server(home.server.config, *map(str, database))
        try:
            slow.until("media.stop")
        finally:
            again.end()
        assert [told.event for told in slow.told] == ["media.play", "media.play", "media.stop"]
        assert slow.told[0].payload == slow.told[1].payload
        assert [told.event for told in quick.told] == ["media.play", "media.stop"]


def test_what_is_new_is_told_once_for_all_of_a_season(home: Home, receiver: Receiver, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    show = next(path for path in (home.media / "TV Shows").iterdir() if path.name.startswith("Small Machines"))
    shutil.copytree(home.media / "Movies" / "Amber Coast (1979)", folder / "Movies" / "Amber Coast (1979)")
    shutil.copytree(show, folder / "Shows" / show.name)
    made = []
    for name, kind, scanner in (("Movies", "movie", "Plex Movie"), ("Shows", "show", "Plex TV Series")):
        query = {"name": f"Own {name}", "type": kind, "scanner": scanner, "language": "en-US"}
        answer = home.http.post("/library/sections", params=query | {"location": str(folder / name)})
        made.append(answer.json()["MediaContainer"]["Directory"][0]["key"])
    film = receiver.until("library.new", lambda told: told.payload["Metadata"]["type"] == "movie")
    assert film.payload["Metadata"]["title"] == "Amber Coast"
    found = receiver.until("library.new", lambda told: told.payload["Metadata"]["type"] == "show")
    assert found.payload["Metadata"]["title"] == "Small Machines"
    home.server.wait_idle()
    assert len([told for told in receiver.told if told.event == "library.new"]) == 2
    for key in made:
        home.http.delete(f"/library/sections/{key}")


def test_the_next_episode_of_a_show_that_somebody_watches(home: Home, receiver: Receiver, tmp_path: Path) -> None:
    season = tmp_path / "own" / "Odd Lamps" / "Season 01"
    season.mkdir(parents=True)
    some = next(path for path in (home.media / "TV Shows").rglob("*") if path.suffix in (".mp4", ".mkv"))
    for number in (1, 2):
        shutil.copy(some, season / f"Odd Lamps - s01e0{number}{some.suffix}")
    query = {"name": "Own", "type": "show", "scanner": "Plex TV Series", "language": "en-US"}
    answer = home.http.post("/library/sections", params=query | {"location": str(season.parents[1])})
    section = answer.json()["MediaContainer"]["Directory"][0]["key"]
    home.server.wait_idle()
    last = home.mia.library.section("Own").get("Odd Lamps").episodes()[-1]
    last.markPlayed()
    with (season / f"Odd Lamps - s01e03{some.suffix}").open("wb") as file:
        file.write(some.read_bytes() + b"\0" * 16)  # not the very same file, which would be the same episode
    home.http.get(f"/library/sections/{section}/refresh")
    told = receiver.until("library.on.deck").payload
    assert told["Account"]["title"] == "mia"
    shown = told["Metadata"]
    assert (shown["grandparentTitle"], shown["parentIndex"], shown["index"]) == ("Odd Lamps", 1, 3)
    home.server.wait_idle()
    assert [one.payload["Account"]["title"] for one in receiver.told if one.event == "library.on.deck"] == ["mia"]
    home.http.delete(f"/library/sections/{section}")


def test_a_test_says_how_it_went(home: Home, receiver: Receiver) -> None:
    number = registered(home)[0]["id"]
    assert home.container(HOOKS)["enabled"] is True
    answer = home.http.post(f"{HOOKS}/{number}/test").json()["MediaContainer"]
    assert (answer["ok"], answer["status"]) == (True, 200)
    assert receiver.until("vitascope.test").payload["Server"]["uuid"] == home.owner.machineIdentifier
    receiver.answers = [404]
    answer = home.http.post(f"{HOOKS}/{number}/test").json()["MediaContainer"]
    assert (answer["ok"], answer["status"], answer["error"]) == (False, 404, "it answers 404")
    done = home.server.cli("webhook", "test", str(number))
    assert "200" in done.stdout
    assert receiver.url in home.server.cli("webhook", "list").stdout


def test_they_can_be_switched_off(home: Home, receiver: Receiver, sofa: TestPlayer) -> None:
    home.http.put("/:/prefs", params={"WebHooksEnabled": "0"})
    key = str(home.section("Movies").get("Amber Coast 2").ratingKey)
    sofa.report(key, "playing", 0)
    sofa.report(key, "stopped", 10)
    home.http.put("/:/prefs", params={"WebHooksEnabled": "1"})
    sofa.report(key, "playing", 0)
    receiver.until("media.play")
    assert [told.event for told in receiver.told] == ["media.play"]


@pytest.mark.parametrize(
    "url",
    ["", "ftp://example.com/", "file:///etc/passwd", "http://", "http://user:pass@host/", "http://a b/", "x" * 3_000],
)
def test_addresses_that_are_none(home: Home, url: str) -> None:
    assert home.http.post(HOOKS, json={"url": url}).status_code == 400
    assert registered(home) == []


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest/", "http://[fe80::1]/", "http://0.0.0.0/"])
def test_addresses_that_are_never_asked(home: Home, url: str) -> None:
    number = home.http.post(HOOKS, json={"url": url}).json()["MediaContainer"]["Webhook"][0]["id"]
    tried = home.http.post(f"{HOOKS}/{number}/test").json()["MediaContainer"]
    assert tried["ok"] is False
    assert "never asked" in tried["error"]
    home.http.delete(f"{HOOKS}/{number}")


def test_only_the_owner_has_to_do_with_them(home: Home, receiver: Receiver) -> None:
    number = registered(home)[0]["id"]
    for method, path in (
        ("GET", HOOKS),
        ("POST", HOOKS),
        ("DELETE", f"{HOOKS}/{number}"),
        ("POST", f"{HOOKS}/{number}/test"),
    ):
        assert home.mia_http.request(method, path).status_code == 403
    assert home.http.post(HOOKS, json={"url": receiver.url}).status_code == 409
    assert home.http.delete(f"{HOOKS}/999").status_code == 404
    assert home.http.post(f"{HOOKS}/999/test").status_code == 404


def test_by_command(home: Home) -> None:
    number = home.server.cli("webhook", "add", "http://127.0.0.1:9/").stdout.strip()
    failed = home.server.cli("webhook", "test", number, check=False)
    assert failed.returncode != 0
    assert "cannot be reached" in failed.stderr
    assert home.server.cli("webhook", "remove", number).returncode == 0
    assert registered(home) == []
