"""The parts of a running server that have to do with what is played, put together."""

from collections.abc import Callable
from contextlib import AsyncExitStack

from vitascope.events import Bus
from vitascope.ops.preferences import Preferences
from vitascope.ops.resources import Resources
from vitascope.playback.bandwidth import Bandwidth
from vitascope.playback.reports import Reports
from vitascope.playback.sessions import Sessions
from vitascope.playback.timeline import Timeline
from vitascope.store.engine import Database


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


def make_resources(stack: AsyncExitStack) -> Resources:
    """Samples how busy the machine is."""
    resources = Resources()
    resources.start()
    stack.push_async_callback(resources.close)
    return resources
