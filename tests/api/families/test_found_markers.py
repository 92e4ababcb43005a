"""Intros and credits that the server finds by itself, and what a person says of them."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.api.families.conftest import Home, connect
from tests.api.families.teaching import until
from tests.support.episodes import FPS, Gray, credits_frame, music, scene, with_theme, write

LENGTH_S = 50
THEME_AT = {1: 3.0, 2: 7.5, 4: 4.2}
"""Where episodes of season 1 have the theme of 14 seconds; the third has none, and so have those of season 2."""
CREDITS_AT = 38


def _name(season: int, episode: int) -> str:
    return f"Season {season:02}/The Long Corridor - S{season:02}E{episode:02}.mkv"


def _frame(seed: int, credits_from: int | None, number: int) -> Gray:
    return credits_frame(number) if credits_from is not None and number >= credits_from else scene(seed, number)


@pytest.fixture(scope="module")
def show(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A section of one show, scanned, and searched as its preferences say."""
    root = tmp_path_factory.mktemp("found")
    folder = root / "The Long Corridor (2011)"
    theme = music(1, 14)
    for season, numbers in ((1, (1, 2, 3, 4)), (2, (1, 2))):
        for number in numbers:
            sound = music(100 * season + number, LENGTH_S)
            if season == 1 and number in THEME_AT:
                sound = with_theme(sound, theme, THEME_AT[number])
            with_credits = CREDITS_AT * FPS if (season, number) == (1, 1) else None
            write(folder / _name(season, number), sound, partial(_frame, 10 * season + number, with_credits))
    wanted = dict.fromkeys(("GenerateIntroMarkerBehavior", "GenerateCreditsMarkerBehavior"), "asap")
    assert home.http.put("/:/prefs", params=wanted).status_code == 200
    query = {"name": "Corridor", "type": "show", "scanner": "Plex TV Series", "language": "en-US"}
    answer = home.http.post("/library/sections", params=query | {"location": str(root)})
    assert answer.status_code == 201, answer.text
    for task in ("Intro", "Credits"):
        home.server.log_with(f"butler: ButlerTaskGenerate{task}Markers is done")
    home.server.wait_idle()
    return folder


pytestmark = pytest.mark.usefixtures("show")


def episode(home: Home, season: int, number: int) -> Any:
    return connect(home.server.url, home.owner_token).library.section("Corridor").get("The Long Corridor").episode(
        season=season, episode=number
    )  # fmt: skip


def spans(home: Home, season: int, number: int, kind: str = "intro") -> list[tuple[int, int]]:
    found = episode(home, season, number).reload()
    return [(one.start, one.end) for one in found.markers if one.type == kind]


def scanned(home: Home, **query: int) -> None:
    home.http.get(f"/library/sections/{home.section('Corridor').key}/refresh", params=query)
    home.server.wait_idle()


def asked(home: Home, item: Any, kind: str = "intro", **query: int) -> None:
    answer = home.http.put(f"/library/metadata/{item.ratingKey}/{kind}", params=query)
    assert (answer.status_code, len(answer.headers["x-plex-activity"])) == (200, 36)
    home.server.wait_idle()


def test_the_intros_of_a_season_are_found_to_a_second_and_no_others(home: Home) -> None:
    for number, start in THEME_AT.items():
        ((begin, end),) = spans(home, 1, number)
        assert begin == pytest.approx(start * 1000, abs=1_000)
        assert end == pytest.approx(start * 1000 + 14_000, abs=1_000)
    assert spans(home, 1, 3) == []
    assert spans(home, 2, 1) == spans(home, 2, 2) == []


def test_credits_are_found_where_they_are_and_are_the_last(home: Home) -> None:
    ((begin, end),) = spans(home, 1, 1, "credits")
    assert begin == pytest.approx(CREDITS_AT * 1000, abs=1_000)
    assert end == pytest.approx(LENGTH_S * 1000, abs=200)
    (marker,) = (one for one in episode(home, 1, 1).reload().markers if one.type == "credits")
    assert marker.final is True
    assert all(spans(home, 1, number, "credits") == [] for number in (2, 3, 4))


def test_they_outlast_scans_and_other_names(home: Home, show: Path) -> None:
    before = {number: spans(home, 1, number) for number in (1, 2, 3, 4)}
    scanned(home, force=1)
    assert {number: spans(home, 1, number) for number in (1, 2, 3, 4)} == before
    (show / _name(1, 4)).rename(show / _name(1, 5))
    scanned(home)
    assert spans(home, 1, 5) == before[4]
    (show / _name(1, 5)).rename(show / _name(1, 4))
    scanned(home)
    assert spans(home, 1, 4) == before[4]


def test_what_the_owner_moves_stays_and_is_not_found_beside_it(home: Home) -> None:
    found = episode(home, 1, 2).reload()
    before = spans(home, 1, 2)
    (marker,) = (one for one in found.markers if one.type == "intro")
    path = f"/library/metadata/{found.ratingKey}/marker"
    change: dict[str, str | int] = {"type": "intro", "startTimeOffset": 5000, "endTimeOffset": 9000}
    assert home.mia_http.put(f"{path}/{marker.id}", params=change).status_code == 403
    assert home.http.put(f"{path}/{marker.id}", params=change).status_code == 200
    for force in (0, 1):
        asked(home, found, force=force)
        scanned(home, force=1)
        assert spans(home, 1, 2) == [(5000, 9000)]
    assert home.http.delete(f"{path}/{marker.id}").status_code == 200
    asked(home, found)
    scanned(home, force=1)
    assert spans(home, 1, 2) == [], "what was taken away stays away"
    asked(home, found, force=1)
    assert spans(home, 1, 2) == before, "until it is asked for again"
    assert spans(home, 1, 1), "and the others have theirs"


def test_what_the_owner_sets_takes_the_place_of_what_was_found(home: Home) -> None:
    item = episode(home, 1, 1)
    path = f"/library/metadata/{item.ratingKey}/marker"
    query: dict[str, str | int] = {"type": "credits", "startTimeOffset": 30_000, "endTimeOffset": 40_000}
    made = home.http.post(path, params=query)
    assert made.status_code == 200
    assert spans(home, 1, 1, "credits") == [(30_000, 40_000)]
    asked(home, item, "credits", force=1)
    assert spans(home, 1, 1, "credits") == [(30_000, 40_000)]
    number = made.json()["MediaContainer"]["Marker"][0]["id"]
    home.http.delete(f"{path}/{number}")
    asked(home, item, "credits", force=1)
    assert len(spans(home, 1, 1, "credits")) == 1


def test_who_may_ask_and_for_what(home: Home) -> None:
    item = episode(home, 1, 1)
    for kind in ("intro", "credits", "addetect"):
        assert home.mia_http.put(f"/library/metadata/{item.ratingKey}/{kind}").status_code == 403
        assert home.http.put(f"/library/metadata/99999999/{kind}").status_code == 404
    film = home.section("Movies").get("Amber Coast")
    asked(home, film)
    asked(home, film, "credits")
    assert film.reload().markers == []
    show = home.section("Corridor").get("The Long Corridor")
    asked(home, show, force=1)
    assert all(spans(home, 1, number) for number in THEME_AT)


def test_a_sections_intros_are_deleted_and_found_again_as_it_wants(home: Home) -> None:
    section = home.section("Corridor").key
    path = f"/library/sections/{section}"
    assert home.http.delete(f"{path}/intros").status_code == 200
    assert all(spans(home, 1, number) == [] for number in (1, 2, 3, 4))
    assert home.http.put(f"{path}/prefs", params={"enableIntroMarkerGeneration": 0}).status_code == 200

    def begins() -> bool:
        """Begins the task unless it runs, which is answered with 202."""
        return home.http.post("/butler/ButlerTaskGenerateIntroMarkers").status_code == 200

    until(begins)
    until(begins)  # so one run is over
    assert spans(home, 1, 1) == []
    home.http.put(f"{path}/prefs", params={"enableIntroMarkerGeneration": 1})
    until(begins)
    until(lambda: all(spans(home, 1, number) for number in THEME_AT))
