"""Streams in the browser: what it does not decode, qualities, sound, subtitles; and that nothing is left behind."""

import re

import pytest
from playwright.sync_api import expect
from tests.web.conftest import Library, Screen
from tests.web.playing import (
    CONVERTING_S,
    SEEN,
    VIDEO,
    choose,
    click_at,
    converters,
    hold,
    holds,
    how,
    leave,
    nothing_is_left,
    plays_on,
    plays_until_held,
    streams,
)


def play(screen: Screen, library: Library, title: str) -> str:
    """Plays a film until its pictures have moved; returns what the player says of it."""
    hold(screen)
    screen.open(f"#/watch/{library.item('Movies', title)['ratingKey']}?from=0")
    plays_until_held(screen)
    return how(screen)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Nine Quiet Moons", "^Direct play$"),
        ("Ember Coast", r"^Converted 720p 0\.\d+ Mbit/s$"),
    ],
)
def test_each_way_of_playing(screen: Screen, library: Library, title: str, said: str) -> None:
    assert re.search(said, play(screen, library, title))
    assert screen.page.evaluate(f"{VIDEO}.error") is None
    leave(screen.page)
    nothing_is_left(library)


def test_sound_and_subtitles_of_a_file(screen: Screen, library: Library) -> None:
    key = library.item("Movies", "A Field Guide to Thunder")["ratingKey"]
    assert play(screen, library, "A Field Guide to Thunder") == "Direct play"
    held = holds(screen)
    choose(screen, re.compile("French Opus"))
    expect(screen.page.locator(".how").first).to_have_text("Original video and sound")
    plays_until_held(screen, held)
    tracks = library.full(key)["Media"][0]["Part"][0]["Stream"]
    assert [one["codec"] for one in tracks if one["streamType"] == 2 and one.get("selected")] == ["opus"]
    # Pictures become part of the picture: another stream, from the same position.
    place = screen.page.evaluate(f"{VIDEO}.currentTime")
    held = holds(screen)
    choose(screen, re.compile("English PGS"))
    expect(screen.page.locator(".how").first).to_contain_text(
        "with subtitles in the picture", timeout=CONVERTING_S * 1000
    )
    plays_until_held(screen, held)
    assert screen.page.evaluate(f"{VIDEO}.currentTime") >= place - 0.5
    choose(screen, "Off")
    expect(screen.page.locator(".how").first).to_have_text("Original video and sound")
    choose(screen, re.compile("English FLAC"))
    leave(screen.page)
    nothing_is_left(library)


def test_quality_seeks_and_lines_of_a_stream(screen: Screen, library: Library) -> None:
    page = screen.page
    screen.open(f"#/watch/{library.item('Movies', 'The Lantern Tide')['ratingKey']}?from=16000")
    plays_on(screen)
    assert how(screen) == "Direct play"
    choose(screen, "English (SRT External)")
    shown = f"[...{VIDEO}.textTracks].filter((one) => one.mode === 'showing')"
    screen.until(f"{shown}.length === 1 && {shown}[0].cues?.length > 0")
    choose(screen, re.compile("^240p"))
    line = page.locator(".how").first
    expect(line).to_have_text("Converted 240p 0.32 Mbit/s", timeout=CONVERTING_S * 1000)
    plays_on(screen)
    assert page.evaluate(f"{VIDEO}.videoHeight") == 240
    assert converters(library.server.process.pid)
    assert page.evaluate(f"{VIDEO}.currentTime") > 15.5

    screen.until(f"{shown}.length === 1 && {shown}[0].label === 'Subtitles of the stream'")
    choose(screen, "Off")
    screen.until(f"{shown}.length === 0")
    choose(screen, "German (SRT External)")
    screen.until(f"{shown}.length === 1 && {shown}[0].cues?.length > 0")

    choose(screen, "Original")
    for share in (0.9, 0.1, 0.5, 0.3, 0.95, 0.05, 0.7, 0.2, 0.8, 0.4):
        click_at(screen, share)
        screen.until(f"Math.abs({VIDEO}.currentTime - {600 * share}) < 12 && {SEEN}", CONVERTING_S)
    plays_on(screen)
    # A seek gives up segments of subtitles that are on their way: the stream still brings the next ones.
    screen.until(f"{shown}.length === 1 && {shown}[0].label === 'Subtitles of the stream'")
    expect(line).to_have_text("Original video and sound", timeout=CONVERTING_S * 1000)
    assert page.evaluate(f"{VIDEO}.videoHeight") == 540
    assert len(streams(library)) == 1

    (playing,) = [
        one
        for one in library.client.get("/status/sessions").json()["MediaContainer"]["Metadata"]
        if one["title"] == "The Lantern Tide"
    ]
    assert playing["TranscodeSession"]["key"] == streams(library)[0]
    screen.check()
    screen.expected = ("404",)  # it may ask for another segment before it is told
    library.client.get(
        "/status/sessions/terminate", params={"sessionId": playing["Session"]["id"], "reason": "Good night."}
    )
    page.keyboard.press(" ")  # reported at once
    expect(page.get_by_role("alert")).to_contain_text("Good night.")
    nothing_is_left(library)
