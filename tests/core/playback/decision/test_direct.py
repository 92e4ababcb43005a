"""The bandwidth that there is."""

from vitascope.core.playback.decision import Limits, PlayRequest
from vitascope.core.playback.decision.direct import ceiling


def test_where_more_is_taken_than_there_is_none_is_left() -> None:
    assert ceiling(PlayRequest(bitrate_kbps=2_000), Limits(server_kbps=-1)) == 0
    assert ceiling(PlayRequest(bitrate_kbps=2_000), Limits(server_kbps=800)) == 800
    assert ceiling(PlayRequest(), Limits()) is None
