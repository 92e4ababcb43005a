"""Claiming a server in the browser, signing in to it, and what its owner decides on the page of settings."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.support.running import RunningServer, start_server
from tests.web.conftest import LAPTOP, OpenScreen, Screen, open_screens

PROXY = {"X-Forwarded-For": "203.0.113.9"}
PASSWORD = "correct horse"


@pytest.fixture
def nobodys(tmp_path: Path) -> Iterator[RunningServer]:
    """A server that belongs to nobody."""
    server = start_server(tmp_path)
    yield server
    server.end()


@pytest.fixture
def windows(chromium: Browser, nobodys: RunningServer) -> Iterator[OpenScreen]:
    yield from open_screens(chromium, nobodys)


def fill_claim(screen: Screen, password: str = PASSWORD, again: str = PASSWORD) -> None:
    page = screen.page
    page.get_by_label("Your name").fill("anna")
    page.get_by_label("Password, at least").fill(password)
    page.get_by_label("The same again").fill(again)
    page.get_by_role("button", name="Claim this server").click()


def test_a_visitor_behind_a_proxy_claims_the_server_and_signs_in_again(
    windows: OpenScreen, nobodys: RunningServer
) -> None:
    screen = windows(viewport=LAPTOP, headers=PROXY, expected=("401", "403"))
    page = screen.open()
    expect(page.get_by_role("heading", level=1)).to_have_text("Make this server yours")
    page.get_by_label("Claim token").fill("claim-" + "x" * 20)
    fill_claim(screen, again="something else")
    expect(page.get_by_role("alert")).to_have_text("The two passwords differ.")
    fill_claim(screen)
    expect(page.get_by_role("alert")).to_contain_text("The claim token is not valid")
    page.get_by_label("Claim token").fill(nobodys.cli("claim-token").stdout)
    fill_claim(screen)
    expect(page.get_by_role("navigation", name="Main").first).to_be_visible()

    page.get_by_role("link", name="Settings").first.click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is there?")
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Name and password do not fit.")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main").first).to_be_visible()
    page.reload()
    expect(page.get_by_role("navigation", name="Main").first).to_be_visible()
    assert not [request.url for request in screen.requests if PASSWORD.replace(" ", "+") in request.url]
    assert not [request.url for request in screen.requests if "claim-" in request.url]


def test_whoever_sits_at_the_machine_makes_it_theirs_on_the_page_of_settings(
    windows: OpenScreen, nobodys: RunningServer
) -> None:
    screen = windows(viewport=LAPTOP, expected=("401", "WebSocket"))
    page = screen.open("#/settings")
    expect(page.get_by_role("heading", name="Make this server yours")).to_be_visible()
    fill_claim(screen)
    expect(page.get_by_role("heading", name="Make this server yours")).to_have_count(0)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert nobodys.client().get("/:/prefs").status_code == 401


def test_a_tools_token_is_accepted_and_a_name_added_on_the_page_of_settings(
    windows: OpenScreen, nobodys: RunningServer
) -> None:
    tool = nobodys.client("old-token", x_plex_product="Tautulli", x_plex_device_name="nas")
    assert tool.get("/library/sections").status_code == 401
    screen = windows(viewport=LAPTOP)
    page = screen.open("#/settings")
    entry = page.get_by_role("listitem").filter(has_text="Unknown token of Tautulli at 127.0.0.1")
    expect(entry).to_contain_text("nas")
    entry.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("heading", name="Unknown tokens")).to_have_count(0)
    assert tool.get("/:/prefs").status_code == 200
    page.get_by_label("Names by which it may be called").fill("media.example.org")
    page.locator("section").filter(has_text="Names of this server").get_by_role("button", name="Save").click()
    screen.told("The names were saved.")
    assert nobodys.client().get("/web/", headers={"Host": "media.example.org"}).status_code == 200
