"""The sessions of streams that are made: begun, found, kept alive, ended; and swept away after a crash.

A session is known outside by a key that nobody can guess, which stands in the addresses of its playlists and segments:
players send no token with those. Inside it is known by whose it is, on which player, and what that player calls it.

What a player needs ends at different times. Its runs end when it asks for nothing for a while (``idle_s``): nothing
works for somebody who left without a word. Its segments and its key stay much longer, since a film that was paused over
dinner goes on where it was; they go when the player says stop, begins something else under the same name, or room is
needed.

A stream in one piece has no segments: what makes it ends with the connection over which it goes. When all of it went
out, its session stays for as long as that takes to play, for whoever lists what is played.
"""

import asyncio
import contextlib
import logging
import secrets
import shutil
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from vitascope.core.playback.renditions import Rendition, SubtitleRendition
from vitascope.events import ConversionEvent
from vitascope.media.transcoding.production import OutOfSpace, Producer, Production
from vitascope.playback.transcode.described import Conversion
from vitascope.playback.transcode.errors import NoSuchSegment, NoSuchSession, SessionEnded
from vitascope.playback.transcode.lanes import Lane, Pace
from vitascope.playback.transcode.room import Room
from vitascope.playback.transcode.stream_session import Handle, Piece, StreamPlan, StreamSession, Whole

log = logging.getLogger(__name__)

_TICK_SECONDS = 2.0
_KEPT_SECONDS = 6 * 3600.0
_MOST_FOR_ONE = 20
"""Sessions of one person; beyond it the one goes that was used longest ago."""


async def always() -> bool:
    """Of a session that nobody can lose the right to."""
    return True


async def nothing_to_warm() -> None:
    """Of makers that need no time to get ready."""


class Transcoder:
    """The sessions of this moment, below ``folder``. Used from the event loop only."""

    def __init__(
        self,
        folder: Path,
        producer_of: Callable[[Rendition], Producer],
        *,
        room: Room,
        pace: Callable[[], Pace] = Pace,
        idle_s: Callable[[], float] = lambda: 20.0,
        told: Callable[[ConversionEvent, StreamSession], None] = lambda _event, _session: None,
        warm: Callable[[], Coroutine[Any, Any, None]] = nothing_to_warm,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._producer_of = producer_of
        self._room = room
        self._pace = pace
        self._idle_s = idle_s
        self._told = told
        self._warm = warm
        self._clock = clock
        self._warming: asyncio.Task[None] | None = None
        self._sessions: dict[str, StreamSession] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._tending: asyncio.Task[None] | None = None

    # --- life --------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Sweeps away what an earlier server left behind, and begins to look after sessions."""
        await asyncio.to_thread(_sweep, self._folder)
        self._tending = asyncio.get_running_loop().create_task(self._tend(), name="transcoder")

    async def close(self) -> None:
        """Ends every session."""
        for task in (self._tending, self._warming):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        for session in list(self._sessions.values()):
            await self._end(session)
        if self._ending:
            await asyncio.wait(self._ending)

    # --- sessions ----------------------------------------------------------------------------------------------

    def expect(self, renditions: Iterable[Rendition]) -> None:
        """Somebody is about to begin a stream of these: who copies gets ready, while the player still reads playlists.
        Where nothing is copied, nothing happens."""
        copies = any(not isinstance(one, SubtitleRendition) and one.codec is None for one in renditions)
        if copies and (self._warming is None or self._warming.done()):
            self._warming = asyncio.get_running_loop().create_task(self._warm(), name="warm copying")

    async def start(
        self,
        handle: Handle,
        plan: StreamPlan,
        conversion: Conversion,
        permitted: Callable[[], Awaitable[bool]] = always,
    ) -> StreamSession:
        """The session of a player: the one it has when that makes the same, else a new one in its place.

        ``permitted`` is asked whenever something of it is wanted, since its key proves nothing but that it was known.
        """
        while (known := self.find(handle)) is not None:
            if known.plan == plan:
                self.ping(known)
                known.conversion, known.permitted = conversion, permitted
                return known
            await self._end(known)
        session = self._begin(handle, plan, conversion, permitted)
        await self._limit(handle.person_id)
        return session

    async def start_whole(
        self,
        handle: Handle,
        plan: StreamPlan,
        conversion: Conversion,
        make: Callable[[Path], Awaitable[Whole]],
        permitted: Callable[[], Awaitable[bool]] = always,
    ) -> tuple[StreamSession, Whole]:
        """A session of a stream in one piece, always a new one. ``make`` begins it; it is given a folder that it may
        make and use.

        Raises:
            SessionEnded: it was ended while it began.
            ProductionError: it cannot be made.
        """
        while (known := self.find(handle)) is not None:
            await self._end(known)
        session = self._begin(handle, plan, conversion, permitted)
        try:
            await self._limit(handle.person_id)
            whole = await make(session.folder)
        except BaseException:
            await self._end(session)
            raise
        session.whole = whole
        if session.key not in self._sessions:
            await self._end(session)
            raise SessionEnded("the stream was ended")
        return session, whole

    def _begin(
        self, handle: Handle, plan: StreamPlan, conversion: Conversion, permitted: Callable[[], Awaitable[bool]]
    ) -> StreamSession:
        key = secrets.token_urlsafe(18)
        session = StreamSession(
            key=key,
            handle=handle,
            plan=plan,
            folder=self._folder / key,
            started_at=time.time(),
            used_at=self._clock(),
            conversion=conversion,
            permitted=permitted,
        )
        self._sessions[key] = session
        self._told(ConversionEvent.START, session)
        return session

    async def _limit(self, person_id: int) -> None:
        mine = [each for each in self._sessions.values() if each.handle.person_id == person_id]
        for session in sorted(mine, key=lambda one: one.used_at)[: max(len(mine) - _MOST_FOR_ONE, 0)]:
            await self._end(session)

    def sessions(self) -> list[StreamSession]:
        """All sessions, the oldest first."""
        return list(self._sessions.values())

    def get(self, key: str) -> StreamSession:
        """The session of a key. Raises :class:`NoSuchSession`."""
        found = self._sessions.get(key)
        if found is None:
            raise NoSuchSession("there is no such session, or it has ended")
        return found

    async def admit(self, key: str) -> StreamSession:
        """The session of a key, for who reads it: one that whoever began it lost the right to has ended.

        Raises :class:`NoSuchSession`.
        """
        session = self.get(key)
        if not await session.permitted():
            await self._end(session)
        return self.get(key)

    def find(self, handle: Handle) -> StreamSession | None:
        """The session of a player, by what the player calls it."""
        return next((each for each in self._sessions.values() if each.handle == handle), None)

    def of_player(self, person_id: int, client: str, item_id: int) -> StreamSession | None:
        """What is made for a player of an item; of several what was used last."""
        found = [
            each
            for each in self._sessions.values()
            if (each.handle.person_id, each.handle.client, each.plan.item_id) == (person_id, client, item_id)
        ]
        return max(found, key=lambda one: one.used_at, default=None)

    def ping(self, session: StreamSession) -> None:
        """The player is still there."""
        session.used_at = self._clock()
        session.left = False

    def player_stopped(self, person_id: int, client: str, item_id: int) -> None:
        """A player said that it plays an item no more. One that only changes the quality says so too, and is back at
        once."""
        for session in self._sessions.values():
            handle = session.handle
            if (handle.person_id, handle.client, session.plan.item_id) == (person_id, client, item_id):
                session.left = True

    async def stop(self, session: StreamSession) -> None:
        """The player needs nothing of it any more."""
        await self._end(session)

    # --- what players read -------------------------------------------------------------------------------------

    async def header(self, session: StreamSession, name: str) -> Path:
        """The initialisation segment of a rendition. Raises as :meth:`segment` does."""
        lane, piece = await self._lane(session, name), session.plan.piece_of(name)
        assert piece is not None  # noqa: S101  # it has a lane
        self.ping(session)
        async with session.headers.setdefault(name, asyncio.Lock()):
            self._check_not_ended(session)
            try:
                path = await self._producer_of(lane.rendition).header(piece.source, lane.rendition, lane.folder)
            except Exception:
                self._check_not_ended(session)
                raise
            self._check_not_ended(session)
        if path is None:
            raise NoSuchSegment("segments of this kind need no header")
        return path

    async def segment(self, session: StreamSession, name: str, number: int, reader: str) -> Path:
        """A segment of a rendition, made if it is not there.

        Raises:
            NoSuchSegment: there is none of this name and number.
            SessionEnded: it ended while this was waited for.
            ProductionError: it cannot be made.
        """
        lane = await self._lane(session, name)
        self.ping(session)
        try:
            return await lane.segment(number, reader)
        finally:
            session.used_at = self._clock()

    async def _lane(self, session: StreamSession, name: str) -> Lane:
        known = session.lanes.get(name)
        if known is not None:
            return known
        piece = session.plan.piece_of(name)
        if piece is None:
            raise NoSuchSegment(f"the stream has no rendition {name!r}")
        rendition = piece.renditions[name]
        folder = session.folder / rendition.name
        async with session.folders:
            self._check_not_ended(session)
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        self._check_not_ended(session)
        lane = Lane(
            rendition=rendition,
            grid=piece.grid_of(rendition),
            folder=folder,
            start=partial(self._produce, session, piece, rendition, folder),
            pace=self._pace(),
            clock=self._clock,
            grew=self._room.grew,
        )
        return session.lanes.setdefault(name, lane)

    def _check_not_ended(self, session: StreamSession) -> None:
        """Raises :class:`SessionEnded`: what is found out about its files means nothing any more."""
        if self._sessions.get(session.key) is not session:
            raise SessionEnded("the stream was ended")

    async def _produce(
        self, session: StreamSession, piece: Piece, rendition: Rendition, folder: Path, first: int, last: int
    ) -> Production:
        await self._make_room(session)
        grid = piece.grid_of(rendition)
        return await self._producer_of(rendition).produce(piece.source, rendition, grid, folder, first, last)

    # --- room --------------------------------------------------------------------------------------------------

    async def _make_room(self, keep: StreamSession | None = None) -> None:
        """Gives up what is needed least. Raises :class:`OutOfSpace` when that is not enough."""
        if not self._room.lack_bytes():
            return
        for session in sorted(self._sessions.values(), key=lambda one: one.used_at):
            if session is not keep and self._is_idle(session):
                log.info("Conversions take too much room: the session %s, unused for long, goes", session.key[:6])
                await self._end(session)
                if not self._room.lack_bytes():
                    return
        for session in list(self._sessions.values()):
            for lane in session.lanes.values():
                lane.give_up_behind()
        if self._room.lack_bytes():
            raise OutOfSpace("there is no room for conversions; free some, or raise the quota")

    def _is_idle(self, session: StreamSession) -> bool:
        return not session.is_awaited and self._clock() - session.used_at > self._idle_s()

    async def _tend(self) -> None:
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            try:
                await self.look_after()
            except Exception:
                log.exception("Looking after conversions failed; it is tried again")

    async def look_after(self) -> None:
        """Ends what nobody uses, and sees to it that there is room."""
        now = self._clock()
        for session in list(self._sessions.values()):
            if now - session.used_at > self._kept_s(session) or not await session.permitted():
                await self._end(session)
            elif self._is_idle(session) and session.is_made:
                log.info("Nobody asks for the session %s: its conversion ends", session.key[:6])
                for lane in session.lanes.values():
                    lane.stop_making()
            elif session.is_made:
                self._told(ConversionEvent.UPDATE, session)
        try:
            await self._make_room()
        except OutOfSpace as error:
            log.warning("%s", error)
            for session in self._sessions.values():
                session.problem = str(error)
                for lane in session.lanes.values():
                    lane.stop_making()

    def _kept_s(self, session: StreamSession) -> float:
        """How long a session is kept of which nobody wants anything."""
        if session.left:
            return self._idle_s()
        if session.whole is not None and session.whole.ended:
            return session.plan.first.source.duration_us / 1e6
        return _KEPT_SECONDS

    async def _end(self, session: StreamSession) -> None:
        """Ends a session. Who is cancelled meanwhile leaves no half of it: it goes on to its end."""
        if self._sessions.pop(session.key, None) is not None:
            self._told(ConversionEvent.END, session)
        ending = asyncio.get_running_loop().create_task(self._put_away(session), name="end of a stream")
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        await asyncio.shield(ending)

    async def _put_away(self, session: StreamSession) -> None:
        await asyncio.gather(*(lane.close() for lane in session.lanes.values()))
        if session.whole is not None:
            await session.whole.close()
        for writing in (session.folders, *session.headers.values()):
            async with writing:
                pass  # whoever is at it comes to its end, and nobody begins any more
        await asyncio.to_thread(shutil.rmtree, session.folder, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Everything below the folder is of sessions that nobody has any more."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
