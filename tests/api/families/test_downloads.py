"""Download queues: what apps want to have as files, for two people, over a restart and a crash."""

import signal
import time
from pathlib import Path
from typing import Any

import av
import httpx
import pytest
from tests.api.families.conftest import Home
from tests.support.running import start_server

_AS_IT_IS = {"directPlay": 1, "X-Plex-Client-Profile-Name": "Generic", "hasMDE": 1, "mediaIndex": 0, "partIndex": 0}
_SMALL = {"directPlay": 0, "videoBitrate": 300, "videoResolution": "160x90", "mediaIndex": 0}
_PHONE = {"X-Plex-Client-Identifier": "phone"}
_DONE = {"available", "error", "expired"}


def queue_of(client: httpx.Client, name: str = "phone") -> dict[str, Any]:
    answer = client.post("/downloadQueue", headers={"X-Plex-Client-Identifier": name})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["MediaContainer"]["DownloadQueue"][0]
    return found


def add(client: httpx.Client, queue: int, *keys: str, **query: Any) -> list[int]:
    answer = client.post(f"/downloadQueue/{queue}/add", params={"keys": ",".join(keys), **query}, headers=_PHONE)
    assert answer.status_code == 200, answer.text
    added = answer.json()["MediaContainer"]["AddedQueueItems"]
    assert [one["key"] for one in added] == list(keys)
    return [one["id"] for one in added]


def item(client: httpx.Client, queue: int, download: int) -> dict[str, Any]:
    answer = client.get(f"/downloadQueue/{queue}/items/{download}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["MediaContainer"]["DownloadQueueItem"][0]
    return found


def finished(client: httpx.Client, queue: int, download: int) -> dict[str, Any]:
    """The download when nothing more is to be done for it."""
    while (found := item(client, queue, download))["status"] not in _DONE:
        if found["status"] == "processing" and "TranscodeSession" in found:
            assert 0 <= found["TranscodeSession"]["progress"] <= 100
            assert found["TranscodeSession"]["context"] == "static"
        time.sleep(0.05)
    return found


def pause(client: httpx.Client, *, paused: bool) -> None:
    assert client.put("/:/prefs", params={"BackgroundQueueIdlePaused": int(paused)}).status_code == 200


def film(home: Home, title: str) -> Any:
    return home.section("Movies").get(title)


def test_what_the_app_plays_as_it_is_is_the_original_file(home: Home) -> None:
    found = film(home, "Cloud Harbour")
    queue = queue_of(home.http, "original")["id"]
    (download,) = add(home.http, queue, found.key, **_AS_IT_IS)
    made = item(home.http, queue, download)
    assert (made["status"], made["key"], made["queueId"]) == ("available", found.key, queue)
    assert made["DecisionResult"]["generalDecisionCode"] == 1000
    original = Path(found.media[0].parts[0].file).read_bytes()
    address = f"/downloadQueue/{queue}/item/{download}/media"
    answer = home.http.get(address)
    assert answer.content == original
    assert answer.headers["content-type"] == "video/mp4"
    part = home.http.get(address, headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, original[100:200])
    assert home.http.get(address, headers={"range": f"bytes={len(original)}-"}).status_code == 416
    assert queue_of(home.http, "original") == {"id": queue, "itemCount": 1, "status": "done"}


def test_what_it_does_not_play_is_converted_to_one_file(home: Home) -> None:
    found = film(home, "Glass Orchard")
    queue = queue_of(home.http, "small")["id"]
    (download,) = add(home.http, queue, found.key, **_SMALL)
    made = finished(home.http, queue, download)
    assert made["status"] == "available", made
    assert made["DecisionResult"]["generalDecisionCode"] == 1001
    assert made["DecisionResult"]["availableBandwidth"] == 300
    answer = home.http.get(f"/downloadQueue/{queue}/item/{download}/media")
    assert (answer.status_code, len(answer.content)) == (200, made["size"])
    assert 0 < answer.content.find(b"moov") < answer.content.find(b"mdat")
    path = home.server.config / "fetched.mp4"
    path.write_bytes(answer.content)
    with av.open(str(path)) as container:
        assert container.streams.video[0].height <= 90
        assert container.streams.audio
        assert len(list(container.decode(video=0))) > 10


def test_the_decision_is_shown_as_playback_shows_it(home: Home) -> None:
    found = film(home, "Glass Orchard")
    queue = queue_of(home.http, "decided")["id"]
    (download,) = add(home.http, queue, found.key, **_SMALL)
    shown = home.http.get(f"/downloadQueue/{queue}/item/{download}/decision").json()["MediaContainer"]
    assert shown["generalDecisionCode"] == 1001
    part = shown["Metadata"][0]["Media"][0]["Part"][0]
    assert (part["decision"], part["container"]) == ("transcode", "mp4")
    assert "DownloadQueueItem" in home.xml.get(f"/downloadQueue/{queue}/items").text


def test_music_becomes_a_file_of_sound(home: Home) -> None:
    track = home.section("Music").searchTracks()[0]
    queue = queue_of(home.http, "music")["id"]
    (download,) = add(home.http, queue, track.key, directPlay=0, directStreamAudio=0, musicBitrate=64)
    made = finished(home.http, queue, download)
    assert made["status"] == "available", made
    answer = home.http.get(f"/downloadQueue/{queue}/item/{download}/media")
    assert answer.headers["content-type"] == "audio/mpeg"


def test_the_same_twice_is_there_once(home: Home) -> None:
    one, other = film(home, "Glass Orchard").key, film(home, "Cloud Harbour").key
    queue = queue_of(home.http, "twice")["id"]
    first = add(home.http, queue, one, other, **_AS_IT_IS)
    assert add(home.http, queue, other, one, **_AS_IT_IS) == first[::-1]
    (third,) = add(home.http, queue, one, **_AS_IT_IS | {"videoBitrate": 100_000})
    assert third not in first
    assert queue_of(home.http, "twice")["itemCount"] == 3
    removed = home.http.delete(f"/downloadQueue/{queue}/items/{first[0]},{third}")
    assert removed.status_code == 200
    left = home.http.get(f"/downloadQueue/{queue}/items").json()["MediaContainer"]["DownloadQueueItem"]
    assert [each["id"] for each in left] == [first[1]]


def test_a_queue_is_one_persons_and_one_apps(home: Home) -> None:
    mine = queue_of(home.http, "shared tablet")["id"]
    hers = queue_of(home.mia_http, "shared tablet")["id"]
    assert mine != hers
    assert mine == queue_of(home.http, "shared tablet")["id"] != queue_of(home.http, "another")["id"]
    (download,) = add(home.http, mine, film(home, "Cloud Harbour").key, **_AS_IT_IS)
    for method, path in (
        ("GET", ""),
        ("GET", "/items"),
        ("GET", f"/items/{download}"),
        ("DELETE", f"/items/{download}"),
        ("POST", f"/items/{download}/restart"),
        ("GET", f"/item/{download}/media"),
        ("GET", f"/item/{download}/decision"),
        ("POST", "/add?keys=/library/metadata/1"),
    ):
        assert home.mia_http.request(method, f"/downloadQueue/{mine}{path}").status_code == 404, path
    for path in (f"/items/{download}", f"/item/{download}/media"):  # nor through a queue of her own
        assert home.mia_http.get(f"/downloadQueue/{hers}{path}").status_code == 404
    assert item(home.http, mine, download)["status"] == "available"
    assert home.server.client("wrong").post("/downloadQueue", headers=_PHONE).status_code == 401


def test_what_waits_says_so_and_can_be_begun_again(home: Home) -> None:
    pause(home.http, paused=True)
    queue = queue_of(home.http, "patient")["id"]
    waiting, as_it_is = (
        *add(home.http, queue, film(home, "Glass Orchard").key, **_SMALL),
        *add(home.http, queue, film(home, "Glass Orchard").key, **_AS_IT_IS),
    )
    assert item(home.http, queue, waiting)["status"] == "waiting"
    assert queue_of(home.http, "patient") == {"id": queue, "itemCount": 2, "status": "waiting"}
    answer = home.http.get(f"/downloadQueue/{queue}/item/{waiting}/media")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "-1")
    pause(home.http, paused=False)
    made = finished(home.http, queue, waiting)
    again = home.http.post(f"/downloadQueue/{queue}/items/{waiting},{as_it_is}/restart")
    assert again.status_code == 200
    assert finished(home.http, queue, waiting)["size"] == pytest.approx(made["size"], rel=0.1)
    assert item(home.http, queue, as_it_is)["status"] == "available"


@pytest.mark.parametrize(
    ("query", "status", "named"),
    [
        ("", 400, "keys"),
        ("keys=", 400, "keys"),
        ("keys=/library/metadata/1,/etc/passwd", 400, "/etc/passwd"),
        ("keys=/library/metadata/999999", 404, ""),
        ("keys={film},/library/metadata/999999", 404, ""),
        ("keys={film}&videoBitrate=-1", 400, "videoBitrate"),
        ("keys={film}&directPlay=1&subtitles=burn", 400, "subtitles=burn"),
        ("keys={show}", 400, "show"),
    ],
)
def test_what_means_nothing_adds_nothing(home: Home, query: str, status: int, named: str) -> None:
    queue = queue_of(home.http, "wrong")["id"]
    show = home.section("TV Shows").all()[0].key.removesuffix("/children")
    filled = query.format(film=film(home, "Cloud Harbour").key, show=show)
    answer = home.http.post(f"/downloadQueue/{queue}/add?{filled}", headers=_PHONE)
    assert answer.status_code == status
    assert named in answer.text
    assert queue_of(home.http, "wrong")["itemCount"] == 0


def test_wrong_places_are_refused(home: Home) -> None:
    assert home.http.get("/downloadQueue/999999").status_code == 404
    queue = queue_of(home.http, "places")["id"]
    assert home.http.get(f"/downloadQueue/{queue}/items/1,x").status_code == 400
    assert home.http.get(f"/downloadQueue/{queue}/items/999999").status_code == 404
    assert home.http.delete(f"/downloadQueue/{queue}/items/999999").status_code == 404
    assert home.http.get(f"/downloadQueue/{queue}/item/999999/media").status_code == 404


def test_a_crash_loses_nothing(fresh_home: Home) -> None:
    home = fresh_home
    queue = queue_of(home.http)["id"]
    (made,) = add(home.http, queue, film(home, "Glass Orchard").key, **_SMALL)
    size = finished(home.http, queue, made)["size"]
    pause(home.http, paused=True)
    (waiting,) = add(home.http, queue, film(home, "Cloud Harbour").key, **_SMALL)
    arguments = home.server.process.args
    assert isinstance(arguments, list)
    database = arguments[arguments.index("--database") :][:2] if "--database" in arguments else []
    home.server.end(signal.SIGKILL)
    (left,) = home.server.config.rglob(f"Downloads/*/{made}.mp4")
    (left.parent / str(waiting)).mkdir()
    (left.parent / "999999.mp4").write_bytes(b"of nobody")
    again = start_server(home.server.config, *database)
    try:
        client = again.client(home.owner_token, accept="application/json")
        assert queue_of(client) == {"id": queue, "itemCount": 2, "status": "waiting"}
        assert len(client.get(f"/downloadQueue/{queue}/item/{made}/media").content) == size
        pause(client, paused=False)
        assert finished(client, queue, waiting)["status"] == "available"
        left.unlink()
        assert client.get(f"/downloadQueue/{queue}/item/{made}/media").status_code == 404
        assert not (left.parent / "999999.mp4").exists()
    finally:
        again.end()
