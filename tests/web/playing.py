"""What tests of the player share: its video, its menu, and what must be gone once it is left."""

import re
import time
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.web.conftest import PATIENCE_S, Library, Screen

VIDEO = "document.querySelector('video')"
SEEN = f"{VIDEO}?.readyState >= 3 && {VIDEO}.videoWidth > 0 && !{VIDEO}.seeking"
FRAMES = f"{VIDEO}.getVideoPlaybackQuality().totalVideoFrames"
CONVERTING_S = 90
"""How long a conversion may take to begin where others have the machine."""


def plays_on(screen: Screen, seconds: float = 0.4) -> None:
    """Waits until pictures are decoded and the time goes on."""
    screen.until(f"{SEEN} && !{VIDEO}.paused", CONVERTING_S)
    place, frames = screen.page.evaluate(f"[{VIDEO}.currentTime, {FRAMES}]")
    screen.until(f"{VIDEO}.currentTime > {place + seconds} && {FRAMES} > {frames + 3}", CONVERTING_S)


def hold(screen: Screen, seconds: float = 0.5) -> None:
    """What is played from now on pauses by itself after so long, and after every seek and in every file again.

    A short film or track would be over on a busy machine before a test has looked at it.
    """
    screen.page.add_init_script(f"vitascopeTest.holdAfterS = {seconds}")


def holds(screen: Screen) -> int:
    """How often something paused by itself."""
    count: int = screen.page.evaluate("vitascopeTest.holds")
    return count


def plays_until_held(screen: Screen, before: int = 0) -> None:
    """Waits until pictures were decoded and the time went on, until it paused by itself once more."""
    screen.until(f"vitascopeTest.holds > {before} && {VIDEO}?.paused", CONVERTING_S)
    screen.until(f"{SEEN} && {FRAMES} > 3", CONVERTING_S)


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


def click_at(screen: Screen, share: float) -> None:
    """Clicks into the seek bar of the video."""
    page = screen.page
    page.mouse.move(400, 300)
    box = page.get_by_role("slider", name="Position").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)


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
    deadline = time.monotonic() + PATIENCE_S
    while found := [*streams(library), *converters(library.server.process.pid)]:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def leave(page: Page) -> None:
    """Closes the menu, if it is open, and leaves the player."""
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("video")).to_have_count(0)


def music_s(screen: Screen) -> int:
    """Where the music is."""
    slider = screen.page.get_by_role("region", name="Music player").get_by_role("slider", name="Position")
    return int(slider.get_attribute("aria-valuenow") or 0)


def music_plays_until_held(screen: Screen, before: int = 0) -> None:
    """Waits until music was heard and paused by itself once more."""
    screen.until(f"vitascopeTest.holds > {before}", CONVERTING_S)


def plays_music_on(screen: Screen) -> None:
    """Waits until the music went on by two seconds."""
    begin = music_s(screen)
    deadline = time.monotonic() + CONVERTING_S
    while music_s(screen) < begin + 2:
        assert time.monotonic() < deadline, "stands still"
        screen.page.wait_for_timeout(50)


def click_in_music(screen: Screen, share: float) -> None:
    """Clicks into the seek bar of the music."""
    slider = screen.page.get_by_role("region", name="Music player").get_by_role("slider", name="Position")
    box = slider.bounding_box()
    assert box is not None
    screen.page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
