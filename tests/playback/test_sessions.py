"""Sessions: how they begin, go on and end; whose they are; reports that come late or twice; what the owner ends."""

from dataclasses import dataclass, field

import pytest

from vitascope.events import PlayState
from vitascope.playback.sessions import Heard, Playable, Player, PlaySession, Report, Sessions

FILM = Playable(item_id=1, guid="plex://movie/1", part_ids=frozenset({11, 12}))
OTHER = Playable(item_id=2, part_ids=frozenset({21}))


@dataclass
class House:
    """Sessions with a clock of their own."""

    now: float = 1_000.0
    sessions: Sessions = field(init=False)

    def __post_init__(self) -> None:
        self.sessions = Sessions(lambda: self.now)

    def say(
        self,
        state: str = "playing",
        time_ms: int | None = 0,
        *,
        person: int = 1,
        client: str = "tv",
        session: str = "",
        item: Playable = FILM,
        address: str = "10.0.0.2",
        queue_item: int | None = None,
    ) -> Heard:
        return self.sessions.report(
            Report(
                player=Player(client_identifier=client, address=address),
                person_id=person,
                person_name=str(person),
                item=item,
                state=PlayState(state),
                time_ms=time_ms,
                session_identifier=session,
                play_queue_item_id=queue_item,
            )
        )

    def keys(self) -> list[int]:
        return [session.key for session in self.sessions.sessions()]


@pytest.fixture
def house() -> House:
    return House()


def begun(heard: Heard) -> PlaySession:
    assert heard.session is not None
    return heard.session


def test_a_session_goes_on_and_keeps_what_a_report_leaves_out(house: House) -> None:
    first = house.say("playing", 5_000, queue_item=7)
    assert first.began
    later = house.say("paused", None)
    assert not later.began
    session = begun(later)
    assert (session.key, session.time_ms, session.play_queue_item_id) == (begun(first).key, 5_000, 7)
    assert begun(house.say("stopped", 9_000)).state is PlayState.STOPPED
    assert house.keys() == []


def test_the_next_item_of_a_player_ends_the_one_before(house: House) -> None:
    first = begun(house.say())
    heard = house.say(item=OTHER)
    assert heard.replaced == first
    assert house.keys() == [begun(heard).key]


def test_a_player_with_two_playbacks_has_two_sessions(house: House) -> None:
    one, two = begun(house.say(session="a")), begun(house.say(session="b"))
    assert house.keys() == [one.key, two.key]
    assert (one.session_id, two.session_id) == ("a", "b")
    house.say("stopped", session="a")
    assert house.keys() == [two.key]


def test_naming_the_device_of_somebody_else_changes_nothing_for_them(house: House) -> None:
    mine = begun(house.say())
    house.say(person=2)
    house.say("stopped", person=2)
    assert house.keys() == [mine.key]
    assert begun(house.say()).key == mine.key


def test_one_person_has_so_many_sessions_and_no_more(house: House) -> None:
    mine = begun(house.say())
    for number in range(500):
        house.say(person=2, client=f"device {number}")
    found = house.sessions.sessions()
    assert mine in found
    assert len(found) <= 51
    assert found[-1].player.client_identifier == "device 499"


def test_who_falls_silent_is_forgotten(house: House) -> None:
    session = begun(house.say())
    house.now += 89
    assert house.sessions.forget_silent() == []
    house.now += 2
    assert house.keys() == []
    assert house.sessions.forget_silent() == [session]
    assert house.sessions.forget_silent() == []


def test_a_report_that_its_end_overtook_opens_nothing(house: House) -> None:
    house.say("playing", 600_000)
    house.say("stopped", 610_000)
    assert house.say("playing", 605_000).session is None
    assert house.say("stopped", 610_000).session is None
    assert house.keys() == []


def test_playing_the_same_again_is_no_late_report(house: House) -> None:
    first = begun(house.say("playing", 600_000))
    house.say("stopped", 610_000)
    again = begun(house.say("playing", 610_000))
    assert again.key != first.key
    house.say("stopped", 620_000)
    third = begun(house.say("playing", 0))
    assert third.key not in (first.key, again.key)
    house.say("stopped", 620_000)
    house.now += 4
    assert begun(house.say("playing", 615_000)).key != third.key


def test_what_is_paused_for_long(house: House) -> None:
    house.say("paused")
    house.now += 50
    house.say("paused")
    assert house.sessions.paused_longer_than(60) == []
    house.now += 20
    house.say("paused")
    assert len(house.sessions.paused_longer_than(60)) == 1
    house.say("playing")
    assert house.sessions.paused_longer_than(0) == []


def test_whom_the_owner_ends_is_told_until_it_stops(house: House) -> None:
    house.sessions.terminate(begun(house.say()), "Good night")
    assert house.keys() == []
    for state in ("playing", "buffering", "stopped"):
        heard = house.say(state)
        assert heard.session is None
        assert heard.termination is not None
        assert (heard.termination.code, heard.termination.text) == (2006, "Good night")
    assert begun(house.say()).state is PlayState.PLAYING


@pytest.mark.parametrize("change", ["item", "session", "silence"])
def test_an_ended_player_may_begin_something_else(house: House, change: str) -> None:
    house.sessions.terminate(begun(house.say(session="a")), "Good night")
    house.now += 121 if change == "silence" else 0
    heard = house.say(session="b" if change == "session" else "a", item=OTHER if change == "item" else FILM)
    assert heard.termination is None
    assert heard.session is not None


def refused(house: House, part: int = 11, person: int = 1, client: str | None = "tv", **more: str) -> bool:
    found = house.sessions.refusal(
        part,
        person_id=person,
        client_identifier=client,
        session_identifier=more.get("session", ""),
        address=more.get("address", "10.0.0.2"),
    )
    return found is not None


def test_what_was_ended_is_read_no_more_by_that_player_alone(house: House) -> None:
    session = begun(house.say(session="a"))
    assert not refused(house)
    house.sessions.terminate(session, "Good night")
    assert refused(house)
    assert refused(house, part=12)
    assert refused(house, client=None)
    assert refused(house, session="a")
    assert not refused(house, session="b")
    assert not refused(house, part=21)
    assert not refused(house, person=2)
    assert not refused(house, client="phone")
    assert not refused(house, client=None, address="10.0.0.3")
    house.say("stopped", session="a")
    assert not refused(house)


def test_the_version_that_is_read_is_the_one_that_is_played(house: House) -> None:
    session = begun(house.say())
    assert house.sessions.part_of(session) is None
    house.sessions.note_read(11, person_id=1, client_identifier="tv", address="10.0.0.2")
    house.now += 1
    house.sessions.note_read(12, person_id=1, client_identifier=None, address="10.0.0.2")
    house.sessions.note_read(11, person_id=2, client_identifier="tv", address="10.0.0.2")
    assert house.sessions.part_of(session) == 12


def test_when_the_server_ends_everybody_is_told(house: House) -> None:
    session = begun(house.say())
    assert house.sessions.end("The server is ending") == [session]
    heard = house.say()
    assert heard.termination is not None
    assert begun(heard).state is PlayState.STOPPED
    assert house.say(client="phone").session is None
