"""systemd does not run where the tests do: a program called ``systemctl`` notes what it is asked and answers."""

import os
from pathlib import Path

import pytest

from vitascope.ops.managers import (
    ManagerCommandFailed,
    ManagerCommandMissing,
    ManagerCommandSlow,
    NotManageable,
    SystemdManager,
    manager_of,
)
from vitascope.ops.managers.command import run

_PROGRAM = """#!/bin/sh
for word; do printf '%s\\n' "$word" >> "$RECORD"; done
echo . >> "$RECORD"
cat "$ANSWER"
exit "$(cat "$CODE")"
"""


class Systemctl:
    """The program, and what it answers."""

    def __init__(self, folder: Path) -> None:
        self.record, self._answer, self._code = folder / "record", folder / "answer", folder / "code"
        program = folder / "systemctl"
        program.write_text(_PROGRAM)
        program.chmod(0o755)
        self.answers("")

    def answers(self, text: str, code: int = 0) -> None:
        self._answer.write_text(text)
        self._code.write_text(str(code))

    @property
    def asked(self) -> list[list[str]]:
        calls = self.record.read_text().split(".\n")[:-1]
        return [call.splitlines() for call in calls]


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Systemctl:
    program = Systemctl(tmp_path)
    for name in ("record", "answer", "code"):
        monkeypatch.setenv(name.upper(), str(tmp_path / name))
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return program


@pytest.mark.parametrize(
    ("state", "running"),
    [
        ("active", True),
        ("activating", True),
        ("reloading", True),
        ("deactivating", True),
        ("inactive", False),
        ("failed", False),
    ],
)
def test_a_unit_that_is_still_ending_counts_as_running(systemctl: Systemctl, state: str, running: bool) -> None:
    systemctl.answers(f"LoadState=loaded\nActiveState={state}\n")
    assert SystemdManager(unit="plex.service", user=True).running() is running


def test_the_users_and_the_machines_systemd_are_asked_apart(systemctl: Systemctl) -> None:
    manager_of("systemd-user:plex.service").stop()
    manager_of("systemd:plex.service").start()
    assert systemctl.asked == [
        ["--user", "--no-pager", "--no-ask-password", "stop", "plex.service"],
        ["--no-pager", "--no-ask-password", "start", "plex.service"],
    ]


def test_a_unit_is_started_anew_however_often_it_failed_before(systemctl: Systemctl) -> None:
    manager_of("systemd-user:plex.service").renew()
    assert [call[3:] for call in systemctl.asked] == [["reset-failed", "plex.service"], ["start", "plex.service"]]


@pytest.mark.parametrize("state", ["not-found", "masked", "bad-setting"])
def test_a_unit_that_is_not_there_is_no_stopped_one(systemctl: Systemctl, state: str) -> None:
    systemctl.answers(f"LoadState={state}\nActiveState=inactive\n")
    with pytest.raises(NotManageable, match=rf"plex\.service of this machine is {state}"):
        manager_of("systemd:plex.service").running()


def test_a_failure_says_what_was_run_and_what_it_said(systemctl: Systemctl) -> None:
    systemctl.answers("Job for plex.service failed.\n", 5)
    with pytest.raises(ManagerCommandFailed) as failure:
        manager_of("systemd-user:plex.service").start()
    assert failure.value.code == 5
    assert failure.value.said == "Job for plex.service failed."
    assert "systemctl --user --no-pager --no-ask-password start plex.service ended with code 5" in str(failure.value)


def test_a_machine_without_systemd_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ManagerCommandMissing, match="systemctl is not on this machine"):
        manager_of("systemd:plex.service").running()


def test_a_command_that_hangs_is_ended() -> None:
    with pytest.raises(ManagerCommandSlow, match=r"did not end in 0\.2 seconds: sleep 60"):
        run(["sleep", "60"], 0.2)
