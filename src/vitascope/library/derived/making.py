"""The loop behind everything that is made of one file at a time.

Which files lack something is asked of the database, in the order of their ids, so a run that was stopped or killed is
gone on with by the next. What cannot be made of a file is written down with the reason; a file that cannot be reached
right now is left for another night.
"""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from typing import Protocol
from weakref import WeakValueDictionary

from vitascope.media.workers import Reason, TaskError
from vitascope.store import derived
from vitascope.store.derived import Subject, Wanted
from vitascope.store.engine import Database
from vitascope.store.rows import DerivedRow

log = logging.getLogger(__name__)

_PAGE = 100
OTHER_NIGHT = frozenset({Reason.CLOSED, Reason.MISSING, Reason.UNREADABLE, Reason.LOST, Reason.NOT_A_FILE})
"""Says nothing about the content."""


class Run(Protocol):
    """A run, as :class:`vitascope.jobs.butler.Run` is one."""

    def show(self, done: float, what: str = "") -> None: ...

    async def step(self) -> None: ...


class Maker(Protocol):
    """Makes one kind of thing."""

    kind: str
    made_with: str
    """What the result hangs on besides the content; another one makes it anew."""
    least_ms: int
    """Of what is shorter, nothing is made."""
    only_with_chapters: bool

    def make(self, subject: Subject, run: Run) -> Awaitable[bytes | None]:
        """Make it, with ``run.step()`` between two pieces; what is to be kept in the database. Raises
        :class:`TaskError`, and ``OSError`` when the disk does not take it."""
        ...

    def after(self, subject: Subject) -> Awaitable[None]:
        """It was made and written down."""
        ...


class Workshop:
    """Makes what is lacking."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turns: WeakValueDictionary[tuple[bytes, str], asyncio.Lock] = WeakValueDictionary()
        """What is made of a content is made by one at a time: the butler and a person may want it at once."""

    async def lacks(self, maker: Maker, section_id: int = 0, *, without: Sequence[int] = ()) -> bool:
        """Whether there is anything to do."""
        return bool(await self._database.read(derived.lacking, _wanted(maker, section_id, without), size=1))

    async def make_all(self, maker: Maker, run: Run, *, without: Sequence[int] = ()) -> None:
        """Make what is lacking, but not in the sections of ``without``."""
        wanted = _wanted(maker, 0, without)
        total = await self._database.read(derived.number_lacking, wanted)
        after = done = 0
        while page := await self._database.read(derived.lacking, wanted, after=after, size=_PAGE):
            for subject in page:
                run.show(min(done / max(total, 1), 1.0), subject.title)
                await run.step()
                await self.make(maker, subject, run)
                done += 1
            after = page[-1].file_id

    async def make_for(self, maker: Maker, item_ids: Sequence[int], run: Run, *, again: bool) -> None:
        """Make it for some items; ``again`` also where it was made."""
        subjects = await self._database.read(derived.subjects_of, item_ids)
        for number, subject in enumerate(subjects):
            run.show(number / len(subjects), subject.title)
            await run.step()
            if again:
                await self._database.awrite(derived.forget, subject.fingerprint, maker.kind, urgent=False)
            await self.make(maker, subject, run)

    async def make(self, maker: Maker, subject: Subject, run: Run) -> DerivedRow | None:
        """Make it of one file, unless it was made; ``None`` when the file cannot be reached."""
        async with self._turns.setdefault((subject.fingerprint, maker.kind), asyncio.Lock()):
            return await self._make(maker, subject, run)

    async def _make(self, maker: Maker, subject: Subject, run: Run) -> DerivedRow | None:
        known = await self._database.read(derived.find, subject.fingerprint, maker.kind)
        if known is not None and known.made_with == maker.made_with:
            return known
        value: bytes | None = None
        error: str | None = None
        try:
            value = await maker.make(subject, run)
        except TaskError as failure:
            log.info("%s: no %s: %s", subject.title, maker.kind, failure)
            if failure.reason in OTHER_NIGHT:
                return None
            error = str(failure)
        row = DerivedRow(
            fingerprint=subject.fingerprint,
            kind=maker.kind,
            made_with=maker.made_with,
            value=value,
            error=error,
            made_at=int(self._database.clock()),
        )
        await self._database.awrite(derived.keep, [row], urgent=False)
        await maker.after(subject)
        return row


def _wanted(maker: Maker, section_id: int, without: Sequence[int]) -> Wanted:
    return Wanted(
        kind=maker.kind,
        made_with=maker.made_with,
        least_ms=maker.least_ms,
        only_with_chapters=maker.only_with_chapters,
        section_id=section_id,
        without=tuple(without),
    )
