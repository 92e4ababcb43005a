"""Who plays what at the moment, as players report it in their timelines.

A session begins with the first report of a player about an item and ends when the player says so, goes on to another
item, falls silent (a player reports every ten seconds, or twenty on a mobile network), or is ended by the owner. A
player that plays several things at once, such as a browser with two tabs, tells them apart by its session identifier.

Whom the owner ended is told so with the next report, and may not read on: what a player reads are parts of files, and
those of the ended session are refused to that player until it says ``stopped``, begins something else, or has been
silent for a while.
"""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from vitascope.events import PlayState

SILENT_SECONDS = 90.0
_MOST_FOR_ONE = 50
"""Sessions of one person at a time."""
_LATE_SECONDS = 3.0
_REMEMBERED = 500
_STOPPED_SECONDS = 60.0
_TERMINATED_SECONDS = 120.0
_READ_SECONDS = 600.0

TOO_MANY_STREAMS = 2002
"""The code of a stream that would be one too many."""
TERMINATED_BY_OWNER = 2006
"""The code of sessions that the server's side ended (``pms-api``: admin terminated)."""

Place = tuple[int, str, str]
"""Whose, on which player, and the player's own name for the session. A player is one person's: nobody ends or takes
over the session of somebody else by naming their device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """The device that plays, in its own words."""

    client_identifier: str
    named: bool = True
    """It said which it is; else its address stands for it."""
    title: str = ""
    product: str = ""
    version: str = ""
    platform: str = ""
    platform_version: str = ""
    device: str = ""
    model: str = ""
    vendor: str = ""
    profile: str = ""
    address: str = ""
    local: bool = False
    secure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Playable:
    """What a session has to know of its item."""

    item_id: int
    guid: str = ""
    part_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a player says it does."""

    player: Player
    person_id: int
    person_name: str
    item: Playable
    state: PlayState
    time_ms: int | None = None
    """``None``: the player did not say."""
    duration_ms: int = 0
    session_identifier: str = ""
    play_queue_id: int | None = None
    play_queue_item_id: int | None = None
    continuing: bool = False
    """With ``stopped``: the player goes on to something else."""

    @property
    def place(self) -> Place:
        return self.person_id, self.player.client_identifier, self.session_identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaySession:
    """One player with one item."""

    key: int
    session_id: str
    place: Place
    player: Player
    person_id: int
    person_name: str
    item: Playable
    state: PlayState
    time_ms: int
    duration_ms: int
    seen_at: float
    """On the monotonic clock, as ``paused_at``."""
    paused_at: float | None = None
    play_queue_id: int | None = None
    play_queue_item_id: int | None = None

    @property
    def item_id(self) -> int:
        return self.item.item_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Termination:
    """What a player is told whose session was ended."""

    text: str
    code: int = TERMINATED_BY_OWNER


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a report was."""

    session: PlaySession | None = None
    """The session as it is now, of ``stopped`` as it ended; ``None`` when the report changes nothing: it came late,
    or twice, or its session was ended before."""
    began: bool = False
    replaced: PlaySession | None = None
    """What the player had not said to be stopped and cannot be playing any more."""
    termination: Termination | None = None


@dataclass(slots=True, kw_only=True)
class _Ended:
    """A session that the owner ended."""

    session: PlaySession
    termination: Termination
    seen_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stop:
    """A session that its player ended."""

    item_id: int
    before_ms: int
    """Where it was when it reported last before that."""
    time_ms: int
    at: float


class Sessions:
    """The sessions of this moment. Used from the event loop only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        self._sessions: dict[Place, PlaySession] = {}
        self._ended: dict[Place, _Ended] = {}
        self._stops: dict[Place, _Stop] = {}
        self._reads: dict[tuple[int, str, int], float] = {}
        self.ending: str | None = None
        """Why nothing can be played any more, for whoever watches; ``None`` as long as it can."""

    def end(self, reason: str) -> list[PlaySession]:
        """Ends all sessions: each player is told the reason with its next report. Returns those that were alive."""
        self.ending = reason
        return self.sessions()

    def knows(self, report: Report) -> PlaySession | None:
        """The session that a report belongs to, where there is one."""
        known = self._sessions.get(report.place)
        return known if known is not None and known.item_id == report.item.item_id else None

    def goes_on(self, session: PlaySession) -> bool:
        """Whether nobody has ended a session, and its player has not gone on to something else."""
        known = self._sessions.get(session.place)
        return self.ending is None and known is not None and known.key == session.key

    def report(self, report: Report) -> Heard:
        """Takes a report."""
        now, place = self._clock(), report.place
        if self.ending is not None:
            known = self._sessions.pop(place, None)
            gone = None if known is None else replace(known, state=PlayState.STOPPED)
            return Heard(session=gone, termination=Termination(text=self.ending))
        ended = self._ended.get(place)
        if ended is not None:
            if ended.session.item_id == report.item.item_id and now - ended.seen_at < _TERMINATED_SECONDS:
                ended.seen_at = now
                if report.state is PlayState.STOPPED:
                    del self._ended[place]
                return Heard(termination=ended.termination)
            del self._ended[place]
        known = self._sessions.get(place)
        same = known if known is not None and known.item_id == report.item.item_id else None
        if same is None and self._is_late(report, now):
            return Heard()
        self._sessions.pop(place, None)
        session = self._begun(report, now) if same is None else self._gone_on(same, report, now)
        replaced = None if known is same else known
        if report.state is PlayState.STOPPED:
            self._remember_stop(session, session.time_ms if same is None else same.time_ms, now)
        else:
            self._make_room(report.person_id)
            self._sessions[place] = session
        return Heard(session=session, began=same is None, replaced=replaced)

    def _begun(self, report: Report, now: float) -> PlaySession:
        return PlaySession(
            key=next(self._numbers),
            session_id=report.session_identifier or report.player.client_identifier,
            place=report.place,
            player=report.player,
            person_id=report.person_id,
            person_name=report.person_name,
            item=report.item,
            state=report.state,
            time_ms=report.time_ms or 0,
            duration_ms=report.duration_ms,
            seen_at=now,
            paused_at=now if report.state is PlayState.PAUSED else None,
            play_queue_id=report.play_queue_id,
            play_queue_item_id=report.play_queue_item_id,
        )

    def _gone_on(self, known: PlaySession, report: Report, now: float) -> PlaySession:
        paused = report.state is PlayState.PAUSED
        return replace(
            known,
            player=report.player,
            state=report.state,
            time_ms=known.time_ms if report.time_ms is None else report.time_ms,
            duration_ms=report.duration_ms or known.duration_ms,
            seen_at=now,
            paused_at=(now if known.paused_at is None else known.paused_at) if paused else None,
            play_queue_id=known.play_queue_id if report.play_queue_id is None else report.play_queue_id,
            play_queue_item_id=(
                known.play_queue_item_id if report.play_queue_item_id is None else report.play_queue_item_id
            ),
        )

    def _is_late(self, report: Report, now: float) -> bool:
        """Whether a report of a session that is over was overtaken by its end, or is that end once more.

        What is overtaken arrives within moments, and was sent between the report before the end and the end itself.
        """
        stop = self._stops.get(report.place)
        if stop is None or stop.item_id != report.item.item_id:
            return False
        if report.state is PlayState.STOPPED:
            return now - stop.at < _STOPPED_SECONDS
        if now - stop.at >= _LATE_SECONDS or report.time_ms is None:
            return False
        return stop.before_ms < report.time_ms < stop.time_ms

    def _remember_stop(self, session: PlaySession, before_ms: int, now: float) -> None:
        self._stops.pop(session.place, None)
        self._stops[session.place] = _Stop(
            item_id=session.item_id, before_ms=before_ms, time_ms=session.time_ms, at=now
        )
        while len(self._stops) > _REMEMBERED:
            del self._stops[next(iter(self._stops))]

    def _make_room(self, person_id: int) -> None:
        mine = [other for other in self._sessions if other[0] == person_id]
        if len(mine) >= _MOST_FOR_ONE:
            del self._sessions[mine[0]]  # the one that has been silent longest

    def sessions(self) -> list[PlaySession]:
        """The sessions that are alive, oldest first."""
        silent = self._clock() - SILENT_SECONDS
        alive = (session for session in self._sessions.values() if session.seen_at >= silent)
        return sorted(alive, key=lambda session: session.key)

    def outside(self, person_id: int, *, but: tuple[str, str]) -> int:
        """How many playbacks of a person are alive outside the own network, ``but`` those of one player: its client
        identifier, and which session of it (an empty one: all)."""
        client, session_identifier = but
        return sum(
            session.person_id == person_id
            and not session.player.local
            and not (client == session.place[1] and session_identifier in ("", session.place[2]))
            for session in self.sessions()
        )

    def find(self, session_id: str) -> PlaySession | None:
        """The session that is alive and has this id, or this number."""
        return next((s for s in self.sessions() if session_id in (s.session_id, str(s.key))), None)

    def forget_silent(self) -> list[PlaySession]:
        """Forgets the sessions whose players have fallen silent, and returns them."""
        silent = self._clock() - SILENT_SECONDS
        gone = [session for session in self._sessions.values() if session.seen_at < silent]
        for session in gone:
            del self._sessions[session.place]
        self._reads = {key: at for key, at in self._reads.items() if at >= self._clock() - _READ_SECONDS}
        return gone

    def paused_longer_than(self, seconds: float) -> list[PlaySession]:
        """The sessions that have been paused for longer than that."""
        limit = self._clock() - seconds
        return [s for s in self.sessions() if s.paused_at is not None and s.paused_at < limit]

    # --- ending somebody else's ------------------------------------------------------------------------------------

    def terminate(self, session: PlaySession, text: str) -> None:
        """Ends a session: its player is told with its next report, and reads no more of it."""
        self._sessions.pop(session.place, None)
        if len(self._ended) >= _REMEMBERED:
            del self._ended[next(iter(self._ended))]
        self._ended[session.place] = _Ended(session=session, termination=Termination(text=text), seen_at=self._clock())

    def refusal(
        self, part_id: int, *, person_id: int, client_identifier: str | None, session_identifier: str, address: str
    ) -> str | None:
        """Why a part may not be read by this player: because it belongs to a session that was ended.

        A player that reads a file by its bare address does not say who it is; then its own address tells.
        """
        limit = self._clock() - _TERMINATED_SECONDS
        for ended in self._ended.values():
            player, place = ended.session.player, ended.session.place
            if place[0] != person_id or part_id not in ended.session.item.part_ids or ended.seen_at < limit:
                continue
            if client_identifier is None:
                same = player.address == address
            else:
                same = player.client_identifier == client_identifier and (
                    not session_identifier or session_identifier == place[2]
                )
            if same:
                return ended.termination.text
        return None

    # --- what is read ----------------------------------------------------------------------------------------------

    def note_read(self, part_id: int, *, person_id: int, client_identifier: str | None, address: str) -> None:
        """A player reads a part: of an item with several versions, this is the one it plays."""
        self._reads[person_id, client_identifier or address, part_id] = self._clock()

    def part_of(self, session: PlaySession) -> int | None:
        """The part that a session reads, the latest one; ``None`` when it reads none."""
        names = (session.player.client_identifier, session.player.address)
        times = {
            part_id: max(self._reads.get((session.person_id, name, part_id), 0.0) for name in names)
            for part_id in session.item.part_ids
        }
        latest = max(times, key=lambda part_id: times[part_id], default=None)
        return latest if latest is not None and times[latest] else None
