"""What the cut lists beside films say, followed when one comes, changes or goes.

A list is a few lines of text, so it is read as soon as a scan met it; the film is not touched. What a list says counts
more than what was found in the film, which stays known and counts again when the list goes.
"""

import logging
from collections.abc import Sequence

from vitascope.core.commercials import Break
from vitascope.core.cut_list import Refused
from vitascope.library.derived.making import OTHER_NIGHT
from vitascope.library.derived.markers import Layer
from vitascope.media.markers.tasks import CutListArgs, read_cut_list
from vitascope.media.workers import TaskError, WorkerPool
from vitascope.store import cut_lists, found_markers, sections
from vitascope.store.cut_lists import COMMERCIAL, CUT_LIST, Beside
from vitascope.store.derived import Subject
from vitascope.store.engine import Database
from vitascope.store.found_markers import FoundMarker
from vitascope.store.rows import DerivedRow

log = logging.getLogger(__name__)

_PAGE = 100
_MOST_TOLD = 5
"""So many refused lines of a list are told one by one."""


class CutLists:
    """Reads them and keeps what they say."""

    def __init__(self, database: Database, workers: WorkerPool, layer: Layer) -> None:
        self._database = database
        self._workers = workers
        self._layer = layer

    async def read(self, film: Subject) -> Sequence[Break]:
        """What the list beside a film says now, whether a scan met it or not; it is kept."""
        known = await self._database.read(cut_lists.lists_of, [film.fingerprint])
        list_ = known.get(film.fingerprint)
        return await self._read(film, "" if list_ is None or list_.film_id != film.file_id else list_.state)

    async def follow(self, section_id: int, *, unasked: bool) -> None:
        """After a scan: read what came or changed, and forget what went. ``unasked``: also those of films whose
        advertisements nobody ever looked for."""
        after: bytes | None
        for root in await self._database.read(sections.locations, section_id):
            after = b""
            while after is not None and root.available:
                contents, after = await self._database.read(cut_lists.with_lists, root.id, after, _PAGE)
                await self._compare(contents, unasked=unasked)
        after = b""
        while after is not None:
            contents, after = await self._database.read(cut_lists.already_read, section_id, after, _PAGE)
            await self._compare(contents, unasked=unasked)

    async def _compare(self, contents: Sequence[bytes], *, unasked: bool) -> None:
        if not unasked:
            asked = await self._database.read(cut_lists.asked_for, contents)
            contents = [one for one in contents if one in asked]
        lists = await self._database.read(cut_lists.lists_of, contents)
        kept = await self._database.read(cut_lists.kept, contents)
        changed: list[bytes] = []
        gone = [one for one, list_ in lists.items() if list_ is None and one in kept]
        for content, list_ in lists.items():
            before = kept.get(content)
            if list_ is not None and (before is None or before.made_with != list_.state):
                changed += [content] if await self._follow(list_) else []
        if gone:
            await self._database.awrite(cut_lists.forget, gone, urgent=False)
        if changed or gone:
            await self._layer.lay_contents([*changed, *gone], COMMERCIAL)

    async def _follow(self, list_: Beside) -> bool:
        film = await self._database.read(cut_lists.film, list_.film_id)
        if film is None:
            return False
        await self._read(film, list_.state)
        return True

    async def _read(self, film: Subject, state: str) -> Sequence[Break]:
        args = CutListArgs(path=cut_lists.beside(film.path), duration_ms=film.duration_ms)
        error: str | None = None
        breaks: Sequence[Break] = ()
        try:
            said = await self._workers.run(read_cut_list, args)
        except TaskError as failure:
            log.warning("%s: the cut list cannot be read: %s", film.title, failure)
            if failure.reason in OTHER_NIGHT:
                return ()
            error = str(failure)
        else:
            if said is None and not state:
                await self._database.awrite(cut_lists.forget, [film.fingerprint], urgent=False)
                return ()
            breaks = () if said is None else said.breaks
            self._tell(film, () if said is None else said.refused)
        row = DerivedRow(
            fingerprint=film.fingerprint,
            kind=CUT_LIST,
            made_with=state,
            value=found_markers.written([FoundMarker(start_ms=one.start_ms, end_ms=one.end_ms) for one in breaks]),
            error=error,
            made_at=int(self._database.clock()),
        )
        await self._database.awrite(cut_lists.keep, row, urgent=False)
        return breaks

    @staticmethod
    def _tell(film: Subject, refused: Sequence[Refused]) -> None:
        for one in refused[:_MOST_TOLD]:
            log.warning("%s: line %d of the cut list is not followed: %s", film.title, one.line, one.reason)
        if len(refused) > _MOST_TOLD:
            log.warning("%s: nor are %d other lines of it", film.title, len(refused) - _MOST_TOLD)
