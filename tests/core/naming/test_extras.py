"""Music videos among music, and the folders of split films. (Extras of films and shows are in the tables of those.)"""

import pytest

from vitascope.core.model import ExtraType
from vitascope.core.naming import music_video, part_folder


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("Nena - 99 Luftballons-video", ("Nena - 99 Luftballons", ExtraType.MUSIC_VIDEO)),
        ("99 Luftballons - live", ("99 Luftballons", ExtraType.LIVE_MUSIC_VIDEO)),
        ("99 Luftballons-Lyrics", ("99 Luftballons", ExtraType.LYRIC_MUSIC_VIDEO)),
        ("Berlin 1984-concert", ("Berlin 1984", ExtraType.CONCERT)),
        ("Nena-interview", ("Nena", ExtraType.INTERVIEW)),
        ("Kino-behindthescenes", ("Kino", ExtraType.BEHIND_THE_SCENES)),
        ("99 Luftballons", None),
        ("-video", None),
        ("Alive", None),
        ("", None),
    ],
)
def test_music_video(stem: str, expected: tuple[str, ExtraType] | None) -> None:
    assert music_video(stem) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("CD1", 1), ("cd 2", 2), ("Disc 03", 3), ("disk-4", 4), ("DVD8", 8), ("CD9", None), ("CD", None), ("ABCD1", None)],
)
def test_part_folder(name: str, expected: int | None) -> None:
    assert part_folder(name) == expected
