"""A library of twelve thousand films: only what is near the screen is in the page, and every place is reached."""

import re

from playwright.sync_api import expect
from tests.web.conftest import FILMS, Screen

CELLS = "document.querySelectorAll('[data-index]').length"
GHOSTS = "document.querySelectorAll('.ghost').length"


def test_scrolling_keeps_the_page_small_and_reaches_the_end(crowd: Screen) -> None:
    page = crowd.open("#/section/1")
    expect(page.locator(".count")).to_have_text(f"{FILMS:,} movies")
    height = page.evaluate("document.documentElement.scrollHeight")
    for part in (0.13, 0.5, 0.77, 1):
        page.evaluate(f"scrollTo(0, {height * part})")
        crowd.until(f"{CELLS} > 0 && {GHOSTS} === 0")
        assert page.evaluate(CELLS) < 120
    expect(page.locator(f'[data-index="{FILMS - 1}"]')).to_be_visible()


def test_flying_past_thousands_asks_for_few(crowd: Screen) -> None:
    page = crowd.open("#/section/1")
    expect(page.locator("[data-index] .title").first).to_be_visible()
    before = len(crowd.requests)
    flight_ms = page.evaluate(
        """async () => {
             const begin = performance.now();
             for (let i = 0; i < 60; i += 1) {
               scrollBy(0, document.documentElement.scrollHeight / 70);
               await new Promise(requestAnimationFrame);
             }
             return performance.now() - begin;
           }"""
    )
    crowd.until(f"{GHOSTS} === 0")
    pages = [one for one in crowd.requests[before:] if "/all?" in one.url]
    # At most every 90 ms what is on the screen is asked for, which lies on two pages: a busy machine flies long.
    assert 0 < len(pages) <= 2 * (flight_ms / 90 + 4), (len(pages), flight_ms)


def test_jumping_to_a_letter(crowd: Screen) -> None:
    page = crowd.open("#/section/1")
    page.get_by_role("button", name="Jump to S").click()
    crowd.until("scrollY > 0 && document.querySelector('nav .active')?.innerText === 'S'")
    crowd.until(f"{GHOSTS} === 0")
    row = page.evaluate(
        """() => {
             const cells = [...document.querySelectorAll('[data-index]')];
             const top = (one) => one.getBoundingClientRect().top;
             const first = Math.min(...cells.map(top).filter((place) => place >= 0));
             return cells.filter((one) => top(one) === first).map((one) => one.querySelector('.title').innerText);
           }"""
    )
    assert any(re.match(r"(the |a |an )?s", title, re.IGNORECASE) for title in row), row


def test_coming_back_from_an_item_finds_the_same_place(crowd: Screen) -> None:
    page = crowd.open("#/section/1")
    expect(page.locator(".count")).to_have_text(f"{FILMS:,} movies")
    page.evaluate("scrollTo(0, 90000)")
    crowd.until(f"document.querySelector('[data-index]').dataset.index > 100 && {GHOSTS} === 0")
    index = page.evaluate("document.querySelectorAll('[data-index]')[20].dataset.index")
    link = page.locator(f'[data-index="{index}"] article > a:first-child')
    link.scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    title = link.locator(".title").inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(title)
    crowd.until(f"scrollY === {place}")


def test_arrow_keys_walk_through_the_grid(crowd: Screen) -> None:
    page = crowd.open("#/section/1")
    page.locator('[data-index="0"] a').first.focus()
    columns = int(page.evaluate("getComputedStyle(document.querySelector('.rows')).getPropertyValue('--columns')"))
    page.keyboard.press("ArrowRight")
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    crowd.until(f"document.activeElement.closest('[data-index]')?.dataset.index === '{1 + 12 * columns}'")
