"""Keeps the library in step with its metadata providers.

What is to be done stands in the table ``matches`` and nowhere else, so a server that ends goes on where it was: items
of sections with a provider group are asked about (:class:`~vitascope.store.matches.State`), then written anew by a scan
of their folders, which is the one place where edits, NFO files, tags, providers and names are joined. A provider that
does not answer is left alone for a while, and with it all that waits for it; nothing else ever waits for a provider.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from vitascope.library.activities import ActivityBoard
from vitascope.library.online.answers import external_keys, pictures_of, pictures_text, told_of
from vitascope.library.online.asking import ASIN, MannerOf, gather, key_of, recognise
from vitascope.library.online.books import told_of_tracks
from vitascope.library.online.faces import name_faces
from vitascope.library.online.posters import Posters
from vitascope.library.online.registry import provider_of
from vitascope.library.online.subjects import Subject, asked_with, folders_by_section, subject_of
from vitascope.library.scan.told import is_external
from vitascope.library.scanner import ScanError, ScanService
from vitascope.metadata.online import Provider, ProviderClient, ProviderError, ProviderItem
from vitascope.store import matches, providers, sections
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound
from vitascope.store.matches import State, Told
from vitascope.store.rows import ItemRow, MatchRow, ProviderRow

log = logging.getLogger(__name__)

ACTIVITY = "library.refresh.items"
_AT_ONCE = 4
_TOGETHER = 100
_LONGEST_SLEEP_S = 300.0
_FIRST_RETRY_S = 60
_LAST_RETRY_S = 86_400
_LONGEST_PAUSE_S = 3_600.0
_STOPPED_FOR_S = 3_600
_NOTHING_FOUND_FOR_S = 7 * 86_400


class _Silent(Exception):
    """A provider did not answer a moment ago; ``seconds`` is how long it is left alone yet."""

    def __init__(self, title: str, seconds: float) -> None:
        super().__init__(f"{title} did not answer a moment ago")
        self.seconds = seconds


class OnlineService:
    """Asks providers and has the library written anew.

    ``pause_s`` is how long a provider that falls silent is left alone at first; while it stays so, twice as long.
    """

    def __init__(
        self,
        database: Database,
        client: ProviderClient,
        scans: ScanService,
        board: ActivityBoard,
        posters: Posters,
        *,
        manner: MannerOf,
        pause_s: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._client = client
        self._scans = scans
        self._board = board
        self._posters = posters
        self._manner = manner
        self._pause_s = pause_s
        self._clock = clock
        self._silent_until: dict[str, float] = {}
        self._silences: dict[str, int] = {}
        self._to_sweep: set[int] = set()
        self._to_refresh: set[int] = set()
        self._changed = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._loop is None:
            self._loop = asyncio.get_running_loop().create_task(self._run(), name="online")

    async def close(self) -> None:
        """Stops; what was not finished is gone on with after the next start."""
        if self._loop is not None:
            self._loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._loop
            self._loop = None

    # --- what callers use --------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Something may be to be done, and providers that were silent are worth another try."""
        self._silent_until.clear()
        self._silences.clear()
        self._posters.forget_failures()
        self._changed.set()

    def scan_ended(self, section_id: int) -> None:
        """There may be something new in a section."""
        self._to_sweep.add(section_id)
        self._changed.set()

    async def sweep(self, section_id: int) -> None:
        """Have providers asked about what is new in a section. Nothing happens where the section uses none."""
        if not await self._database.read(matches.uses_providers, section_id):
            return
        before = int(self._database.clock()) - _NOTHING_FOUND_FOR_S
        while found := await self._database.read(matches.to_ask, section_id, retry_before=before):
            await self._database.awrite(matches.want, found, urgent=False)

    def refresh_section(self, section_id: int) -> None:
        """Have providers asked again about everything in a section that uses some."""
        self._to_refresh.add(section_id)
        self.wake()

    async def _want_all(self, section_id: int) -> None:
        if await self._database.read(matches.uses_providers, section_id):
            last: int | None = 0
            while last is not None:
                last = await self._database.awrite(matches.want_all, section_id, last, urgent=False)

    async def refresh(self, items: Sequence[ItemRow]) -> bool:
        """Have providers asked again about items (or the show or artist that holds them). Whether any will be."""
        wanted = await self._database.read(asked_with, items)
        if wanted:
            await self._database.awrite(matches.want, wanted)
            self.wake()
        return bool(wanted)

    async def refresh_oldest(self, *, older_than_s: int, most: int) -> int:
        """Have providers asked again about what they were not asked about for so long; returns about how many."""
        found = await self._database.read(matches.longest_ago, self._now() - older_than_s, most)
        if found:
            await self._database.awrite(matches.want, found, urgent=False)
            self._changed.set()
        return len(found)

    # --- the loop ----------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        started = False
        while True:
            self._changed.clear()
            try:
                if not started:  # the scans of an earlier server may have brought what it did not come to
                    self._to_sweep.update(row.id for row in await self._database.read(sections.list_sections))
                    started = True
                while self._to_sweep:
                    await self.sweep(self._to_sweep.pop())
                while self._to_refresh:
                    await self._want_all(self._to_refresh.pop())
                await self._ask_all()
                await self._merge_all()
                soonest = await self._database.read(matches.soonest)
                wait = _LONGEST_SLEEP_S if soonest is None else soonest - self._database.clock()
            except Exception:
                log.exception("Metadata providers: something went wrong; it is tried again later")
                wait = self._pause_s
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), min(max(wait, 0.05), _LONGEST_SLEEP_S))

    async def _ask_all(self) -> None:
        activity: str | None = None
        done = 0
        stopped = asyncio.Event()
        try:
            while not stopped.is_set():
                rows = await self._database.read(matches.waiting, State.ASK, self._now(), _TOGETHER)
                if not rows:
                    return
                if activity is None:
                    activity = self._board.start(ACTIVITY, "Asking metadata providers", cancel=stopped.set)
                waiting = await self._database.read(matches.how_many_wait)
                room = asyncio.Semaphore(_AT_ONCE)

                async def one(row: MatchRow, room: asyncio.Semaphore = room) -> None:
                    async with room:
                        if not stopped.is_set():
                            await self._ask(row)

                await asyncio.gather(*(one(row) for row in rows))
                done += len(rows)
                self._board.update(activity, progress=done * 100 // max(done + waiting - len(rows), 1))
                await self._merge_all()
            await self._database.awrite(matches.defer_all, _STOPPED_FOR_S)
        finally:
            if activity is not None:
                self._board.end(activity)

    def _now(self) -> int:
        return int(self._database.clock())

    # --- asking ------------------------------------------------------------------------------------------------

    async def _ask(self, row: MatchRow) -> None:
        """Ask about one identity. Never raises what a provider can cause."""
        try:
            subject = await self._database.read(subject_of, row.identity_id, self._manner)
            if subject is None:
                await self._database.awrite(matches.settle, row, urgent=False)
            else:
                await self._learn(row, subject)
        except _Silent as silence:
            await self._database.awrite(matches.defer, [row.identity_id], int(silence.seconds) + 1, urgent=False)
        except ProviderError as error:
            if error.again:
                wait = min(_FIRST_RETRY_S * 2 ** min(row.attempts, 12), _LAST_RETRY_S)
                await self._database.awrite(matches.postpone, row, str(error), wait, urgent=False)
            else:
                await self._database.awrite(matches.settle, row, str(error), urgent=False)
        except Exception as error:
            log.exception("Asking about identity %d failed", row.identity_id)
            await self._database.awrite(matches.postpone, row, repr(error), _LAST_RETRY_S, urgent=False)

    async def _learn(self, row: MatchRow, subject: Subject) -> None:
        primary = subject.providers[0]
        if row.by_person and row.guid is None:
            await self._database.awrite(matches.settle, row, urgent=False)
            return
        named = next((each for each in subject.providers if key_of(row.guid, provider_of(each))), None)
        if row.by_person and row.guid is not None and named is None and not is_external(row.guid):
            await self._database.awrite(matches.settle, row, "no provider of the section has this guid", urgent=False)
            return
        primary = named or primary
        main = await self._answer_of(primary, row, subject, subject.guids)
        if main is None:
            # Whoever knew it yesterday may know it tomorrow: what was learned stays.
            lost = f"{primary.title} does not know it" if row.guid is not None else None
            await self._database.awrite(matches.settle, row, lost, nothing_found=lost is None, urgent=False)
            return
        found = {primary.identifier: main}
        for other in (each for each in subject.providers if each is not primary):
            try:
                said = await self._answer_of(other, row, subject, main.record.guids or subject.guids)
            except (ProviderError, _Silent) as error:
                log.info("%s says nothing about %r: %s", other.title, subject.item.title, error)
                continue
            if said is not None:
                found[other.identifier] = said
        await self._keep(row, subject, main.guid, found)

    async def _answer_of(
        self, row: ProviderRow, match: MatchRow, subject: Subject, guids: Sequence[str]
    ) -> ProviderItem | None:
        provider = provider_of(row)
        left = self._silent_until.get(row.identifier, 0.0) - self._clock()
        if left > 0:
            raise _Silent(row.title, left)
        try:
            key = key_of(match.guid, provider)
            if key is None or _is_overruled(match, provider, guids):
                own = [match.guid] if match.by_person and match.guid and is_external(match.guid) else []
                key = await recognise(
                    self._client,
                    provider,
                    subject.item,
                    own or guids,
                    subject.manner,
                    parent_title=subject.parent_title,
                )
            found = None if key is None else await gather(self._client, provider, key, subject.manner)
        except ProviderError as error:
            await self._database.awrite(providers.note_contact, row.id, str(error), urgent=False)
            if error.again and self._silent_until.get(row.identifier, 0.0) <= self._clock():
                times = self._silences[row.identifier] = self._silences.get(row.identifier, -1) + 1
                pause = min(max(self._pause_s * 2 ** min(times, 10), error.wait_s), _LONGEST_PAUSE_S)
                self._silent_until[row.identifier] = self._clock() + pause
                log.warning("The metadata provider %s does not answer: %s", row.title, error)
            raise
        self._silences.pop(row.identifier, None)
        if row.problem is not None:
            await self._database.awrite(providers.note_contact, row.id, None, urgent=False)
        return found if found is not None and found.type == subject.item.type else None

    async def _keep(self, row: MatchRow, subject: Subject, guid: str, found: dict[str, ProviderItem]) -> None:
        below = await self._database.read(matches.items_below, [item.id for item in subject.same])
        answers = {
            identifier: [told for item in subject.same for told in told_of(item, _of(item, below), said)]
            for identifier, said in found.items()
        }
        for provider in map(provider_of, subject.providers):
            said = found.get(provider.identifier)
            if said is not None:
                answers[provider.identifier] += await told_of_tracks(
                    self._database, self._client, provider, said, subject.same, subject.manner
                )
        answers = await self._with_known_pictures(answers)
        keys = external_keys(subject.item, [said.record for said in found.values()])
        if await self._database.awrite(matches.keep_answers, row, guid, answers, keys, urgent=False):
            asked: list[Provider] = [provider_of(each) for each in subject.providers]
            await self._posters.fetch([*subject.same, *below], asked)

    async def _with_known_pictures(self, answers: dict[str, list[Told]]) -> dict[str, list[Told]]:
        """What was fetched from an address before is not fetched again."""
        ids = [told.identity_id for found in answers.values() for told in found]
        known = await self._database.read(matches.records_of, ids)
        kept = {
            picture.url: picture.cache_key
            for rows in known.values() for record in rows for picture in pictures_of(record.pictures)
            if picture.cache_key is not None
        }  # fmt: skip
        return {
            identifier: [
                msgspec.structs.replace(
                    told,
                    pictures=pictures_text(
                        [replace(each, cache_key=kept.get(each.url)) for each in pictures_of(told.pictures)]
                    ),
                )
                for told in found
            ]
            for identifier, found in answers.items()
        }

    # --- merging -----------------------------------------------------------------------------------------------

    async def _merge_all(self) -> None:
        """Have the items that something new is said about written anew, those of a section together."""
        while rows := await self._database.read(matches.waiting, State.MERGE, self._now(), _TOGETHER):
            by_section = await self._database.read(folders_by_section, [row.identity_id for row in rows])
            unread: set[int] = set()
            for section_id, (folders, items) in by_section.items():
                try:
                    activity = await self._scans.start_folders(section_id, folders)
                except (ScanError, NotFound):
                    continue
                result = await self._scans.result(activity)
                roots = await self._database.read(sections.locations, section_id)
                away = {root.id for root in roots if not root.available}
                broken = result is None or result.cancelled or result.failure is not None
                unread |= {item.identity_id for item in items if broken or item.location_id in away}
            for row in rows:
                if row.identity_id in unread:
                    wait = min(_FIRST_RETRY_S * 2 ** min(row.attempts, 12), _LAST_RETRY_S)
                    why = "its folders could not be read"
                    await self._database.awrite(matches.postpone, row, why, wait, urgent=False)
            settled = [row for row in rows if row.identity_id not in unread]
            await self._database.awrite(matches.merged, settled, urgent=False)
            await name_faces(self._database, [row.identity_id for row in settled])


def _of(item: ItemRow, below: Sequence[ItemRow]) -> list[ItemRow]:
    return [each for each in below if item.id in (each.parent_id, each.grandparent_id)]


def _is_overruled(match: MatchRow, provider: Provider, guids: Sequence[str]) -> bool:
    """Whether names or tags say by id what an item is that a built-in provider recognised by its title."""
    return provider.built_in and not match.by_person and any(guid.startswith(ASIN) for guid in guids)
