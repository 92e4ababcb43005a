"""Which audio and subtitles play by themselves, by the languages wished of a show."""

import pytest

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.languages import ALWAYS, BY_FILE, FOREIGN, NEVER, Wishes, audio, subtitle


def stream(
    language: str, kind: StreamType = StreamType.AUDIO, *, default: bool = False, forced: bool = False
) -> StreamInfo:
    return StreamInfo(type=kind, index=0, codec="x", language_code=language, default=default, forced=forced)


HEARD = [(1, stream("eng", default=True)), (2, stream("ger")), (3, stream("ger", default=True))]
READ = [
    (7, stream("eng", StreamType.SUBTITLE)),
    (8, stream("ger", StreamType.SUBTITLE, forced=True)),
    (9, stream("ger", StreamType.SUBTITLE)),
]


def test_audio_is_the_default_one_of_the_language() -> None:
    assert audio(HEARD, Wishes(audio="de")) == 3
    assert audio(HEARD, Wishes(audio="en")) == 1
    assert audio(HEARD, Wishes(audio="fr")) is None
    assert audio(HEARD, Wishes()) is None


@pytest.mark.parametrize(
    ("mode", "heard", "answer"),
    [
        (BY_FILE, "eng", (False, None)),
        (NEVER, "eng", (True, None)),
        (FOREIGN, "eng", (True, 9)),
        (FOREIGN, "ger", (True, 8)),
        (ALWAYS, "ger", (True, 9)),
    ],
)
def test_subtitles_go_by_the_mode(mode: int, heard: str, answer: tuple[bool, int | None]) -> None:
    assert subtitle(READ, stream(heard), Wishes(audio="de", subtitle="de", mode=mode)) == answer


def test_no_subtitles_where_there_are_none_of_the_language() -> None:
    assert subtitle(READ, stream("eng"), Wishes(subtitle="ja", mode=ALWAYS)) == (True, None)
