"""Playing: films, also in two files, subtitles, the next episode, a track while browsing, a book's chapters."""

import re
import time

from playwright.sync_api import expect
from tests.web.conftest import PATIENCE_S, Library, Screen
from tests.web.playing import (
    SEEN,
    VIDEO,
    click_at,
    hold,
    holds,
    music_plays_until_held,
    music_s,
    plays_until_held,
)


def test_a_film_plays_seeks_and_resumes(screen: Screen, library: Library) -> None:
    key = library.item("Movies", "The Lantern Tide")["ratingKey"]
    page = screen.open(f"#/item/{key}")
    page.get_by_role("link", name="Play", exact=True).click()
    screen.until(f"{SEEN} && {VIDEO}.currentTime > 1")

    click_at(screen, 0.5)
    screen.until(f"{VIDEO}.currentTime > 301 && !{VIDEO}.paused")
    page.keyboard.press("ArrowRight")
    screen.until(f"{VIDEO}.currentTime > 311")
    page.keyboard.press(" ")
    screen.until(f"{VIDEO}.paused")
    place = page.evaluate(f"{VIDEO}.currentTime")
    with page.expect_response(lambda answer: "/:/timeline?" in answer.url and "state=stopped" in answer.url):
        page.keyboard.press("Escape")

    resume = page.get_by_role("link", name=re.compile(r"^Resume from 5:"))
    expect(resume).to_be_visible()
    saved = library.full(key)["viewOffset"]
    assert isinstance(saved, int)
    assert abs(saved - place * 1000) < 1500

    hold(screen)
    page.reload()
    resume.click()
    plays_until_held(screen)
    assert abs(page.evaluate(f"{VIDEO}.currentTime") - place) < 4


def test_leaving_the_page_saves_where_one_was(screen: Screen, library: Library) -> None:
    key = library.item("Movies", "Nine Quiet Moons")["ratingKey"]
    page = screen.open(f"#/watch/{key}?from=200000")
    screen.until(f"{SEEN} && {VIDEO}.currentTime > 202")
    place = page.evaluate(f"{VIDEO}.currentTime")
    page.goto("about:blank")
    saved_s = 0
    deadline = time.monotonic() + PATIENCE_S
    while saved_s < place - 1:  # what is sent on leaving may arrive late
        assert time.monotonic() < deadline, saved_s
        saved_s = library.full(key).get("viewOffset", 0) / 1000
    screen.open(f"#/watch/{key}")
    page.get_by_role("button", name=f"Resume from {int(saved_s) // 60}:{int(saved_s) % 60:02}").click()
    screen.until(f"{SEEN} && {VIDEO}.currentTime >= {saved_s - 0.5}")
    # There is nothing to go back to in the application, so leaving leads to the film's page.
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nine Quiet Moons")


def test_what_was_started_is_on_the_home_page(screen: Screen, library: Library) -> None:
    key = library.item("Movies", "The Lantern Tide")["ratingKey"]
    library.client.post(
        "/:/timeline", params={"ratingKey": str(key), "state": "stopped", "time": 150_000, "duration": 600_000}
    )
    page = screen.open()
    shelf = page.get_by_role("region", name="Continue watching")
    shelf.get_by_role("link", name="Resume The Lantern Tide").click()
    screen.until(f"{SEEN} && {VIDEO}.currentTime > 148")


def test_the_keys_of_the_player(screen: Screen, library: Library) -> None:
    key = library.item("Movies", "The Lantern Tide")["ratingKey"]
    page = screen.open(f"#/watch/{key}?from=60000")
    screen.until(f"{SEEN} && {VIDEO}.currentTime > 60")
    page.keyboard.press("m")
    screen.until(f"{VIDEO}.muted")
    page.keyboard.press("ArrowDown")
    screen.until(f"!{VIDEO}.muted && {VIDEO}.volume < 1")
    page.keyboard.press("f")
    screen.until("document.fullscreenElement !== null")
    page.keyboard.press("f")
    screen.until("document.fullscreenElement === null")
    page.keyboard.press("k")
    screen.until(f"{VIDEO}.paused")
    place = page.evaluate(f"{VIDEO}.currentTime")
    page.keyboard.press("ArrowLeft")
    screen.until(f"Math.abs({VIDEO}.currentTime - {place - 10}) < 1")


def test_subtitles_are_shown_and_stay_chosen(screen: Screen, library: Library) -> None:
    key = library.item("Movies", "The Lantern Tide")["ratingKey"]
    hold(screen, 0.1)
    page = screen.open(f"#/watch/{key}?from=17500")
    plays_until_held(screen)  # before the line is over
    page.mouse.move(400, 300)
    page.get_by_role("button", name="Subtitles, sound and quality").click()
    page.get_by_role("button", name="English (SRT External)").click()
    screen.until(f"{VIDEO}.textTracks[0]?.mode === 'showing' && {VIDEO}.textTracks[0].cues?.length > 0")
    page.get_by_role("button", name="1.5×").click()
    screen.until(f"{VIDEO}.playbackRate === 1.5 && {VIDEO}.textTracks[0].activeCues.length > 0")
    assert page.evaluate(f"{VIDEO}.textTracks[0].activeCues[0].text") == "They say the tide keeps what it is given."

    page.reload()
    screen.until(f"{SEEN} && {VIDEO}.textTracks[0]?.cues?.length > 0")
    page.keyboard.press("c")
    screen.until(f"{VIDEO}.querySelector('track') === null")


def test_a_film_in_two_files_plays_as_one(screen: Screen, library: Library) -> None:
    film = library.full(library.item("Movies", "The Slow Meridian")["ratingKey"])
    medium = film["Media"][0]
    first_ms = medium["Part"][0]["duration"]
    first, second = (part["key"] for part in medium["Part"])
    hold(screen, 3)
    page = screen.open(f"#/watch/{film['ratingKey']}?from={first_ms - 2500}")
    slider = page.get_by_role("slider", name="Position")
    screen.until(f"{SEEN} && {VIDEO}.currentSrc.includes('{second}') && {VIDEO}.currentTime > 0.5")
    plays_until_held(screen)
    assert any(first in request.url for request in screen.requests)
    assert int(slider.get_attribute("aria-valuenow") or 0) >= first_ms // 1000
    assert abs(int(slider.get_attribute("aria-valuemax") or 0) - medium["duration"] // 1000) <= 1
    click_at(screen, 0.1)
    screen.until(f"{VIDEO}.currentSrc.includes('{first}') && {SEEN}")


def test_advertisements_are_skipped(screen: Screen, library: Library) -> None:
    key = library.item("Movies", "The Lantern Tide")["ratingKey"]
    marker: dict[str, str | int] = {"type": "commercial", "startTimeOffset": 20_000, "endTimeOffset": 300_000}
    assert library.client.post(f"/library/metadata/{key}/marker", params=marker).status_code == 200
    page = screen.open(f"#/watch/{key}?from=25000")
    skip = page.get_by_role("button", name="Skip advertisements")
    screen.until(f"{SEEN} && {VIDEO}.currentTime < 250")
    skip.click()
    screen.until(f"{SEEN} && {VIDEO}.currentTime >= 299.5")
    expect(skip).to_have_count(0)


def test_the_next_episode_follows(screen: Screen, library: Library) -> None:
    show = library.item("TV Shows", "Harbour Nine", 2)["ratingKey"]
    episodes = library.client.get(f"/library/metadata/{show}/allLeaves").json()["MediaContainer"]["Metadata"]
    page = screen.open(f"#/watch/{episodes[0]['ratingKey']}?from=1000")
    screen.until(f"{SEEN} && !{VIDEO}.paused")
    page.keyboard.press("k")  # or the next one begins before the test asks for it
    screen.until(f"{VIDEO}.paused")
    click_at(screen, 0.97)
    offer = page.get_by_role("complementary", name="Next episode")
    expect(offer).to_contain_text(episodes[1]["title"])
    offer.get_by_role("button").first.click()
    expect(page).to_have_url(re.compile(rf"#/watch/{episodes[1]['ratingKey']}\b"))
    screen.until(f"{SEEN} && {VIDEO}.currentTime > 0.5")


def test_a_track_keeps_playing_while_one_looks_around(screen: Screen, library: Library) -> None:
    album = library.item("Music", "Signal Garden", 9)["ratingKey"]
    page = screen.open(f"#/item/{album}")
    page.get_by_role("button", name="Play Carrier Wave").click()
    bar = page.get_by_role("region", name="Music player")
    position = bar.get_by_role("slider", name="Position")
    expect(position).not_to_have_attribute("aria-valuenow", "0")

    page.get_by_role("link", name="Home", exact=True).first.click()
    expect(page.get_by_role("region", name="New in Music")).to_be_visible()
    heard = int(position.get_attribute("aria-valuenow") or 0)
    expect(position).not_to_have_attribute("aria-valuenow", str(heard))
    bar.get_by_role("button", name="Pause").click()  # it is short
    sessions = library.client.get("/status/sessions").json()["MediaContainer"]["Metadata"]
    assert [one["title"] for one in sessions if one["type"] == "track"] == ["Carrier Wave"]

    bar.get_by_role("button", name="Next track").click()
    expect(bar).to_contain_text("Greenhouse Frequencies")
    bar.get_by_role("button", name="Queue").click()
    queue = page.get_by_role("complementary", name="Queue")
    expect(queue.get_by_role("listitem")).to_have_count(4)
    queue.get_by_role("button", name=re.compile("^Ask the Antenna")).click()
    expect(bar).to_contain_text("Ask the Antenna")
    bar.get_by_role("button", name="Pause").click()
    expect(bar.get_by_role("button", name="Play", exact=True)).to_be_visible()
    bar.get_by_role("button", name="Stop and close").click()
    expect(bar).to_have_count(0)


def test_a_book_by_its_chapters(screen: Screen, library: Library) -> None:
    book = library.item("Audiobooks", "The Keeper of Small Winds", 9)["ratingKey"]
    hold(screen, 1)
    page = screen.open(f"#/item/{book}")
    page.get_by_role("button", name=re.compile("Washing Day")).click()
    bar = page.get_by_role("region", name="Music player")
    expect(bar).to_contain_text("Washing Day")
    music_plays_until_held(screen)
    assert 73 <= music_s(screen) <= 75
    bar.get_by_role("button", name="Stop and close").click()
    resume = page.get_by_role("button", name=re.compile(r"^Resume .*at 1:1[345]$"))
    expect(resume).to_be_visible()
    held = holds(screen)
    resume.click()
    music_plays_until_held(screen, held)
    assert 73 <= music_s(screen) <= 77


def test_who_leaves_twice_at_once_leaves_once(screen: Screen, library: Library) -> None:
    page = screen.open("#/")
    key = library.item("Movies", "Nine Quiet Moons")["ratingKey"]
    page.evaluate(f"location.hash = '#/watch/{key}?from=0'")
    page.locator("video").wait_for(state="attached")
    twice = (
        "[1, 2].map(() => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })))"
    )
    page.evaluate(twice)
    expect(page.locator("video")).to_have_count(0)
    expect(page.get_by_role("main")).to_be_visible()
    assert page.url.endswith("#/")
    page.go_forward()
    page.locator("video").wait_for(state="attached")
    page.keyboard.press("Escape")
    expect(page.locator("video")).to_have_count(0)
    assert page.url.endswith("#/")
