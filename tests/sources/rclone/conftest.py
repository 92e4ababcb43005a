"""A real remote, and a registry of sources in a folder of the test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.remotes import Remote

from vitascope.ops.atomic import write_atomically
from vitascope.sources.rclone.registry import Registry, registry_of


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """No sources yet."""
    support = tmp_path / "config" / "support"
    support.mkdir(parents=True)
    return registry_of(support / "Sources", support / "Cache", tmp_path / "config", write_atomically)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[str], Remote]]:
    """Starts remotes with a bucket ``media``."""
    remotes: list[Remote] = []

    def start(kind: str = "s3") -> Remote:
        folder = tmp_path / f"remote{len(remotes)}"
        (folder / "media").mkdir(parents=True)
        remote = Remote(folder, kind)
        remotes.append(remote)
        remote.start()
        return remote

    yield start
    for remote in remotes:
        remote.die()
