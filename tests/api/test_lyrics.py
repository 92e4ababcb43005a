"""Lyrics that lie in the tags of a track, over the API."""

from collections.abc import Callable
from pathlib import Path

from mutagen.id3 import ID3, USLT
from tests.support.running import start_server


def test_lyrics_in_tags_are_fetched_like_a_file(
    tmp_path: Path, demo_library: Path, database_arguments: Callable[[], list[str]]
) -> None:
    music = tmp_path / "Music"
    track = music / "Choir" / "Hymns" / "01 - Song.mp3"
    track.parent.mkdir(parents=True)
    track.write_bytes(next(iter(sorted((demo_library / "Music").rglob("*.mp3")))).read_bytes())
    tags = ID3(track)
    tags.add(USLT(encoding=3, lang="eng", desc="", text="[00:01.00]Über\n[00:02.50]Out"))
    tags.save()
    server = start_server(tmp_path / "config", *database_arguments())
    try:
        client = server.client(accept="application/json")
        query = {"name": "Music", "type": "artist", "location": str(music), "language": "en-US"}
        made = client.post("/library/sections", params=query)
        assert made.status_code == 201, made.text
        section = made.json()["MediaContainer"]["Directory"][0]["key"]
        server.wait_idle()
        (song,) = client.get(f"/library/sections/{section}/all", params={"type": 10}).json()["MediaContainer"][
            "Metadata"
        ]
        full = client.get(f"/library/metadata/{song['ratingKey']}").json()["MediaContainer"]["Metadata"][0]
        (lyrics,) = (one for one in full["Media"][0]["Part"][0]["Stream"] if one["streamType"] == 4)
        assert (lyrics["codec"], lyrics["format"], int(lyrics["timed"])) == ("lrc", "lrc", 1)
        node = client.get(lyrics["key"]).json()["MediaContainer"]["Lyrics"][0]
        assert [(line["startOffset"], line["Span"][0]["text"]) for line in node["Line"]] == [
            (1000, "Über"),
            (2500, "Out"),
        ]
        assert client.get(f"{lyrics['key']}.lrc").text == "[00:01.00]Über\n[00:02.50]Out"

        tags.delall("USLT")
        tags.save(track)
        assert client.get(lyrics["key"]).status_code == 404
    finally:
        server.end()
