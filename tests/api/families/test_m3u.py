"""Playlists out of M3U files that lie in a library, and back into files; and what a hostile file cannot do."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from plexapi.exceptions import BadRequest
from tests.api.families.conftest import Home

Write = Callable[..., Path]


@pytest.fixture
def write(home: Home) -> Iterator[Write]:
    """Writes a playlist file into the music folder; it is gone afterwards, and so are all playlists."""
    made: list[Path] = []

    def put(name: str, *lines: str, folder: str = "Music", encoding: str = "utf-8", errors: str = "strict") -> Path:
        path = home.media / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes("\n".join([*lines, ""]).encode(encoding, errors))
        made.append(path)
        return path

    yield put
    for path in made:
        path.unlink(missing_ok=True)
    for folder in {path.parent for path in made}:
        if not any(folder.iterdir()):
            folder.rmdir()
    for one in home.container("/playlists", type=15).get("Metadata", []):
        home.http.delete(f"/playlists/{one['ratingKey']}")


def upload(home: Home, path: object, **query: int) -> Any:
    return home.http.post("/playlists/upload", params={"sectionID": home.sections["Music"], "path": str(path), **query})


def titles(home: Home, playlist: Any) -> list[str]:
    return [item["title"] for item in home.container(f"/playlists/{playlist['ratingKey']}/items")["Metadata"]]


def imported(home: Home, path: object, **query: int) -> Any:
    answer = upload(home, path, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()["MediaContainer"]["Metadata"][0]


def test_python_plexapi_imports_a_file(home: Home, write: Write) -> None:
    path = write(
        "mix.m3u8", "#EXTM3U", "#EXTINF:1,x", "Nora Vale/First Snow/02 - Birch.mp3", "Sólveig/Hljóð/01 - Ár.mp3"
    )
    playlist = home.owner.createPlaylist("My Mix", section="Music", m3ufilepath=str(path))
    assert playlist.title == "My Mix"
    assert playlist.guid.endswith(str(path))
    assert playlist.playlistType == "audio"
    assert [track.title for track in playlist.items()] == ["Birch", "Ár"]
    with pytest.raises(BadRequest):
        home.owner.createPlaylist("None", section="Music", m3ufilepath=str(path) + ".missing")
    with pytest.raises(BadRequest):
        home.owner.createPlaylist("None", section="Movies", m3ufilepath=str(path))
    assert [one.title for one in home.owner.playlists()] == ["My Mix"]


def test_every_way_to_write_a_path(home: Home, write: Write) -> None:
    root = home.media / "Music"
    path = write(
        "lists/forms.m3u",
        "#EXTM3U",
        "#PLAYLIST:Forms",
        f"{root}/Nora Vale/First Snow/01 - Attic.mp3",
        "../Nora Vale/First Snow/02 - Birch.mp3",
        f"file://{str(root).replace(' ', '%20')}/Nora%20Vale/First%20Snow/03%20-%20Candle.mp3",
        "..\\Nora Vale\\Second Thaw\\01 - Dew.mp3",
        "D:\\Music\\Nora Vale\\Second Thaw\\02 - Ember.mp3",
        "/mnt/other/Nora Vale/Second Thaw/03 - Fern.mp3",
        "http://radio.example/stream",
        "../Nora Vale/Second Thaw/99 - Missing.mp3",
    )
    answer = upload(home, path).json()["MediaContainer"]
    found = answer["Metadata"][0]
    assert found["title"] == "Forms"
    assert titles(home, found) == ["Attic", "Birch", "Candle", "Dew", "Ember", "Fern"]
    assert (answer["leafCountAdded"], answer["leafCountRequested"]) == (6, 8)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(home: Home, write: Write, encoding: str) -> None:
    path = write(f"{encoding}.m3u", "Sólveig/Hljóð/02 - Ís.mp3", encoding=encoding)
    assert titles(home, imported(home, path)) == ["Ís"]


def test_the_same_file_fills_the_same_playlist(home: Home, write: Write) -> None:
    path = write("again.m3u", "Nora Vale/First Snow/01 - Attic.mp3")
    first = imported(home, path)
    home.http.put(f"/playlists/{first['ratingKey']}", params={"title": "Mine"})
    write("again.m3u", "Nora Vale/First Snow/02 - Birch.mp3", "Nora Vale/First Snow/03 - Candle.mp3")
    second = imported(home, path)
    assert (second["ratingKey"], second["title"], second["leafCount"]) == (first["ratingKey"], "Mine", 2)
    third = imported(home, path, force=0)
    assert third["ratingKey"] != first["ratingKey"]
    assert third["title"].startswith("again 2")
    assert home.container("/playlists")["size"] == 2


def test_a_folder_gives_a_playlist_for_each_file(home: Home, write: Write) -> None:
    write("many/one.m3u", "../Nora Vale/First Snow/01 - Attic.mp3")
    write("many/two.m3u8", "../Nora Vale/First Snow/02 - Birch.mp3")
    write("many/broken.m3u", "nothing.mp3")
    write("many/notes.txt", "../Nora Vale/First Snow/03 - Candle.mp3")
    answer = upload(home, home.media / "Music" / "many").json()["MediaContainer"]
    assert [one["title"] for one in answer["Metadata"]] == ["one", "two"]


def test_videos_of_another_section(home: Home, write: Write) -> None:
    path = write("films.m3u", "Cold Lantern (1991)/Cold Lantern (1991).mp4", folder="Movies")
    query: dict[str, str | int] = {"path": str(path), "sectionID": home.sections["Movies"]}
    found = home.http.post("/playlists/upload", params=query).json()["MediaContainer"]["Metadata"][0]
    assert (found["playlistType"], titles(home, found)) == ("video", ["Cold Lantern"])
    found = home.http.post("/playlists/upload", params={"path": str(path)}).json()["MediaContainer"]["Metadata"][0]
    assert found["playlistType"] == "video"


def test_only_playlist_files_are_read(home: Home, write: Write, tmp_path: Path) -> None:
    track = home.media / "Music" / "Nora Vale" / "First Snow" / "01 - Attic.mp3"
    outside = tmp_path / "outside.m3u"
    outside.write_text(f"{track}\n")
    secret = tmp_path / "secret.txt"
    secret.write_text(f"{track}\n")
    link = home.media / "Music" / "link.m3u"
    folder_link = home.media / "Music" / "linked.m3u"
    pipe = home.media / "Music" / "pipe.m3u"
    link.symlink_to(secret)
    folder_link.symlink_to(tmp_path / "nothing.m3u")
    os.mkfifo(pipe)
    real = write("real.m3u", str(track))
    try:
        for path in (
            secret,
            link,
            folder_link,
            pipe,
            "/etc/passwd",
            "/",
            "/proc/self/environ",
            "/dev/zero",
            "relative.m3u",
            "",
            track,
            f"{real}\n",
        ):
            answer = upload(home, path)
            assert answer.status_code == 400, (path, answer.text)
            assert "Attic" not in answer.text
        assert home.container("/playlists")["size"] == 0
        for path, title in ((outside, "outside"), (f"{home.media}/Music", "real")):
            made = upload(home, path).json()["MediaContainer"]["Metadata"]
            assert [one["title"] for one in made] == [title]
            home.http.delete(f"/playlists/{made[0]['ratingKey']}")
    finally:
        for made in (link, folder_link, pipe):
            made.unlink()


def test_no_line_of_a_file_leads_out(home: Home, write: Write, tmp_path: Path) -> None:
    secret = tmp_path / "secret.mp3"
    secret.write_bytes(b"x")
    path = write(
        "hostile.m3u",
        "/etc/passwd",
        "../../../../../../etc/passwd",
        str(secret),
        f"file://{secret}",
        "file:///proc/self/environ",
        "concat:/etc/passwd|/etc/shadow",
        "\\\\evil\\share\\a.mp3",
        "http://169.254.169.254/latest/meta-data",
        "#EXTM3U",
        "Nora Vale/First Snow/01 - Attic.mp3/../../../../../etc/passwd",
    )
    answer = upload(home, path)
    assert answer.status_code == 400
    assert "none of the 9 entries" in answer.text
    binary = home.media / "Music" / "binary.m3u"
    binary.write_bytes(b"\0" * 100)
    assert upload(home, binary).status_code == 400
    binary.unlink()
    assert home.container("/playlists")["size"] == 0


def test_only_the_owner_reads_files_of_the_server(home: Home, write: Write) -> None:
    path = write("mine.m3u", "Nora Vale/First Snow/01 - Attic.mp3")
    assert home.mia_http.post("/playlists/upload", params={"path": str(path)}).status_code == 403
    assert home.http.post("/playlists/upload", params={"path": str(path), "sectionID": 999}).status_code == 404


def test_a_playlist_becomes_a_file_that_can_be_imported(home: Home, write: Write) -> None:
    playlist = home.owner.createPlaylist("Öut <&>", items=home.section("Music").get("Sólveig"))
    address = f"/vitascope/playlists/{playlist.ratingKey}/m3u"
    answer = home.http.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("audio/x-mpegurl")
    assert "attachment" in answer.headers["content-disposition"]
    lines = answer.text.splitlines()
    assert lines[:2] == ["#EXTM3U", "#PLAYLIST:Öut <&>"]
    assert lines[2].endswith(",Sólveig - Ár")
    assert lines[3] == f"{home.media}/Music/Sólveig/Hljóð/01 - Ár.mp3"
    assert home.mia_http.get(address).status_code == 404
    path = write("back.m3u8", answer.text)
    assert titles(home, imported(home, path)) == ["Ár", "Ís"]


def test_by_command(home: Home, write: Write, tmp_path: Path) -> None:
    cli = home.server.cli
    path = write("verb.m3u8", "Nora Vale/First Snow/02 - Birch.mp3", "Sólveig/Hljóð/01 - Ár.mp3", "gone.mp3")
    done = cli("playlist", "import", str(path), "--section", "music")
    key, title = done.stdout.split()[:2]
    assert (title, "1 of 3 entries were not found" in done.stderr) == ("verb", True)
    target = tmp_path / "out.m3u8"
    assert cli("playlist", "export", "VERB", str(target)).stdout == f"wrote {target}\n"
    assert [line for line in target.read_text().splitlines() if not line.startswith("#")] == [
        str(home.media / "Music" / "Nora Vale" / "First Snow" / "02 - Birch.mp3"),
        str(home.media / "Music" / "Sólveig" / "Hljóð" / "01 - Ár.mp3"),
    ]
    again = cli("playlist", "export", key, str(target), check=False)
    assert (again.returncode, "--force" in again.stderr) == (1, True)
    assert [each.name for each in tmp_path.iterdir()] == ["out.m3u8"]
    home.http.post("/playlists", params={"title": "verb", "type": "audio"})
    unclear = cli("playlist", "export", "verb", check=False)
    assert (unclear.returncode, f"{key}," in unclear.stderr) == (1, True)
    missing = cli("playlist", "import", str(tmp_path / "none.m3u8"), check=False)
    assert (missing.returncode, missing.stderr.startswith("vitascope: path: ")) == (1, True)
    assert cli("playlist", "export", key).stdout == target.read_text()
