"""Which plug-ins of the original server are there, and what becomes of each."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from vitascope.ops.doctor.finding import Finding, good, remark
from vitascope.ops.paths import SupportDir
from vitascope.ops.plugins import plugins


def check_plugins(support: SupportDir, named: Sequence[Path] = ()) -> Iterator[Finding]:
    """One finding for each; nothing where there are none."""
    for plugin in plugins(support, named):
        subject = f"plug-in {plugin.name}"
        if plugin.problem:
            yield remark(subject, f"{plugin.path}: {plugin.problem}")
        elif plugin.mapped_to is None:
            yield remark(subject, f"{plugin.identifier} is not run, and nothing of this server does its work")
        else:
            yield good(subject, f"{plugin.identifier} is not run: the built-in {plugin.mapped_to} does its work")
