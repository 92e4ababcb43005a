"""Streams in the browser: what it does not decode, qualities, sound, subtitles; and that nothing is left behind."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.web.conftest import Library, OpenScreen, Screen

VIDEO = "document.querySelector('video')"
SEEN = f"{VIDEO}?.readyState >= 3 && {VIDEO}.videoWidth > 0 && !{VIDEO}.seeking"
FRAMES = f"{VIDEO}.getVideoPlaybackQuality().totalVideoFrames"
CONVERTING_S = 90
"""How long a conversion may take to begin where others have the machine."""


def play(screen: Screen, library: Library, title: str, *, at_ms: int = 0, section: str = "Movies") -> str:
    """Plays a film until its pictures move; returns what the player says of it."""
    kind = 4 if section == "TV Shows" else 1
    key = library.item(section, title, kind)["ratingKey"]
    screen.open(f"#/watch/{key}?from={at_ms}")
    plays_on(screen)
    return how(screen)


def plays_on(screen: Screen, seconds: float = 0.4) -> None:
    """Waits until pictures are decoded and the time goes on."""
    screen.until(f"{SEEN} && !{VIDEO}.paused", CONVERTING_S)
    place, frames = screen.page.evaluate(f"[{VIDEO}.currentTime, {FRAMES}]")
    screen.until(f"{VIDEO}.currentTime > {place + seconds} && {FRAMES} > {frames + 3}", CONVERTING_S)


def how(screen: Screen) -> str:
    """The line that says what is played."""
    return screen.page.locator(".how").first.inner_text()


def choose(screen: Screen, name: str | re.Pattern[str]) -> None:
    """Presses a button of the player's menu."""
    page = screen.page
    page.mouse.move(400, 300)
    opener = page.get_by_role("button", name="Subtitles, sound and quality")
    if opener.get_attribute("aria-expanded") != "true":
        opener.click()
    page.get_by_role("group", name="Subtitles, sound and quality").get_by_role("button", name=name).first.click()


def streams(library: Library) -> list[str]:
    """The keys of what is made at the moment."""
    found = library.client.get("/transcode/sessions").json()["MediaContainer"].get("TranscodeSession", [])
    return [one["key"] for one in found]


def converters(process: int) -> list[str]:
    """The ffmpeg processes below a process."""
    parents: dict[int, tuple[int, str]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().partition(" (")[2].rpartition(") ")
        except OSError:  # it has just ended
            continue
        parents[int(stat.parent.name)] = (int(rest.split()[1]), name)

    def is_below(pid: int) -> bool:
        while pid in parents and pid != process:
            pid = parents[pid][0]
        return pid == process

    return [f"{name} {pid}" for pid, (_, name) in parents.items() if "ffmpeg" in name and is_below(pid)]


def nothing_is_left(library: Library) -> None:
    """Waits until nothing is made any more, and no ffmpeg works for the server."""
    deadline = time.monotonic() + 20
    while found := [*streams(library), *converters(library.server.process.pid)]:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def leave(page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("video")).to_have_count(0)


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
    choose(screen, re.compile("French Opus"))
    expect(screen.page.locator(".how").first).to_have_text("Original video and sound")
    plays_on(screen)
    tracks = library.full(key)["Media"][0]["Part"][0]["Stream"]
    assert [one["codec"] for one in tracks if one["streamType"] == 2 and one.get("selected")] == ["opus"]
    # Pictures become part of the picture: another stream, from the same position.
    place = screen.page.evaluate(f"{VIDEO}.currentTime")
    choose(screen, re.compile("English PGS"))
    expect(screen.page.locator(".how").first).to_contain_text(
        "with subtitles in the picture", timeout=CONVERTING_S * 1000
    )
    plays_on(screen)
    assert screen.page.evaluate(f"{VIDEO}.currentTime") >= place - 0.5
    choose(screen, "Off")
    expect(screen.page.locator(".how").first).to_have_text("Original video and sound")
    choose(screen, re.compile("English FLAC"))
    leave(screen.page)
    nothing_is_left(library)


def test_quality_seeks_and_lines_of_a_stream(screen: Screen, library: Library) -> None:
    page = screen.page
    assert play(screen, library, "The Lantern Tide", at_ms=16_000) == "Direct play"
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
    page.mouse.move(400, 300)
    box = page.get_by_role("slider", name="Position").bounding_box()
    assert box is not None
    for share in (0.9, 0.1, 0.5, 0.3, 0.95, 0.05, 0.7, 0.2, 0.8, 0.4):
        page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
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
    library.client.get(
        "/status/sessions/terminate", params={"sessionId": playing["Session"]["id"], "reason": "Good night."}
    )
    page.keyboard.press(" ")  # reported at once
    expect(page.get_by_role("alert")).to_contain_text("Good night.")
    nothing_is_left(library)
