"""Worker processes with limits, in which every hostile file is opened.

See ``docs/media.md``. The surface: :func:`task` registers a typed function, :class:`WorkerPool` runs it elsewhere.
"""

from typing import TYPE_CHECKING, Any

from vitascope.media.workers.confine import Limits
from vitascope.media.workers.failure import Failure, MediaError, Reason, TaskError
from vitascope.media.workers.registry import Task, task

if TYPE_CHECKING:
    from vitascope.media.workers.pool import WorkerPool

__all__ = ["Failure", "Limits", "MediaError", "Reason", "Task", "TaskError", "WorkerPool", "task"]


def __getattr__(name: str) -> Any:
    """The pool, for who has workers; the workers themselves, and the launcher, need nothing of what it needs."""
    if name != "WorkerPool":
        raise AttributeError(name)
    from vitascope.media.workers.pool import WorkerPool

    return WorkerPool
