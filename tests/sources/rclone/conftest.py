"""A real remote, and a registry of sources in a folder of the test's own."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.remotes import Remote

from vitascope.media import reach
from vitascope.ops.atomic import write_atomically
from vitascope.sources.folders import expect_mounts
from vitascope.sources.mounts import unmount
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


@pytest.fixture
def remote(serve: Callable[[str], Remote]) -> Remote:
    """A bucket with one film."""
    served = serve("s3")
    (served.folder / "media" / "Film").mkdir()
    (served.folder / "media" / "Film" / "Film.mkv").write_bytes(b"film" * 1000)
    return served


@pytest.fixture
def nothing_stays(tmp_path: Path) -> Iterator[None]:
    """Afterwards nothing is mounted in the test's folder, and nothing is far."""
    yield
    expect_mounts({})
    reach.put(())
    for line in Path("/proc/self/mounts").read_text("utf-8").splitlines():
        point = line.split(" ")[1]
        if point.startswith(str(tmp_path)):
            unmount(os.fsencode(point))
