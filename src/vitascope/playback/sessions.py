"""Who plays what at the moment, as players report it in their timelines.

A session begins with the first report of a player and an item, and ends when the player says so or falls silent: a
player reports every ten seconds, or twenty on a mobile network.
"""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from vitascope.events import PlayState

_SILENT_SECONDS = 90
_MOST_FOR_ONE = 50
"""Sessions of one person at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """The device that plays, in its own words."""

    client_identifier: str
    title: str = ""
    product: str = ""
    version: str = ""
    platform: str = ""
    platform_version: str = ""
    device: str = ""
    model: str = ""
    vendor: str = ""
    address: str = ""
    local: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaySession:
    """One player with one item."""

    key: int
    session_id: str
    player: Player
    person_id: int
    person_name: str
    item_id: int
    state: PlayState
    time_ms: int
    duration_ms: int
    seen_at: float
    """On the monotonic clock."""


class NowPlaying:
    """The sessions of this moment. Used from the event loop only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        self._sessions: dict[tuple[int, str], PlaySession] = {}
        self.ending: str | None = None
        """Why nothing can be played any more, for whoever watches; ``None`` as long as it can."""

    def end(self, reason: str) -> list[PlaySession]:
        """Ends all sessions: each player is told the reason with its next report. Returns those that were alive."""
        self.ending = reason
        return self.sessions()

    def report(
        self,
        *,
        session_id: str,
        player: Player,
        person_id: int,
        person_name: str,
        item_id: int,
        state: PlayState,
        time_ms: int,
        duration_ms: int,
    ) -> PlaySession:
        """Takes a report; one of ``stopped`` ends the session, whose last state is returned."""
        # A player is one person's: nobody ends or takes over the session of somebody else by naming their device.
        place = (person_id, player.client_identifier)
        known = self._sessions.pop(place, None)
        if known is None or known.item_id != item_id:
            known = PlaySession(
                key=next(self._numbers),
                session_id=session_id or player.client_identifier,
                player=player,
                person_id=person_id,
                person_name=person_name,
                item_id=item_id,
                state=state,
                time_ms=time_ms,
                duration_ms=duration_ms,
                seen_at=self._clock(),
            )
        else:
            known = replace(
                known,
                player=player,
                state=state,
                time_ms=time_ms,
                duration_ms=duration_ms or known.duration_ms,
                seen_at=self._clock(),
            )
        if state is not PlayState.STOPPED:
            mine = [other for other in self._sessions if other[0] == person_id]
            if len(mine) >= _MOST_FOR_ONE:
                del self._sessions[mine[0]]  # the one that has been silent longest
            self._sessions[place] = known
        return known

    def sessions(self) -> list[PlaySession]:
        """The sessions that are alive, oldest first."""
        silent = self._clock() - _SILENT_SECONDS
        for place, session in list(self._sessions.items()):
            if session.seen_at < silent:
                del self._sessions[place]
        return sorted(self._sessions.values(), key=lambda session: session.key)
