"""The page behind a proxy that serves it below a path: everything it asks for stays below that path."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.support.nginx import needs_nginx, nginx_with
from tests.web.conftest import Library, Screen, open_screens
from tests.web.playing import VIDEO, hold, how, plays_until_held

pytestmark = needs_nginx


@pytest.fixture
def below(chromium: Browser, library: Library, tmp_path: Path) -> Iterator[Screen]:
    """A window on the demo library, which fails when anything is asked for beside the path."""
    body = f"""
      location /media/plex/ {{
        proxy_pass {library.server.url}/; proxy_set_header Host $http_host;
        proxy_redirect / /media/plex/; proxy_buffering off;
        proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";
      }}
    """
    with nginx_with(tmp_path, body) as url:
        for open_screen in open_screens(chromium, replace(library.server, url=f"{url}/media/plex", clients=[])):
            yield open_screen()


def test_home_pictures_events_and_a_stream(below: Screen, library: Library) -> None:
    heard = []
    below.page.on("websocket", lambda socket: heard.append(socket.url))
    hold(below)
    page = below.open()
    expect(page.get_by_role("region", name="New in Movies").locator("article").first).to_be_visible()
    below.until("document.querySelector('section[aria-label=\"New in Movies\"] img').naturalWidth > 0")
    below.settles()
    assert heard
    assert all("/media/plex/:/websockets/" in address for address in heard)

    below.open(f"#/watch/{library.item('Movies', 'Ember Coast')['ratingKey']}?from=0")
    plays_until_held(below)
    assert re.search("^Converted", how(below))
    assert page.evaluate(f"{VIDEO}.error") is None
    page.keyboard.press("Escape")
    below.settles()


def test_an_address_further_down_leads_to_the_page(below: Screen) -> None:
    below.page.goto(f"{below.server.url}/web/no/such/page")
    below.page.locator("main").first.wait_for()
    assert below.page.url.startswith(f"{below.server.url}/web/")
