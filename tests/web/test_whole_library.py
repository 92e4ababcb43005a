"""Everything in the demo library plays in Chromium, with every sound track and subtitle (`make soak`).

A sound track counts when the browser fetched and decoded it; lines when they were fetched and the one that belongs to a
moment is shown at that moment; drawn subtitles when the picture is another one where they stand, and nearly the same
where they do not.
"""

import re
import time
from collections.abc import Iterator
from typing import Any

import av
import pytest
from playwright.sync_api import expect
from tests.web.conftest import Library, OpenScreen, Screen
from tests.web.playing import (
    CONVERTING_S,
    SEEN,
    VIDEO,
    click_at,
    click_in_music,
    how,
    leave,
    nothing_is_left,
    plays_music_on,
    plays_on,
)

pytestmark = pytest.mark.soak

SOUND_BYTES = f"{VIDEO}.webkitAudioDecodedByteCount"
ACTIVE = f"[...{VIDEO}.textTracks].filter((one) => one.mode === 'showing').flatMap((one) => [...one.activeCues ?? []])"
POSITION = "Number(document.querySelector('[role=slider]').getAttribute('aria-valuenow'))"
STILL = """async (place) => {
    const video = document.querySelector('video');
    video.pause();
    const shown = new Promise((done) => video.requestVideoFrameCallback(done));
    video.currentTime = place;
    await shown;
    const canvas = new OffscreenCanvas(480, 270);
    const paper = canvas.getContext('2d');
    paper.drawImage(video, 0, 0, 480, 270);
    const { data } = paper.getImageData(0, 0, 480, 270);
    return Array.from({ length: 480 * 270 }, (_, i) => data[4 * i + 1]);
}"""
MUCH = 60
"""A pixel that differs by more was drawn over."""
SUBTITLE_PIXELS = 200
"""So many of 480x270 at least are letters and their borders."""


def items(library: Library, section: str, item_type: int) -> Iterator[dict[str, Any]]:
    """All items of a section, full."""
    answer = library.client.get(f"/library/sections/{library.sections[section]}/all", params={"type": item_type})
    for item in answer.json()["MediaContainer"]["Metadata"]:
        print(
            f"{section}: {item.get('grandparentTitle', '')} {item['title']} {item.get('editionTitle', '')}", flush=True
        )
        yield library.full(item["ratingKey"])


def tracks(part: dict[str, Any], stream_type: int) -> list[dict[str, Any]]:
    return [one for one in part["Stream"] if one["streamType"] == stream_type]


def pick(screen: Screen, group: str, number: int) -> None:
    """Presses the choice of this number in a part of the menu."""
    page = screen.page
    page.mouse.move(400, 300)
    opener = page.get_by_role("button", name="Subtitles, sound and quality")
    if opener.get_attribute("aria-expanded") != "true":
        opener.click()
    page.get_by_role("group", name=group, exact=True).get_by_role("button").nth(number).click()


def goes_to(screen: Screen, place: float) -> None:
    """Pauses, and stands at a moment."""
    screen.page.evaluate(f"(place) => {{ {VIDEO}.pause(); {VIDEO}.currentTime = place; }}", place)
    screen.until(f"{SEEN} && Math.abs({VIDEO}.currentTime - {place}) < 0.01", CONVERTING_S)


def hears(screen: Screen, part: dict[str, Any], number: int) -> None:
    """Chooses a sound track; it is the one that comes and is decoded."""
    stream = tracks(part, 2)[number]
    pick(screen, "Sound", number)
    plays_on(screen)
    if how(screen) == "Direct play":
        assert number == 0, stream
    else:
        deadline = time.monotonic() + CONVERTING_S
        while (last := fetched_sound(screen)) != stream["index"]:
            assert time.monotonic() < deadline, (last, stream)
            screen.page.wait_for_timeout(50)
    heard = screen.page.evaluate(SOUND_BYTES)
    screen.until(f"{SOUND_BYTES} > {heard}", CONVERTING_S)


def fetched_sound(screen: Screen) -> int | None:
    """The number of the stream of a file whose sound was asked for last."""
    found = (re.search(r"/a(\d+)/\d", one.url) for one in reversed(screen.requests))
    return next((int(one[1]) for one in found if one), None)


def first_line(library: Library, stream: dict[str, Any]) -> tuple[float, str]:
    """A moment with a line of text subtitles, in seconds, and the line."""
    text = library.client.get(f"/library/streams/{stream['id']}.vtt", params={"format": "vtt"}).text
    found = re.search(r"([\d:.]+) --> ([\d:.]+).*\n(.+)", text)
    assert found is not None, text
    begin, end = (
        sum(float(one) * 60**power for power, one in enumerate(reversed(found[group].split(":")))) for group in (1, 2)
    )
    return (begin + end) / 2, re.sub(r"<[^>]*>", "", found[3]).strip()


def first_picture(part: dict[str, Any], stream: dict[str, Any]) -> float:
    """A moment with a picture of picture subtitles, in seconds."""
    with av.open(part["file"]) as container:
        times = [
            float(packet.pts * packet.time_base)
            for packet in container.demux(container.streams[stream["index"]])
            if packet.pts is not None
        ]
    return (times[0] + times[1]) / 2


def reads(screen: Screen, library: Library, part: dict[str, Any], number: int) -> None:
    """Chooses subtitles, and sees them."""
    page = screen.page
    stream = tracks(part, 3)[number]
    drawn = stream["codec"] in ("ass", "ssa", "pgs", "hdmv_pgs_subtitle", "vobsub", "dvd_subtitle")
    if stream["codec"] in ("pgs", "hdmv_pgs_subtitle", "vobsub", "dvd_subtitle"):
        place, line = first_picture(part, stream), ""
    else:
        place, line = first_line(library, stream)
    if not drawn:
        pick(screen, "Subtitles", number + 1)
        beside = how(screen) == "Direct play"
        goes_to(screen, place)
        screen.until(f"{ACTIVE}.some((cue) => cue.getCueAsHTML().textContent.includes({line!r}))", CONVERTING_S)
        address = f"/library/streams/{stream['id']}.vtt" if beside else f"/s{stream['id']}/"
        assert any(address in one.url for one in screen.requests), address
    else:
        without = page.evaluate(STILL, 1.0), page.evaluate(STILL, place)
        pick(screen, "Subtitles", number + 1)
        expect(page.locator(".how").first).to_contain_text("with subtitles in the picture", timeout=CONVERTING_S * 1000)
        plays_on(screen)
        having = page.evaluate(STILL, 1.0), page.evaluate(STILL, place)
        changed = [
            sum(abs(a - b) > MUCH for a, b in zip(*pair, strict=True)) for pair in zip(without, having, strict=True)
        ]
        print("  pixels", stream["codec"], changed, flush=True)
        assert changed[1] >= SUBTITLE_PIXELS, (stream, changed)
        assert changed[0] * 3 < changed[1], (stream, changed)
    page.evaluate(f"{VIDEO}.play()")
    plays_on(screen)
    pick(screen, "Subtitles", 0)
    screen.until(f"{ACTIVE}.length === 0", CONVERTING_S)
    plays_on(screen)


def plays_whole(screen: Screen, library: Library, medium: dict[str, Any]) -> None:
    """What one does with what has begun to play: seek, choose, leave."""
    plays_on(screen, 2)
    first, *others = medium["Part"]
    length = medium["duration"] / 1000
    print("  ", how(screen), flush=True)
    if tracks(first, 2):
        screen.until(f"{SOUND_BYTES} > 0", CONVERTING_S)
    for number in reversed(range(len(tracks(first, 2)))):
        hears(screen, first, number)
    for number in range(len(tracks(first, 3))):
        reads(screen, library, first, number)
    slider = screen.page.get_by_role("slider", name="Position")
    for share in (0.8, 0.2):
        click_at(screen, share)
        plays_on(screen)
        assert abs(int(slider.get_attribute("aria-valuenow") or 0) - length * share) < 15
    qualities = screen.page.get_by_role("group", name="Quality", exact=True).get_by_role("button")
    if (lowest := qualities.count() - 1) >= 2:
        pick(screen, "Quality", lowest)
        expect(screen.page.locator(".how").first).to_contain_text("Converted", timeout=CONVERTING_S * 1000)
        plays_on(screen)
        if others:  # the next file of the film follows, as a stream too
            goes_to(screen, first["duration"] / 1000 - 2)
            screen.page.evaluate(f"{VIDEO}.play()")
            screen.until(f"{POSITION} > {first['duration'] / 1000}", CONVERTING_S)
            expect(screen.page.locator(".how").first).to_contain_text("Converted", timeout=CONVERTING_S * 1000)
            plays_on(screen)
        pick(screen, "Quality", 0)
        plays_on(screen)
    leave(screen.page)
    nothing_is_left(library)


def test_every_film(screens: OpenScreen, library: Library) -> None:
    for item in items(library, "Movies", 1):
        screen = screens()
        screen.open(f"#/item/{item['ratingKey']}").get_by_role("link", name="Play", exact=True).click()
        played = screen.page
        screen.until(f"{VIDEO} !== null")
        versions = item["Media"]
        plays_whole(screen, library, versions[0])
        for medium in versions[1:]:
            screen.open(f"#/watch/{item['ratingKey']}?version={medium['id']}&from=start")
            plays_whole(screen, library, medium)
        for extra in item.get("Extras", {}).get("Metadata", []):
            screen.open(f"#/watch/{extra['ratingKey']}?from=start")
            plays_whole(screen, library, extra["Media"][0])
        played.context.close()


@pytest.mark.parametrize(("section", "item_type"), [("TV Shows", 4), ("Home Videos", 1)])
def test_every_episode_and_home_video(screens: OpenScreen, library: Library, section: str, item_type: int) -> None:
    for item in items(library, section, item_type):
        screen = screens()
        screen.open(f"#/item/{item['ratingKey']}").get_by_role("link", name="Play", exact=True).click()
        screen.until(f"{VIDEO} !== null")
        (medium,) = item["Media"]
        plays_whole(screen, library, medium)
        screen.page.context.close()


def test_every_track(screens: OpenScreen, library: Library) -> None:
    for section in ("Music", "Audiobooks"):
        for album in items(library, section, 9):
            children = library.client.get(f"/library/metadata/{album['ratingKey']}/children")
            titles = [one["title"] for one in children.json()["MediaContainer"]["Metadata"]]
            screen = screens()
            page = screen.open(f"#/item/{album['ratingKey']}")
            page.get_by_role("button", name="Play", exact=True).click()
            bar = page.get_by_role("region", name="Music player")
            for number, title in enumerate(titles):
                print("  ", title, flush=True)
                if number > 0 and number % 2:
                    click_in_music(screen, 0.97)  # the next one follows by itself
                elif number > 0:
                    bar.get_by_role("button", name="Next track").click()
                expect(bar).to_contain_text(title)
                plays_music_on(screen)
                click_in_music(screen, 0.5)
                plays_music_on(screen)
            bar.get_by_role("button", name="Stop and close").click()
            expect(bar).to_have_count(0)
            nothing_is_left(library)
            page.context.close()
