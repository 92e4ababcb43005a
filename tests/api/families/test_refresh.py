"""Reading items and sections again, and what says honestly that it cannot be done yet."""

from pathlib import Path
from typing import Any

from tests.api.families.conftest import Home


def activity_of(answer: Any) -> str:
    assert answer.status_code == 200
    found: str = answer.headers["X-Plex-Activity"]
    return found


def own_section(home: Home, folder: Path) -> Any:
    """A section of one film whose files may be changed."""
    film = folder / "Odd Fish (2001)"
    film.mkdir(parents=True)
    source = next((home.media / "Movies" / "Cold Lantern (1991)").glob("*.mp4"))
    (film / "Odd Fish (2001).mp4").write_bytes(source.read_bytes())
    (film / "movie.nfo").write_text("<movie><title>Odd Fish</title><plot>Old</plot></movie>")
    query = {"name": "Own", "type": "movie", "scanner": "Plex Movie", "language": "en-US", "location": str(folder)}
    assert home.http.post("/library/sections/all", params=query).status_code == 201
    home.server.wait_idle()
    return home.section("Own").get("Odd Fish")


def test_an_item_is_read_again_and_analysed(fresh_home: Home, tmp_path: Path) -> None:
    home = fresh_home
    item = own_section(home, tmp_path / "own")
    nfo = tmp_path / "own" / "Odd Fish (2001)" / "movie.nfo"
    nfo.write_text("<movie><title>Odd Fish</title><plot>New</plot><genre>Sea</genre></movie>")
    answer = home.http.put(f"/library/metadata/{item.ratingKey}/refresh", params={"force": 1, "markUpdated": 1})
    activity = activity_of(answer)
    assert activity in [each["uuid"] for each in home.container("/activities").get("Activity", [])] or item.reload()
    home.server.wait_idle()
    assert (item.reload().summary, [genre.tag for genre in item.genres]) == ("New", ["Sea"])
    nfo.write_text("<movie><title>Odd Fish</title><plot>Newest</plot></movie>")
    item.analyze()
    home.server.wait_idle()
    assert home.mia.fetchItem(item.ratingKey).summary == "Newest"
    nfo.write_text("<movie><title>Odd Fish</title><plot>All</plot></movie>")
    activity_of(home.http.post("/library/sections/refresh", params={"force": 1}))
    home.server.wait_idle()
    assert item.reload().summary == "All"


def test_several_items_and_whole_sections(home: Home) -> None:
    films = home.section("Movies").all()[:2]
    activity_of(home.http.put(f"/library/metadata/{films[0].ratingKey},{films[1].ratingKey}/refresh"))
    home.section("Movies").analyze()
    home.section("Movies").refresh()
    home.section("Movies").update()
    home.section("Movies").cancelUpdate()
    home.server.wait_idle()
    show = home.section("TV Shows").get("Small Machines")
    activity_of(home.http.put(f"/library/metadata/{show.ratingKey}/analyze"))
    home.server.wait_idle()
    assert home.mia.fetchItem(show.ratingKey).leafCount == 5


def test_an_activity_can_be_cancelled(home: Home) -> None:
    activity = activity_of(home.http.put(f"/library/sections/{home.sections['Music']}/analyze"))
    assert home.mia_http.delete(f"/activities/{activity}").status_code in (403, 404)  # it is none of hers
    assert home.http.delete(f"/activities/{activity}").status_code in (200, 404)  # 404: it is over already
    home.server.wait_idle()
    assert not home.container("/activities").get("Activity")


def test_unknown_and_foreign_items(home: Home) -> None:
    film = home.section("Movies").get("Amber Coast")
    for path in ("refresh", "analyze"):
        assert home.http.put(f"/library/metadata/{film.ratingKey},99999999/{path}").status_code == 404
        assert home.http.put(f"/library/metadata/x/{path}").status_code == 400
        assert home.mia_http.put(f"/library/metadata/{film.ratingKey}/{path}").status_code == 403
    assert home.mia_http.post("/library/sections/refresh").status_code == 403
    assert home.http.put("/library/sections/999/analyze").status_code == 404
