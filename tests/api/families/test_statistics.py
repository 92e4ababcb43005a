"""Statistics of real deliveries and plays."""

import time
from collections.abc import Iterator

import pytest
from tests.api.families.conftest import Home
from tests.support.player import TestPlayer


@pytest.fixture(scope="module", autouse=True)
def delivered(home: Home) -> Iterator[int]:
    """What Mia read of a film on her phone, and the owner on the sofa; and that she played it."""
    while time.time() % 3600 > 3590:  # sums of hours and days: all of it is to lie in one
        time.sleep(0.1)
    phone = TestPlayer(url=home.server.url, token=home.mia_token, client="phone", name="Phone")
    sofa = TestPlayer(url=home.server.url, token=home.owner_token)
    film = home.section("Movies").get("Amber Coast")
    key = str(film.ratingKey)
    phone.report(key, "playing", 0)
    whole = len(phone.http.get(phone.part(key)).content)
    assert phone.http.get(phone.part(key), headers={"Range": "bytes=0-999"}).status_code == 206
    sofa.http.get(sofa.part(key), headers={"Range": "bytes=0-99"})
    assert sofa.http.head(sofa.part(key)).status_code == 200
    phone.report(key, "stopped", film.duration)
    phone.close()
    sofa.close()
    yield whole
    home.http.put("/:/prefs", params={"FriendlyName": ""})


def test_bytes_are_those_that_went_out(home: Home, delivered: int) -> None:
    found = home.container("/statistics/bandwidth", timespan=4)
    accounts = {account["name"]: account["id"] for account in found["Account"]}
    devices = {device["clientIdentifier"]: device["id"] for device in found["Device"]}
    sums = {
        (row["accountID"], row["deviceID"]): row["bytes"]
        for row in found["StatisticsBandwidth"]
        if row["timespan"] == 4 and row["lan"]
    }
    assert sums[accounts["mia"], devices["phone"]] == delivered + 1_000
    assert sums[accounts["owner"], devices["sofa"]] == 100
    hers = home.container("/statistics/bandwidth", timespan=4, accountID=accounts["mia"])["StatisticsBandwidth"]
    assert {row["accountID"] for row in hers} == {accounts["mia"]}
    assert home.container("/statistics/bandwidth", timespan=4, lan=0)["size"] == 0
    assert home.container("/statistics/bandwidth", timespan=4, **{"bytes>": 500})["size"] == 1
    assert home.container("/statistics/bandwidth", timespan=4, **{"at<": 1_000})["size"] == 0
    assert home.container("/statistics/bandwidth", timespan=4, deviceID=devices["sofa"])["size"] == 1


@pytest.mark.parametrize("timespan", [1, 2, 3, 4, 5, 6])
def test_every_width_says_the_same(home: Home, delivered: int, timespan: int) -> None:
    rows = home.container("/statistics/bandwidth", timespan=timespan)["StatisticsBandwidth"]
    assert sum(row["bytes"] for row in rows) == delivered + 1_100
    assert {row["timespan"] for row in rows} == {timespan}


def test_as_python_plexapi_reads_it(home: Home) -> None:
    first = next(row for row in home.owner.bandwidth(timespan="days") if row.accountID == 1)
    assert first.account().name == "owner"
    assert first.device().clientIdentifier == "sofa"
    assert (first.bytes, first.lan, first.timespan) == (100, True, 3)
    deadline = time.monotonic() + 60
    while not (samples := home.owner.resources()) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert samples[0].timespan == 6
    assert 0 < samples[0].hostMemoryUtilization <= 100
    assert 0 < samples[0].processMemoryUtilization <= samples[0].hostMemoryUtilization
    assert 0 <= samples[0].processCpuUtilization <= 100
    assert abs(samples[0].at.timestamp() - time.time()) < 300


def test_plays(home: Home) -> None:
    found = home.container("/statistics/media", timespan=3)
    (row,) = found["StatisticsMedia"]
    assert (row["count"], row["metadataType"], row["timespan"]) == (1, 1, 3)
    assert [account["name"] for account in found["Account"]] == ["mia"]
    assert [device["clientIdentifier"] for device in found["Device"]] == ["phone"]
    assert home.container("/statistics/media", timespan=3, accountID=1)["size"] == 0


@pytest.mark.parametrize("query", [{"timespan": "9"}, {"timespan": "x"}, {"at>": "soon"}, {"bytes<<": "few"}])
def test_questions_that_mean_nothing(home: Home, query: dict[str, str]) -> None:
    assert home.http.get("/statistics/bandwidth", params=query).status_code == 400


@pytest.mark.parametrize("path", ["bandwidth", "resources", "media"])
def test_only_the_owner_asks(home: Home, path: str) -> None:
    assert home.mia_http.get(f"/statistics/{path}").status_code == 403
    assert "<MediaContainer" in home.xml.get(f"/statistics/{path}").text
