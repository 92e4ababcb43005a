"""A section of audiobooks and the service that it asks, for tests of what it learns."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.api.families.conftest import Home
from tests.support.audiobook_service import AudiobookService

AGENT = "com.plexapp.agents.audiobooks"
AUDNEXUS = "com.plexapp.agents.audnexus"


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A server with a section of audiobooks, and the service that it asks."""

    home: Home
    service: AudiobookService
    section: int
    root: Path

    def items(self, kind: int) -> dict[str, dict[str, Any]]:
        found = self.home.container(f"/library/sections/{self.section}/all", type=kind).get("Metadata", [])
        return {one["title"]: one for one in found}

    def asked_about(self) -> set[str]:
        """Ids, names and titles."""
        return {
            one.query.get("name") or one.query.get("title") or one.path.rpartition("/")[2] for one in self.service.asked
        }

    def says(self, path: str, beginning: str) -> bool:
        """Whether the summary of an item begins so by now."""
        return str(self.home.container(path)["Metadata"][0].get("summary")).startswith(beginning)

    def full(self, kind: int, title: str) -> dict[str, Any]:
        key = self.items(kind)[title]["ratingKey"]
        found: dict[str, Any] = self.home.container(f"/library/metadata/{key}")["Metadata"][0]
        return found


def told_where(home: Home, service: AudiobookService) -> None:
    """Has the server ask the tests' service in place of the public ones."""
    addresses = {"AudnexusAddress": service.url, "AudibleCatalogueAddress": service.url}
    assert home.http.put("/:/prefs", params=addresses).status_code == 200
