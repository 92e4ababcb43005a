"""Where somebody speaks in a file, and by how much a subtitle is beside that.

The map hangs on the content of the film, like everything that is made of media. How a subtitle fits hangs on both: it
is found when it is first asked for, in some tenths of a second, and kept beside the map by the subtitle's own content.
A map that is made anew lets all of it be found anew.
"""

import hashlib
import logging
from dataclasses import dataclass

import msgspec

from vitascope.library.derived.making import Run
from vitascope.media.subtitles.converting import Source
from vitascope.media.voice.tasks import STEP_MS, Fit, FitArgs, ListenArgs, fit_subtitle, listen
from vitascope.media.workers import TaskError, WorkerPool
from vitascope.store import derived
from vitascope.store.derived import Subject
from vitascope.store.engine import Database
from vitascope.store.rows import DerivedRow

log = logging.getLogger(__name__)

_PIECE_MS = 5 * 60_000
"""So much is listened to between two looks whether somebody needs the machine more; whole bytes of steps."""
_FIT_VERSION = "1"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Fit).decode


@dataclass(slots=True, kw_only=True)
class VoiceMaker:
    """Listens to films; the map is a bit for each step of :data:`~vitascope.media.voice.tasks.STEP_MS`."""

    workers: WorkerPool
    kind: str = derived.VOICE
    made_with: str = "1"
    least_ms: int = STEP_MS * 8
    only_with_chapters: bool = False

    async def make(self, subject: Subject, run: Run) -> bytes:
        """Raises :class:`TaskError`."""
        pieces: list[bytes] = []
        for from_ms in range(0, subject.duration_ms, _PIECE_MS):
            await run.step()
            to_ms = min(from_ms + _PIECE_MS, subject.duration_ms)
            args = ListenArgs(path=subject.path, from_ms=from_ms, to_ms=to_ms)
            pieces.append((await self.workers.run(listen, args)).spoken)
        return b"".join(pieces)

    async def after(self, subject: Subject) -> None:
        """Nothing more is to be done."""


class SubtitleFitter:
    """Tells by how much subtitles are beside what is spoken."""

    def __init__(self, database: Database, workers: WorkerPool) -> None:
        self._database = database
        self._workers = workers

    async def offset_ms(self, fingerprint: bytes, data: bytes, source: Source) -> int:
        """How much later a subtitle file belongs in the film of that content; 0 where that cannot be told: there is no
        map, or it is the subtitle of something else, or of another speed."""
        voice = await self._database.read(derived.find, fingerprint, derived.VOICE)
        if voice is None or not voice.value:
            return 0
        kind = f"fit-{hashlib.blake2b(data, digest_size=16).hexdigest()}"
        made_with = f"{_FIT_VERSION}-{voice.made_with}-{voice.made_at}"
        known = await self._database.read(derived.find, fingerprint, kind)
        if known is None or known.made_with != made_with:
            known = await self._fit(voice, FitArgs(data=data, source=source, spoken=voice.value), kind, made_with)
        return _decode(known.value).offset_ms if known is not None and known.value else 0

    async def _fit(self, voice: DerivedRow, args: FitArgs, kind: str, made_with: str) -> DerivedRow | None:
        try:
            found = await self._workers.run(fit_subtitle, args)
        except TaskError as error:
            log.info("a subtitle cannot be fitted: %s", error)
            return None
        value = None if found is None else _encode(found)
        row = DerivedRow(voice.fingerprint, kind, made_with, value, None, int(self._database.clock()))
        await self._database.awrite(derived.keep, [row])
        return row
