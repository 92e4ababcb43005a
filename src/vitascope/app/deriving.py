"""What a running server makes of its media when there is time: the works, the butler's tasks, what a scan begins.

All of it shares one worker process of the lowest priority, so that it takes one core at most, and that only while
nothing else wants it.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from vitascope.core.model import SectionKind
from vitascope.jobs.butler import Task
from vitascope.library.activities import ActivityBoard
from vitascope.library.derived.bandwidths import BandwidthMaker
from vitascope.library.derived.chapter_pictures import ChapterMaker
from vitascope.library.derived.commercials import CommercialsMaker, CommercialsWork
from vitascope.library.derived.cut_lists import CutLists
from vitascope.library.derived.making import Workshop
from vitascope.library.derived.markers import CreditsMaker, CreditsWork, IntroWork, Layer, Without
from vitascope.library.derived.places import Bundles
from vitascope.library.derived.previews import PreviewMaker
from vitascope.library.derived.service import DerivedMedia, EachFile, Work
from vitascope.library.derived.voice import VoiceMaker
from vitascope.library.scanner import ScanService
from vitascope.media.workers import WorkerPool
from vitascope.ops import section_prefs
from vitascope.ops.preferences import Preferences
from vitascope.ops.settings import Settings
from vitascope.store.engine import Database
from vitascope.store.rows import SectionRow
from vitascope.store.sections import list_sections

_NICENESS = 19
_LONGEST_PIECE_S = 300.0
_AD_MARKERS = "GenerateAdMarkerBehavior"
_SCANS_FIRST_S = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A work, when it is wanted, and the butler's task for it."""

    name: str
    """Of the published operation that begins it for some items."""
    task: str
    preference: str
    description: str
    work: Work


class Deriving:
    """Puts the works together."""

    def __init__(
        self,
        stack: AsyncExitStack,
        settings: Settings,
        preferences: Preferences,
        database: Database,
        board: ActivityBoard,
        scans: ScanService,
    ) -> None:
        self.prompt: Callable[[str], None] = lambda _: None
        """Begins a task of the butler by day."""
        self._preferences = preferences
        self._database = database
        self._scans = scans
        workers = WorkerPool(1, niceness=_NICENESS, timeout_s=_LONGEST_PIECE_S)
        stack.callback(workers.close)
        self.bundles = Bundles(settings.support.media)
        workshop = Workshop(database)
        previews = PreviewMaker(
            database=database,
            workers=workers,
            bundles=self.bundles,
            interval_s=lambda: preferences.number("GenerateBIFFrameInterval"),
            key_frames_only=lambda: preferences.flag("GenerateBIFKeyframesOnly"),
        )
        layer = self._layer = Layer(database)
        lists = self._cut_lists = CutLists(database, workers, layer)
        ends = CreditsMaker(workers=workers, layer=layer)
        self._kinds: Sequence[_Kind] = (
            _Kind(
                name="index",
                task="GenerateMediaIndexFiles",
                preference="GenerateBIFBehavior",
                description="Takes small pictures along each video, for seeking.",
                work=EachFile(
                    workshop, previews, "Make preview pictures", sections_without=self._without("enableBIFGeneration")
                ),
            ),
            _Kind(
                name="chapterThumbs",
                task="GenerateChapterThumbs",
                preference="GenerateChapterThumbBehavior",
                description="Takes pictures of the beginnings of chapters.",
                work=EachFile(
                    workshop,
                    ChapterMaker(workers=workers, bundles=self.bundles),
                    "Make chapter pictures",
                    sections_without=_nowhere,
                ),
            ),
            _Kind(
                name="bandwidths",
                task="DeepMediaAnalysis",
                preference="ButlerTaskDeepMediaAnalysis",
                description="Measures what bandwidth films and episodes need moment by moment.",
                work=EachFile(
                    workshop, BandwidthMaker(workers=workers), "Analyse bandwidths", sections_without=_nowhere
                ),
            ),
            _Kind(
                name="voiceActivity",
                task="ButlerTaskGenerateVoiceActivity",
                preference="GenerateVADBehavior",
                description="Finds where somebody speaks in films and episodes, by which subtitles are fitted.",
                work=EachFile(workshop, VoiceMaker(workers=workers), "Find speech", sections_without=_nowhere),
            ),
            _Kind(
                name="intro",
                task="ButlerTaskGenerateIntroMarkers",
                preference="GenerateIntroMarkerBehavior",
                description="Finds the intros of episodes by the sound that those of a season share.",
                work=IntroWork(database, workers, workshop, layer, self._without("enableIntroMarkerGeneration")),
            ),
            _Kind(
                name="credits",
                task="ButlerTaskGenerateCreditsMarkers",
                preference="GenerateCreditsMarkerBehavior",
                description="Finds the credits of films and episodes by how their end looks.",
                work=CreditsWork(database, workshop, ends, self._without("enableCreditsMarkerGeneration")),
            ),
            _Kind(
                name="addetect",
                task="ButlerTaskGenerateAdMarkers",
                preference=_AD_MARKERS,
                description="Finds the advertisements in recordings by what is black and silent between them.",
                work=CommercialsWork(
                    database,
                    workshop,
                    CommercialsMaker(workers=workers, layer=layer, lists=lists),
                    without=_nowhere,
                ),
            ),
        )
        self.media = DerivedMedia(database, board, {kind.name: kind.work for kind in self._kinds})
        stack.push_async_callback(self.media.close)
        self._looking: set[asyncio.Task[None]] = set()
        self._closed = False
        stack.push_async_callback(self._close)

    def tasks(self) -> Sequence[Task]:
        """What the butler does of it at night."""
        return [
            Task(
                name=kind.task,
                title=kind.work.title,
                description=kind.description,
                interval_days=1,
                work=kind.work.do_all,
                enabled=partial(self._wanted, kind),
                lengthy=True,
                gives_way_to=lambda: self._scans.is_at_full_speed(_SCANS_FIRST_S),
            )
            for kind in self._kinds
        ]

    def _wanted(self, kind: _Kind) -> bool:
        return self._behaviour(kind) != "never"

    async def _close(self) -> None:
        self._closed = True
        for task in self._looking:
            task.cancel()
        if self._looking:
            await asyncio.wait(self._looking)

    def scan_ended(self, section_id: int) -> None:
        """Something may be new: what is wanted as soon as possible is begun."""
        if self._closed:
            return
        task = asyncio.get_running_loop().create_task(self._look(section_id), name="derived-after-scan")
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    async def _look(self, section_id: int) -> None:
        await self._cut_lists.follow(section_id, unasked=self._preferences.text(_AD_MARKERS) != "never")
        await self._layer.lay_again(section_id)
        for kind in self._kinds:
            if self._behaviour(kind) == "asap" and await kind.work.lacks(section_id):
                self.prompt(kind.task)

    def _behaviour(self, kind: _Kind) -> str:
        value = self._preferences.get(kind.preference)
        if isinstance(value, bool):
            return "scheduled" if value else "never"
        return str(value)

    def _without(self, name: str) -> Without:
        """The sections whose preference of that name is off."""

        async def found() -> list[int]:
            rows = await self._database.read(list_sections)
            return [row.id for row in rows if not _is_on(row, name)]

        return found


async def _nowhere() -> Sequence[int]:
    return ()


def _is_on(section: SectionRow, name: str) -> bool:
    values = section_prefs.values(SectionKind(section.kind), section.prefs)
    return all(bool(value) for setting, value in values if setting.id == name)
