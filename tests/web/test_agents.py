"""A library whose audiobook agent is off, in a real browser: it says so, and one button has its books looked up."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.api.families.books import AUDNEXUS
from tests.support.audiobook_service import SALT, AudiobookService, audiobook_service
from tests.support.media_files import Media, make_originals
from tests.web.conftest import LAPTOP, Screen
from tests.web.test_service import FITS, PHONE

UNASKED = "This library names an audiobook agent, which is switched off"
SWITCH = "Switch the agent on"


@pytest.fixture
def service() -> Iterator[AudiobookService]:
    """What the agent asks, in place of the public services."""
    with audiobook_service() as running:
        yield running


@pytest.fixture
def shelf(fresh: Screen, service: AudiobookService, tmp_path: Path) -> Screen:
    """A window on a server with one book, in a library as a Plex server left it: with the name of an agent."""
    Media(make_originals()).write(tmp_path / "Shelf" / "Mira Holt" / f"The Salt Road [{SALT}]" / "The Salt Road.m4b")
    client = fresh.server.client(accept="application/json")
    addresses = {"AudnexusAddress": service.url, "AudibleCatalogueAddress": service.url}
    assert client.put("/:/prefs", params=addresses).status_code == 200
    asked = {"name": "Shelf", "type": "artist", "language": "en-US", "location": str(tmp_path / "Shelf")}
    asked |= {"agent": AUDNEXUS, "metadataAgentProviderGroupId": "0"}
    assert client.post("/library/sections", params=asked).status_code == 201
    fresh.server.wait_idle()
    return fresh


def test_the_agent_of_a_library_is_switched_on(shelf: Screen, service: AudiobookService) -> None:
    page = shelf.open("#/settings")
    libraries = page.get_by_role("region", name="Libraries")
    expect(libraries).to_contain_text(UNASKED)
    assert service.asked == []
    for size in (PHONE, LAPTOP):
        page.set_viewport_size(size)
        shelf.until(FITS)

    # A refusal is told, and changes nothing.
    shelf.expected = ("503: ",)
    page.route("**/agent*", lambda route: route.fulfill(status=503))
    libraries.get_by_role("button", name=SWITCH).click()
    shelf.told("Switching the agent on failed.")
    page.unroute("**/agent*")
    expect(libraries).to_contain_text(UNASKED)

    page.get_by_role("status").get_by_role("button", name="Try again").click()
    shelf.told("The books of Shelf are looked up.")
    expect(libraries.get_by_role("button", name=SWITCH)).to_have_count(0)
    expect(libraries).not_to_contain_text(UNASKED)

    # What was learned is there for whoever looks, and the switch stays where it is.
    libraries.get_by_role("link", name="Shelf").click()
    page.get_by_role("link", name="Mira Holt").first.click()
    page.get_by_role("link", name="The Salt Road").first.click()
    expect(page.get_by_role("main")).to_contain_text("begins & ends at sea.")
    expect(page.get_by_role("main")).to_contain_text("Read by Tobias Lark, Ines Vale")
    shelf.open("#/settings")
    page.reload()
    expect(libraries.get_by_role("button", name="Scan")).to_be_visible()
    expect(libraries.get_by_role("button", name=SWITCH)).to_have_count(0)
