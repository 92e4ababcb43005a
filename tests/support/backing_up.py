"""Backups and restores in processes that can be killed. They are forked from one that has loaded everything, so that
the time to a kill does not depend on how long Python takes to start."""

import multiprocessing
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from vitascope.ops.backup.create import Order, create
from vitascope.ops.backup.keys import Recipients, load_identities
from vitascope.ops.backup.restore import RestoreOrder, restore
from vitascope.ops.paths import SupportDir

_PRELOADED = ["pyrage", "zstandard", "tests.support.backing_up", "vitascope.ops.backup.postgres_copy"]


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def _create(begun: Event, root: Path, folder: Path, recipients: tuple[str, ...]) -> None:
    begun.set()
    create(Order(support=SupportDir(root), folder=folder, recipients=Recipients(recipients)))


def _restore(begun: Event, root: Path, archive: Path, key: Path) -> None:
    begun.set()
    restore(RestoreOrder(support=SupportDir(root), archive=archive, identities=load_identities(key)))


def start_create(root: Path, folder: Path, recipients: tuple[str, ...]) -> ForkServerProcess:
    """Begins a backup."""
    context = _context()
    begun = context.Event()
    process = context.Process(target=_create, args=(begun, root, folder, recipients), daemon=True)
    process.start()
    begun.wait()
    return process


def start_restore(root: Path, archive: Path, key: Path) -> ForkServerProcess:
    """Begins a restore."""
    context = _context()
    begun = context.Event()
    process = context.Process(target=_restore, args=(begun, root, archive, key), daemon=True)
    process.start()
    begun.wait()
    return process
