"""The parts of a running server that have to do with what is played, put together."""

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from vitascope.api.conversions import transcode_session
from vitascope.app.converting import UNHURRIED_NICENESS
from vitascope.events import Bus, ConversionChanged, ConversionEvent, Event, PlaySessionState, PlayState
from vitascope.library.activities import ActivityBoard
from vitascope.media.transcoding.production import Producer
from vitascope.media.transcoding.whole_files import gathering_pool
from vitascope.ops.inside import conversions_folder
from vitascope.ops.preferences import Preferences
from vitascope.ops.resources import Resources
from vitascope.ops.settings import Settings
from vitascope.playback.bandwidth import Bandwidth
from vitascope.playback.offline.converter import Converter
from vitascope.playback.offline.downloads import Downloads
from vitascope.playback.offline.optimiser import Optimiser
from vitascope.playback.reports import Reports
from vitascope.playback.sessions import Sessions
from vitascope.playback.timeline import Timeline
from vitascope.playback.transcode.lanes import Pace
from vitascope.playback.transcode.producers import Producers
from vitascope.playback.transcode.room import Room
from vitascope.playback.transcode.service import Transcoder
from vitascope.playback.transcode.stream_session import StreamSession
from vitascope.store.engine import Database

_log = logging.getLogger("vitascope.app")

DOWNLOADS = "Downloads"


def make_reports(
    stack: AsyncExitStack,
    database: Database,
    bus: Bus,
    preferences: Preferences,
    *,
    watching: Callable[[bool], None],
) -> Reports:
    """Takes what players report; ``watching`` is told whether anybody watches."""
    reports = Reports(
        Sessions(), Timeline(database, pref=preferences.get), bus, pref=preferences.get, watching=watching
    )
    reports.start()
    stack.push_async_callback(reports.close)
    return reports


def make_bandwidth(stack: AsyncExitStack, database: Database) -> Bandwidth:
    """Counts what is delivered."""
    bandwidth = Bandwidth(database)
    bandwidth.start()
    stack.push_async_callback(bandwidth.close)
    return bandwidth


def own_conversions(settings: Settings, preferences: Preferences, what: str = "Sessions") -> tuple[Path, str | None]:
    """Where this server's conversions of a kind lie (servers may share a folder), made if it is not there, and what the
    owner should know of it. Touches the disk: not for the event loop.

    A folder that cannot be written keeps no server from starting: the cache takes its place.
    """
    identifier = preferences.text("ProcessedMachineIdentifier")[:12] or "server"
    root = conversions_folder(settings, preferences)
    if what == DOWNLOADS and preferences.text("DownloadsTempDirectory"):
        root = Path(preferences.text("DownloadsTempDirectory"))
    wished = root / what / identifier
    try:
        wished.mkdir(parents=True, exist_ok=True)
        if os.access(wished, os.W_OK | os.X_OK):
            return wished, None
        reason = "it may not be written"
    except OSError as error:
        reason = error.strerror or str(error)
    instead = settings.support.cache / "Transcode" / what / identifier
    instead.mkdir(parents=True, exist_ok=True)
    note = f"the folder for conversions, {wished}, cannot be used ({reason}); they are made in the cache instead"
    _log.error("%s", note)
    return instead, note


async def make_transcoder(
    stack: AsyncExitStack, folder: Path, bus: Bus, preferences: Preferences, producers: Producers
) -> Transcoder:
    """Keeps the streams that are made, below ``folder``, which is this server's own."""

    def pace() -> Pace:
        return Pace(
            ahead_us=preferences.number("TranscoderThrottleBuffer") * 1_000_000,
            behind_us=preferences.number("TranscoderPruneBuffer") * 1_000_000,
        )

    room = Room(folder, quota_bytes=lambda: preferences.number("TranscoderQuotaGB") * 1_000_000_000)

    def tell(event: ConversionEvent, session: StreamSession) -> None:
        about = transcode_session(session.progress).attributes
        bus.publish(ConversionChanged(event=event, person_id=session.handle.person_id, about=about))

    transcoder = Transcoder(
        folder,
        producers.of,
        room=room,
        pace=pace,
        idle_s=lambda: preferences.number("SegmentedTranscoderTimeout"),
        told=tell,
        warm=producers.warm,
    )
    await transcoder.open()
    stack.push_async_callback(transcoder.close)

    loop = asyncio.get_running_loop()

    def heard(event: Event) -> None:
        if isinstance(event, PlaySessionState) and event.state is PlayState.STOPPED:
            loop.call_soon_threadsafe(
                transcoder.player_stopped, event.person_id, event.client_identifier, event.item_id
            )

    bus.listen(heard)
    return transcoder


def make_downloads(
    stack: AsyncExitStack,
    folder: Path,
    database: Database,
    preferences: Preferences,
    producer: Producer,
    transcoder: Transcoder,
    board: ActivityBoard,
) -> tuple[Downloads, Optimiser]:
    """Makes what apps and the owner want to have as files, below ``folder``, while no stream needs the machine. The
    optimiser still has to be told to start."""
    room = Room(folder, quota_bytes=lambda: preferences.number("TranscoderQuotaGB") * 1_000_000_000)
    gathering = gathering_pool(folder, niceness=UNHURRIED_NICENESS)
    stack.callback(gathering.close)

    def busy() -> bool:
        return any(session.is_made and not session.progress.held for session in transcoder.sessions())

    converter = Converter(producer, gathering, room=room, busy=busy)
    paused = partial(preferences.flag, "BackgroundQueueIdlePaused")
    downloads = Downloads(database, folder, converter, room, paused=paused)
    optimiser = Optimiser(database, folder, converter, board, paused=paused)
    loop = asyncio.get_running_loop()

    def changed(name: str, _value: object) -> None:
        if name == "BackgroundQueueIdlePaused":
            loop.call_soon_threadsafe(downloads.wake)
            loop.call_soon_threadsafe(optimiser.wake)

    preferences.listen(changed)
    downloads.start()
    stack.push_async_callback(downloads.close)
    stack.push_async_callback(optimiser.close)
    return downloads, optimiser


def make_resources(stack: AsyncExitStack) -> Resources:
    """Samples how busy the machine is."""
    resources = Resources()
    resources.start()
    stack.push_async_callback(resources.close)
    return resources
