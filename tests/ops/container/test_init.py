"""``/init`` with real processes, as a process of its own below the tests' (so not as process 1)."""

import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_MAIN = """
import sys
from pathlib import Path
from vitascope.ops.container.init import Init, Layout
root = Path(sys.argv[1])
layout = Layout(cont_init=root / "cont-init.d", services=root / "services.d", runtime=root / "run")
sys.exit(Init(layout).run(sys.argv[2:]))
"""


class Scene:
    """A container's folders, and the init that runs on them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("cont-init.d", "services.d", "run"):
            (root / name).mkdir()
        self.process: subprocess.Popen[str] | None = None
        self._told = (root / "told").open("w")

    def close(self) -> None:
        """Ends what may still run."""
        if self.process is not None and self.process.poll() is None:
            self.end()
        self._told.close()

    def script(self, place: str, body: str) -> None:
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\ncd " + str(self.root) + "\n" + textwrap.dedent(body))
        path.chmod(0o755)

    def start(self, *command: str, **variables: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _MAIN, str(self.root), *command],
            env={**os.environ, **variables},
            stderr=self._told,
            text=True,
        )

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(120)

    def wait_for(self, name: str, count: int = 1) -> list[str]:
        """The lines of a file, once there are so many."""
        self.until(lambda: len(self.lines(name)) >= count)
        return self.lines(name)

    def lines(self, name: str) -> list[str]:
        path = self.root / name
        return path.read_text().splitlines() if path.exists() else []

    @staticmethod
    def until(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 120
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.close()


_SERVER = """
    trap 'echo term >>server; exit 0' TERM
    echo up >>server
    while :; do sleep 0.05; done
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_a_life_from_preparation_to_finish(scene: Scene, number: signal.Signals) -> None:
    scene.script("cont-init.d/10-first", "echo first >>server")
    scene.script("cont-init.d/20-fails", "exit 3")
    scene.script("cont-init.d/30-third", "echo third >>server")
    scene.script("services.d/plex/run", _SERVER)
    scene.script("services.d/plex/finish", "echo finish $1 $2 >>server")
    scene.start()
    assert scene.wait_for("server", 3) == ["first", "third", "up"]
    assert scene.end(number) == 0
    assert scene.lines("server")[3:] == ["term", "finish 0 0"]
    assert any("20-fails failed with exit code 3" in line for line in scene.lines("told"))


def test_a_server_that_dies_is_started_again(scene: Scene) -> None:
    scene.script("services.d/plex/run", "echo up >>server; [ $(wc -l <server) -ge 2 ] && exec sleep 60; exit 1")
    scene.start()
    scene.wait_for("server", 2)
    assert scene.end() == 0


def test_commands_arrive_through_the_control(scene: Scene) -> None:
    scene.script("services.d/plex/run", _SERVER)
    scene.script("services.d/plex/finish", "echo finish >>server")
    scene.start()
    scene.wait_for("server", 1)
    control = scene.root / "run" / "services" / "plex" / "supervise" / "control"
    assert stat.S_ISFIFO(control.stat().st_mode)
    assert control.stat().st_mode & 0o077 == 0
    control.write_text("d")
    assert scene.wait_for("server", 3) == ["up", "term", "finish"]
    control.write_text("u")
    assert scene.wait_for("server", 4)[3:] == ["up"]
    control.write_text("r")
    assert scene.wait_for("server", 7)[4:] == ["term", "finish", "up"]
    assert scene.end() == 0


def test_the_environment_is_left_for_scripts_and_for_nobody_else(scene: Scene) -> None:
    scene.script("services.d/plex/run", _SERVER)
    scene.start(PLEX_CLAIM="claim-secret", **{"odd.name": "x", "WITH_LINES": "a\nb\n"})
    scene.wait_for("server")
    folder = scene.root / "run" / "container_environment"
    assert (folder / "PLEX_CLAIM").read_text() == "claim-secret"
    assert (folder / "WITH_LINES").read_text() == "a\nb\n"
    assert not (folder / "odd.name").exists()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "PLEX_CLAIM").stat().st_mode & 0o777 == 0o600


def test_the_commands_end_is_the_containers(scene: Scene) -> None:
    scene.script("services.d/plex/run", _SERVER)
    scene.start("sh", "-c", f"while [ ! -s {scene.root}/server ]; do sleep 0.02; done; exit 7")
    assert scene.process is not None
    assert scene.process.wait(30) == 7
    assert scene.lines("server") == ["up", "term"]


def test_a_command_that_is_not_there_is_told(scene: Scene) -> None:
    scene.start("/nowhere")
    assert scene.process is not None
    assert scene.process.wait(30) == 126
    assert scene.lines("told") == ["[init] /nowhere: No such file or directory"]


def test_a_service_that_does_not_listen_is_ended_by_force(scene: Scene) -> None:
    scene.script("services.d/plex/run", "trap '' TERM\necho up >>server\nwhile :; do sleep 0.05; done")
    scene.start(S6_SERVICES_GRACETIME="100", S6_KILL_GRACETIME="100")
    scene.wait_for("server")
    assert scene.end() == 0


def test_the_end_may_come_while_it_prepares(scene: Scene) -> None:
    scene.script("cont-init.d/10-long", "echo here >>server; exec sleep 60")
    scene.script("services.d/plex/run", "echo never >>server")
    scene.start()
    scene.wait_for("server")
    assert scene.end() == 0
    assert scene.lines("server") == ["here"]


def test_signals_are_handed_on(scene: Scene) -> None:
    scene.script("services.d/plex/run", "trap 'echo hup >>server' HUP\necho up >>server\nwhile :; do sleep 0.05; done")
    scene.start()
    scene.wait_for("server")
    assert scene.process is not None
    scene.process.send_signal(signal.SIGHUP)
    assert scene.wait_for("server", 2) == ["up", "hup"]
    scene.end()
