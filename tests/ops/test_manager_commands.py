"""Commands for people, for every way in which a manager is written."""

import pytest

from vitascope.ops.manager_commands import manager_commands


@pytest.mark.parametrize(
    ("manager", "stop", "start"),
    [
        ("systemd-user:plex.service", "systemctl --user stop plex.service", "systemctl --user start plex.service"),
        ("systemd:plex", "systemctl stop plex", "systemctl start plex"),
        ("podman:plex", "podman stop plex", "podman start plex"),
        (
            "compose:/srv/my files/compose.yaml#plex",
            "docker compose -f '/srv/my files/compose.yaml' stop plex",
            "docker compose -f '/srv/my files/compose.yaml' up -d plex",
        ),
        ("none", "", ""),
    ],
)
def test_what_a_person_types(manager: str, stop: str, start: str) -> None:
    assert manager_commands(manager)[:2] == (stop, start)
