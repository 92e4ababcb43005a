"""A player for tests: it reads ranges of a real file and reports what it does, as an app on a sofa."""

from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass(kw_only=True)
class TestPlayer:
    """One device of one person."""

    __test__ = False

    url: str
    token: str
    client: str = "sofa"
    name: str = "Sofa"
    session: str | None = None
    http: httpx.Client = field(init=False)
    plays: str | None = None

    def __post_init__(self) -> None:
        headers = {
            "X-Plex-Token": self.token,
            "X-Plex-Client-Identifier": self.client,
            "X-Plex-Product": "Test Player",
            "X-Plex-Version": "1.2",
            "X-Plex-Platform": "Linux",
            "X-Plex-Platform-Version": "6.1",
            "X-Plex-Device": "Television",
            "X-Plex-Device-Name": self.name,
            "Accept": "application/json",
        }
        if self.session is not None:
            headers["X-Plex-Session-Identifier"] = self.session
        self.http = httpx.Client(base_url=self.url, headers=headers, timeout=30)

    def report(self, item: str, state: str, time_ms: int | None = None, **more: str | int) -> dict[str, Any]:
        """Reports to the timeline; what the server says to it."""
        query: dict[str, str | int] = {
            "ratingKey": item,
            "key": f"/library/metadata/{item}",
            "identifier": "com.plexapp.plugins.library",
            "state": state,
            **more,
        }
        if time_ms is not None:
            query["time"] = time_ms
        if not query.get("offline"):
            self.plays = None if state == "stopped" else item
        answer = self.http.post("/:/timeline", params=query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["MediaContainer"]
        return found

    def item(self, item: str) -> dict[str, Any]:
        """An item as its person sees it."""
        answer = self.http.get(f"/library/metadata/{item}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["MediaContainer"]["Metadata"][0]
        return found

    def part(self, item: str) -> str:
        """The address of the file of an item."""
        found: str = self.item(item)["Media"][0]["Part"][0]["key"]
        return found

    def close(self) -> None:
        """Stops what it plays."""
        if self.plays is not None:
            self.report(self.plays, "stopped")
        self.http.close()
