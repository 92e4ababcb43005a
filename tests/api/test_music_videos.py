"""Music videos as a client sees them: extras of their artist, from a scan by a real server."""

import shutil
from pathlib import Path

from tests.support.running import start_server


def test_an_artist_shows_its_music_videos(tmp_path: Path, demo_library: Path) -> None:
    track = next((demo_library / "Music" / "Various Artists").rglob("01 - *.mp3"))
    film = next((demo_library / "Home Videos").rglob("*.mp4"))
    album = tmp_path / "Music" / "Artist" / "Album"
    album.mkdir(parents=True)
    shutil.copy(track, album / track.name)
    shutil.copy(film, album / f"{track.stem}-live.mp4")
    shutil.copy(film, album / "A Night Out-concert.mp4")
    running = start_server(tmp_path / "config", "--section", f"Music=artist:{tmp_path / 'Music'}")
    try:
        running.wait_idle()
        client = running.client(accept="application/json")
        (artist,) = client.get("/library/sections/1/all?type=8").json()["MediaContainer"]["Metadata"]
        path = f"/library/metadata/{artist['ratingKey']}"
        video, concert = client.get(f"{path}/extras").json()["MediaContainer"]["Metadata"]
        assert (video["type"], video["subtype"], video["extraType"]) == ("clip", "liveMusicVideo", 7)
        (shown,) = client.get(path, params={"includeExtras": 1}).json()["MediaContainer"]["Metadata"]
        assert [one["ratingKey"] for one in shown["Extras"]["Metadata"]] == [video["ratingKey"], concert["ratingKey"]]
        for flag in ("includeConcerts", "includeAllConcerts"):
            (shown,) = client.get(path, params={flag: 1}).json()["MediaContainer"]["Metadata"]
            assert [one["title"] for one in shown["Concerts"]["Metadata"]] == ["A Night Out"]
        assert "Concerts" not in client.get(path).json()["MediaContainer"]["Metadata"][0]
        assert client.get(video["Media"][0]["Part"][0]["key"]).content == film.read_bytes()
        (listed,) = client.get(f"{path}/children").json()["MediaContainer"]["Metadata"]
        assert listed["type"] == "album"
    finally:
        running.end()
