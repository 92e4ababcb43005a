"""A served demo library, and two people who look at it: its owner, and a guest who may see films and music only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.running import RunningServer, start_server

SECTIONS = (
    ("Movies", "movie", "Movies", ""),
    ("TV Shows", "show", "TV Shows", ""),
    ("Music", "artist", "Music", ""),
    ("Audiobooks", "artist", "Audiobooks", ""),
    ("Photos", "photo", "Photos", ""),
    ("Home Videos", "movie", "Home Videos", "Plex Video Files Scanner"),
)


@dataclass(frozen=True, kw_only=True)
class Library:
    """A server with the whole demo library scanned."""

    server: RunningServer
    folder: Path
    owner: httpx.Client
    """The owner, by token, asking for JSON."""
    guest: httpx.Client
    """A guest who may see Movies and Music, asking for JSON."""
    owner_token: str
    guest_token: str
    revoked_token: str
    sections: dict[str, int]

    def items(self, section: str, **query: str) -> list[dict[str, Any]]:
        """The items of a section, as the owner sees them."""
        answer = self.owner.get(f"/library/sections/{self.sections[section]}/all", params=query)
        found: list[dict[str, Any]] = answer.json()["MediaContainer"].get("Metadata", [])
        return found


def make_sections(client: httpx.Client, folder: Path) -> dict[str, int]:
    """Creates all sections of the demo library over the API."""
    made: dict[str, int] = {}
    for title, kind, name, scanner in SECTIONS:
        query = {"name": title, "type": kind, "location": str(folder / name), "scanner": scanner, "language": "en-US"}
        answer = client.post("/library/sections", params=query, headers={"Accept": "application/json"})
        assert answer.status_code == 201, answer.text
        made[title] = int(answer.json()["MediaContainer"]["Directory"][0]["key"])
    return made


@pytest.fixture(scope="session")
def library(
    tmp_path_factory: pytest.TempPathFactory, demo_library: Path, database_arguments: Callable[[], list[str]]
) -> Iterator[Library]:
    """The demo library, scanned by a real server. Tests that share it leave it as they found it."""
    server = start_server(tmp_path_factory.mktemp("library"), *database_arguments())
    server.find_no_markers()
    sections = make_sections(server.client(), demo_library)
    server.wait_idle()
    owner_token = server.cli("user", "token", "owner", "--label", "tests").stdout.strip()
    server.cli("user", "add", "guest", "--section", "Movies", "--section", "Music")
    guest_token = server.cli("user", "token", "guest").stdout.strip()
    revoked = server.cli("user", "token", "guest", "--label", "lost").stdout.strip()
    people = server.client(accept="application/json").get("/vitascope/people").json()["MediaContainer"]["Person"]
    lost = next(token["id"] for person in people for token in person.get("Token", []) if token["label"] == "lost")
    server.cli("user", "token", "guest", "--revoke", str(lost))
    yield Library(
        server=server,
        folder=demo_library,
        owner=server.client(owner_token, accept="application/json"),
        guest=server.client(guest_token, accept="application/json"),
        owner_token=owner_token,
        guest_token=guest_token,
        revoked_token=revoked,
        sections=sections,
    )
    server.end()
