"""Live television without a tuner: lists are empty, one thing is unknown, making one is refused with the reason."""

import pytest
from tests.api.families.conftest import Home

LISTS = (
    "/livetv/dvrs",
    "/livetv/epg/countries",
    "/livetv/epg/languages",
    "/livetv/sessions",
    "/media/grabbers",
    "/media/grabbers/devices",
    "/media/subscriptions",
    "/media/subscriptions/scheduled",
    "/media/subscriptions/template",
)
FOR_EVERYONE = ("/livetv/dvrs", "/livetv/epg/countries", "/livetv/epg/languages", "/livetv/sessions")
UNKNOWN = (
    ("GET", "/livetv/dvrs/1"),
    ("DELETE", "/livetv/dvrs/1"),
    ("POST", "/livetv/dvrs/1/channels/5.1/tune"),
    ("PUT", "/livetv/dvrs/1/devices/2"),
    ("DELETE", "/livetv/dvrs/1/devices/2"),
    ("PUT", "/livetv/dvrs/1/lineups?lineup=lineup://x"),
    ("DELETE", "/livetv/dvrs/1/lineups?lineup=lineup://x"),
    ("PUT", "/livetv/dvrs/1/prefs?name=value"),
    ("POST", "/livetv/dvrs/1/reloadGuide"),
    ("DELETE", "/livetv/dvrs/1/reloadGuide"),
    ("GET", "/livetv/epg/channelmap?lineup=lineup://x"),
    ("GET", "/livetv/epg/channels?lineup=lineup://x"),
    ("GET", "/livetv/epg/lineup?lineupGroup=x"),
    ("GET", "/livetv/epg/lineupchannels?lineup=lineup://x"),
    ("GET", "/livetv/epg/countries/deu/1/lineups?postalCode=10115"),
    ("GET", "/livetv/epg/countries/deu/1/regions"),
    ("GET", "/livetv/epg/countries/deu/1/regions/2/lineups"),
    ("GET", "/tv.plex.providers.epg.cloud:12/lineups/dvr/channels"),
    ("GET", "/tv.plex.providers.epg.cloud:12/grid?channelGridKey=1&date=2026-01-31"),
    ("GET", "/tv.plex.providers.epg.cloud:12/watchnow"),
    ("GET", "/tv.plex.providers.epg.cloud:12/watchnow/all"),
    ("GET", "/livetv/sessions/abc"),
    ("GET", "/livetv/sessions/abc/def/index.m3u8"),
    ("GET", "/livetv/sessions/abc/def/00000.ts"),
    ("GET", "/media/grabbers/devices/1"),
    ("DELETE", "/media/grabbers/devices/1"),
    ("PUT", "/media/grabbers/devices/1?enabled=1"),
    ("PUT", "/media/grabbers/devices/1/channelmap"),
    ("GET", "/media/grabbers/devices/1/channels"),
    ("PUT", "/media/grabbers/devices/1/prefs?name=value"),
    ("POST", "/media/grabbers/devices/1/scan"),
    ("DELETE", "/media/grabbers/devices/1/scan"),
    ("GET", "/media/grabbers/devices/1/thumb/2"),
    ("DELETE", "/media/grabbers/operations/1"),
    ("GET", "/media/subscriptions/1"),
    ("DELETE", "/media/subscriptions/1"),
    ("PUT", "/media/subscriptions/1"),
    ("PUT", "/media/subscriptions/1/move?after=2"),
)
WRONG = (
    ("PUT", "/livetv/dvrs/1/lineups", "lineup"),
    ("GET", "/livetv/epg/channels", "lineup"),
    ("GET", "/livetv/epg/lineup", "lineupGroup"),
    ("GET", "/tv.plex.providers.epg.cloud:12/grid?channelGridKey=1", "date"),
    ("POST", "/media/grabbers/devices", "uri"),
    ("PUT", "/media/grabbers/devices/1?enabled=perhaps", "enabled"),
    ("PUT", "/media/subscriptions/1/move?after=x", "after"),
    ("POST", "/media/subscriptions?type=film", "type"),
)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_empty_in_both_forms(home: Home, path: str) -> None:
    assert home.container(path) == {"size": 0}
    assert '<MediaContainer size="0"/>' in home.xml.get(path).text
    assert home.mia_http.get(path).status_code == (200 if path in FOR_EVERYONE else 403)


def test_looking_for_tuners_finds_none(home: Home) -> None:
    for path in ("/media/grabbers/devices/discover", "/media/subscriptions/process"):
        assert home.http.post(path).json()["MediaContainer"]["size"] == 0


@pytest.mark.parametrize(("method", "path"), UNKNOWN)
def test_one_thing_is_unknown(home: Home, method: str, path: str) -> None:
    answer = home.http.request(method, path)
    assert (answer.status_code, "no tuner" in answer.text) == (404, True)


@pytest.mark.parametrize(
    "path", ["/livetv/dvrs?language=en", "/media/grabbers/devices?uri=http://192.0.2.1", "/media/subscriptions?type=2"]
)
def test_making_one_is_refused_with_the_reason(home: Home, path: str) -> None:
    answer = home.http.post(path)
    assert answer.status_code == 400
    assert "no tuner" in answer.text
    assert home.mia_http.post(path).status_code == 403
    assert home.server.client("wrong").post(path).status_code == 401


@pytest.mark.parametrize(("method", "path", "name"), WRONG)
def test_a_wrong_parameter_is_named(home: Home, method: str, path: str, name: str) -> None:
    answer = home.http.request(method, path)
    assert answer.status_code == 400
    assert name in answer.text
