"""What browsers do not play as it is: containers and sound, music too; and one without Media Source Extensions."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.support.clips import clip
from tests.web.conftest import Library, OpenScreen, Screen
from tests.web.playing import (
    CONVERTING_S,
    VIDEO,
    choose,
    click_in_music,
    hold,
    holds,
    how,
    leave,
    music_plays_until_held,
    music_s,
    nothing_is_left,
    plays_on,
    plays_until_held,
    streams,
)

FILMS = {"Surrounded (2002).mkv": "dts.mkv"}
TRACKS = {"01 - Lossless.m4a": "lossless.m4a", "02 - Usual.mp3": "song.mp3", "03 - Of Windows.wma": "windows.wma"}
Key = Callable[[str, int], str]


@pytest.fixture(scope="module")
def key(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Key:
    """Finds an item in two libraries of odd files by its title and type."""
    root = tmp_path_factory.mktemp("odd")
    album = Path("Odd Music", "Nobody", "Formats (2003)")
    for folder, files in ((Path("Odd Films"), FILMS), (album, TRACKS)):
        (root / folder).mkdir(parents=True)
        for name, source in files.items():
            shutil.copy(clip(source), root / folder / name)
    sections = {}
    for title, kind, scanner in (("Odd Films", "movie", "Plex Movie"), ("Odd Music", "artist", "Plex Music")):
        query = {"name": title, "type": kind, "scanner": scanner, "language": "en-US", "location": str(root / title)}
        answer = library.client.post("/library/sections", params=query)
        sections[title] = answer.json()["MediaContainer"]["Directory"][0]["key"]
    library.server.wait_idle()

    def find(title: str, item_type: int) -> str:
        section = sections["Odd Films" if item_type == 1 else "Odd Music"]
        answer = library.client.get(f"/library/sections/{section}/all", params={"type": item_type, "title=": title})
        (item,) = answer.json()["MediaContainer"]["Metadata"]
        return str(item["ratingKey"])

    return find


def test_only_the_sound_is_converted(screen: Screen, library: Library, key: Key) -> None:
    hold(screen)
    screen.open(f"#/watch/{key('Surrounded', 1)}")
    plays_until_held(screen)
    assert how(screen) == "Original video, sound converted"
    screen.until(f"{VIDEO}.webkitAudioDecodedByteCount > 0")
    leave(screen.page)
    nothing_is_left(library)


def test_an_album_of_which_the_browser_knows_one_track(screen: Screen, library: Library, key: Key) -> None:
    hold(screen, 2)
    page = screen.open(f"#/item/{key('Formats', 9)}")
    page.get_by_role("button", name="Play", exact=True).click()
    bar = page.get_by_role("region", name="Music player")
    expect(bar).to_contain_text("Lossless")
    music_plays_until_held(screen)
    assert len(streams(library)) == 1
    held = holds(screen)
    click_in_music(screen, 0.9)
    bar.get_by_role("button", name="Play", exact=True).click()  # and to its end
    expect(bar).to_contain_text("Usual", timeout=CONVERTING_S * 1000)
    music_plays_until_held(screen, held)
    nothing_is_left(library)
    held = holds(screen)
    bar.get_by_role("button", name="Next track").click()
    expect(bar).to_contain_text("Of Windows")
    music_plays_until_held(screen, held)
    held = holds(screen)
    click_in_music(screen, 0.5)
    bar.get_by_role("button", name="Play", exact=True).click()
    music_plays_until_held(screen, held)
    assert music_s(screen) >= 7
    bar.get_by_role("button", name="Stop and close").click()
    nothing_is_left(library)


def test_a_browser_that_reads_hls_itself(screens: OpenScreen, library: Library) -> None:
    screen = screens(expected=("404",))  # it is not told that the stream has ended, and may ask once more
    screen.page.add_init_script("delete window.MediaSource; delete window.ManagedMediaSource;")
    screen.open(f"#/watch/{library.item('Movies', 'The Lantern Tide')['ratingKey']}?from=100000")
    plays_on(screen)
    choose(screen, "240p · 0.32 Mbit/s")  # with its sound
    screen.until(f"{VIDEO}.videoHeight > 0 && {VIDEO}.videoHeight <= 240", CONVERTING_S)
    plays_on(screen)
    assert how(screen).startswith("Converted")
    assert "start.m3u8" in screen.page.evaluate(f"{VIDEO}.currentSrc")
    assert screen.page.evaluate(f"{VIDEO}.currentTime") >= 100
    leave(screen.page)
    nothing_is_left(library)
