"""What the server is busy with: shown to whom it concerns, stopped, and over in the end."""

from tests.api.families.conftest import Home
from tests.api.families.holding import held_scans


def test_a_scan_is_shown_and_stopped(home: Home) -> None:
    section = home.section("Movies")
    with held_scans(home):
        section.update()
        found = [one for one in home.owner.activities if "Movies" in one.title]
        assert len(found) == 1
        assert found[0].type == "library.update.section"
        assert found[0].cancellable
        assert found[0].uuid
        shown = next(one for one in home.container("/activities")["Activity"] if one["uuid"] == found[0].uuid)
        assert shown["Context"]["librarySectionID"] == str(section.key)
        assert -1 <= shown["progress"] <= 100
        assert home.mia.activities == [], "it is not hers"
        assert home.mia_http.delete(f"/activities/{shown['uuid']}").status_code == 404
        assert home.http.delete(f"/activities/{shown['uuid']}").status_code == 200
        home.server.wait_idle()
    assert home.owner.activities == []


def test_whatever_is_long_names_its_activity(home: Home) -> None:
    film = home.section("Movies").all()[0]
    key = home.sections["Movies"]
    for method, path in (
        ("GET", f"/library/sections/{key}/refresh?force=1"),
        ("PUT", f"/library/metadata/{film.ratingKey}/refresh"),
        ("POST", "/butler/RefreshLocalMedia"),
    ):
        answer = home.http.request(method, path)
        assert answer.status_code == 200
        uuid = answer.headers["x-plex-activity"]
        assert home.http.delete(f"/activities/{uuid}").status_code in (200, 404), path
    home.server.wait_idle()


def test_an_unknown_one_is_not_found(home: Home) -> None:
    for client in (home.http, home.mia_http):
        assert client.delete("/activities/d6199ba1-fb5e-4cae-bf17-1a5369c1cf1e").status_code == 404
    assert home.server.client("wrong").delete("/activities/x").status_code == 401


def test_without_anything_to_do_there_is_none(home: Home) -> None:
    home.server.wait_idle()
    assert home.container("/activities") == {"size": 0}
