"""A supervised service, step by step, without processes and without a clock."""

import signal
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from vitascope.ops.container.service import FINISH_SECONDS, RESTART_SECONDS, Service, State


@dataclass
class Stage:
    """A service whose programs are numbers."""

    folder: Path
    started: list[list[str]] = field(default_factory=list)
    signals: list[tuple[int, signal.Signals]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    broken: bool = False

    def __post_init__(self) -> None:
        self.service = Service(
            folder=self.folder,
            spawn=self._spawn,
            kill=lambda pid, number: self.signals.append((pid, number)),
            tell=self.told.append,
        )

    def _spawn(self, command: list[str]) -> int:
        if self.broken:
            raise FileNotFoundError(2, "No such file or directory")
        self.started.append(command)
        return len(self.started)

    @property
    def runs(self) -> list[str]:
        return [Path(command[0]).name for command in self.started]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    folder = tmp_path / "plex"
    folder.mkdir()
    (folder / "run").touch()
    (folder / "finish").touch()
    return Stage(folder)


def test_what_ends_is_finished_and_started_again(stage: Stage) -> None:
    service = stage.service
    service.up(0)
    assert service.ended(1, 3, 10)
    assert stage.started[1][1:] == ["3", "0"]
    assert service.ended(2, 0, 11)
    assert service.state is State.WAITING
    service.look(11 + RESTART_SECONDS / 2)
    assert stage.runs == ["run", "finish"]
    service.look(11 + RESTART_SECONDS)
    assert stage.runs == ["run", "finish", "run"]


def test_a_signals_number_reaches_finish(stage: Stage) -> None:
    stage.service.up(0)
    stage.service.ended(1, -signal.SIGKILL, 1)
    assert stage.started[1][1:] == ["256", "9"]


def test_down_ends_it_and_keeps_it_down(stage: Stage) -> None:
    service = stage.service
    service.up(0)
    service.command("d", 1)
    assert stage.signals == [(1, signal.SIGTERM), (1, signal.SIGCONT)]
    service.ended(1, 0, 2)
    service.ended(2, 0, 3)
    assert service.state is State.DOWN
    service.look(100)
    assert stage.runs == ["run", "finish"]
    service.command("u", 101)
    assert stage.runs == ["run", "finish", "run"]


def test_down_between_two_runs_starts_no_other(stage: Stage) -> None:
    service = stage.service
    service.up(0)
    service.ended(1, 0, 1)
    service.ended(2, 0, 2)
    service.command("d", 2.5)
    service.look(100)
    assert (service.state, stage.runs) == (State.DOWN, ["run", "finish"])


def test_restart_ends_one_run_and_starts_the_next(stage: Stage) -> None:
    service = stage.service
    service.up(0)
    service.command("r", 1)
    assert stage.signals == [(1, signal.SIGTERM)]
    service.ended(1, 0, 2)
    service.ended(2, 0, 2)
    service.look(2 + RESTART_SECONDS)
    assert service.state is State.UP


def test_restart_of_what_is_down_starts_it(stage: Stage) -> None:
    stage.service.command("r", 0)
    assert stage.runs == ["run"]


def test_finish_may_say_that_it_shall_stay_down(stage: Stage) -> None:
    service = stage.service
    service.up(0)
    service.ended(1, 1, 1)
    service.ended(2, 125, 1)
    assert service.state is State.DOWN


def test_finish_that_hangs_is_killed(stage: Stage) -> None:
    service = stage.service
    service.up(0)
    service.ended(1, 0, 1)
    service.look(1 + FINISH_SECONDS)
    assert stage.signals == [(2, signal.SIGKILL)]
    assert stage.told
    service.ended(2, -9, 7)
    assert service.state is State.WAITING


def test_a_run_that_cannot_be_started_is_tried_again(stage: Stage) -> None:
    stage.broken = True
    stage.service.up(0)
    assert "No such file" in stage.told[0]
    stage.broken = False
    stage.service.look(RESTART_SECONDS)
    assert stage.service.state is State.UP


def test_without_finish_it_is_started_again_too(stage: Stage) -> None:
    (stage.folder / "finish").unlink()
    stage.service.up(0)
    stage.service.ended(1, 0, 1)
    stage.service.look(1 + RESTART_SECONDS)
    assert stage.runs == ["run", "run"]


@pytest.mark.parametrize(("letter", "number"), [("h", signal.SIGHUP), ("1", signal.SIGUSR1), ("k", signal.SIGKILL)])
def test_signals_by_letter(stage: Stage, letter: str, number: signal.Signals) -> None:
    stage.service.up(0)
    stage.service.command(letter, 0)
    assert stage.signals == [(1, number)]


def test_letters_without_a_meaning_and_strangers_do_nothing(stage: Stage) -> None:
    stage.service.up(0)
    for letter in "zZ9 \n\xff":
        stage.service.command(letter, 0)
    assert not stage.service.ended(77, 0, 0)
    assert (stage.service.state, stage.signals) == (State.UP, [])
