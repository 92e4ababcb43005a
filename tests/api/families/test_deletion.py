"""Deleting media: only when allowed, only the item's own files, and the library says the truth afterwards."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from plexapi.exceptions import BadRequest, NotFound
from tests.api.families.conftest import Home


class Own:
    """A section of its own, on a folder that may be changed."""

    def __init__(self, home: Home, root: Path, kind: str, scanner: str) -> None:
        self.home = home
        self.root = root
        self.title = root.name
        query = {"name": self.title, "type": kind, "scanner": scanner, "language": "en-US", "location": str(root)}
        made = home.http.post("/library/sections", params=query)
        assert made.status_code == 201, made.text
        self.number = int(made.json()["MediaContainer"]["Directory"][0]["key"])
        home.server.wait_idle()

    def scan(self) -> None:
        assert self.home.http.get(f"/library/sections/{self.number}/refresh").status_code == 200
        self.home.server.wait_idle()

    def titles(self, kind: int) -> list[str]:
        found = self.home.container(f"/library/sections/{self.number}/all", type=kind)
        return [one["title"] for one in found.get("Metadata", [])]

    def item(self, title: str, kind: int = 1) -> dict[str, Any]:
        found: list[dict[str, Any]] = self.home.container(f"/library/sections/{self.number}/all", type=kind)["Metadata"]
        return next(one for one in found if one["title"] == title)

    def delete(self, key: str, status: int = 200) -> str:
        answer = self.home.http.delete(f"/library/metadata/{key}")
        assert answer.status_code == status, answer.text
        return answer.text

    def files(self) -> set[str]:
        return {str(path.relative_to(self.root)) for path in self.root.rglob("*")}

    def forget(self) -> None:
        self.home.http.delete(f"/library/sections/{self.number}")


Maker = Callable[..., Own]


@pytest.fixture
def own(home: Home, tmp_path: Path) -> Iterator[Maker]:
    """Makes a section on copies of real files; ``files`` are the paths to make, by what they are a copy of."""
    assert home.http.put("/:/prefs", params={"allowMediaDeletion": "1"}).status_code == 200
    made: list[Own] = []
    film = home.media / "Movies" / "Cold Lantern (1991)" / "Cold Lantern (1991).mp4"
    picture = home.media / "Movies" / "Cold Lantern (1991)" / "poster.jpg"

    def make(name: str, paths: list[str], kind: str = "movie", scanner: str = "Plex Movie") -> Own:
        root = tmp_path / name
        for number, path in enumerate(paths):
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            ending = target.suffix
            if ending == ".mp4":
                shutil.copy(film, target)
                with target.open("ab") as file:  # bytes of its own at the end of the container
                    file.write((8 + 8).to_bytes(4, "big") + b"free" + f"{name}{number:04}".encode()[-8:].rjust(8))
            elif ending == ".jpg":
                shutil.copy(picture, target)
            else:
                target.write_text("1\n00:00:00,100 --> 00:00:00,900\nHello\n" if ending == ".srt" else "<movie/>")
        section = Own(home, root, kind, scanner)
        made.append(section)
        return section

    yield make
    for section in made:
        section.forget()
    home.http.put("/:/prefs", params={"allowMediaDeletion": "0"})


def test_it_is_off_until_the_owner_allows_it(home: Home, own: Maker) -> None:
    mine = own("Off", ["Alpha (2001)/Alpha (2001).mp4"])
    home.http.put("/:/prefs", params={"allowMediaDeletion": "0"})
    assert "allowMediaDeletion" not in home.container("/")
    mine.delete(mine.item("Alpha")["ratingKey"], 403)
    home.http.put("/:/prefs", params={"allowMediaDeletion": "1"})
    assert home.container("/")["allowMediaDeletion"]
    assert home.mia_http.delete(f"/library/metadata/{mine.item('Alpha')['ratingKey']}").status_code == 403
    assert "Alpha (2001)/Alpha (2001).mp4" in mine.files()
    home.http.put("/:/prefs", params={"allowMediaDeletionLanOnly": "1"})
    remote = {"X-Forwarded-For": "203.0.113.9"}
    path = f"/library/metadata/{mine.item('Alpha')['ratingKey']}"
    assert home.http.delete(path, headers=remote).status_code == 403
    assert home.http.delete(path).status_code == 200
    home.http.put("/:/prefs", params={"allowMediaDeletionLanOnly": "0"})


def test_a_film_goes_with_what_is_its_own_and_nothing_else(home: Home, own: Maker) -> None:
    mine = own(
        "Films",
        [
            "Alpha (2001)/Alpha (2001).mp4",
            "Alpha (2001)/Alpha (2001).en.srt",
            "Alpha (2001)/movie.nfo",
            "Alpha (2001)/poster.jpg",
            "Shared/Beta (2002).mp4",
            "Shared/Beta (2002).de.srt",
            "Shared/Beta (2002)-poster.jpg",
            "Shared/Gamma (2003).mp4",
            "Shared/Gamma (2003).en.srt",
            "Noted (2004)/Noted (2004).mp4",
            "Noted (2004)/diary.doc",
        ],
    )
    alpha = mine.item("Alpha")
    home.http.get("/:/scrobble", params={"key": alpha["ratingKey"], "identifier": "x"})
    home.mia_http.put("/:/rate", params={"key": alpha["ratingKey"], "rating": 7, "identifier": "x"})
    kept = (mine.root / "Alpha (2001)" / "Alpha (2001).mp4").read_bytes()
    answer = home.http.delete(f"/library/metadata/{alpha['ratingKey']}").json()["MediaContainer"]
    folder = str(mine.root / "Alpha (2001)")
    assert {one["file"].removeprefix(folder + "/") for one in answer["File"]} == {
        "Alpha (2001).mp4", "Alpha (2001).en.srt", "movie.nfo", "poster.jpg",
    }  # fmt: skip
    assert [one["path"] for one in answer["Folder"]] == [folder]
    assert home.http.get(f"/library/metadata/{alpha['ratingKey']}").status_code == 404
    mine.delete(mine.item("Beta")["ratingKey"])
    mine.delete(mine.item("Noted")["ratingKey"])
    assert mine.files() == {
        "Shared", "Shared/Gamma (2003).mp4", "Shared/Gamma (2003).en.srt", "Noted (2004)", "Noted (2004)/diary.doc",
    }  # fmt: skip
    assert mine.titles(1) == ["Gamma"]
    back = mine.root / "Alpha (2001)" / "Alpha (2001).mp4"
    back.parent.mkdir()
    back.write_bytes(kept)
    mine.scan()
    again = mine.item("Alpha")
    assert again["viewCount"] == 1
    assert (
        home.mia_http.get(f"/library/metadata/{again['ratingKey']}").json()["MediaContainer"]["Metadata"][0][
            "userRating"
        ]
        == 7
    )


def test_one_version_goes_and_the_other_stays(home: Home, own: Maker) -> None:
    mine = own("Two", ["Alpha (2001)/Alpha (2001) - 720p.mp4", "Alpha (2001)/Alpha (2001) - 480p.mp4",
                       "Alpha (2001)/Alpha (2001) - 480p.en.srt", "Alpha (2001)/poster.jpg"])  # fmt: skip
    film = home.owner.fetchItem(int(mine.item("Alpha")["ratingKey"]))
    assert len(film.media) == 2
    small = next(one for one in film.media if "480p" in one.parts[0].file)
    small.delete()
    film.reload()
    assert [one.id for one in film.media] == [one.id for one in film.media if one.id != small.id]
    assert len(film.media) == 1
    assert mine.files() == {"Alpha (2001)", "Alpha (2001)/Alpha (2001) - 720p.mp4", "Alpha (2001)/poster.jpg"}
    with pytest.raises(NotFound):
        small.delete()
    film.media[0].delete()
    assert mine.titles(1) == []
    assert home.http.delete("/library/metadata/999999/media/1").status_code == 404
    film_path = mine.root / "Alpha (2001)"
    assert not film_path.exists()


def test_an_episode_whose_file_holds_another_stays_until_both_go(home: Home, own: Maker) -> None:
    show = "Twins (2010)/Season 01/Twins (2010) - "
    mine = own(
        "Series", [f"{show}s01e01-e02.mp4", f"{show}s01e03.mp4", "Twins (2010)/poster.jpg"], "show", "Plex TV Series"
    )
    episodes = home.container(f"/library/sections/{mine.number}/all", type=4)["Metadata"]
    first, second, third = sorted(episodes, key=lambda one: int(one["index"]))
    text = mine.delete(first["ratingKey"], 400)
    assert "both" in text
    assert len(mine.titles(4)) == 3
    mine.delete(f"{first['ratingKey']},{second['ratingKey']}")
    assert mine.files() == {"Twins (2010)", "Twins (2010)/poster.jpg", "Twins (2010)/Season 01", f"{show}s01e03.mp4"}
    assert len(mine.titles(4)) == 1
    whole = home.owner.fetchItem(int(mine.item("Twins", 2)["ratingKey"]))
    whole.delete()
    assert mine.titles(2) == mine.titles(3) == mine.titles(4) == []
    assert mine.files() == set()
    assert home.http.get(f"/library/metadata/{third['ratingKey']}").status_code == 404


def test_a_file_of_two_sections_is_not_deleted_for_one(home: Home, own: Maker) -> None:
    mine = own("Outer", ["Inner/Alpha (2001).mp4"])
    inner = Own(home, mine.root / "Inner", "movie", "Plex Movie")
    try:
        mine.delete(mine.item("Alpha")["ratingKey"], 400)
        assert "Inner/Alpha (2001).mp4" in mine.files()
        mine.delete(f"{mine.item('Alpha')['ratingKey']},{inner.item('Alpha')['ratingKey']}")
        assert mine.titles(1) == inner.titles(1) == []
        assert mine.files() == {"Inner"}
    finally:
        inner.forget()


def test_links_swapped_in_lead_nowhere(own: Maker, tmp_path: Path) -> None:
    mine = own(
        "Linked", ["Alpha (2001)/Alpha (2001).mp4", "Beta (2002)/Beta (2002).mp4", "Gamma (2003)/Gamma (2003).mp4"]
    )
    outside = tmp_path / "outside"
    (mine.root / "Alpha (2001)").rename(outside)
    (mine.root / "Alpha (2001)").symlink_to(outside)
    beta = mine.root / "Beta (2002)" / "Beta (2002).mp4"
    precious = tmp_path / "precious.mp4"
    shutil.copy2(beta, precious)
    beta.unlink()
    beta.symlink_to(precious)
    (mine.root / "Gamma (2003)" / "Gamma (2003).mp4").write_bytes(b"another file by now")
    for title, why in (("Alpha", "link"), ("Beta", "link"), ("Gamma", "changed")):
        assert why in mine.delete(mine.item(title)["ratingKey"], 400)
    assert (outside / "Alpha (2001).mp4").exists()
    assert precious.exists()
    assert beta.is_symlink()
    assert sorted(mine.titles(1)) == ["Alpha", "Beta", "Gamma"]


def test_what_failed_is_told_and_the_library_says_the_truth(own: Maker) -> None:
    mine = own("Partly", ["Alpha (2001)/Alpha (2001).mp4", "Beta (2002)/Beta (2002).mp4"])
    (mine.root / "Beta (2002)" / "Beta (2002).mp4").write_bytes(b"changed")
    text = mine.delete(f"{mine.item('Alpha')['ratingKey']},{mine.item('Beta')['ratingKey']}", 400)
    assert "1 of 2 files were deleted" in text
    assert "Beta (2002).mp4: it changed since it was scanned" in text
    assert mine.titles(1) == ["Beta"]
    assert mine.files() == {"Beta (2002)", "Beta (2002)/Beta (2002).mp4"}


def test_a_folder_that_is_away_is_refused(own: Maker) -> None:
    mine = own("Away", ["Alpha (2001)/Alpha (2001).mp4"])
    moved = mine.root.rename(mine.root.with_name("elsewhere"))
    item = mine.item("Alpha")["ratingKey"]
    assert "away" in mine.delete(item, 400)
    moved.rename(mine.root)
    mine.delete(item)
    assert mine.files() == set()


def test_of_a_collection_only_the_list_goes(home: Home) -> None:
    collection = home.section("Movies").collection("Coast")
    assert home.mia_http.delete(f"/library/metadata/{collection.ratingKey}").status_code == 403
    assert home.http.delete(f"/library/metadata/{collection.ratingKey}").status_code == 200
    assert home.section("Movies").get("Amber Coast")
    with pytest.raises(NotFound):
        home.section("Movies").collection("Coast")
    assert (home.media / "Movies" / "Amber Coast (1979)" / "Amber Coast (1979).mp4").exists()
    with pytest.raises(BadRequest):
        home.section("Movies").get("Amber Coast").delete()
    assert home.http.delete("/library/metadata/999999999").status_code == 404
    assert home.http.delete("/library/metadata/x").status_code == 400
    assert os.access(home.media, os.R_OK)


def test_a_show_keeps_what_it_is_told_to_keep(home: Home, own: Maker) -> None:
    names = [f"Daily (2010)/Season 01/Daily (2010) - s01e{number:02}.mp4" for number in range(1, 6)]
    mine = own("Kept", [*names, "Other (2011)/Season 01/Other (2011) - s01e01.mp4"], "show", "Plex TV Series")
    episodes = home.container(f"/library/sections/{mine.number}/all", type=4)["Metadata"]
    keys = {one["index"]: one["ratingKey"] for one in episodes if one["grandparentTitle"] == "Daily"}
    show = home.owner.fetchItem(int(mine.item("Daily", 2)["ratingKey"]))

    def night() -> set[str]:
        answer = home.http.post("/butler/DeleteExpiredEpisodes")
        assert answer.status_code == 200, answer.text
        home.server.wait_idle()
        return {name for name in mine.files() if name.endswith(".mp4")}

    everything = {*names, "Other (2011)/Season 01/Other (2011) - s01e01.mp4"}
    for person in (home.http, home.mia_http):  # what mia watched alone stays
        for index in (1,) if person is home.http else (1, 2, 3, 4, 5):
            person.get("/:/scrobble", params={"key": keys[index], "identifier": "x"})
    assert night() == everything
    assert home.mia_http.put(f"/library/metadata/{show.ratingKey}/prefs?{WATCHED}=100").status_code == 403
    assert home.http.put(f"/library/metadata/{show.ratingKey}/prefs?{WATCHED}=2").status_code == 400
    show.editAdvanced(autoDeletionItemPolicyWatchedLibrary=100, autoDeletionItemPolicyUnwatchedLibrary=3)
    home.http.put("/:/prefs", params={"allowMediaDeletion": "0"})
    assert home.http.post("/butler/DeleteExpiredEpisodes").status_code == 400
    assert home.container(PREVIEW)["enabled"] is False
    assert "deleted from" not in home.server.cli("status").stdout
    home.http.put("/:/prefs", params={"allowMediaDeletion": "1"})
    foreseen = home.container(PREVIEW)
    assert (foreseen["size"], foreseen["enabled"], foreseen["at"] > 0) == (1, True, True)
    (daily,) = foreseen["Directory"]
    assert (daily["ratingKey"], daily["title"], daily["size"]) == (str(show.ratingKey), "Daily", 2)
    assert [(one["ratingKey"], one["policy"], one["policyValue"]) for one in daily["Metadata"]] == [
        (keys[1], WATCHED, 100),
        (keys[2], UNWATCHED, 3),
    ]
    assert home.xml.get(PREVIEW).text.count("<Video ") == 2
    assert re.search(
        r"deleted from \d{4}-\d\d-\d\d \d\d:\d\d on: Daily S01E01, S01E02\n", home.server.cli("status").stdout
    )
    assert home.mia_http.get(PREVIEW).status_code == 403
    assert {name for name in mine.files() if name.endswith(".mp4")} == everything, "nothing was deleted by looking"
    report = {"ratingKey": keys[2], "key": f"/library/metadata/{keys[2]}", "state": "playing", "time": 100}
    assert home.mia_http.post("/:/timeline", params=report).status_code == 200  # mia plays the second one
    assert night() == everything - {names[0]}
    assert home.mia_http.post("/:/timeline", params={**report, "state": "stopped"}).status_code == 200
    assert night() == everything - {names[0], names[1]}
    assert home.container(PREVIEW)["size"] == 0
    log = (home.server.support / "Logs" / "Plex Media Server.log").read_text()
    assert "Deleted what 'Daily' does not keep" in log
    assert str(mine.root / names[0]) in log


WATCHED = "autoDeletionItemPolicyWatchedLibrary"
UNWATCHED = "autoDeletionItemPolicyUnwatchedLibrary"
PREVIEW = "/butler/DeleteExpiredEpisodes/preview"
