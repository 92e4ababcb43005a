"""Tasks come and go with the state; dependencies with the selection."""

import pytest

from vitascope.ops.actions import Facts, dependencies_of, tasks_of
from vitascope.ops.actions.tasks import _DONE
from vitascope.ops.service import Engine, Severity, service_of

ENGINES = list(Engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_task_has_a_state_that_clears_it(engine: Engine) -> None:
    assert {task.id for task in service_of(engine).tasks} == set(_DONE)


@pytest.mark.parametrize("engine", ENGINES)
def test_both_are_raised_at_install_and_critical(engine: Engine) -> None:
    tasks = tasks_of(service_of(engine), Facts(linked=False))
    assert [(task.id, task.severity) for task in tasks] == [
        ("link-account", Severity.CRITICAL),
        ("media-sources", Severity.CRITICAL),
    ]


@pytest.mark.parametrize(
    ("facts", "left"),
    [
        (Facts(linked=True), ["media-sources"]),
        (Facts(linked=False, media_sources=("nextcloud",)), ["link-account"]),
        (Facts(linked=False, has_sections=True), ["link-account"]),
        (Facts(linked=True, media_sources=("nextcloud",)), []),
    ],
)
def test_the_state_clears_them(facts: Facts, left: list[str]) -> None:
    assert [task.id for task in tasks_of(service_of(Engine.PLEX), facts)] == left


def test_dependencies_are_declared_only_while_selected() -> None:
    service = service_of(Engine.PLEX)
    assert dependencies_of(service, ()) == []
    both = [(one.id, one.version, one.kind) for one in dependencies_of(service, ("nextcloud", "filebrowser"))]
    assert both == [("filebrowser", ">=2.63.2:0", "exists"), ("nextcloud", ">=32.0.8:0", "exists")]
    assert [one.id for one in dependencies_of(service, ("nextcloud",))] == ["nextcloud"]
