"""What a report of a position does: resume points, plays and history, by the rules of :mod:`core.playback.watched`.

One :class:`Timeline` for the server remembers, for as long as a playback lasts, that it has counted a play, so that the
last tenth of a film does not count ten.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from vitascope.core.playback.watched import Credits, PlayedAt, WatchRules, judge
from vitascope.store import states
from vitascope.store.engine import Database
from vitascope.store.reader import Reader
from vitascope.store.rows import ItemRow, StateRow
from vitascope.store.schema import items, markers
from vitascope.store.writer import Writer

_FORGET_AFTER_S = 6 * 3600.0
_item = select(items).where(items.c.id == bindparam("id"))
_credits = select(markers.c.start_ms, markers.c.final).where(
    markers.c.item_id == bindparam("id"), markers.c.type == "credits"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a report changed."""

    played: bool
    """It was counted as a play: a scrobble."""
    state: StateRow


class Timeline:
    """Watch state from the reports of players."""

    def __init__(self, database: Database, *, pref: Callable[[str], int | str | bool | float]) -> None:
        self._database = database
        self._pref = pref
        self._counted: dict[tuple[int, int, str], float] = {}

    def rules(self) -> WatchRules:
        """The preferences of this moment."""
        behaviour = int(self._pref("LibraryVideoPlayedAtBehaviour"))
        return WatchRules(
            minimum_progress_ms=int(self._pref("MinimumProgressTime")),
            threshold_percent=int(self._pref("LibraryVideoPlayedThreshold")),
            played_at=PlayedAt(behaviour) if behaviour in set(PlayedAt) else PlayedAt.THRESHOLD_OR_FIRST_CREDITS,
        )

    async def report(
        self,
        *,
        person_id: int,
        item_id: int,
        time_ms: int,
        duration_ms: int | None = None,
        playback: str = "",
        device_id: int | None = None,
        ended: bool = False,
    ) -> Reported | None:
        """A player is at ``time_ms``. ``playback`` names the playback (session or client); ``ended`` says that this was
        its last report. ``None`` when there is no such item."""
        key = (person_id, item_id, playback)
        self._forget_old()
        already = key in self._counted
        found = await self._database.awrite(
            _report, self.rules(), person_id, item_id, time_ms, duration_ms, already, device_id
        )
        if found is not None and found.played:
            self._counted[key] = time.monotonic()
        if ended:
            self._counted.pop(key, None)
        return found

    def _forget_old(self) -> None:
        limit = time.monotonic() - _FORGET_AFTER_S
        if self._counted and next(iter(self._counted.values())) < limit:
            self._counted = {key: at for key, at in self._counted.items() if at >= limit}


def _report(
    tx: Writer,
    rules: WatchRules,
    person_id: int,
    item_id: int,
    time_ms: int,
    duration_ms: int | None,
    already: bool,
    device_id: int | None,
) -> Reported | None:
    item = _get(tx, item_id)
    if item is None:
        return None
    length = item.duration_ms or duration_ms
    found = tuple(Credits(start_ms=row[0], final=bool(row[1])) for row in tx.tuples(_credits, {"id": item_id}))
    outcome = judge(time_ms=time_ms, duration_ms=length, credits_markers=found, already_played=already, rules=rules)
    if outcome.played:
        return Reported(played=True, state=states.mark_played(tx, person_id, item_id, device_id))
    if outcome.resume_ms is not None:
        return Reported(played=False, state=states.report_progress(tx, person_id, item_id, outcome.resume_ms))
    return Reported(played=False, state=states.state_of(tx, person_id, item_id))


def _get(r: Reader, item_id: int) -> ItemRow | None:
    return r.row(ItemRow, _item, {"id": item_id})
