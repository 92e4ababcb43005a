"""Which moments webhooks are told of, out of what the bus carries. Pure.

A playback is told once when it really begins, and then at each pause, resumption and end, however often its player
reports; what a player merely buffers is not told.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from vitascope.core.model import ItemType
from vitascope.events import (
    Event,
    ItemPlayed,
    ItemRated,
    PlayerName,
    PlaySessionState,
    PlayState,
    TimelineEntry,
)

_MOST_SESSIONS = 1_000

LIBRARY_NEW = "library.new"
ON_DECK = "library.on.deck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something to tell."""

    event: str
    item_id: int
    person_id: int
    player: PlayerName | None = None
    rating: float | None = None


@dataclass(slots=True)
class _Playback:
    state: PlayState
    begun: bool = False


class Moments:
    """Remembers of each session what was told."""

    def __init__(self) -> None:
        self._playbacks: dict[int, _Playback] = {}

    def of(self, event: Event) -> Moment | None:
        """What an event is to webhooks."""
        match event:
            case ItemPlayed():
                return Moment(
                    event="media.scrobble", item_id=event.item_id, person_id=event.person_id, player=event.player
                )
            case ItemRated():
                return Moment(
                    event="media.rate",
                    item_id=event.item_id,
                    person_id=event.person_id,
                    player=event.player,
                    rating=-1.0 if event.rating is None else event.rating,
                )
            case PlaySessionState():
                name = self._change(event.session_key, event.state)
                if name is None:
                    return None
                return Moment(event=name, item_id=event.item_id, person_id=event.person_id, player=event.player)
            case _:
                return None

    def _change(self, key: int, state: PlayState) -> str | None:
        known = self._playbacks.pop(key, None)
        if state is PlayState.STOPPED:
            return "media.stop" if known is not None and known.begun else None
        playback = known or _Playback(state)
        was, playback.state = playback.state, state
        self._playbacks[key] = playback
        while len(self._playbacks) > _MOST_SESSIONS:
            del self._playbacks[next(iter(self._playbacks))]
        if state is PlayState.PLAYING:
            if not playback.begun:
                playback.begun = True
                return "media.play"
            return "media.resume" if was is PlayState.PAUSED else None
        if state is PlayState.PAUSED and was is not PlayState.PAUSED and playback.begun:
            return "media.pause"
        if state is PlayState.BUFFERING and was is PlayState.PAUSED:
            playback.state = PlayState.PAUSED  # it resumes when it plays
        return None


def announced(entries: Iterable[TimelineEntry]) -> list[int]:
    """What is worth telling of the items that a scan made: a film, an episode, the season, show or album of many."""
    made = {entry.item_id: entry for entry in entries}
    of_season = Counter(entry.parent_id for entry in made.values() if entry.type is ItemType.EPISODE)
    found: dict[int, None] = {}
    for entry in made.values():
        match entry.type:
            case ItemType.MOVIE | ItemType.CLIP:
                found[entry.item_id] = None
            case ItemType.EPISODE:
                if entry.root_id in made:
                    found[entry.root_id] = None
                elif of_season[entry.parent_id] > 1 and entry.parent_id is not None:
                    found[entry.parent_id] = None
                else:
                    found[entry.item_id] = None
            case ItemType.TRACK | ItemType.PHOTO:
                found[entry.parent_id or entry.item_id] = None
            case _:
                continue
    return list(found)
