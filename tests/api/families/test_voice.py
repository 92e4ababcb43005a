"""Where somebody speaks is found when it is asked for, and subtitles that are late are fitted to it."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.api.families.conftest import Home, connect
from tests.support.episodes import FPS, scene, write
from tests.support.speech import Spans, dialogue, later, srt

_SECONDS = 200
_LATE_MS = 3_400
_UNIVERSAL = "/video/:/transcode/universal"


@pytest.fixture(scope="module")
def spans() -> Spans:
    return dialogue(5, _SECONDS)[1]


@pytest.fixture(scope="module")
def section(home: Home, spans: Spans, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A section of one film in which people speak, with subtitles that are late and some of another film."""
    folder = tmp_path_factory.mktemp("spoken") / "Long Talk (1999)"
    spoken, _ = dialogue(5, _SECONDS)
    still = scene(1, 1)
    path = write(folder / "Long Talk (1999).mkv", spoken, lambda _: still, key_every_s=_SECONDS // FPS)
    path.with_suffix(".en.srt").write_text(srt(later(spans, _LATE_MS)))
    path.with_suffix(".fr.srt").write_text(srt(dialogue(77, _SECONDS)[1]))
    query = {"name": "Spoken", "type": "movie", "scanner": "Plex Movie", "language": "en-US"}
    answer = home.http.post("/library/sections", params=query | {"location": str(folder.parent)})
    assert answer.status_code == 201, answer.text
    home.server.wait_idle()
    return folder


pytestmark = pytest.mark.usefixtures("section")


def film(home: Home, token: str | None = None) -> Any:
    server = connect(home.server.url, token or home.owner_token)
    return server.library.section("Spoken").get("Long Talk").reload()


def subtitle(found: Any, language: str) -> Any:
    return next(one for one in found.subtitleStreams() if one.languageCode == language)


def begins(text: str) -> list[int]:
    """When the cues of a SubRip or WebVTT text begin."""
    clocks = re.findall(r"(\d+):(\d\d):(\d\d)[.,](\d{3}) -->", text)
    return [((int(h) * 60 + int(m)) * 60 + int(s)) * 1000 + int(ms) for h, m, s, ms in clocks]


def listened(home: Home, **query: int) -> None:
    answer = home.http.put(f"/library/metadata/{film(home).ratingKey}/voiceActivity", params=query)
    assert (answer.status_code, len(answer.headers["x-plex-activity"])) == (200, 36)
    home.server.wait_idle()


def fitted(home: Home, key: str, **query: str | int) -> list[int]:
    answer = home.mia_http.get(key, params={"autoAdjustSubtitle": 1, **query})
    assert answer.status_code == 200, answer.text
    return begins(answer.text)


def test_before_anything_is_known_nothing_is_shifted(home: Home, spans: Spans) -> None:
    found = film(home)
    assert not found.hasVoiceActivity
    english = subtitle(found, "eng")
    assert not english.canAutoSync
    assert fitted(home, english.key) == [begin for begin, _ in later(spans, _LATE_MS)]


def test_a_late_subtitle_is_fitted_and_another_films_is_not(home: Home, spans: Spans) -> None:
    listened(home)
    found = film(home)
    assert found.hasVoiceActivity
    assert found.media[0].hasVoiceActivity
    english, french = subtitle(found, "eng"), subtitle(found, "fre")
    assert english.canAutoSync
    assert french.canAutoSync
    late = [begin for begin, _ in later(spans, _LATE_MS)]
    exact = [begin for begin, _ in spans]
    assert fitted(home, english.key) == pytest.approx(exact, abs=300)
    assert fitted(home, english.key, format="vtt") == pytest.approx(exact, abs=300)
    assert begins(home.mia_http.get(english.key).text) == late
    assert fitted(home, french.key) == [begin for begin, _ in dialogue(77, _SECONDS)[1]]
    # what the owner says counts, for everybody
    assert home.http.put(english.key, params={"offset": 100}).status_code == 200
    assert fitted(home, english.key) == [begin + 100 for begin in late]
    assert home.http.put(english.key, params={"offset": 0}).status_code == 200
    assert fitted(home, english.key) == pytest.approx(exact, abs=300)


def test_it_is_fitted_wherever_it_is_shown(home: Home, spans: Spans) -> None:
    listened(home)
    found = film(home, home.mia_token)
    found.media[0].parts[0].setSelectedSubtitleStream(subtitle(found, "eng"))
    exact = [begin for begin, _ in spans]
    query: dict[str, str | int] = {"path": found.key, "mediaIndex": 0, "partIndex": 0, "autoAdjustSubtitle": 1}
    asked = home.mia_http.get(f"{_UNIVERSAL}/subtitles", params=query)
    assert begins(asked.text) == pytest.approx(exact, abs=300)
    query |= {"session": "fitted", "protocol": "hls", "subtitles": "segmented", "directPlay": 0, "location": "lan"}
    start = home.mia_http.get(f"{_UNIVERSAL}/start.m3u8", params=query)
    assert start.status_code == 200, start.text
    shown = _segmented(home, start.text)
    assert shown
    assert shown == pytest.approx(exact[: len(shown)], abs=300)


def _segmented(home: Home, master: str) -> list[int]:
    """When the cues of the first segment of the subtitles of a stream begin."""
    playlist = re.search(r'TYPE=SUBTITLES.*?URI="([^"]+)"', master)
    assert playlist is not None, master
    address = f"{_UNIVERSAL}/{playlist[1]}"
    lines = home.mia_http.get(address).text.splitlines()
    first = next(line for line in lines if line and not line.startswith("#"))
    return begins(home.mia_http.get(f"{address.rpartition('/')[0]}/{first}").text)


def test_it_hangs_on_the_content_and_is_asked_for_by_the_owner(home: Home, section: Path) -> None:
    listened(home)
    path = f"/library/metadata/{film(home).ratingKey}/voiceActivity"
    assert home.mia_http.put(path).status_code == 403
    assert home.http.put("/library/metadata/99999999/voiceActivity").status_code == 404
    renamed = section.parent / "Longer Talk (2001)"
    shutil.move(section, renamed)
    for file in list(renamed.iterdir()):
        file.rename(renamed / file.name.replace("Long Talk (1999)", "Longer Talk (2001)"))
    spoken = connect(home.server.url, home.owner_token).library.section("Spoken")
    home.http.get(f"/library/sections/{spoken.key}/refresh")
    home.server.wait_idle()
    (found,) = spoken.all()
    assert found.reload().hasVoiceActivity
    assert subtitle(found, "eng").canAutoSync
