"""Managers as text."""

from pathlib import Path

import pytest

from vitascope.ops.managers import (
    BadManager,
    ComposeManager,
    Manager,
    NoManager,
    PodmanManager,
    SystemdManager,
    manager_of,
)


@pytest.mark.parametrize(
    ("text", "manager"),
    [
        ("systemd-user:plex.service", SystemdManager(unit="plex.service", user=True)),
        ("systemd:plex", SystemdManager(unit="plex.service", user=False)),
        ("systemd:plex@one.service", SystemdManager(unit="plex@one.service", user=False)),
        ("podman:plex", PodmanManager(container="plex")),
        ("compose:/srv/a:b#c/compose.yaml#plex", ComposeManager(file=Path("/srv/a:b#c/compose.yaml"), service="plex")),
        (" none ", NoManager()),
    ],
)
def test_every_form_is_read(text: str, manager: Manager) -> None:
    assert manager_of(text) == manager


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plex",
        "none:",
        "docker:plex",
        "systemd:",
        "systemd:--root=/tmp/x",
        "systemd:plex.service; reboot",
        "systemd:a b",
        "podman:",
        "podman:-a",
        "podman:--latest",
        "podman:ple\nx",
        "compose:relative.yaml#plex",
        "compose:/srv/compose.yaml",
        "compose:/srv/compose.yaml#--all",
    ],
)
def test_what_is_no_manager_or_could_pass_for_an_option_is_refused(text: str) -> None:
    with pytest.raises(BadManager, match="systemd-user:UNIT"):
        manager_of(text)


def test_no_manager_changes_nothing_and_knows_nothing() -> None:
    manager = manager_of("none")
    manager.stop()
    manager.start()
    assert not manager.running()
    assert manager.describe() == "no manager"
