"""Every shipped profile with every kind of file: what a server with a common ffmpeg does.

``D`` played as it is, ``R`` remuxed, ``A`` sound converted, ``V`` video converted, ``x`` unplayable (2003), ``-``
neither (2000).
"""

import pytest
from tests.support.playing import USUAL, versions

from vitascope.core.playback.decision import Code, Decision, Limits, PlayRequest, decide
from vitascope.playback.profiles.shelf import shipped

CLIENTS = (
    *("Chrome", "Edge", "Firefox", "Safari", "iOS", "tvOS", "Android", "Android TV", "Roku", "LG webOS"),
    *("Samsung Tizen", "Xbox", "PlayStation", "Kodi", "mpv", "Infuse", "Chromecast", "Unknown", "Generic"),
)
# Chrome Edge Firefox Safari | iOS tvOS Android AndroidTV | Roku LG Samsung | Xbox PlayStation | Kodi mpv Infuse | …
TABLE = """
mp4 h264:1080 aac:2                               D D D D|D D D D|D D D|D D|D D D|D D -
mp4 h264:1080 aac:6                               D D D D|D D D D|D D D|D D|D D D|A D -
mp4 h264:1080 ac3:6                               A D A D|D D D D|D D D|D D|D D D|A A -
mkv h264:1080 aac:2                               R R R R|D D D D|D D D|D D|D D D|R R -
mkv h264:1080 dca:6                               A A A A|A A A D|D A A|D A|D D D|A A -
mkv h264:1080 ac3:6 srt*                          A A A R|D D D D|D D D|D R|D D D|A A -
mkv h264:1080 aac:2 pgs*                          V V V V|D D D D|V V V|V V|D D D|V V -
mkv h264:1080 aac:2 ass*                          R R R R|D D D D|R R R|R R|D D D|R R -
mp4 h264:1080 aac:2 +srt*                         D D D D|D D D D|D D D|D D|D D D|D D -
mp4 h264:2160 aac:2                               D D D D|D D D D|V D D|D V|D D D|V V -
mkv h264:1080:high10 flac:2                       V V V V|V V V V|V V V|V V|D D D|V V -
mp4 hevc:1080 aac:2                               V D V D|D D D D|D D D|D V|D D D|V V -
mkv hevc:2160:10bit eac3:6                        V A V R|D D D D|D D D|D V|D D D|V V -
mkv hevc:2160:hdr10 truehd:8                      V A V A|A A A D|A A A|A V|D D D|V V -
mkv hevc:2160:hlg aac:2                           V R V R|D D D D|D D D|V V|D D D|V V -
mp4 hevc:2160:dv5 eac3:6                          x x x D|D D x D|D D x|x x|D D D|x x -
mkv hevc:2160:dv7 truehd:8                        V A V A|A A A D|A A A|A V|D D D|V V -
mp4 hevc:2160:dv8 eac3:6                          V D V D|D D D D|D D D|D V|D D D|V V -
webm vp9:1080 opus:2                              D D D V|V V D D|D D D|V V|D D D|D V -
mkv av1:1080 opus:6                               D D R V|D D D D|D D D|V V|D D D|V V -
mpegts mpeg2video:576:interlaced mp2:2 !noindex   V V V V|V V D D|V D D|D V|D D D|V V -
mpegts h264:1080 ac3:6 !noindex                   A A A R|R R D D|D D D|D D|D D D|A A -
avi mpeg4:480 mp3:2                               V V V V|V V V V|V D D|V V|D D D|V V -
mkv vc1:1080 dca:6                                V V V V|V V V D|V V V|V V|D D D|V V -
mkv vvc:2160 aac:2                                x x x x|x x x x|x x x|x x|D D D|x x -
"""
_ROWS = [line.rsplit("  ", 1) for line in TABLE.strip().splitlines()]
CASES = [
    (file.strip(), client, mark)
    for file, marks in _ROWS
    for client, mark in zip(CLIENTS, marks.replace("|", " ").split(), strict=True)
]


def _mark(decision: Decision) -> str:
    if decision.means is not None:
        return "DRAV"[decision.means]
    return {Code.UNPLAYABLE: "x", Code.NEITHER: "-"}[decision.general.code]


@pytest.mark.parametrize(("file", "client", "mark"), CASES)
def test_what_becomes_of_a_file(file: str, client: str, mark: str) -> None:
    made = decide(
        versions(file),
        shipped()[client.lower()].profile,
        PlayRequest(direct_play=True),
        limits=Limits(),
        abilities=USUAL,
    )
    assert _mark(made) == mark, [str(reason) for reason in made.reasons]


def test_the_table_is_long_enough() -> None:
    assert len(CASES) >= 400
    assert {client.lower() for client in CLIENTS} == set(shipped())
