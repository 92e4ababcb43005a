"""Tasks of the tests, importable by this process and by the workers it starts."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from vitascope.media.workers import WorkerPool


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    here = str(Path(__file__).parent)
    monkeypatch.syspath_prepend(here)
    monkeypatch.setenv("PYTHONPATH", here)
    return importlib.import_module("worker_tasks")


@pytest.fixture
def pool(tasks: ModuleType) -> Iterator[WorkerPool]:
    assert tasks.__name__ == "worker_tasks"
    with WorkerPool(2, timeout_s=20) as made:
        yield made


@pytest.fixture
def single(tasks: ModuleType) -> Iterator[WorkerPool]:
    """A pool of one worker: of two, a call may go to the one that is new."""
    assert tasks.__name__ == "worker_tasks"
    with WorkerPool(1, timeout_s=20) as made:
        yield made
