"""What the server is busy with, for ``/activities``, its events and progress bars.

The board holds only what runs now: clients wait for the list to become empty, so whoever starts an activity ends it,
whatever happens (:meth:`ActivityBoard.running` is a context manager for that). Changes go out through one callback,
which ``app`` connects to the event bus; the board knows nothing of buses or sockets. It is touched from the loop and
from worker threads, hence the lock.
"""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum


class ActivityEvent(StrEnum):
    STARTED = "started"
    UPDATED = "updated"
    PROGRESS = "progress"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One running piece of work. ``progress`` is a percentage, -1 while it cannot be told."""

    uuid: str
    type: str
    """As clients know it: ``library.update.section``, ``library.refresh.items``, ``media.generate``, …"""
    title: str
    subtitle: str = ""
    progress: int = -1
    cancellable: bool = False
    person_id: int = 1
    section_id: int | None = None


class ActivityBoard:
    """The list of running activities; ``publish(event, activity)`` is told of every change."""

    def __init__(self, publish: Callable[[ActivityEvent, Activity], None] | None = None) -> None:
        self._publish = publish
        self._lock = threading.Lock()
        self._activities: dict[str, Activity] = {}
        self._cancels: dict[str, Callable[[], None]] = {}

    def start(
        self,
        type: str,  # noqa: A002 (the word of the API)
        title: str,
        *,
        subtitle: str = "",
        section_id: int | None = None,
        person_id: int = 1,
        cancel: Callable[[], None] | None = None,
    ) -> str:
        """Put an activity on the board and return its id; ``cancel`` makes it cancellable."""
        activity = Activity(
            uuid=str(uuid.uuid4()),
            type=type,
            title=title,
            subtitle=subtitle,
            cancellable=cancel is not None,
            person_id=person_id,
            section_id=section_id,
        )
        with self._lock:
            self._activities[activity.uuid] = activity
            if cancel is not None:
                self._cancels[activity.uuid] = cancel
        self._tell(ActivityEvent.STARTED, activity)
        return activity.uuid

    def update(self, activity_id: str, *, progress: int | None = None, subtitle: str | None = None) -> None:
        """Change what is shown; one that has ended meanwhile is left alone, and nothing new tells nobody."""
        with self._lock:
            old = self._activities.get(activity_id)
            if old is None:
                return
            new = replace(
                old,
                progress=old.progress if progress is None else max(-1, min(100, progress)),
                subtitle=old.subtitle if subtitle is None else subtitle,
            )
            if new == old:
                return
            self._activities[activity_id] = new
        self._tell(ActivityEvent.PROGRESS if new.progress != old.progress else ActivityEvent.UPDATED, new)

    def end(self, activity_id: str) -> None:
        """Take an activity off the board; ending twice is harmless."""
        with self._lock:
            activity = self._activities.pop(activity_id, None)
            self._cancels.pop(activity_id, None)
        if activity is not None:
            self._tell(ActivityEvent.ENDED, activity)

    @contextmanager
    def running(self, type: str, title: str, *, subtitle: str = "") -> Iterator[str]:  # noqa: A002 (as in start)
        """An activity for as long as the block runs."""
        activity_id = self.start(type, title, subtitle=subtitle)
        try:
            yield activity_id
        finally:
            self.end(activity_id)

    def cancel(self, activity_id: str) -> bool:
        """Ask an activity to stop; False when it is not there or cannot be stopped."""
        with self._lock:
            cancel = self._cancels.get(activity_id)
        if cancel is None:
            return False
        cancel()
        return True

    def get(self, activity_id: str) -> Activity | None:
        with self._lock:
            return self._activities.get(activity_id)

    def activities(self) -> list[Activity]:
        """What runs now, oldest first."""
        with self._lock:
            return list(self._activities.values())

    def _tell(self, event: ActivityEvent, activity: Activity) -> None:
        if self._publish is not None:
            self._publish(event, activity)
