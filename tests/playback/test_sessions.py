"""Sessions belong to people: nobody ends, takes over or crowds out somebody else's."""

from vitascope.events import PlayState
from vitascope.playback.sessions import NowPlaying, Player, PlaySession


def report(playing: NowPlaying, person: int, client: str, state: PlayState = PlayState.PLAYING) -> PlaySession:
    return playing.report(
        session_id="",
        player=Player(client_identifier=client),
        person_id=person,
        person_name=str(person),
        item_id=1,
        state=state,
        time_ms=0,
        duration_ms=0,
    )


def test_naming_the_device_of_somebody_else_changes_nothing_for_them() -> None:
    playing = NowPlaying()
    mine = report(playing, 1, "tv")
    report(playing, 2, "tv")
    report(playing, 2, "tv", PlayState.STOPPED)
    assert [session.key for session in playing.sessions()] == [mine.key]
    assert report(playing, 1, "tv").key == mine.key


def test_one_person_has_so_many_sessions_and_no_more() -> None:
    playing = NowPlaying()
    mine = report(playing, 1, "tv")
    for number in range(500):
        report(playing, 2, f"device {number}")
    found = playing.sessions()
    assert mine in found
    assert len(found) <= 51
    assert found[-1].player.client_identifier == "device 499"
