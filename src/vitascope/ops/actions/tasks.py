"""Tasks and dependencies: what the owner should do, and what must be there, both by the state of the service. Pure.

A task is raised at install, since nothing is there yet that would clear it, and it is cleared by the state, never by
the click: one who stores a token that is never used still has the task to link.
"""

from collections.abc import Callable
from dataclasses import dataclass

from vitascope.ops.service import DependencySpec, Service, Severity, TaskSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What decides about tasks."""

    linked: bool
    """Whether the server has an owner."""
    media_sources: tuple[str, ...] = ()
    """The sources that are selected."""
    has_sections: bool = False
    """Whether there are sections of folders that were named without a source; for the original image this is not
    known."""


_DONE: dict[str, Callable[[Facts], bool]] = {
    "link-account": lambda facts: facts.linked,
    "media-sources": lambda facts: bool(facts.media_sources) or facts.has_sections,
}
"""What clears each task. A test compares them with the tasks that the services describe."""

_ORDER = list(Severity)


def tasks_of(service: Service, facts: Facts) -> list[TaskSpec]:
    """The tasks that are open, the critical ones first."""
    tasks = [task for task in service.tasks if not _DONE[task.id](facts)]
    return sorted(tasks, key=lambda task: _ORDER.index(task.severity))


def dependencies_of(service: Service, media_sources: tuple[str, ...]) -> list[DependencySpec]:
    """What other services must exist: those whose files are selected, and no others."""
    return [dependency for dependency in service.dependencies if dependency.id in media_sources]
