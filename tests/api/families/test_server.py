"""What the server says of itself, of its account and its updates."""

import time
from collections.abc import Iterator

import pytest
from tests.api.families.conftest import Home
from tests.support.hearing import Listener

from vitascope import __version__
from vitascope.ops.updates.board import NOTICE, WISH, Board, Kind, MemberNote, Notice, Release, ReleaseState
from vitascope.ops.updates.journal import Outcome


def test_without_an_updater_there_is_no_update(home: Home) -> None:
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


@pytest.fixture
def updater(home: Home) -> Iterator[Board]:
    """An updater of this machine that found a version."""
    board = Board(home.server.config, home.server.support / "Updates")
    board.publish(_notice())
    yield board
    for name in (NOTICE, WISH):
        (home.server.support / "Updates" / name).unlink(missing_ok=True)


def _notice(
    *,
    at_once: bool = True,
    waits: bool = True,
    seen_at: float | None = None,
    image: str = "abc" * 20,
    state: ReleaseState = ReleaseState.AVAILABLE,
    members: tuple[MemberNote, ...] = (),
) -> Notice:
    release = Release(version="9.9", image=image, state=state)
    return Notice(
        group="interactive",
        member="plex",
        seen_at=int(time.time() if seen_at is None else seen_at),
        checked_at=1_700_000_000,
        schedule="02:00",
        latest="05:00",
        automatic=True,
        at_once=at_once,
        running="1.0" if waits else "9.9",
        release=release if waits else None,
        members=members,
    )


def test_what_the_updater_of_the_machine_found_is_shown(home: Home, updater: Board) -> None:
    release = home.owner.checkForUpdate(force=False)
    assert (release.version, release.state) == ("9.9", "available")
    assert home.owner.canInstallUpdate()
    assert updater.wish() is None
    assert not home.owner.isLatest()
    wish = updater.wish()
    assert wish is not None
    assert wish.kind is Kind.CHECK
    status = home.container("/updater/status")
    assert (status["canInstall"], status["checkedAt"], status["status"]) == (True, 1_700_000_000, 0)
    updater.publish(_notice(waits=False))
    assert home.owner.isLatest()


@pytest.mark.parametrize(
    ("query", "kind", "state"),
    [
        ("?tonight=1", Kind.TONIGHT, "tonight"),
        ("?skip=1", Kind.SKIP, "skipped"),
        ("?tonight=1&skip=1", Kind.TONIGHT, "tonight"),
        ("", Kind.NOW, "installing"),
    ],
)
def test_a_wish_is_left_for_the_updater(home: Home, updater: Board, query: str, kind: Kind, state: str) -> None:
    assert home.http.put(f"/updater/apply{query}").status_code == 200
    home.http.put("/updater/check").raise_for_status()  # which takes no wish away
    wish = updater.wish()
    assert wish is not None
    assert (wish.kind, wish.image) == (kind, "abc" * 20)
    assert home.container("/updater/status")["Release"][0]["state"] == state


def test_each_change_of_an_update_is_told_when_it_happens(home: Home, updater: Board) -> None:
    image = "def" * 20  # one that nothing was told of before
    done = MemberNote(name="plex", running="9.9", outcome=Outcome.UPDATED)
    listener = Listener(home.server.url, home.owner_token, filters="update.statechange")
    other = Listener(home.server.url, home.mia_token, filters="update.statechange,playing")
    with listener as owner, other as mia:

        def told() -> str:
            found = owner.until("update.statechange", "AutoUpdateNotification")
            assert (found["key"], found["version"]) == (f"/updater/status/{image[:12]}", "9.9")
            return str(found["state"])

        updater.publish(_notice(image=image))
        assert told() == "available"
        home.http.put("/updater/apply?tonight=1").raise_for_status()
        assert told() == "tonight"
        updater.publish(_notice(image=image, state=ReleaseState.INSTALLING))
        updater.forget_wish()
        assert told() == "installing"
        updater.publish(_notice(waits=False, members=(done,)))
        assert told() == "done"
        # Who is not the owner is told of none of it: what she hears next is something else.
        key = home.section("Movies").all()[0].ratingKey
        home.mia_http.get(f"/:/timeline?ratingKey={key}&key=/library/metadata/{key}&state=playing&time=0&duration=9")
        assert mia.next()["type"] == "playing"


def test_without_an_updater_only_the_version_is_shown_and_only_to_the_owner(home: Home) -> None:
    assert home.mia_http.get("/vitascope/updates").status_code == 403
    alone = home.container("/vitascope/updates")
    assert (alone["version"], alone["managed"], "group" in alone) == (__version__, False, False)


def test_the_group_and_its_members_are_shown(home: Home, updater: Board) -> None:
    own = MemberNote(
        name="plex", running="1.0", newer="9.9", step="verifying", outcome="rolled back", message="it was ill", at=7
    )
    updater.publish(_notice(members=(own, MemberNote(name="files", running="3"))))
    shown = home.container("/vitascope/updates")
    assert (shown["managed"], shown["group"], shown["schedule"], shown["atOnce"]) == (
        True,
        "interactive",
        "02:00",
        True,
    )
    assert (shown["step"], shown["outcome"], shown["message"]) == ("verifying", "rolled back", "it was ill")
    assert shown["Release"][0]["state"] == "available"
    assert [(one["name"], one["version"], one.get("newer")) for one in shown["Member"]] == [
        ("plex", "1.0", "9.9"),
        ("files", "3", None),
    ]


def test_a_wish_that_nobody_would_grant_is_refused(home: Home, updater: Board) -> None:
    updater.publish(_notice(at_once=False))
    answer = home.http.put("/updater/apply")
    assert (answer.status_code, "02:00" in answer.text) == (400, True)
    home.http.put("/updater/check").raise_for_status()
    assert updater.wish() is None
    assert home.http.put("/updater/apply?tonight=1").status_code == 200
    updater.forget_wish()
    for notice in (_notice(waits=False), _notice(seen_at=time.time() - 10 * 86_400)):
        updater.publish(notice)
        assert "no update" in home.http.put("/updater/apply?tonight=1").text
    assert home.owner.checkForUpdate(force=False) is None
    assert updater.wish() is None


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


def test_what_the_server_can_is_true(home: Home) -> None:
    root = home.container("/")
    assert len(root["machineIdentifier"]) == 40
    assert (root["platform"], root["apiVersion"]) == ("Linux", "1.2.0")
    makes = ("transcoderVideo", "transcoderAudio", "transcoderSubtitles", "transcoderPhoto", "transcoderLyrics")
    assert [root[name] for name in makes] == [1] * 5
    assert (root["streamingBrainVersion"], root["streamingBrainABRVersion"]) == (2, 3)
    ladder = [root[f"transcoderVideo{name}"].split(",") for name in ("Bitrates", "Resolutions", "Qualities")]
    assert {len(steps) for steps in ladder} == {13}, "clients read the three lists side by side"
    assert ladder[0][:2] + ladder[0][-1:] == ["64", "96", "20000"]
    assert root["transcoderActiveVideoSessions"] == 0
    assert home.owner.transcoderVideo is True
    assert {"webhooks", "hardware_transcoding", "lyrics"} <= set(root["ownerFeatures"].split(","))
    assert [root[name] for name in ("sync", "allowSync", "allowTuners", "livetv", "updater", "companionProxy")] == [
        0
    ] * 6
    assert [root[name] for name in ("eventStream", "hubSearch", "mediaProviders", "multiuser", "voiceSearch")] == [
        1
    ] * 5
    assert root["diagnostics"] == "logs,databases"
    assert home.mia_http.get("/").json()["MediaContainer"]["diagnostics"] == ""
    assert root["size"] == len(root["Directory"])
    for directory in root["Directory"]:
        below = {
            "hubs": "/hubs",
            "livetv": "/livetv/dvrs",
            "media": "/media/providers",
            "photo": "/photo/:/transcode?url=/x&width=1&height=1",
            "playQueues": "/playQueues/1",
            "search": "/search?query=a",
            "security": "/security/token?type=delegation&scope=all",
            "status": "/status/sessions",
            "updater": "/updater/status",
        }.get(directory["key"], f"/{directory['key']}")
        assert home.http.get(below).status_code in (200, 400, 404), below
    assert home.owner.version.startswith("1.4")
    assert home.owner.identity().machineIdentifier == home.owner.machineIdentifier
    assert home.owner.identity().version == home.owner.version


def test_who_lets_no_picture_be_converted_shows_no_ladder(fresh_home: Home) -> None:
    fresh_home.owner.settings.get("TranscoderCanOnlyRemuxVideo").set(True)
    fresh_home.owner.settings.save()
    root = fresh_home.container("/")
    assert "transcoderVideoBitrates" not in root
    assert root["transcoderAudio"] == root["transcoderVideo"] == 1, "sound is converted, pictures are copied"


def test_the_library_directory(home: Home) -> None:
    for server in (home.owner, home.mia):
        library = server.library
        assert library.identifier == "com.plexapp.plugins.library"
        assert library.title1
        assert library.mediaTagVersion


def test_folders_of_the_machine_are_walked(home: Home) -> None:
    for section in home.owner.library.sections():
        for location in section.locations:
            assert home.owner.isBrowsable(location)
    films = str(home.media / "Movies")
    _, _, files = next(home.owner.walk(films))
    paths = {file.path for file in home.owner.browse(films, includeFiles=True)}
    assert {file.path for file in files} <= paths
    assert all(path.path for path in home.owner.browse(films, includeFiles=False))
    assert home.mia_http.get("/services/browse").status_code == 403
    assert home.http.get("/services/browse/%%%").status_code in (400, 404)


def test_nothing_is_converted(home: Home) -> None:
    assert home.owner.transcodeSessions() == []
    assert home.owner.currentBackgroundProcess() == []


def test_addresses_for_the_web_application(home: Home) -> None:
    assert home.owner.machineIdentifier in home.owner.getWebURL()
    assert home.owner.url("/library", includeToken=True).endswith(f"X-Plex-Token={home.owner_token}")
