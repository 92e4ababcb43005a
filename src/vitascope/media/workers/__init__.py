"""Worker processes with limits, in which every hostile file is opened.

See ``docs/media.md``. The surface: :func:`task` registers a typed function, :class:`WorkerPool` runs it elsewhere.
"""

from vitascope.media.workers.confine import Limits
from vitascope.media.workers.failure import Failure, MediaError, Reason, TaskError
from vitascope.media.workers.pool import WorkerPool
from vitascope.media.workers.registry import Task, task

__all__ = ["Failure", "Limits", "MediaError", "Reason", "Task", "TaskError", "WorkerPool", "task"]
