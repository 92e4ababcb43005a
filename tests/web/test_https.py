"""The application by HTTPS, at an address of this machine, in a browser that trusts the server's own authority."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.support.addresses import own_address
from tests.support.running import RunningServer, start_server
from tests.web.conftest import LAPTOP, PATIENCE_S, Library, Screen
from tests.web.playing import VIDEO, how, leave, plays_on


@pytest.fixture
def secure(chromium: Browser, library: Library) -> Iterator[Screen]:
    """A window that speaks HTTPS to the demo library. It takes any certificate: who vouches is tested elsewhere."""
    server = replace(library.server, url=library.server.url.replace("http://", "https://"))
    context = chromium.new_context(viewport=LAPTOP, locale="en-GB", ignore_https_errors=True)
    context.set_default_timeout(PATIENCE_S * 1000)
    screen = Screen(page=context.new_page(), server=server)
    screen.watch()
    yield screen
    context.close()
    screen.check()


def test_pictures_events_and_streams_come_by_https_and_break_no_policy(secure: Screen, library: Library) -> None:
    """What the content security policy forbids is an error in the console, and fails the test."""
    page = secure.open("#/")
    secure.until("[...document.images].some((one) => one.naturalWidth > 0)")
    for title, said in (("Nine Quiet Moons", "^Direct play$"), ("Ember Coast", "^Converted")):
        key = library.item("Movies", title)["ratingKey"]
        secure.open(f"#/watch/{key}?from=0")
        plays_on(secure)
        assert re.search(said, how(secure))
        assert page.evaluate(f"{VIDEO}.error") is None
        leave(page)
    assert page.evaluate("window.isSecureContext")
    assert all(one.url.startswith(("https://", "blob:")) for one in secure.requests)
    page.goto(f"{secure.server.url}/docs/api")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_owner_sees_the_fingerprint_and_gets_the_certificate(secure: Screen, library: Library) -> None:
    shown = library.client.get("/vitascope/https").json()["MediaContainer"]["authorityFingerprint"]
    page = secure.open("#/settings")
    https = page.get_by_role("region", name="HTTPS")
    expect(https).to_contain_text(shown)
    with page.expect_download() as download:
        https.get_by_role("link", name="Get the authority's certificate").click()
    assert "BEGIN CERTIFICATE" in Path(download.value.path()).read_text()


@pytest.fixture
def wide(tmp_path: Path) -> Iterator[RunningServer]:
    """A server that listens at all addresses."""
    server = start_server(tmp_path, host="")
    yield server
    server.end()


def test_by_the_address_of_the_machine(chromium: Browser, bundle: Path, wide: RunningServer) -> None:
    assert bundle.is_dir()
    address = f"https://{own_address()}:{wide.port}"
    context = chromium.new_context(ignore_https_errors=True, locale="en-GB")
    context.set_default_timeout(PATIENCE_S * 1000)
    try:
        page = context.new_page()
        answer = page.goto(f"{address}/web")
        assert answer is not None
        assert answer.status == 200
        expect(page.locator("main")).to_be_visible(timeout=PATIENCE_S * 1000)
        assert page.url.startswith(f"{address}/web/")
        assert page.evaluate("fetch('/identity').then((answer) => answer.status)") == 200
    finally:
        context.close()
