"""A real server on a restored golden snapshot, for the end-to-end tests of the endpoint families.

The drawn library is scanned once for a session by a real server over HTTP; what it made (the support directory and
the database, on the chosen engine) is the snapshot. It looks for no intros and credits: who tests those switches them
on. Each test module gets a server of its own on a copy of it, so a file may change what it likes without another one
noticing; a test that would spoil its own file asks for ``fresh_home``. There are always two people: the owner, and
Mia, who sees every section and owns nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from plexapi.server import PlexServer
from tests.api.families.drawn import draw_library
from tests.support.media_files import Media, make_originals
from tests.support.running import RunningServer, start_server
from tests.support.snapshots import Snapshot, taken

_SECTIONS = (
    ("Movies", "movie", "Plex Movie"),
    ("TV Shows", "show", "Plex TV Series"),
    ("Music", "artist", "Plex Music"),
    ("Photos", "photo", "Plex Photo Scanner"),
    ("Home Videos", "movie", "Plex Video Files Scanner"),
)
connect: Any = PlexServer  # the library has no types


@dataclass(frozen=True, kw_only=True)
class Golden:
    """The snapshot, with everything scanned."""

    snapshot: Snapshot
    media: Path
    owner_token: str
    mia_token: str
    sections: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Home:
    """A running server on a copy of the snapshot, as its two people reach it."""

    server: RunningServer
    media: Path
    """The folder of the media: ``Movies``, ``TV Shows``, ``Music``, ``Photos``, ``Home Videos``. Read only."""
    sections: dict[str, int]
    owner: Any
    """python-plexapi's ``PlexServer``."""
    mia: Any
    http: httpx.Client
    """The owner, asking for JSON."""
    mia_http: httpx.Client
    xml: httpx.Client
    """The owner, asking for XML."""
    mia_xml: httpx.Client
    owner_token: str
    mia_token: str

    def section(self, title: str) -> Any:
        """A section by its title, as python-plexapi has it for the owner."""
        return self.owner.library.section(title)

    def container(self, path: str, **query: str | int) -> dict[str, Any]:
        """The ``MediaContainer`` that the owner is answered with; the answer must be a good one."""
        answer = self.http.get(path, params=query)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        found: dict[str, Any] = answer.json()["MediaContainer"]
        return found


@pytest.fixture(scope="session")
def drawn_media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drawn library on disk."""
    root = tmp_path_factory.mktemp("drawn")
    draw_library(root, Media(make_originals()))
    return root


@pytest.fixture(scope="session")
def golden(
    tmp_path_factory: pytest.TempPathFactory,
    drawn_media: Path,
    database_arguments: Callable[[], list[str]],
) -> Golden:
    """The drawn library, scanned once."""
    arguments = database_arguments()
    server = start_server(tmp_path_factory.mktemp("golden"), *arguments)
    server.find_no_markers()
    client = server.client(accept="application/json")
    sections: dict[str, int] = {}
    for title, kind, scanner in _SECTIONS:
        query = {"name": title, "type": kind, "scanner": scanner, "language": "en-US"}
        answer = client.post("/library/sections", params=query | {"location": str(drawn_media / title)})
        assert answer.status_code == 201, answer.text
        sections[title] = int(answer.json()["MediaContainer"]["Directory"][0]["key"])
    server.wait_idle()
    owner_token = server.cli("user", "token", "owner", "--label", "tests").stdout.strip()
    server.cli("user", "add", "mia")
    mia_token = server.cli("user", "token", "mia").stdout.strip()
    return Golden(
        snapshot=taken(server, arguments),
        media=drawn_media,
        owner_token=owner_token,
        mia_token=mia_token,
        sections=sections,
    )


def restored(request: pytest.FixtureRequest, golden: Golden, config: Path, host: str = "127.0.0.1") -> Iterator[Home]:
    """A server on a copy of the snapshot, ended afterwards."""
    server = golden.snapshot.restored(request, config, host)
    try:
        yield Home(
            server=server,
            media=golden.media,
            sections=golden.sections,
            owner=connect(server.url, golden.owner_token),
            mia=connect(server.url, golden.mia_token),
            http=server.client(golden.owner_token, accept="application/json"),
            mia_http=server.client(golden.mia_token, accept="application/json"),
            xml=server.client(golden.owner_token, accept="application/xml"),
            mia_xml=server.client(golden.mia_token, accept="application/xml"),
            owner_token=golden.owner_token,
            mia_token=golden.mia_token,
        )
    finally:
        server.end()


@pytest.fixture(scope="module")
def home(request: pytest.FixtureRequest, golden: Golden, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The server of this module."""
    yield from restored(request, golden, tmp_path_factory.mktemp("home"))


@pytest.fixture
def fresh_home(request: pytest.FixtureRequest, golden: Golden, tmp_path: Path) -> Iterator[Home]:
    """A server for one test alone."""
    yield from restored(request, golden, tmp_path / "home")
