"""Advertisements that the server finds in recordings, or reads in cut lists, and what a person says of them."""

import time
from pathlib import Path

import pytest
from tests.api.families.conftest import Home
from tests.support.recordings import around, record

LENGTH_S = 210
CUTS_S = (70.0, 90.0, 110.0, 132.0)
FOUND = [(70_000, 132_000)]
LISTED = [(20_000, 50_500), (100_000, 160_000)]
NIGHT = "GenerateAdMarkerBehavior"


@pytest.fixture(scope="module")
def folder(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A section of three recordings: with advertisements, with a cut list and without either."""
    root = tmp_path_factory.mktemp("recorded")
    for number, (title, cuts) in enumerate((("Aired", CUTS_S), ("Listed", CUTS_S), ("Quiet", (70.0, 100.0)))):
        record(root / f"{title} (2001)" / f"{title} (2001).mkv", LENGTH_S, around(cuts), around(cuts), seed=number)
    (root / "Listed (2001)" / "Listed (2001).edl").write_text("100 160 3\nroot:x:0:0\n20 0:00:50.5 0\n30 40 1\n")
    query = {"name": "Recorded", "type": "movie", "scanner": "Plex Movie", "language": "en-US", "location": str(root)}
    answer = home.http.post("/library/sections", params=query)
    assert answer.status_code == 201, answer.text
    home.server.wait_idle()
    assert spans(home, "Aired") == spans(home, "Listed") == [], "nobody asked for them"
    assert home.http.put("/:/prefs", params={NIGHT: "scheduled"}).status_code == 200
    home.owner.runButlerTask("ButlerTaskGenerateAdMarkers")
    home.server.log_with("butler: ButlerTaskGenerateAdMarkers is done")
    home.server.wait_idle()
    return root


pytestmark = pytest.mark.usefixtures("folder")


def _film(home: Home, title: str) -> tuple[str, list[dict[str, int]]]:
    path = f"/library/metadata/{home.section('Recorded').get(title).ratingKey}"
    (whole,) = home.container(path, includeMarkers=1)["Metadata"]
    return path, [one for one in whole.get("Marker", []) if one["type"] == "commercial"]


def spans(home: Home, title: str) -> list[tuple[int, int]]:
    return sorted((one["startTimeOffset"], one["endTimeOffset"]) for one in _film(home, title)[1])


def asked(home: Home, title: str, force: int = 0) -> None:
    answer = home.http.put(f"{_film(home, title)[0]}/addetect", params={"force": force})
    assert (answer.status_code, len(answer.headers["x-plex-activity"])) == (200, 36)
    home.server.wait_idle()


def scanned(home: Home) -> None:
    home.http.get(f"/library/sections/{home.section('Recorded').key}/refresh", params={"force": 1})
    home.server.wait_idle()


def test_breaks_are_found_and_lists_are_followed(home: Home) -> None:
    ((start, end),) = spans(home, "Aired")
    assert (start, end) == pytest.approx(FOUND[0], abs=300)
    assert spans(home, "Quiet") == []
    assert spans(home, "Listed") == LISTED
    refused = "Listed: line 2 of the cut list is not followed: not a start, an end and an action"
    assert refused in home.server.log_with(refused)
    film = home.section("Recorded").get("Aired").reload()
    assert [one.type for one in film.markers] == ["commercial"]


def test_they_outlast_scans_and_other_names(home: Home, folder: Path) -> None:
    before = spans(home, "Aired")
    scanned(home)
    assert (spans(home, "Aired"), spans(home, "Listed")) == (before, LISTED)
    (folder / "Aired (2001)").rename(folder / "Again (2001)")
    (folder / "Again (2001)" / "Aired (2001).mkv").rename(folder / "Again (2001)" / "Again (2001).mkv")
    scanned(home)
    assert spans(home, "Again") == before


def test_who_changes_one_takes_over_all(home: Home) -> None:
    path, (first, second) = _film(home, "Listed")
    change: dict[str, str | int] = {"type": "commercial", "startTimeOffset": 21_000, "endTimeOffset": 49_000}
    assert home.mia_http.put(f"{path}/marker/{first['id']}", params=change).status_code == 403
    assert home.http.put(f"{path}/marker/{first['id']}", params=change).status_code == 200
    changed = [(21_000, 49_000), LISTED[1]]
    assert spans(home, "Listed") == changed
    assert home.mia_http.get(f"{path}?includeMarkers=1").text.count('"commercial"') == 2
    for force in (0, 1):
        asked(home, "Listed", force)
        scanned(home)
        assert spans(home, "Listed") == changed
    assert home.http.delete(f"{path}/marker/{second['id']}").status_code == 200
    assert spans(home, "Listed") == changed[:1]
    assert home.http.delete(f"{path}/marker/{first['id']}").status_code == 200
    asked(home, "Listed")
    assert spans(home, "Listed") == []
    asked(home, "Listed", force=1)
    assert spans(home, "Listed") == LISTED, "until they are asked for again"


def test_who_takes_one_away_or_sets_another_keeps_the_others(home: Home) -> None:
    path, found = _film(home, "Listed")
    assert home.http.delete(f"{path}/marker/{found[0]['id']}").status_code == 200
    scanned(home)
    left = spans(home, "Listed")
    assert len(left) == 1
    more: dict[str, str | int] = {"type": "commercial", "startTimeOffset": 170_000, "endTimeOffset": 180_000}
    assert home.http.post(f"{path}/marker", params=more).status_code == 200
    assert spans(home, "Listed") == [*left, (170_000, 180_000)]


def test_a_list_that_changed_is_read_when_it_is_asked_for_again(home: Home, folder: Path) -> None:
    (folder / "Quiet (2001)" / "Quiet (2001).edl").write_text("30 60 3\n")
    asked(home, "Quiet")
    assert spans(home, "Quiet") == []
    asked(home, "Quiet", force=1)
    assert spans(home, "Quiet") == [(30_000, 60_000)]


def test_a_list_that_changed_is_noticed_by_a_scan(home: Home, folder: Path) -> None:
    list_ = folder / "Quiet (2001)" / "Quiet (2001).edl"
    for text, wanted in (("40 70 3\n", [(40_000, 70_000)]), (None, [])):
        if text is None:
            list_.unlink()
        else:
            list_.write_text(text)
        home.http.get(f"/library/sections/{home.section('Recorded').key}/refresh")
        deadline = time.monotonic() + 60
        while spans(home, "Quiet") != wanted and time.monotonic() < deadline:
            time.sleep(0.1)
        assert spans(home, "Quiet") == wanted
