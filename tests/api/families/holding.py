"""Scans of a server held up, for as long as a test wants to see one that is going on."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.api.families.conftest import Home
from tests.support.player import TestPlayer


@contextmanager
def held_scans(home: Home) -> Iterator[None]:
    """Scans that begin meanwhile wait before their first step: so the owner wants it while somebody watches."""
    film = str(home.section("Movies").all()[0].ratingKey)
    player = TestPlayer(url=home.server.url, token=home.mia_token, client="holds-scans")
    assert home.http.put("/:/prefs?ScannerLowPriority=1").status_code == 200
    player.report(film, "playing", 0)
    try:
        yield
    finally:
        player.report(film, "stopped", 0)
        player.close()
        assert home.http.put("/:/prefs?ScannerLowPriority=0").status_code == 200
