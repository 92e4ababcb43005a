"""Actions, tasks, checks and findings as plain values with names: what the owner's endpoints send and verbs show.

One place decides how they are called, so that a server of ours that answers over HTTP and one that is looked at from
outside look alike to whoever reads them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vitascope.ops.doctor import Finding
from vitascope.ops.health import CheckResult
from vitascope.ops.service import ActionSpec, DependencySpec, FieldSpec, Service, TaskSpec


@dataclass(frozen=True, slots=True)
class Told:
    """One thing: what it is, its values, and what belongs to it."""

    name: str
    values: dict[str, str | int | bool | None]
    children: tuple["Told", ...] = ()

    def plain(self) -> dict[str, Any]:
        """As it comes out of JSON: what belongs to it in lists by name."""
        found: dict[str, Any] = {name: value for name, value in self.values.items() if value is not None}
        for child in self.children:
            found.setdefault(child.name, []).append(child.plain())
        return found


def action_told(action: ActionSpec, obstacle: str | None) -> Told:
    """An action, and why it cannot be run now if it cannot."""
    return Told(
        "Action",
        {
            "id": action.id,
            "name": action.name,
            "description": action.description,
            "warning": action.warning or None,
            "availability": action.availability.value,
            "available": obstacle is None,
            "obstacle": obstacle,
        },
        tuple(_field(field) for field in action.fields),
    )


def _field(field: FieldSpec) -> Told:
    return Told(
        "Field",
        {
            "id": field.id,
            "name": field.name,
            "description": field.description,
            "kind": field.kind.value,
            "required": field.required,
            "least": field.least,
            "pattern": field.pattern,
            "patternMeans": field.pattern_means or None,
            "placeholder": field.placeholder or None,
            "mostCharacters": field.most_characters,
        },
        tuple(Told("Choice", {"value": value, "title": title}) for value, title in field.choices),
    )


def task_told(service: Service, task: TaskSpec) -> Told:
    """A task, with the action that does it."""
    return Told(
        "Task",
        {
            "id": task.id,
            "severity": task.severity.value,
            "reason": task.reason,
            "action": task.action,
            "actionName": service.action(task.action).name,
        },
    )


def dependency_told(dependency: DependencySpec) -> Told:
    """Another service that must exist."""
    return Told(
        "Dependency",
        {
            "id": dependency.id,
            "title": dependency.title,
            "version": dependency.version,
            "kind": dependency.kind,
            "purpose": dependency.purpose,
        },
    )


def check_told(result: CheckResult) -> Told:
    """A health check and what it says."""
    return Told(
        "Check",
        {
            "id": result.spec.id,
            "name": result.spec.name,
            "state": result.health.value,
            "message": result.message,
            "detail": result.detail if result.detail != result.message else None,
            "at": int(result.looked_at),
        },
    )


def finding_told(finding: Finding) -> Told:
    """What the doctor found."""
    return Told(
        "Finding",
        {
            "subject": finding.subject,
            "verdict": finding.verdict.value,
            "message": finding.message,
            "remedy": finding.remedy or None,
        },
    )


def plain(told: Sequence[Told]) -> list[dict[str, Any]]:
    """Several, as they come out of JSON."""
    return [one.plain() for one in told]
