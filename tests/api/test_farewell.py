"""A server that ends says so: to who listens at once, to who plays with the next report."""

import json
import shutil
import signal
from pathlib import Path

import pytest
from tests.support.running import start_server
from tests.support.samples import sample
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_viewers_are_told_why(tmp_path: Path, number: signal.Signals) -> None:
    film = tmp_path / "media" / "A Film (2001)" / "A Film (2001).mp4"
    film.parent.mkdir(parents=True)
    shutil.copy(sample("h264.mp4"), film)
    running = start_server(tmp_path / "config", "--section", f"Films=movie:{tmp_path / 'media'}", markers=False)
    running.wait_idle()
    client = running.client(accept="application/json", X_Plex_Client_Identifier="sofa")
    item = client.get("/library/sections/1/all").json()["MediaContainer"]["Metadata"][0]
    report = {"ratingKey": item["ratingKey"], "state": "playing", "time": "500", "duration": "2000"}
    with connect(running.url.replace("http", "ws") + "/:/websockets/notifications?filters=status,playing") as socket:
        assert client.get("/:/timeline", params=report).json()["MediaContainer"] == {"size": 0}
        assert json.loads(socket.recv(timeout=30))["NotificationContainer"]["type"] == "playing"
        running.process.send_signal(number)
        told = json.loads(socket.recv(timeout=30))["NotificationContainer"]
        assert told["StatusNotification"][0]["notificationName"] == "SERVER_ENDING"
        assert told["StatusNotification"][0]["title"] == "The server is ending"
        stopped = json.loads(socket.recv(timeout=30))["NotificationContainer"]["PlaySessionStateNotification"][0]
        assert (stopped["state"], stopped["clientIdentifier"]) == ("stopped", "sofa")
        answer = client.get("/:/timeline", params=report).json()["MediaContainer"]
        assert answer["terminationCode"] == 2006
        assert answer["terminationText"] == "The server is ending"
        with pytest.raises(ConnectionClosed) as closed:
            for _ in range(9):
                last = json.loads(socket.recv(timeout=30))["NotificationContainer"]
                assert last["PlaySessionStateNotification"][0]["state"] == "stopped"
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001
    assert running.end() == 0
