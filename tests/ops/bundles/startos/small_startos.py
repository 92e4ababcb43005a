"""A package as StartOS runs it: the built bundle in Node, in namespaces of its own, driven one call at a time."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PREFERENCES = Path("config/Library/Application Support/Plex Media Server/Preferences.xml")
SECONDS = 120


class Refused(Exception):
    """The system or the package said no."""


class SmallStartOS:
    """One life of a package's container, on a folder that outlives it."""

    def __init__(self, node: str, bundle: Path, folder: Path, *, variant: str = "generic") -> None:
        self.volumes = folder / "startos" / "volumes"
        self.backup_target = folder / "startos" / "backup"
        self.work = folder / "work"
        images = folder / "startos" / "images"
        for made in (*(self.volumes / name for name in ("config", "transcode", "startos")), self.work, images):
            made.mkdir(parents=True, exist_ok=True)
        self.backup_target.mkdir(exist_ok=True)
        for name in ("plex", "vitascope"):
            (images / f"{name}.json").write_text(json.dumps({"entrypoint": ["/init"], "user": "root", "workdir": "/"}))
            (images / f"{name}.env").touch()
        answers, write = os.pipe()
        enter = [*namespaces(), sys.executable, str(HERE / "enter.py"), str(folder / "startos")]
        with (self.work / "stderr").open("a") as stderr:
            self._process = subprocess.Popen(
                [*enter, node, str(HERE / "small_startos.cjs"), str(bundle), str(self.work), str(write)],
                stdin=subprocess.PIPE,
                stderr=stderr,
                env={**os.environ, "VARIANT": variant},
                pass_fds=(write,),
                text=True,
            )
        os.close(write)
        self._answers = os.fdopen(answers, encoding="utf-8")

    def call(self, do: str, **given: object) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **given}) + "\n")
        self._process.stdin.flush()
        line = self._answers.readline()
        assert line, (self.work / "stderr").read_text()
        answer = json.loads(line)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["value"]

    def run(self, action: str, **given: object) -> Any:
        """Runs an action with the form it asks for filled in."""
        return self.call("run", action=action, input=given)

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.call("state")
        return found

    @property
    def tasks(self) -> set[str]:
        return set(self.state["tasks"])

    @property
    def store(self) -> dict[str, Any]:
        file = self.volumes / "startos" / "store.json"
        return dict(json.loads(file.read_text())) if file.exists() else {}

    @property
    def preferences(self) -> Path:
        return self.volumes / PREFERENCES

    def launched(self) -> list[dict[str, Any]]:
        """What start-container was asked to launch, oldest first."""
        return [each["launch"] for each in self._noted() if "launch" in each]

    def bound(self) -> list[dict[str, Any]]:
        """What it was asked to mount."""
        return [each["bind"] for each in self._noted() if "bind" in each]

    def _noted(self) -> list[dict[str, Any]]:
        file = self.work / "launched.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def until(self, holds: Callable[[], object]) -> None:
        deadline = time.monotonic() + SECONDS
        while not holds():
            assert time.monotonic() < deadline, f"{self.state}\n{self.store}\n{(self.work / 'stderr').read_text()}"
            time.sleep(0.02)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._answers.close()


def namespaces() -> list[str]:
    """How to get new namespaces here; the first words of a command."""
    who = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *who, "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]


def why_not() -> str | None:
    """What is missing to run a package here."""
    if not shutil.which("unshare"):
        return "unshare (package util-linux) is missing"
    tried = subprocess.run([*namespaces(), "true"], capture_output=True, text=True, check=False)
    return tried.stderr.strip() if tried.returncode else None
