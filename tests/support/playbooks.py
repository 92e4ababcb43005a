"""Runs the playbooks of the MMS bundle on this machine, with the real ansible-core."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vitascope.ops.bundles.model import BundleOptions, Host
from vitascope.ops.bundles.registry import make_bundle
from vitascope.ops.bundles.writing import write_bundle

BINARIES = Path(sys.executable).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A bundle that was written, and the home of the user that it is for."""

    folder: Path
    home: Path
    options: BundleOptions
    before: tuple[str, ...] = ()
    """What commands are run by: a program that enters a namespace, say."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Variables of the environment."""

    @property
    def config(self) -> Path:
        return Path(self.options.config_dir)

    @property
    def backups(self) -> Path:
        return Path(self.options.backup_dir)

    def play(self, playbook: str, *flags: str, **variables: object) -> "subprocess.CompletedProcess[str]":
        """Runs a playbook. Variables are given as ``-e``, above those of the inventory."""
        return self.type(shlex.join(["ansible-playbook", f"playbooks/{playbook}.yml", *flags]), **variables)

    def type(self, command: str, **variables: object) -> "subprocess.CompletedProcess[str]":
        """Runs a command line that begins with ``ansible-playbook``, with more variables than it names."""
        given = {"vitascope_command": str(BINARIES / "vitascope"), **variables}
        return subprocess.run(
            [*self.before, *shlex.split(command), "-e", json.dumps(given)],
            cwd=self.folder,
            env={**self.environment(), **self.more},
            capture_output=True,
            text=True,
            check=False,
            timeout=280,
        )

    def environment(self) -> dict[str, str]:
        """Of a shell of that user."""
        kept = {name: os.environ[name] for name in ("CONTAINERS_CONF",) if name in os.environ}
        return {
            **kept,
            "HOME": str(self.home),
            "PATH": f"{BINARIES}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        }


def make_stack(folder: Path, options: BundleOptions) -> Stack:
    """Writes the bundle below ``folder``."""
    stack = Stack(folder=folder / "bundle", home=folder / "home", options=options)
    stack.home.mkdir()
    write_bundle(make_bundle(Host.MMS, options), stack.folder)
    return stack
