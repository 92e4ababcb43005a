"""Looks at real folders, mounts, ports and clocks."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.answering import Answering

from vitascope.ops.health import Health, Look, Observation
from vitascope.ops.health.looks import (
    FRESH_SECONDS,
    MediaFolder,
    backup_look,
    clock_look,
    disk_look,
    sources_look,
    web_look,
)

NOW = 1_700_000_000.0
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")


def see(look: Look) -> Observation:
    async def within_a_minute() -> Observation:
        async with asyncio.timeout(60):
            return await look()

    return asyncio.run(within_a_minute())


@pytest.fixture
def tmpfs(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


# --- web -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "health"),
    [(200, Health.SUCCESS), (204, Health.SUCCESS), (503, Health.FAILURE), (302, Health.FAILURE), (401, Health.FAILURE)],
)
def test_only_a_2xx_of_identity_is_ready(answering: Callable[..., Answering], status: int, health: Health) -> None:
    server = answering(status)
    found = see(web_look(lambda: server.url))
    assert found.health is health
    assert server.asked == ["/identity"]
    if health is Health.FAILURE:
        assert str(status) in found.detail


def test_a_port_on_which_nobody_listens_is_not_ready(free_port: int) -> None:
    found = see(web_look(lambda: f"http://127.0.0.1:{free_port}"))
    assert found.health is Health.FAILURE
    assert "refused" in found.detail


# --- disk ------------------------------------------------------------------------------------------------------


def test_a_disk_with_space(tmp_path: Path) -> None:
    if shutil.disk_usage(tmp_path).free < 2 << 30:
        pytest.skip("this machine's disk is nearly full")
    found = see(disk_look(lambda: [tmp_path, tmp_path]))
    assert found.health is Health.SUCCESS
    assert found.detail.count("GiB free") == 1


@needs_root
def test_a_small_disk_is_almost_full(tmpfs: Path, tmp_path: Path) -> None:
    found = see(disk_look(lambda: [tmp_path, tmpfs]))
    assert found.health is Health.FAILURE
    assert f"{tmpfs}: 0.0 GiB free" in found.detail


def test_a_place_that_is_gone_is_told(tmp_path: Path) -> None:
    assert see(disk_look(lambda: [tmp_path / "gone"])).health is Health.FAILURE
    assert see(disk_look(list)).health is Health.DISABLED


# --- sources ---------------------------------------------------------------------------------------------------


def sources(*folders: MediaFolder) -> Observation:
    async def which() -> list[MediaFolder]:
        return list(folders)

    return see(sources_look(which))


def test_without_folders_there_is_nothing_to_see() -> None:
    assert sources().health is Health.DISABLED


def test_folders_that_are_there_and_one_that_is_not(tmp_path: Path) -> None:
    (tmp_path / "film.mkv").touch()
    assert sources(MediaFolder(path=str(tmp_path))).health is Health.SUCCESS
    found = sources(MediaFolder(path=str(tmp_path)), MediaFolder(path=str(tmp_path / "gone")))
    assert found.health is Health.FAILURE
    assert found.detail == f"{tmp_path / 'gone'}: the folder does not exist"


def test_an_empty_folder_where_a_source_should_be_mounted(tmp_path: Path) -> None:
    found = sources(MediaFolder(path=str(tmp_path), is_mount=True))
    assert found.detail == f"{tmp_path}: nothing is mounted there"
    (tmp_path / "film.mkv").touch()
    assert sources(MediaFolder(path=str(tmp_path), is_mount=True)).health is Health.SUCCESS


@needs_root
def test_an_empty_source_that_is_mounted(tmpfs: Path) -> None:
    assert sources(MediaFolder(path=str(tmpfs), is_mount=True)).health is Health.SUCCESS


# --- backup ----------------------------------------------------------------------------------------------------


@dataclass
class Facts:
    taken_at: float = NOW - 3_600
    verified_at: float | None = NOW
    drill_ok: bool | None = None
    message: str = ""


@pytest.mark.parametrize(
    ("facts", "health", "says"),
    [
        (Facts(), Health.SUCCESS, "taken 2023-11-14 21:13 UTC"),
        (Facts(verified_at=None, drill_ok=True), Health.SUCCESS, "taken"),
        (Facts(taken_at=NOW - FRESH_SECONDS - 1), Health.FAILURE, "1.5 days ago"),
        (Facts(drill_ok=False, message="tar header 3 is damaged"), Health.FAILURE, "tar header 3 is damaged"),
        (Facts(verified_at=None), Health.FAILURE, "nobody has read it"),
        (None, Health.FAILURE, "there is no backup"),
    ],
)
def test_a_backup_is_fresh_and_restorable_or_not(facts: Facts | None, health: Health, says: str) -> None:
    found = see(backup_look(lambda: facts, clock=lambda: NOW))
    assert found.health is health
    assert says in found.detail


def test_where_no_backup_is_set_up_nothing_is_claimed() -> None:
    assert see(backup_look(None)).health is Health.DISABLED


# --- clock -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "health"), [(NOW, Health.SUCCESS), (NOW - 299, Health.SUCCESS), (NOW - 301, Health.FAILURE)]
)
def test_a_clock_before_what_has_happened_is_wrong(now: float, health: Health) -> None:
    async def earliest() -> list[tuple[str, float]]:
        return [("this program", NOW - 1_000_000), ("the newest item", NOW)]

    found = see(clock_look(earliest, clock=lambda: now))
    assert found.health is health
    assert ("the newest item is from 2023-11-14 22:13 UTC" in found.detail) == (health is Health.FAILURE)
