"""A server that ends says so: to who listens at once, to who plays with the next report."""

import json
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

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

    def plays_on() -> dict[str, Any]:
        """Reports as a player does, only more often, since who plays is not waited for long; the last answer."""
        while "terminationCode" not in (answer := client.get("/:/timeline", params=report).json()["MediaContainer"]):
            assert answer == {"size": 0}
            time.sleep(0.05)
        found: dict[str, Any] = answer
        return found

    address = running.url.replace("http", "ws") + "/:/websockets/notifications?filters=status,playing"
    with ThreadPoolExecutor(1) as pool, connect(address, open_timeout=60) as socket:
        playing = pool.submit(plays_on)
        assert json.loads(socket.recv(timeout=30))["NotificationContainer"]["type"] == "playing"
        running.process.send_signal(number)
        with pytest.raises(ConnectionClosed) as closed:
            heard = []
            while True:
                heard.append(json.loads(socket.recv(timeout=30))["NotificationContainer"])
        answer = playing.result()
        assert (answer["terminationCode"], answer["terminationText"]) == (2006, "The server is ending")
        (ending,) = [at for at, told in enumerate(heard) if told["type"] == "status"]
        told = heard[ending]["StatusNotification"][0]
        assert (told["notificationName"], told["title"]) == ("SERVER_ENDING", "The server is ending")
        states = [one["PlaySessionStateNotification"][0] for one in heard[ending + 1 :]]
        assert {(one["state"], one["clientIdentifier"]) for one in states} == {("stopped", "sofa")}
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001
    assert running.end() == 0
