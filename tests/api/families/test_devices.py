"""The people and devices that a server knows, and the players and servers around it."""

import time

from tests.api.families.conftest import Home


def test_the_people_as_python_plexapi_has_them(home: Home) -> None:
    accounts = {account.name: account for account in home.owner.systemAccounts()}
    assert set(accounts) == {"owner", "mia"}
    mia = home.owner.systemAccount(accounts["mia"].id)
    assert (mia.name, mia.key, mia.accountID) == ("mia", f"/accounts/{mia.id}", mia.id)
    assert (mia.defaultAudioLanguage, mia.defaultSubtitleLanguage, mia.subtitleMode) == ("en", "en", 0)
    assert mia.autoSelectAudio is True
    one = home.container(f"/accounts/{mia.id}")
    assert (one["size"], one["Account"][0]["name"]) == (1, "mia")
    assert home.http.get("/accounts/999").status_code == 404


def test_a_device_is_listed_and_forgotten_until_it_calls_again(home: Home) -> None:
    phone = home.server.client(
        home.mia_token,
        X_Plex_Client_Identifier="mias-phone",
        X_Plex_Device_Name="Mia's phone",
        X_Plex_Platform="Android",
        X_Plex_Product="Some Player",
    )

    def listed() -> dict[str, str]:
        return {one["clientIdentifier"]: str(one["id"]) for one in home.container("/devices")["Device"]}

    def wait_for_it() -> str:
        """Its number, once the writer has come to it: who calls is not held up by being noted."""
        assert phone.get("/library/sections").status_code == 200
        deadline = time.monotonic() + 30
        while "mias-phone" not in listed() and time.monotonic() < deadline:
            time.sleep(0.05)
        return listed()["mias-phone"]

    first = wait_for_it()
    device = home.owner.systemDevice(int(first))
    assert (device.name, device.platform) == ("Mia's phone", "Android")
    assert device.createdAt
    shown = home.container(f"/devices/{first}")["Device"][0]
    assert (shown["key"], shown["clientIdentifier"]) == (f"/devices/{first}", "mias-phone")
    assert home.mia_http.delete(f"/devices/{first}").status_code == 403
    assert home.http.delete(f"/devices/{first}").status_code == 200
    assert "mias-phone" not in listed()
    assert home.http.delete(f"/devices/{first}").status_code == 404
    assert wait_for_it() != first, "its token is another matter"


def test_they_are_the_owners(home: Home) -> None:
    for path in ("/accounts", "/accounts/1", "/devices", "/devices/1"):
        assert home.mia_http.get(path).status_code == 403


def test_no_player_is_controlled_and_one_server_is_there(home: Home) -> None:
    for server in (home.owner, home.mia):
        assert server.clients() == []
    (found,) = home.container("/servers")["Server"]
    assert found["machineIdentifier"] == home.owner.machineIdentifier
    assert found["port"] == home.server.port
    assert home.http.get("/player/playback/play").status_code == 404
    assert home.http.get("/resources").status_code == 404
