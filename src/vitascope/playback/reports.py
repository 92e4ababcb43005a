"""Reports of players, from where they come in to everybody they concern: sessions, watch state, and who listens.

The order is: the session (which decides whether the report counts at all), the watch state, then the events, so that
whoever is told of a change can read it.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from vitascope.events import Bus, ItemPlayed, ItemRated, PlayerName, PlaySessionState, PlayState
from vitascope.playback.sessions import TOO_MANY_STREAMS, Player, PlaySession, Report, Sessions, Termination
from vitascope.playback.timeline import Position, Pref, Timeline

_LOOK_SECONDS = 10.0
_ENDED = "Admin terminated playback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offline:
    """That a report is of something that happened before, and when (epoch seconds)."""

    at: int


class Reports:
    """Takes what players report. Used from the event loop only.

    ``watching`` is called with whether anybody is watching something just now.
    """

    def __init__(
        self,
        sessions: Sessions,
        timeline: Timeline,
        bus: Bus,
        *,
        pref: Pref,
        watching: Callable[[bool], None] = lambda _somebody: None,
    ) -> None:
        self.sessions = sessions
        self._timeline = timeline
        self._bus = bus
        self._pref = pref
        self._watching = watching
        self._looking: asyncio.Task[None] | None = None

    # --- what players say ------------------------------------------------------------------------------------------

    async def take(self, report: Report) -> Termination | None:
        """A player says what it does; returned is what it must be told when its session was ended."""
        if report.state is not PlayState.STOPPED and self.sessions.knows(report) is None:
            refused = self.one_too_many(report.person_id, report.player, report.session_identifier)
            if refused is not None:
                return Termination(text=refused, code=TOO_MANY_STREAMS)
        heard = self.sessions.report(report)
        session = heard.session
        if heard.replaced is not None:
            self._say(heard.replaced, PlayState.STOPPED)
        if session is not None:
            found = await self._timeline.report(
                Position(
                    person_id=report.person_id,
                    item_id=report.item.item_id,
                    time_ms=session.time_ms,
                    duration_ms=session.duration_ms or None,
                    playback="\0".join(session.place[1:]),
                    player=session.player,
                    skipped=report.continuing and session.state is PlayState.STOPPED,
                )
            )
            if session.state is PlayState.STOPPED or self.sessions.goes_on(session):  # else its end was told meanwhile
                self._say(session, session.state, continuing=report.continuing)
            if found is not None and found.played:
                self._played(report.person_id, report.item.item_id, report.player, int(time.time()))
        self._tell_who_watches(going_on=report.continuing)
        return heard.termination

    def one_too_many(self, person_id: int, player: Player, session_identifier: str) -> str | None:
        """Why a player may not begin another playback: its person has as many from outside as the owner allows
        (``WanPerUserStreamCount``). ``None`` when it may."""
        most = int(self._pref("WanPerUserStreamCount"))
        if most <= 0 or player.local:
            return None
        if self.sessions.outside(person_id, but=(player.client_identifier, session_identifier)) < most:
            return None
        return f"No more than {most} {'stream' if most == 1 else 'streams'} at once from outside the home network."

    async def take_offline(self, report: Report, when: Offline) -> None:
        """A device that was offline tells what happened meanwhile: it opens no session."""
        at = min(when.at, int(time.time()))
        found = await self._timeline.report(
            Position(
                person_id=report.person_id,
                item_id=report.item.item_id,
                time_ms=report.time_ms or 0,
                duration_ms=report.duration_ms or None,
                playback="\0".join(("offline", *report.place[1:])),
                player=report.player,
                at=at,
            )
        )
        if found is not None and found.played:
            self._played(report.person_id, report.item.item_id, report.player, at)

    def rated(self, person_id: int, item_id: int, rating: float | None, player: Player) -> None:
        """A person rated an item, or took it back."""
        self._bus.publish(
            ItemRated(person_id=person_id, item_id=item_id, rating=rating, player=_name(player), at=int(time.time()))
        )

    # --- ending sessions -------------------------------------------------------------------------------------------

    def terminate(self, session_id: str, reason: str = "") -> bool:
        """Ends a session by its id, for a reason that is shown to who watches; ``False`` when there is none."""
        session = self.sessions.find(session_id)
        if session is None:
            return False
        self._end(session, f"{_ENDED} with reason: {reason}" if reason else _ENDED)
        return True

    def _end(self, session: PlaySession, text: str) -> None:
        self.sessions.terminate(session, text)
        self._say(session, PlayState.STOPPED)
        self._tell_who_watches()

    def goodbye(self, reason: str) -> None:
        """The server ends: nothing can be played any more."""
        for session in self.sessions.end(reason):
            self._say(session, PlayState.STOPPED)

    # --- looking after sessions ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begins to look after players that fall silent, or pause for longer than the owner allows."""
        self._looking = asyncio.get_running_loop().create_task(self._look_after(), name="sessions")

    async def close(self) -> None:
        """Stops that."""
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking

    async def _look_after(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            self.look()

    def look(self) -> None:
        """Looks once."""
        for session in self.sessions.forget_silent():
            self._say(session, PlayState.STOPPED)
        minutes = int(self._pref("MinutesAllowedPaused"))
        for session in self.sessions.paused_longer_than(minutes * 60.0) if minutes > 0 else ():
            self._end(session, f"Playback was ended because it was paused for more than {minutes} minutes.")
        self._tell_who_watches()

    # --- telling ---------------------------------------------------------------------------------------------------

    def _tell_who_watches(self, *, going_on: bool = False) -> None:
        self._watching(going_on or any(other.state is not PlayState.PAUSED for other in self.sessions.sessions()))

    def _say(self, session: PlaySession, state: PlayState, *, continuing: bool = False) -> None:
        self._bus.publish(
            PlaySessionState(
                session_key=session.key,
                client_identifier=session.player.client_identifier,
                person_id=session.person_id,
                item_id=session.item_id,
                guid=session.item.guid,
                state=state,
                view_offset_ms=session.time_ms,
                play_queue_id=session.play_queue_id,
                play_queue_item_id=session.play_queue_item_id,
                player=_name(session.player),
                continuing=continuing,
            )
        )

    def _played(self, person_id: int, item_id: int, player: Player, at: int) -> None:
        self._bus.publish(ItemPlayed(person_id=person_id, item_id=item_id, player=_name(player), at=at))


def _name(player: Player) -> PlayerName:
    return PlayerName(
        client_identifier=player.client_identifier,
        title=player.title or player.product,
        address=player.address,
        local=player.local,
    )
