"""What a report of a position does: resume points, plays and history, by the rules of :mod:`core.playback.watched`.

One :class:`Timeline` for the server remembers that it has counted a play until its player is seen before the end again,
so that the last tenth of a film does not count ten, and a report that is sent twice counts once. What it remembered
before it was started anew is in the history.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakValueDictionary

import msgspec
from sqlalchemy import bindparam, func, select

from vitascope.core.model import CONTAINER_TYPES, ItemType
from vitascope.core.playback.watched import Credits, PlayedAt, WatchRules, judge, played_from_ms
from vitascope.playback.sessions import Player
from vitascope.store import chapters, history, people, states
from vitascope.store.engine import Database
from vitascope.store.reader import Reader
from vitascope.store.rows import ItemRow, StateRow
from vitascope.store.schema import items, markers, parts, sections
from vitascope.store.writer import Writer

_FORGET_AFTER_S = 6 * 3600.0
_MARGIN_MS = 5 * 60_000
_WITHOUT_STATE = CONTAINER_TYPES | {ItemType.PHOTO}
"""What cannot be in the middle of being played: photographs are only looked at."""
_item = select(items).where(items.c.id == bindparam("id"))
_credits = select(markers.c.start_ms, markers.c.final).where(
    markers.c.item_id == bindparam("id"), markers.c.type == "credits"
)
_LONG_TRACK_MS = 30 * 60_000
_chaptered = select(func.count()).where(parts.c.item_id == bindparam("id"), parts.c.chapters.is_not(None))
_section_prefs = select(sections.c.prefs).where(sections.c.id == bindparam("id"))

Pref = Callable[[str], int | str | bool | float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a player is, or was, with an item."""

    person_id: int
    item_id: int
    time_ms: int
    duration_ms: int | None = None
    """As the player knows it, for items whose length the server does not."""
    playback: str = ""
    """Names the playback: its session."""
    player: Player | None = None
    skipped: bool = False
    """The player went on to something else."""
    at: int | None = None
    """When it was, for what a device did while it was offline, epoch seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a report changed."""

    played: bool
    """It was counted as a play: a scrobble."""
    state: StateRow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    reported: Reported
    near_end: bool
    """The position is one from which the item counts as played."""


class Timeline:
    """Watch state from the reports of players."""

    def __init__(self, database: Database, *, pref: Pref) -> None:
        self._database = database
        self._pref = pref
        self._counted: dict[tuple[int, int, str], float] = {}
        """Plays that were counted, and those that began before their end and could not have been."""
        self._seen: dict[tuple[int, int, str], float] = {}
        self._turns: WeakValueDictionary[tuple[int, int, str], asyncio.Lock] = WeakValueDictionary()
        """One report of a playback after the other: what the next one is, hangs on what was counted."""

    def rules(self) -> WatchRules:
        """The preferences of this moment."""
        behaviour = int(self._pref("LibraryVideoPlayedAtBehaviour"))
        return WatchRules(
            minimum_progress_ms=int(self._pref("MinimumProgressTime")),
            threshold_percent=int(self._pref("LibraryVideoPlayedThreshold")),
            played_at=PlayedAt(behaviour) if behaviour in set(PlayedAt) else PlayedAt.THRESHOLD_OR_FIRST_CREDITS,
        )

    async def report(self, position: Position) -> Reported | None:
        """A player is, or was, somewhere. ``None`` when there is no such item, or none that is played."""
        key = (position.person_id, position.item_id, position.playback)
        async with self._turns.setdefault(key, asyncio.Lock()):
            return await self._report(key, position)

    async def _report(self, key: tuple[int, int, str], position: Position) -> Reported | None:
        self._forget_old()
        already, new = key in self._counted and position.at is None, key not in self._seen
        found = await self._database.awrite(_judged, self.rules(), position, already, new)
        if found is None or position.at is not None:
            return None if found is None else found.reported
        now = time.monotonic()
        self._seen[key] = now
        if found.near_end:
            self._counted[key] = now
        else:
            self._counted.pop(key, None)
        return found.reported

    def _forget_old(self) -> None:
        limit = time.monotonic() - _FORGET_AFTER_S
        for memory in (self._counted, self._seen):
            if memory and next(iter(memory.values())) < limit:
                for key in [key for key, at in memory.items() if at < limit]:
                    del memory[key]


def _judged(tx: Writer, rules: WatchRules, position: Position, already: bool, new: bool) -> _Outcome | None:
    item = _get(tx, position.item_id)
    if item is None or ItemType(item.type) in _WITHOUT_STATE:
        return None
    person_id, time_ms, at = position.person_id, position.time_ms, position.at
    length = item.duration_ms or position.duration_ms
    found = tuple(Credits(start_ms=row[0], final=bool(row[1])) for row in tx.tuples(_credits, {"id": item.id}))
    end_ms = played_from_ms(length, found, rules) if length else None
    near_end = end_ms is not None and time_ms >= end_ms
    outcome = judge(time_ms=time_ms, duration_ms=length, credits_markers=found, already_played=already, rules=rules)
    if outcome.played:
        device = None if position.player is None else _device(tx, position.player)
        rest_s = ((length or 0) - (end_ms or 0) + _MARGIN_MS) // 1000
        if not ((new or at is not None) and _was_counted(tx, position, item, device, rest_s)):
            state = states.mark_played(tx, person_id, item.id, device, at=at)
            return _Outcome(reported=Reported(played=True, state=state), near_end=True)
    elif outcome.resume_ms is not None and _keeps_place(tx, item):
        state = states.report_progress(tx, person_id, item.id, outcome.resume_ms, at=at)
        return _Outcome(reported=Reported(played=False, state=state), near_end=False)
    elif position.skipped and item.type == ItemType.TRACK and not near_end:
        return _Outcome(reported=Reported(played=False, state=states.skipped(tx, person_id, item.id)), near_end=False)
    return _Outcome(reported=Reported(played=False, state=states.state_of(tx, person_id, item.id)), near_end=near_end)


def _was_counted(tx: Writer, position: Position, item: ItemRow, device_id: int | None, rest_s: int) -> bool:
    """Whether the play that a position belongs to is in the history already.

    A server that was started anew does not remember what it counted, and a device that was offline may tell of one play
    many times; ``rest_s`` is how long one play can be in its end.
    """
    person_id, identity_id, at = position.person_id, item.identity_id, position.at
    if at is not None:
        return history.was_played(tx, person_id, identity_id, at - rest_s, at + rest_s)
    return device_id is not None and history.was_played(tx, person_id, identity_id, tx.now - rest_s, tx.now, device_id)


def _keeps_place(tx: Writer, item: ItemRow) -> bool:
    """Tracks are gone on with where the section stores their progress, as audiobooks want it; and in any section what
    is long or has chapters, since nobody wants to begin that again."""
    if item.type != ItemType.TRACK or (item.duration_ms or 0) >= _LONG_TRACK_MS:
        return True
    if tx.scalar(_chaptered, {"id": item.id}) or chapters.written(tx, item.identity_id):
        return True
    if chapters.are_told(tx, item.id):
        return True
    try:
        prefs = msgspec.json.decode(tx.scalar(_section_prefs, {"id": item.section_id}) or "{}", type=dict[str, object])
    except msgspec.MsgspecError:
        return False
    return bool(prefs.get("enableTrackOffsets"))


def _device(tx: Writer, player: Player) -> int | None:
    """The number of the device, which may be new: its first request and this report can be the same. ``None`` for one
    that does not say which it is."""
    if not player.named:
        return None
    known = people.touch_device(
        tx,
        client_identifier=player.client_identifier,
        name=player.title,
        product=player.product,
        version=player.version,
        platform=player.platform,
        platform_version=player.platform_version,
        model=player.model,
    )
    return known.id


def _get(r: Reader, item_id: int) -> ItemRow | None:
    return r.row(ItemRow, _item, {"id": item_id})
