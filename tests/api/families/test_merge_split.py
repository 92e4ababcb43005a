"""Merging items and splitting them, across scans, with what both people did."""

from pathlib import Path
from typing import Any

from tests.api.families.conftest import Home


def rescan(home: Home, title: str) -> None:
    home.section(title).update()
    home.http.get(f"/library/sections/{home.sections[title]}/refresh", params={"force": 1})
    home.server.wait_idle()


def titles(home: Home, section: str) -> list[str]:
    return sorted(item.title for item in home.mia.library.section(section).all())


def film(home: Home, title: str) -> Any:
    return home.section("Movies").get(title)


def test_films_are_merged_and_split(home: Home) -> None:
    kept, gone = film(home, "Cold Lantern"), film(home, "Cloud Harbour")
    home.mia.fetchItem(gone.ratingKey).markPlayed()
    gone.editTagline("Its own").addLabel("Theirs", locked=False)
    before = titles(home, "Movies")
    kept.merge(gone.ratingKey)
    assert home.mia_http.get(f"/library/metadata/{gone.ratingKey}").status_code == 404
    merged = home.mia.fetchItem(kept.ratingKey)
    assert (merged.title, len(merged.media), merged.viewCount) == ("Cold Lantern", 2, 1)
    assert not kept.reload().isPlayed
    rescan(home, "Movies")
    assert (kept.reload().title, kept.tagline, len(kept.media)) == ("Cold Lantern", "Line 3", 2)
    assert "Cloud Harbour" not in titles(home, "Movies")
    kept.split()
    assert titles(home, "Movies") == before
    back = home.mia.fetchItem(gone.ratingKey)
    assert (back.title, back.tagline, back.viewCount, back.guid) == ("Cloud Harbour", "Its own", 1, gone.guid)
    assert [label.tag for label in back.labels] == ["Theirs"]
    rescan(home, "Movies")
    assert titles(home, "Movies") == before
    assert home.owner.fetchItem(gone.ratingKey).title == "Cloud Harbour"
    assert len(kept.reload().media) == 1


def test_versions_are_split_and_stay_apart(home: Home) -> None:
    item = film(home, "Eleven Hours")
    assert len(item.media) == 2
    home.mia.fetchItem(item.ratingKey).markPlayed()
    item.split()
    found = home.section("Movies").search(title="Eleven Hours")
    assert [len(each.media) for each in found] == [1, 1]
    assert len({each.ratingKey for each in found}) == 2
    assert all(home.mia.fetchItem(each.ratingKey).isPlayed for each in found)
    other = next(each for each in found if each.ratingKey != item.ratingKey)
    other.editEditionTitle("Small Cut")
    assert home.mia.fetchItem(other.ratingKey).guid == item.guid
    rescan(home, "Movies")
    again = {each.ratingKey: each for each in home.section("Movies").search(title="Eleven Hours")}
    assert set(again) == {item.ratingKey, other.ratingKey}
    assert (again[item.ratingKey].editionTitle, again[other.ratingKey].editionTitle) == (None, "Small Cut")
    home.mia.fetchItem(other.ratingKey).markUnplayed()
    assert home.mia.fetchItem(item.ratingKey).isPlayed
    item.merge(other.ratingKey)
    rescan(home, "Movies")
    assert [len(each.media) for each in home.section("Movies").search(title="Eleven Hours")] == [2]


def test_shows_are_merged_and_split(home: Home) -> None:
    section = home.section("TV Shows")
    kept, gone = section.get("Small Machines"), section.get("Uncharted Kitchen")
    home.mia.fetchItem(gone.episodes()[0].ratingKey).markPlayed()
    kept.merge(gone.ratingKey)
    seen = home.mia.fetchItem(kept.ratingKey)
    assert {season.index for season in seen.seasons()} == {1, 2, 3}
    assert (seen.leafCount, seen.viewedLeafCount) == (9, 1)
    rescan(home, "TV Shows")
    seen = home.mia.fetchItem(kept.ratingKey)
    assert (seen.title, seen.leafCount, seen.viewedLeafCount) == ("Small Machines", 9, 1)
    kept.split()
    assert (kept.reload().leafCount, section.get("Uncharted Kitchen").leafCount) == (5, 6)
    rescan(home, "TV Shows")
    assert (kept.reload().leafCount, section.get("Uncharted Kitchen").leafCount) == (5, 6)


def test_merged_shows_are_scanned_with_all_that_their_files_say(fresh_home: Home, tmp_path: Path) -> None:
    home = fresh_home
    source = next((home.media / "Movies" / "Cold Lantern (1991)").glob("*.mp4")).read_bytes()
    for title in ("One", "Two"):
        folder = tmp_path / "tv" / title / "Season 01"
        folder.mkdir(parents=True)
        (folder / f"{title} - s01e0{1 if title == 'One' else 2}.mp4").write_bytes(source + title.encode())
        ratings = '<ratings><rating name="imdb"><value>7</value></rating></ratings><genre>Odd</genre>'
        (folder.parent / "tvshow.nfo").write_text(f"<tvshow><title>{title}</title>{ratings}</tvshow>")
        picture = next((home.media / "TV Shows" / "Small Machines (2018)").glob("poster.jpg"))
        (folder.parent / "poster.jpg").write_bytes(picture.read_bytes())
    query = {"name": "Pair", "type": "show", "scanner": "Plex TV Series", "language": "en-US"}
    assert home.http.post("/library/sections", params=query | {"location": str(tmp_path / "tv")}).status_code == 201
    home.server.wait_idle()
    section = home.section("Pair")
    section.get("One").merge(section.get("Two").ratingKey)
    for _ in range(2):
        home.http.get(f"/library/sections/{section.key}/refresh", params={"force": 1})
        home.server.wait_idle()
        (show,) = home.mia.library.section("Pair").all()
        assert (show.title, show.leafCount, show.audienceRating) == ("One", 2, 7.0)
    (tmp_path / "tv" / "One" / "Season 01" / "One - s01e03.mp4").write_bytes(source + b"3")
    section.update()
    home.server.wait_idle()
    assert [show.leafCount for show in home.section("Pair").all()] == [3]


def test_what_cannot_be_merged(home: Home) -> None:
    kept = film(home, "Amber Coast")
    show = home.section("TV Shows").get("Harbour Lights")
    video = home.section("Home Videos").get("Birthday")
    path = f"/library/metadata/{kept.ratingKey}/merge"
    for ids, status in (
        (show.ratingKey, 400),
        (video.ratingKey, 400),
        (kept.ratingKey, 400),
        ("99999999", 404),
        ("x", 400),
        ("", 400),
    ):
        assert home.http.put(path, params={"ids": ids}).status_code == status, ids
    assert home.mia_http.put(path, params={"ids": show.ratingKey}).status_code == 403
    assert home.mia_http.put(f"/library/metadata/{kept.ratingKey}/split").status_code == 403
    assert home.http.put("/library/metadata/99999999/split").status_code == 404
