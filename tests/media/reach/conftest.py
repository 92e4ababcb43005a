"""A folder behind rclone's server, with the names and the files that make trouble."""

import os
from collections.abc import Iterator

import pytest
from tests.support.far import FarFolder

from vitascope.media import reach

POINT = "/nowhere/media"
STRANGE = "Ä b#?%25 & (2001);=+"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarFolder]:
    """It is served for the module."""
    root = tmp_path_factory.mktemp("far")
    folder = root / "media"
    (folder / STRANGE).mkdir(parents=True)
    (folder / STRANGE / "film.mkv").write_bytes(os.urandom(3_000_000))
    (folder / "small.txt").write_text("hello")
    (folder / "empty.txt").touch()
    (root / "secret.txt").write_text("not of the source")
    far = FarFolder(folder, POINT, root / "run", live=True)
    far.start()
    yield far
    far.die()


@pytest.fixture
def far(served: FarFolder) -> Iterator[FarFolder]:
    """It is in the table for one test."""
    reach.put([served.point])
    yield served
    reach.put(())
