"""The metrics of a server in Prometheus' text format 0.0.4.

They are worked out when they are asked for and kept nowhere: a snapshot of plain values becomes gauges, and
``prometheus-client`` (the project's own library, which knows the format's escapes and reads memory and processor time
of the process) writes them. No title, name or path stands in a label.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from vitascope.ops.health import CheckResult, Health
from vitascope.ops.service import Severity, TaskSpec

MEDIA_TYPE = b"text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What is measured, at one moment."""

    version: str
    started_at: float
    checks: Sequence[CheckResult] = ()
    tasks: Sequence[TaskSpec] = ()
    items: Mapping[str, int] = field(default_factory=dict)
    """How many there are of each type."""
    sections: int = 0
    scans: int = 0
    scanned_files: int = 0
    """By the scans that run."""
    sessions: Mapping[str, int] = field(default_factory=dict)
    """How many players play, are paused or wait."""
    database_bytes: int | None = None
    backup_age_seconds: float | None = None


def render(snapshot: Snapshot) -> bytes:
    """The metrics as text."""
    registry = CollectorRegistry()
    registry.register(_Gauges(snapshot))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Gauges(Collector):
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        at = self._snapshot
        yield _labelled("vitascope_info", "Which version runs.", "version", {at.version: 1})
        yield GaugeMetricFamily("vitascope_start_time_seconds", "Since when, in seconds since 1970.", at.started_at)
        states = GaugeMetricFamily(
            "vitascope_check_state", "1 for the state a health check is in.", labels=("check", "state")
        )
        for check in at.checks:
            for state in Health:
                states.add_metric((check.spec.id, state.value), int(check.health is state))
        yield states
        tasks = {severity.value: sum(task.severity is severity for task in at.tasks) for severity in Severity}
        yield _labelled("vitascope_tasks", "Tasks that wait for the owner.", "severity", tasks)
        yield _labelled("vitascope_items", "Items in the library.", "type", at.items)
        yield GaugeMetricFamily("vitascope_sections", "Sections.", at.sections)
        yield GaugeMetricFamily("vitascope_scans", "Scans that run or wait.", at.scans)
        yield GaugeMetricFamily("vitascope_scanned_files", "Files that the running scans have seen.", at.scanned_files)
        yield _labelled("vitascope_sessions", "Players by what they do.", "state", at.sessions)
        if at.database_bytes is not None:
            yield GaugeMetricFamily("vitascope_database_bytes", "Size of the database.", at.database_bytes)
        if at.backup_age_seconds is not None:
            yield GaugeMetricFamily("vitascope_backup_age_seconds", "Age of the newest backup.", at.backup_age_seconds)


def _labelled(name: str, words: str, label: str, values: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=(label,))
    for value, number in values.items():
        family.add_metric((value,), number)
    return family
