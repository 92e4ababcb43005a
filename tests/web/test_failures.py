"""What goes wrong while one plays: a browser that promised too much, limits, a network that is gone and comes back."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect
from tests.web.conftest import Library, OpenScreen, Screen
from tests.web.playing import (
    CONVERTING_S,
    VIDEO,
    choose,
    click_at,
    hold,
    holds,
    how,
    leave,
    music_plays_until_held,
    nothing_is_left,
    plays_on,
    plays_until_held,
)

BOASTS = """
const known = (type) => type.replace(/hvc1[.\\w]*/, 'avc1.640028').replace('ac-3', 'mp4a.40.2');
const promised = (ask) => function (type) { return ask.call(this, known(type)); };
HTMLMediaElement.prototype.canPlayType = promised(HTMLMediaElement.prototype.canPlayType);
MediaSource.isTypeSupported = promised(MediaSource.isTypeSupported);
"""
"""A browser that believes that it knows HEVC and AC-3."""


def asked_from(screen: Screen) -> float:
    """From where the page wanted to play when it asked last how to, in seconds."""
    last = [one.url for one in screen.requests if "/decision?" in one.url][-1]
    return float(parse_qs(urlsplit(last).query)["offset"][0])


def test_a_browser_that_promised_too_much(screens: OpenScreen, library: Library) -> None:
    screen = screens()
    screen.page.add_init_script(BOASTS)
    hold(screen)
    screen.open(f"#/watch/{library.item('Movies', 'Ember Coast')['ratingKey']}?from=2000")
    plays_until_held(screen)
    assert how(screen).startswith("Converted")
    assert screen.page.evaluate(f"{VIDEO}.currentTime") >= 2
    expect(screen.page.get_by_role("alert")).to_have_count(0)
    asked = [parse_qs(urlsplit(one.url).query) for one in screen.requests if "/decision?" in one.url]
    assert [(one["directPlay"], one["directStream"]) for one in asked] == [
        (["1"], ["1"]),
        (["0"], ["1"]),
        (["0"], ["0"]),
    ]
    leave(screen.page)
    nothing_is_left(library)


def test_a_limit_is_explained_and_passes(screens: OpenScreen, library: Library) -> None:
    library.client.put("/:/prefs", params={"TranscodeCountLimit": 1})
    key = library.item("Movies", "Ember Coast")["ratingKey"]
    first, second = screens(), screens()
    for screen in (first, second):
        hold(screen)  # a short film, which would be left when it is over
    first.open(f"#/watch/{key}?from=start")
    plays_until_held(first)
    page = second.open(f"#/watch/{key}?from=start")
    expect(page.get_by_role("alert")).to_contain_text("limit")
    leave(first.page)
    nothing_is_left(library)
    page.get_by_role("button", name="Try again").click()
    plays_until_held(second)
    leave(page)
    library.client.put("/:/prefs", params={"TranscodeCountLimit": 0})
    nothing_is_left(library)


def test_a_film_goes_on_when_the_network_is_back(screen: Screen, library: Library) -> None:
    page = screen.page
    screen.open(f"#/watch/{library.item('Movies', 'The Lantern Tide')['ratingKey']}?from=20000")
    plays_on(screen)
    choose(screen, re.compile("^240p"))
    expect(page.locator(".how").first).to_contain_text("Converted", timeout=CONVERTING_S * 1000)
    plays_on(screen)
    page.keyboard.press("Escape")
    page.context.set_offline(True)
    click_at(screen, 0.5)
    again = page.get_by_role("button", name="Try again")
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.", timeout=CONVERTING_S * 1000)
    again.click()  # in vain
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.", timeout=CONVERTING_S * 1000)
    page.context.set_offline(False)
    plays_on(screen)
    assert page.evaluate(f"{VIDEO}.currentTime") > 299
    assert abs(asked_from(screen) - 300) < 1
    expect(page.get_by_role("alert")).to_have_count(0)
    leave(page)
    nothing_is_left(library)


def test_try_again_when_the_server_is_back(screen: Screen, library: Library) -> None:
    page = screen.page
    # Nothing but the button tries again: asking whether the server is there goes on failing.
    page.route("**/identity", lambda route: route.abort("connectionrefused"))
    page.route("**/decision?*", lambda route: route.abort("connectionrefused"))
    screen.open(f"#/watch/{library.item('Movies', 'Nine Quiet Moons')['ratingKey']}?from=200000")
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    page.unroute("**/decision?*")
    page.get_by_role("button", name="Try again").click()
    plays_on(screen)
    assert page.evaluate(f"{VIDEO}.currentTime") > 199
    assert abs(asked_from(screen) - 200) < 1
    leave(page)


def test_music_waits_for_the_network(screen: Screen, library: Library) -> None:
    # A track near its end would have loaded the next one, and a test that looks late would lose the network after that.
    second = library.item("Music", "Greenhouse Frequencies", 10)["Media"][0]["Part"][0]["key"]
    screen.page.route(f"**{second}*", lambda route: route.abort("internetdisconnected"))
    hold(screen, 2)
    page = screen.open(f"#/item/{library.item('Music', 'Signal Garden', 9)['ratingKey']}")
    page.get_by_role("button", name="Play", exact=True).click()
    bar = page.get_by_role("region", name="Music player")
    music_plays_until_held(screen)
    held = holds(screen)
    page.context.set_offline(True)
    bar.get_by_role("button", name="Next track").click()
    expect(bar.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    expect(bar).to_contain_text("Greenhouse Frequencies")
    page.unroute(f"**{second}*")
    page.context.set_offline(False)
    music_plays_until_held(screen, held)
    expect(bar).to_contain_text("Greenhouse Frequencies")
    expect(bar.get_by_role("alert")).to_have_count(0)
    bar.get_by_role("button", name="Stop and close").click()
    nothing_is_left(library)
