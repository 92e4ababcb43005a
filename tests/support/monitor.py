"""An activity monitor for tests: it asks what the best-known one asks, in the same order and form, and reads from the
answers what that one reads. A missing element raises, as it does there."""

from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import httpx
from tests.support.hearing import Listener

_PAGE = {"X-Plex-Container-Start": "0", "X-Plex-Container-Size": "1"}


@dataclass(frozen=True, kw_only=True)
class Activity:
    """A line of the monitor's activity page."""

    session_key: str
    session_id: str
    rating_key: str
    title: str
    user: str
    user_id: str
    player: str
    machine_id: str
    platform: str
    product: str
    address: str
    profile: str
    state: str
    location: str
    bandwidth: int
    view_offset: int
    progress_percent: int
    video_decision: str
    stream_video_codec: str
    stream_audio_codec: str
    local: bool


@dataclass(kw_only=True)
class Monitor:
    """One monitor of one server, with its owner's token."""

    url: str
    token: str
    http: httpx.Client = field(init=False)
    libraries: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        headers = {
            "X-Plex-Token": self.token,
            "X-Plex-Client-Identifier": "monitor",
            "X-Plex-Product": "Monitor",
            "X-Plex-Version": "2.17",
            "X-Plex-Platform": "Linux",
            "X-Plex-Device-Name": "Monitor",
            "Accept": "*/*",
        }
        self.http = httpx.Client(base_url=self.url, headers=headers, timeout=30)

    def xml(self, path: str, *, root: str = "MediaContainer", **query: str | int) -> ElementTree.Element:
        """An answer as the monitor parses it."""
        answer = self.http.get(path, params=query)
        answer.raise_for_status()
        found = _parsed(answer)
        assert found.tag == root
        return found

    def begin(self) -> Listener:
        """What it does when it starts: the sessions, the websocket, and how much there is in each library."""
        self.xml("/status/sessions")
        listener = Listener(self.url, self.token)
        types = {"movie": "1", "show": "2", "artist": "8", "photo": "14"}
        for section in self.xml("/library/sections").iter("Directory"):
            path = f"/library/sections/{section.attrib['key']}/all"
            answer = self.http.get(path, params={"type": types[section.attrib["type"]]}, headers=_PAGE)
            self.libraries[section.attrib["title"]] = int(_parsed(answer).attrib["totalSize"])
        return listener

    def heard(self, listener: Listener) -> dict[str, Any]:
        """The next thing a player says, as its handler takes it."""
        told = listener.until("playing", "PlaySessionStateNotification")
        assert str(told["sessionKey"]).isdigit()
        assert isinstance(told["viewOffset"], int)
        assert told["state"] in ("playing", "paused", "buffering", "stopped")
        return told

    def activity(self) -> dict[str, Activity]:
        """What is being played, by session key."""
        found = {}
        for item in self.xml("/status/sessions"):
            user, player, session = (_one(item, name) for name in ("User", "Player", "Session"))
            media = _one(item, "Media")
            part = _one(media, "Part")
            streams = {stream.attrib["streamType"]: stream.attrib for stream in part.iter("Stream")}
            duration, offset = int(item.attrib["duration"]), int(item.attrib["viewOffset"])
            found[item.attrib["sessionKey"]] = Activity(
                session_key=item.attrib["sessionKey"],
                session_id=session.attrib["id"],
                rating_key=item.attrib["ratingKey"],
                title=item.attrib["title"],
                user=user.attrib["title"],
                user_id=user.attrib["id"],
                player=player.attrib["title"],
                machine_id=player.attrib["machineIdentifier"],
                platform=player.attrib["platform"],
                product=player.attrib["product"],
                address=player.attrib["address"],
                profile=player.attrib["profile"],
                state=player.attrib["state"],
                location=session.attrib["location"],
                bandwidth=int(session.attrib["bandwidth"]),
                view_offset=offset,
                progress_percent=offset * 100 // duration,
                video_decision="transcode" if item.find("TranscodeSession") is not None else part.attrib["decision"],
                stream_video_codec=streams["1"]["codec"] if "1" in streams else "",
                stream_audio_codec=streams["2"]["codec"] if "2" in streams else "",
                local=player.attrib["local"] == "1",
            )
            for name in ("device", "version", "relayed", "secure"):
                assert name in player.attrib
        return found

    def metadata(self, rating_key: str) -> ElementTree.Element:
        """An item, as it is read at markers and at the end."""
        return self.xml(f"/library/metadata/{rating_key}", includeMarkers=1)[0]

    def history(self, rating_key: str) -> list[dict[str, str]]:
        """What was played of an item, the latest first."""
        found = self.xml("/status/sessions/history/all", metadataItemID=rating_key, sort="viewedAt:desc")
        return [dict(line.attrib) for line in found]

    def close(self) -> None:
        self.http.close()


def _parsed(answer: httpx.Response) -> ElementTree.Element:
    return ElementTree.fromstring(answer.text)  # noqa: S314 - of our own server


def _one(element: ElementTree.Element, name: str) -> ElementTree.Element:
    found = element.find(name)
    assert found is not None, f"{element.tag} has no {name}"
    return found
