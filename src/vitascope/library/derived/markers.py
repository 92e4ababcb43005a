"""Intros and credits: found in the content of files, laid over items as ``store.found_markers`` says.

An intro is the sound that the episodes of a season share, so seasons are looked at as wholes: each episode is listened
to once and its print is kept, and a season is compared again when an episode came or went. Credits are found in each
file by itself.
"""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

import msgspec

from vitascope.core import markers as rules
from vitascope.library.derived.making import Run, Workshop
from vitascope.library.derived.service import EachFile
from vitascope.media.markers.tasks import (
    EndingArgs,
    ShareArgs,
    SoundArgs,
    SoundPrint,
    find_credits,
    find_shared,
    take_sound_print,
)
from vitascope.media.workers import WorkerPool
from vitascope.store import derived, found_markers
from vitascope.store.cut_lists import COMMERCIAL
from vitascope.store.derived import Subject
from vitascope.store.engine import Database
from vitascope.store.found_markers import FoundMarker
from vitascope.store.rows import DerivedRow

INTRO, CREDITS = "intro", "credits"
_VERSION = "1"
_COMPARED_WITH = 8
"""Each episode with so many of its neighbours."""
_PAGE = 100
Without = Callable[[], Awaitable[Sequence[int]]]
"""In which sections it is not wanted."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(SoundPrint).decode


class Layer:
    """Lays found markers over items."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lay_contents(self, fingerprints: Sequence[bytes], kind: str) -> None:
        """Over all items of these contents."""
        item_ids = await self._database.read(found_markers.items_with, fingerprints)
        await self._database.awrite(found_markers.lay, item_ids, kind, urgent=False)

    async def lay_again(self, section_id: int) -> None:
        """Over items that lost theirs to a scan, and new items of known contents."""
        for kind in (INTRO, CREDITS, COMMERCIAL):
            after = 0
            while page := await self._database.read(found_markers.unlaid, section_id, kind, after, _PAGE):
                await self._database.awrite(found_markers.lay, page, kind, urgent=False)
                after = page[-1]


@dataclass(slots=True, kw_only=True)
class CreditsMaker:
    """Finds the credits of a file."""

    workers: WorkerPool
    layer: Layer
    kind: str = CREDITS
    made_with: str = _VERSION
    least_ms: int = rules.LEAST_DURATION_MS
    only_with_chapters: bool = False

    async def make(self, subject: Subject, run: Run) -> bytes | None:  # noqa: ARG002 (one piece)
        """Raises :class:`TaskError`."""
        from_ms = rules.searched_ending_ms(subject.duration_ms)
        args = EndingArgs(path=subject.path, from_ms=from_ms, duration_ms=subject.duration_ms)
        found = await self.workers.run(find_credits, args)
        if found is None:
            return None
        final = found.end_ms >= subject.duration_ms
        return found_markers.written(FoundMarker(start_ms=found.start_ms, end_ms=found.end_ms, final=final))

    async def after(self, subject: Subject) -> None:
        await self.layer.lay_contents([subject.fingerprint], CREDITS)


class CreditsWork(EachFile):
    """Finds the credits of files; what a person asks for is also laid over items that lost it."""

    def __init__(self, database: Database, workshop: Workshop, maker: CreditsMaker, without: Without) -> None:
        super().__init__(workshop, maker, "Find credits", sections_without=without)
        self._database = database

    async def do_for(self, item_ids: Sequence[int], run: Run, *, again: bool) -> None:
        if again:
            await self._database.awrite(found_markers.allow_again, item_ids, CREDITS)
        await super().do_for(item_ids, run, again=again)
        await self._database.awrite(found_markers.lay, item_ids, CREDITS)


@dataclass(slots=True, kw_only=True)
class _SoundMaker:
    """Listens to the beginning of an episode."""

    workers: WorkerPool
    kind: str = "sound"
    made_with: str = _VERSION
    least_ms: int = rules.LEAST_DURATION_MS
    only_with_chapters: bool = False

    async def make(self, subject: Subject, run: Run) -> bytes:  # noqa: ARG002 (one piece)
        """Raises :class:`TaskError`."""
        length_ms = rules.searched_beginning_ms(subject.duration_ms)
        return _encode(await self.workers.run(take_sound_print, SoundArgs(path=subject.path, length_ms=length_ms)))

    async def after(self, subject: Subject) -> None:
        pass


class IntroWork:
    """Finds the intros of seasons."""

    title = "Find intros"

    def __init__(
        self,
        database: Database,
        workers: WorkerPool,
        workshop: Workshop,
        layer: Layer,
        without: Without,
    ) -> None:
        self._database = database
        self._workers = workers
        self._workshop = workshop
        self._layer = layer
        self._sections_without = without
        self._sound = _SoundMaker(workers=workers)

    async def lacks(self, section_id: int = 0) -> bool:
        """Whether a season is there that was not looked at as it is now."""
        async for _ in self._open_seasons(section_id):
            return True
        return False

    async def do_all(self, run: Run) -> None:
        async for episodes, done in self._open_seasons():
            run.show(done, episodes[0].title)
            await run.step()
            await self._season(episodes, run)

    async def do_for(self, item_ids: Sequence[int], run: Run, *, again: bool) -> None:
        seasons = await self._database.read(derived.seasons_of, item_ids)
        if again:
            await self._database.awrite(found_markers.allow_again, item_ids, INTRO)
        for number, season_id in enumerate(seasons):
            episodes = _contents(await self._database.read(derived.episodes_of, season_id))
            if not episodes:
                continue
            run.show(number / len(seasons), episodes[0].title)
            if again or not await self._is_done(episodes):
                await self._season(episodes, run)
            await self._layer.lay_contents([one.fingerprint for one in episodes], INTRO)

    async def _open_seasons(self, section_id: int = 0) -> AsyncIterator[tuple[list[Subject], float]]:
        """Seasons that were not looked at as they are now, and how far each is in its page."""
        after = 0
        without = await self._sections_without()
        while page := await self._database.read(derived.seasons, section_id, without, after, _PAGE):
            for place, season_id in enumerate(page):
                episodes = _contents(await self._database.read(derived.episodes_of, season_id))
                if len(episodes) > 1 and not await self._is_done(episodes):
                    yield episodes, place / len(page)
            after = page[-1]

    async def _is_done(self, episodes: Sequence[Subject]) -> bool:
        known = await self._database.read(derived.of_contents, [one.fingerprint for one in episodes], INTRO)
        mark = _mark(episodes)
        return all(one.fingerprint in known and known[one.fingerprint].made_with == mark for one in episodes)

    async def _season(self, episodes: Sequence[Subject], run: Run) -> None:
        prints: dict[bytes, SoundPrint] = {}
        unreached = False
        for episode in episodes:
            await run.step()
            row = await self._workshop.make(self._sound, episode, run)
            unreached = unreached or row is None
            if row is not None and row.value is not None:
                prints[episode.fingerprint] = _decode(row.value)
        if unreached:
            return  # another night, when all of it can be heard
        found: dict[bytes, FoundMarker | None] = {one.fingerprint: None for one in episodes}
        heard = [one.fingerprint for one in episodes if one.fingerprint in prints]
        for place, fingerprint in enumerate(heard):
            await run.step()
            found[fingerprint] = await self._intro(prints[fingerprint], [prints[one] for one in _near(heard, place)])
        mark, now = _mark(episodes), int(self._database.clock())
        rows = [
            DerivedRow(fingerprint, INTRO, mark, found_markers.written(marker), None, now)
            for fingerprint, marker in found.items()
        ]
        await self._database.awrite(derived.keep, rows, urgent=False)
        await self._layer.lay_contents(list(found), INTRO)

    async def _intro(self, one: SoundPrint, others: list[SoundPrint]) -> FoundMarker | None:
        args = ShareArgs(one=one, others=others, least_ms=rules.LEAST_INTRO_MS, most_ms=rules.MOST_INTRO_MS)
        shared = await self._workers.run(find_shared, args) if others else []
        span = rules.agreed([None if each is None else (each.start_ms, each.end_ms) for each in shared])
        return None if span is None else FoundMarker(start_ms=span[0], end_ms=span[1])


def _contents(episodes: Sequence[Subject]) -> list[Subject]:
    """One subject for each content that is long enough, in order."""
    long_enough = (one for one in episodes if one.duration_ms >= rules.LEAST_DURATION_MS)
    return list({one.fingerprint: one for one in long_enough}.values())


def _near(contents: Sequence[bytes], place: int) -> list[bytes]:
    """The neighbours of an episode, the nearest first."""
    others = [at for at in range(len(contents)) if at != place]
    return [contents[at] for at in sorted(others, key=lambda at: (abs(at - place), at))[:_COMPARED_WITH]]


def _mark(episodes: Sequence[Subject]) -> str:
    """What the intros of a season hang on: the version, and which contents it is made of."""
    digest = hashlib.blake2b(b"".join(sorted(one.fingerprint for one in episodes)), digest_size=8)
    return f"{_VERSION}-{digest.hexdigest()}"
