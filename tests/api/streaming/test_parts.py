"""A version of several files: one stream of all of them, or one for each."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import av
import httpx
import pytest
from tests.support.films import film
from tests.support.running import RunningServer, start_server
from tests.support.stream_client import open_stream
from tests.support.streams import Listed, check_complete, check_media_playlist, check_segments

from vitascope.core.playback.grid import Grid


@dataclass(frozen=True, kw_only=True)
class Discs:
    """A film of two files, on a server."""

    server: RunningServer
    client: httpx.Client
    files: tuple[Path, Path]
    item: dict[str, Any]


@pytest.fixture(scope="module")
def discs(tmp_path_factory: pytest.TempPathFactory, database_arguments: Callable[[], list[str]]) -> Iterator[Discs]:
    folder = tmp_path_factory.mktemp("discs")
    media = folder / "Films" / "Two Discs (2001)"
    media.mkdir(parents=True)
    files = (media / "Two Discs (2001) - cd1.mp4", media / "Two Discs (2001) - cd2.mp4")
    shutil.copyfile(film("plain.mp4"), files[0])
    shutil.copyfile(film("plain.mp4"), files[1])
    with files[1].open("ab") as file:
        file.write(b"\0\0\0\x0cfree2222")  # another file, with the same pictures
    section = f"Films=movie:{media.parent}"
    server = start_server(folder / "config", *database_arguments(), "--section", section, markers=False)
    server.wait_idle()
    client = server.client(accept="application/json")
    (item,) = client.get("/library/sections/1/all").json()["MediaContainer"]["Metadata"]
    yield Discs(server=server, client=client, files=files, item=item)
    server.end()


def halves(listed: tuple[Listed, ...]) -> tuple[list[Listed], list[Listed]]:
    """The segments before and after the only discontinuity."""
    (seam,) = [place for place, one in enumerate(listed) if one.discontinuity]
    return list(listed[:seam]), list(listed[seam:])


def grid_of(listed: list[Listed]) -> Grid:
    ends = list(accumulate(one.duration_us for one in listed))
    return Grid(starts_us=(0, *ends[:-1]), end_us=ends[-1], on_key_frames=False)


@pytest.mark.parametrize(("kind", "place"), [("video", 0), ("audio", 1)])
def test_all_files_are_one_stream_with_a_seam_between(discs: Discs, kind: str, place: int) -> None:
    """Each packet of both files is there, once."""
    stream = open_stream(discs.client, discs.server.client(), discs.item["key"], session="all")
    (rendition,) = stream.qualities if kind == "video" else stream.others("AUDIO")
    text = rendition.get("index.m3u8").text
    said = check_media_playlist(text)
    maps = [line.split('"')[1] for line in text.splitlines() if line.startswith("#EXT-X-MAP")]
    assert len(maps) == 2
    for file, address, listed in zip(discs.files, maps, halves(said.segments), strict=True):
        header = rendition.get(address)
        segments = [rendition.get(one.uri) for one in listed]
        assert {answer.status_code for answer in (header, *segments)} == {200}
        contents = [answer.content for answer in segments]
        samples = check_segments(contents, grid_of(listed), header=header.content, video=kind == "video")
        check_complete(samples, file, place)
    (session,) = discs.client.get("/transcode/sessions").json()["MediaContainer"]["TranscodeSession"]
    assert abs(session["duration"] - discs.item["duration"]) < 100
    assert (session["complete"], session["progress"]) == (True, 100.0)


def test_what_is_converted_goes_on_in_the_next_file(discs: Discs) -> None:
    query: dict[str, Any] = {"maxVideoBitrate": 200, "offset": 9, "session": "small"}
    stream = open_stream(discs.client, discs.server.client(), discs.item["key"], **query)
    (rendition,) = stream.qualities
    text = rendition.get("index.m3u8").text
    assert "#EXT-X-START:TIME-OFFSET=9.0" in text
    first, second = halves(check_media_playlist(text).segments)
    assert [len(rendition.get(one.uri).content) > 0 for one in (first[0], second[0])] == [True, True]
    assert first[0].uri != second[0].uri


@pytest.mark.parametrize("index", [0, 1])
def test_each_file_is_a_stream_by_its_index(discs: Discs, index: int) -> None:
    query: dict[str, Any] = {"partIndex": index, "session": f"part {index}"}
    (rendition,) = open_stream(discs.client, discs.server.client(), discs.item["key"], **query).qualities
    check_complete(rendition.watch(video=True), discs.files[index], 0)
    answer = discs.client.get(
        "/video/:/transcode/universal/decision",
        params={"path": discs.item["key"], "protocol": "hls", "X-Plex-Platform": "Chrome", **query},
    )
    parts = answer.json()["MediaContainer"]["Metadata"][0]["Media"][0]["Part"]
    assert [part["decision"] for part in parts] == ["transcode" if place == index else "none" for place in range(2)]


def test_players_read_on_over_the_seam(discs: Discs) -> None:
    """FFmpeg's reader of HLS gets the pictures of both files."""
    query = f"path={discs.item['key']}&protocol=hls&X-Plex-Platform=mpv&session=read"
    address = urljoin(discs.server.url, f"/video/:/transcode/universal/start.m3u8?{query}")
    with av.open(address) as found:
        pictures = sum(1 for _ in found.decode(video=0))
    with av.open(str(discs.files[0])) as found:
        assert pictures == 2 * sum(1 for _ in found.decode(video=0))
