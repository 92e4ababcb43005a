"""What is done at night, begun and stopped by hand."""

from pathlib import Path

import pytest
from tests.api.families.conftest import Home
from tests.api.families.holding import held_scans
from tests.api.families.teaching import until

FIELDS = {"name", "interval", "scheduleRandomized", "enabled", "title", "description"}


def tasks(home: Home) -> dict[str, dict[str, object]]:
    answer = home.http.get("/butler")
    assert answer.status_code == 200
    return {task["name"]: task for task in answer.json()["ButlerTasks"]["ButlerTask"]}


def test_the_tasks_as_both_forms_and_python_plexapi_have_them(home: Home) -> None:
    found = tasks(home)
    assert all(task.keys() == FIELDS for task in found.values())
    assert {"BackupDatabase", "CleanOldBundles", "CleanOldCacheFiles", "OptimizeDatabase"} <= found.keys()
    assert found["OptimizeDatabase"]["enabled"] is True
    assert found["RefreshLibraries"]["enabled"] is False, "as its preference says"
    assert found["BackupDatabase"]["enabled"] is False, "there is nobody to encrypt to"
    read = {task.name: task for task in home.owner.butlerTasks()}
    assert read.keys() == found.keys()
    assert (read["CleanOldBundles"].interval, read["CleanOldBundles"].enabled) == (7, True)
    assert home.xml.get("/butler").text.splitlines()[1].startswith("<ButlerTasks>")


def test_a_preference_switches_a_task(home: Home) -> None:
    for value, enabled in (("0", False), ("1", True)):
        assert home.http.put(f"/:/prefs?ButlerTaskOptimizeDatabase={value}").status_code == 200
        assert tasks(home)["OptimizeDatabase"]["enabled"] is enabled


@pytest.mark.parametrize(
    "name",
    [
        "OptimizeDatabase",
        "CleanOldBundles",
        "CleanOldCacheFiles",
        "GarbageCollectBlobs",
        "GarbageCollectLibraryMedia",
    ],
)
def test_a_task_is_begun_by_hand(home: Home, name: str) -> None:
    home.owner.runButlerTask(name)
    assert f"butler: {name} is done" in home.server.log_with(f"butler: {name} is done")
    home.server.wait_idle()


def test_scanning_all_libraries_is_a_task(home: Home) -> None:
    answer = home.http.post("/butler/RefreshLibraries")
    assert answer.status_code == 200
    assert len(answer.headers["x-plex-activity"]) == 36
    assert home.http.post("/butler/RefreshLibraries").status_code == 202
    log = home.server.log_with("butler: RefreshLibraries is done")
    assert all(f"Scanned section {number} " in log for number in home.sections.values())
    home.server.wait_idle()


def test_a_task_is_stopped(home: Home) -> None:
    before = home.server.log().count("RefreshLibraries is done")
    with held_scans(home):
        assert home.http.post("/butler/RefreshLibraries").status_code == 200
        activity = next(one for one in home.container("/activities")["Activity"] if "RefreshLibraries" in one["type"])
        assert activity["cancellable"] is True
        assert home.http.delete("/butler/RefreshLibraries").status_code == 200
        home.server.wait_idle()
    assert home.http.delete("/butler/RefreshLibraries").status_code == 200
    assert home.server.log().count("RefreshLibraries is done") == before


def test_all_are_begun_and_stopped(home: Home) -> None:
    assert home.http.post("/butler").status_code == 200
    assert home.http.delete("/butler").status_code == 200
    home.server.wait_idle()


def test_what_cannot_be_done_is_said(home: Home) -> None:
    answer = home.http.post("/butler/BackupDatabase")
    assert (answer.status_code, "VITASCOPE_BACKUP_RECIPIENTS" in answer.text) == (400, True)
    for name in ("Nonsense", "AutomaticUpdates", "optimizedatabase"):
        assert home.http.post(f"/butler/{name}").status_code == 404
        assert home.http.delete(f"/butler/{name}").status_code == 404


def test_it_is_the_owners(home: Home) -> None:
    for method, path in (
        ("GET", "/butler"),
        ("POST", "/butler"),
        ("DELETE", "/butler"),
        ("POST", "/butler/OptimizeDatabase"),
        ("DELETE", "/butler/OptimizeDatabase"),
        ("PUT", "/library/optimize"),
        ("PUT", "/library/clean/bundles"),
    ):
        assert home.mia_http.request(method, path).status_code == 403, path


def test_the_library_is_optimised_as_kometa_asks_for_it(home: Home) -> None:
    home.owner.library.optimize()
    home.owner.library.cleanBundles()
    home.server.wait_idle()


def test_old_files_of_the_cache_go(home: Home) -> None:
    import os
    import time

    folder = home.server.support / "Cache" / "PhotoTranscoder" / "ab"
    folder.mkdir(parents=True, exist_ok=True)
    old, new = (Path(folder / name) for name in ("old.jpeg", "new.jpeg"))
    for path, days in ((old, 40), (new, 20)):
        path.write_bytes(b"picture")
        os.utime(path, (time.time() - days * 86_400,) * 2)
    home.owner.runButlerTask("CleanOldCacheFiles")
    home.server.wait_idle()
    assert (old.exists(), new.exists()) == (False, True)


def run(home: Home, name: str) -> None:
    before = home.server.log().count(f"butler: {name} is done")
    assert home.http.post(f"/butler/{name}").status_code == 200
    until(lambda: home.server.log().count(f"butler: {name} is done") == before + 1)
    home.server.wait_idle()


def test_local_files_are_read_again_and_nothing_else(home: Home, tmp_path: Path) -> None:
    root = tmp_path / "Local"
    source = home.media / "Movies" / "Cold Lantern (1991)"
    for name in ("Alpha (2001)", "Beta (2002)"):
        (root / name).mkdir(parents=True)
        (root / name / f"{name}.mp4").write_bytes((source / "Cold Lantern (1991).mp4").read_bytes() + name.encode())
    (root / "Alpha (2001)" / "movie.nfo").write_text("<movie><title>Alpha</title><plot>Before.</plot></movie>")
    query = {"name": "Local", "type": "movie", "language": "en-US", "location": str(root)}
    made = home.http.post("/library/sections", params=query)
    section = made.json()["MediaContainer"]["Directory"][0]["key"]
    home.server.wait_idle()

    def films() -> dict[str, dict[str, object]]:
        found = home.container(f"/library/sections/{section}/all")["Metadata"]
        return {one["title"]: one for one in found}

    assert films()["Alpha"]["summary"] == "Before."
    scans = home.server.log().count("Scanned section")
    run(home, "RefreshLocalMedia")
    assert home.server.log().count("Scanned section") == scans, "nothing has changed"
    (root / "Alpha (2001)" / "movie.nfo").write_text("<movie><title>Alpha</title><plot>After it.</plot></movie>")
    poster = (source / "poster.jpg").read_bytes()
    (root / "Beta (2002)" / "poster.jpg").write_bytes(poster)
    (root / "Gamma (2003)").mkdir()
    (root / "Gamma (2003)" / "Gamma (2003).mp4").write_bytes((root / "Beta (2002)" / "Beta (2002).mp4").read_bytes())
    run(home, "RefreshLocalMedia")
    now = films()
    assert set(now) == {"Alpha", "Beta"}, "new films are for a scan to find"
    assert now["Alpha"]["summary"] == "After it."
    assert home.http.get(str(now["Beta"]["thumb"])).content == poster
    assert home.server.log().count("Scanned section") == scans + 1
    (root / "Beta (2002)" / "poster.jpg").unlink()
    run(home, "RefreshLocalMedia")
    left = films()["Beta"].get("thumb")  # a frame of the film is made by and by
    assert left is None or home.http.get(str(left)).content != poster
    assert home.http.delete(f"/library/sections/{section}").status_code == 200


def test_loudness_is_measured_at_night_and_kept(home: Home) -> None:
    track = home.owner.fetchItem(home.section("Music").searchTracks()[0].ratingKey)
    stream = track.media[0].parts[0].audioStreams()[0]
    assert stream.loudness is None
    assert home.http.put("/:/prefs?LoudnessAnalysisBehavior=never").status_code == 200
    assert home.http.post("/butler/LoudnessAnalysis").status_code == 400
    assert home.http.get(f"/library/streams/{stream.id}/levels").status_code == 404
    assert home.http.put("/:/prefs?LoudnessAnalysisBehavior=scheduled").status_code == 200
    run(home, "LoudnessAnalysis")
    assert home.http.put("/:/prefs?LoudnessAnalysisBehavior=never").status_code == 200
    for one in home.section("Music").searchTracks():
        found = home.owner.fetchItem(one.ratingKey).media[0].parts[0].audioStreams()[0]
        assert found.loudness is not None, one.title
        assert home.mia_http.get(f"/library/streams/{found.id}/levels").status_code == 200
    assert home.http.put("/:/prefs?LoudnessAnalysisBehavior=scheduled").status_code == 200


def test_providers_are_asked_again(home: Home) -> None:
    run(home, "RefreshPeriodicMetadata")
