"""The demo library, made once for all tests of this folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import pytest
from av.container import InputContainer

from vitascope.media.demo import DemoReport, make


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A finished library, and what making it said."""

    root: Path
    report: DemoReport
    progress: tuple[tuple[str, int, int], ...]

    def open(self, path: str) -> InputContainer:
        """A media file of the library."""
        return av.open(str(self.root / path), "r")


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    root = tmp_path_factory.mktemp("demo") / "library"
    steps: list[tuple[str, int, int]] = []
    report = make(root, progress=lambda label, done, total: steps.append((label, done, total)))
    yield Library(root=root, report=report, progress=tuple(steps))
