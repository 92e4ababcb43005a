"""How many streams a person may have at once from outside the home network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.families.conftest import Golden, Home, restored
from tests.support.addresses import own_address
from tests.support.player import TestPlayer


@pytest.fixture
def open_home(request: pytest.FixtureRequest, golden: Golden, tmp_path: Path) -> Iterator[Home]:
    """A server that others in the network reach, none of whom counts as local."""
    own_address()
    for home in restored(request, golden, tmp_path / "home", host="0.0.0.0"):  # noqa: S104 - what is tested
        answer = home.http.put("/:/prefs", params={"LanNetworksBandwidth": "198.51.100.0/24"})
        assert answer.status_code == 200
        yield home


def test_one_too_many_is_refused(open_home: Home) -> None:
    home = open_home
    outside = f"http://{own_address()}:{home.server.port}"
    films = [str(film.ratingKey) for film in home.section("Movies").all()[:2]]
    part = home.owner.fetchItem(int(films[0])).media[0].parts[0].key

    def player(client: str, token: str = home.mia_token, url: str = outside) -> TestPlayer:
        return TestPlayer(url=url, token=token, client=client)

    phone, tablet, owners = player("phone"), player("tablet"), player("phone", home.owner_token)
    at_home = player("sofa", url=home.server.url)
    try:
        for one in (phone, tablet):  # nobody said how many
            assert "terminationCode" not in one.report(films[0], "playing", 100)
        tablet.report(films[0], "stopped", 100)
        assert home.mia_http.put("/:/prefs", params={"WanPerUserStreamCount": "1"}).status_code == 403
        assert home.http.put("/:/prefs", params={"WanPerUserStreamCount": "-1"}).status_code == 400
        assert home.http.put("/:/prefs", params={"WanPerUserStreamCount": "1"}).status_code == 200
        refused = tablet.report(films[0], "playing", 5_000)
        assert refused["terminationCode"] == 2002
        assert "1 stream at once" in refused["terminationText"]
        answer = tablet.http.get(part, headers={"Range": "bytes=0-9"})
        assert answer.status_code == 509
        assert "Bandwidth Limit Exceeded" in answer.text
        assert [one["Player"]["machineIdentifier"] for one in home.container("/status/sessions")["Metadata"]] == [
            "phone"
        ]
        assert phone.http.get(part, headers={"Range": "bytes=0-9"}).status_code == 206
        assert "terminationCode" not in phone.report(films[1], "playing", 0)  # it goes on to something else
        assert "terminationCode" not in owners.report(films[0], "playing", 0)
        assert "terminationCode" not in at_home.report(films[0], "playing", 0)
        assert at_home.http.get(part, headers={"Range": "bytes=0-9"}).status_code == 206
        assert tablet.http.get(part, params={"download": 1}).status_code == 200
        phone.report(films[1], "stopped", 10)
        assert "terminationCode" not in tablet.report(films[0], "playing", 0)
        assert tablet.http.get(part, headers={"Range": "bytes=0-9"}).status_code == 206
    finally:
        for one in (phone, tablet, owners, at_home):
            one.close()
