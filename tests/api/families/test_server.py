"""What the server says of itself, of its account and its updates."""

import pytest
from tests.api.families.conftest import Home


def test_there_is_never_an_update(home: Home) -> None:
    assert home.owner.checkForUpdate() is None
    assert home.owner.checkForUpdate(force=False) is None
    assert home.owner.isLatest()
    assert not home.owner.canInstallUpdate()
    assert home.owner.installUpdate() is None
    status = home.container("/updater/status")
    assert (status["size"], status["canInstall"], status["status"]) == (0, 0, 0)


@pytest.mark.parametrize("query", ["", "?tonight=1", "?skip=1", "?tonight=1&skip=1"])
def test_installing_one_is_refused(home: Home, query: str) -> None:
    answer = home.http.put(f"/updater/apply{query}")
    assert answer.status_code == 400
    assert "no update" in answer.text


def test_wrong_words_to_the_updater_are_named(home: Home) -> None:
    for path, name in (("/updater/check?download=perhaps", "download"), ("/updater/apply?tonight=soon", "tonight")):
        answer = home.http.put(path)
        assert (answer.status_code, name in answer.text) == (400, True)
    for path in ("/updater/check", "/updater/apply"):
        assert home.mia_http.put(path).status_code == 403


def test_there_is_nothing_to_synchronise(home: Home) -> None:
    home.owner.refreshSync()
    home.mia.refreshSync()
    assert home.container("/sync/items") == {"size": 0}
    assert home.http.get("/sync/items/1").status_code == 404
    assert home.http.put("/sync/phone/item/1/downloaded").status_code == 404


def test_the_account_of_a_server_that_belongs_to_nobody(home: Home) -> None:
    account = home.owner.account()
    assert (account.signInState, account.username, account.subscriptionActive) == ("none", "", False)
    assert account.mappingState == "unknown"
    assert home.mia_http.get("/myplex/account").status_code == 403
    assert home.http.put("/myplex/account?manualPort=32400").status_code == 400
    assert home.http.put("/myplex/refreshReachability").status_code == 200


def test_a_claim_token_is_exchanged_nowhere_unless_the_owner_said_where(home: Home) -> None:
    answer = home.http.post("/myplex/claim?token=claim-abcdefghijklmnopqrst")
    assert (answer.status_code, "no account home is set" in answer.text) == (403, True)
    assert home.http.post("/myplex/claim").status_code == 400
    assert home.http.post("/myplex/claim?token=hello").status_code == 403
    assert home.mia_http.post("/myplex/claim?token=claim-abcdefghijklmnopqrst").status_code == 403


def test_giving_the_server_up_ends_the_owners_tokens_and_password(fresh_home: Home) -> None:
    home = fresh_home
    sent = {"name": "owner", "password": "correct horse battery"}
    assert home.http.put("/vitascope/people/password", json=sent).status_code == 200
    assert home.container("/identity")["claimed"] is True
    assert home.owner.account().username == "owner"
    assert home.mia_http.delete("/myplex/account").status_code == 403
    assert home.owner.unclaim().signInState == "none"
    assert home.http.get("/library/sections").status_code == 401
    nobody = home.server.client()
    assert nobody.post("/vitascope/sign-in", json=sent).status_code == 401
    assert 'claimed="0"' in nobody.get("/identity").text
    assert home.mia_http.get("/library/sections").json()["MediaContainer"]["size"] == 5
