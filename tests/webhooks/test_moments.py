"""Which moments webhooks are told of."""

import pytest

from vitascope.core.model import ItemType
from vitascope.events import (
    Event,
    ItemPlayed,
    ItemRated,
    LibraryChanged,
    PlayerName,
    PlaySessionState,
    PlayState,
    TimelineEntry,
    TimelineState,
)
from vitascope.webhooks.moments import Moments, announced

TV = PlayerName(client_identifier="tv", title="Television")


def playing(state: str, session: int = 1) -> Event:
    return PlaySessionState(
        session_key=session,
        client_identifier="tv",
        person_id=2,
        item_id=9,
        guid="",
        state=PlayState(state),
        view_offset_ms=0,
        player=TV,
    )


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ("playing playing stopped", "play - stop"),
        ("buffering playing buffering playing stopped", "- play - - stop"),
        ("playing paused paused playing stopped", "play pause - resume stop"),
        ("playing paused buffering playing", "play pause - resume"),
        ("paused playing", "- play"),
        ("stopped", "-"),
        ("playing stopped stopped", "play stop -"),
        ("playing stopped playing", "play stop play"),
    ],
)
def test_a_playback(states: str, told: str) -> None:
    moments = Moments()
    found = [moments.of(playing(state)) for state in states.split()]
    assert [each.event.removeprefix("media.") if each else "-" for each in found] == told.split()


def test_playbacks_do_not_mix() -> None:
    moments = Moments()
    assert moments.of(playing("playing", 1)) is not None
    second = moments.of(playing("playing", 2))
    assert second is not None
    assert (second.event, second.person_id, second.item_id, second.player) == ("media.play", 2, 9, TV)


def test_plays_and_ratings() -> None:
    moments = Moments()
    played = moments.of(ItemPlayed(person_id=2, item_id=9, player=TV, at=1))
    assert played is not None
    assert played.event == "media.scrobble"
    for rating, told in ((8.0, 8.0), (None, -1.0)):
        rated = moments.of(ItemRated(person_id=2, item_id=9, rating=rating, player=TV, at=1))
        assert rated is not None
        assert (rated.event, rated.rating) == ("media.rate", told)
    assert moments.of(LibraryChanged(section_id=1)) is None


def new(item_id: int, kind: ItemType, parent: int | None = None, root: int | None = None) -> TimelineEntry:
    return TimelineEntry(
        section_id=1,
        item_id=item_id,
        type=kind,
        title=str(item_id),
        state=TimelineState.CREATED,
        updated_at=1,
        parent_id=parent,
        root_id=root,
    )


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([new(1, ItemType.MOVIE), new(2, ItemType.MOVIE)], [1, 2]),
        ([new(5, ItemType.EPISODE, 4, 3)], [5]),
        ([new(5, ItemType.EPISODE, 4, 3), new(6, ItemType.EPISODE, 4, 3)], [4]),
        ([new(4, ItemType.SEASON, 3, 3), new(5, ItemType.EPISODE, 4, 3)], [5]),
        ([new(3, ItemType.SHOW), new(4, ItemType.SEASON, 3, 3), new(5, ItemType.EPISODE, 4, 3)], [3]),
        ([new(7, ItemType.ALBUM, 6, 6), new(8, ItemType.TRACK, 7, 6), new(9, ItemType.TRACK, 7, 6)], [7]),
        ([new(2, ItemType.COLLECTION)], []),
        ([], []),
    ],
)
def test_what_is_worth_telling_of_what_is_new(entries: list[TimelineEntry], told: list[int]) -> None:
    assert announced(entries) == told
