"""Editions of a film, as clients see them: items of their own that share the guid of the film."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from plexapi.server import PlexServer
from tests.support.running import RunningServer

connect: Any = PlexServer  # the library has no types


@pytest.fixture
def films(server: RunningServer, demo_library: Path, tmp_path: Path) -> list[Any]:
    """A film with two editions, another whose only file is an edition."""
    source = next(path for path in sorted((demo_library / "Movies").rglob("*.mkv")) if "Orchard" in path.name)
    for title in ("Slow Water (2001)", "Slow Water (2001) {edition-Long}", "Slow Water (2001) {edition-Short}"):
        (tmp_path / title).mkdir()
        shutil.copy(source, tmp_path / title / f"{title}.mkv")
    other = "Still Air (2002) {edition-Long}"
    (tmp_path / other).mkdir()
    shutil.copy(source, tmp_path / other / f"{other}.mkv")
    query = {"name": "Films", "type": "movie", "location": str(tmp_path), "scanner": "", "language": "en-US"}
    server.find_no_markers()
    assert server.client().post("/library/sections", params=query).status_code == 201
    server.wait_idle()
    token = server.cli("user", "token", "owner").stdout.strip()
    found: list[Any] = connect(server.url, token).library.section("Films").all()
    return found


def test_editions_share_the_guid_of_their_film(films: list[Any]) -> None:
    by_name = {(film.title, film.editionTitle): film for film in films}
    water = [by_name["Slow Water", edition] for edition in (None, "Long", "Short")]
    assert len({film.guid for film in water}) == 1
    assert len({film.ratingKey for film in water}) == 3
    assert [film.reload().guid for film in water] == [water[0].guid] * 3
    alone = by_name["Still Air", "Long"]
    assert alone.guid.startswith("plex://movie/")
    assert alone.guid != water[0].guid
