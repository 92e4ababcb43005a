"""Whether a root is believed, for every way a disk can be gone."""

import errno
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from vitascope.sources import folders
from vitascope.sources.folders import Away, Present, check, expect_mounts, expected_mounts
from vitascope.store.rows import LocationRow


def location(path: Path, file_count: int) -> LocationRow:
    return LocationRow(id=1, section_id=1, path=os.fsencode(path), file_count=file_count)


def test_a_folder_with_something_in_it_is_present(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").write_text("a")
    answer = check(os.fsencode(tmp_path), location(tmp_path, 10))
    assert isinstance(answer, Present)
    assert answer.inode == tmp_path.stat().st_ino


def test_an_empty_folder_is_believed_only_where_nothing_was(tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir()
    (tmp_path / ".stamp").write_text("x")
    assert isinstance(check(os.fsencode(tmp_path)), Present)
    assert isinstance(check(os.fsencode(tmp_path), location(tmp_path, 0)), Present)
    answer = check(os.fsencode(tmp_path), location(tmp_path, 1))
    assert answer == Away(reason="the folder is empty where it was not")


def test_a_missing_folder_and_a_file_in_its_place_are_away(tmp_path: Path) -> None:
    assert check(os.fsencode(tmp_path / "no")) == Away(reason="the folder does not exist")
    (tmp_path / "file").write_text("x")
    assert check(os.fsencode(tmp_path / "file")) == Away(reason="the path is not a folder")


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EIO, "the disk answers with an input/output error"),
        (errno.ENOTCONN, "the connection to the disk is lost"),
        (errno.ESTALE, "the connection to the disk is lost"),
        (errno.EACCES, "the folder cannot be read: permission denied"),
    ],
)
def test_errors_of_the_disk_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    def fail(_path: Any) -> Any:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "scandir", fail)
    assert check(os.fsencode(tmp_path)) == Away(reason=reason)


def test_a_disk_that_does_not_answer_is_away_and_heals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = os.fsencode(tmp_path)
    answer_now = threading.Event()
    real = os.scandir

    def hang(path: Any) -> Any:
        answer_now.wait()
        return real(path)

    monkeypatch.setattr(os, "scandir", hang)
    assert check(root, limit_s=0.05) == Away(reason="the disk does not answer")
    before = threading.active_count()
    assert check(root, limit_s=0.05) == Away(reason="the disk does not answer")
    assert threading.active_count() == before  # the hung question is not asked a second time
    answer_now.set()
    while root in folders._open:
        pass
    assert isinstance(check(root), Present)


def test_two_who_ask_at_once_get_the_same_answer_and_each_judges_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = os.fsencode(tmp_path)
    both_wait = threading.Barrier(3)
    real_scandir, real_wait = os.scandir, folders._Question.wait
    asked = 0

    def slow(path: Any) -> Any:
        nonlocal asked
        asked += 1
        both_wait.wait(30)
        return real_scandir(path)

    def wait(self: folders._Question, limit_s: float) -> bool:
        both_wait.wait(30)
        return real_wait(self, limit_s)

    monkeypatch.setattr(os, "scandir", slow)
    monkeypatch.setattr(folders._Question, "wait", wait)
    with ThreadPoolExecutor(2) as pool:
        stranger = pool.submit(check, root)
        acquaintance = pool.submit(check, root, location(tmp_path, 3))
        assert isinstance(stranger.result(), Present)
        assert acquaintance.result() == Away(reason="the folder is empty where it was not")
    assert asked == 1


@pytest.fixture
def expecting() -> Iterator[None]:
    yield
    expect_mounts({})


@pytest.mark.usefixtures("expecting")
def test_a_root_below_a_mount_that_is_missing_is_away_whatever_lies_there(tmp_path: Path) -> None:
    films = tmp_path / "mnt" / "films"
    films.mkdir(parents=True)
    (films / "hidden by the mount.mkv").write_text("x")
    assert isinstance(check(os.fsencode(films)), Present)
    expect_mounts({os.fsencode(tmp_path / "mnt"): ""})
    for root in (films, tmp_path / "mnt"):
        assert check(os.fsencode(root)) == Away(reason="nothing is mounted there")
    (tmp_path / "link").symlink_to(films)
    assert check(os.fsencode(tmp_path / "link")) == Away(reason="nothing is mounted there")
    (tmp_path / "mnt2").mkdir()
    assert isinstance(check(os.fsencode(tmp_path / "mnt2")), Present)


@pytest.mark.usefixtures("expecting")
def test_a_mount_that_is_not_ready_is_away_for_its_own_reason(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").write_text("x")
    expect_mounts({os.fsencode(tmp_path): "the remote refuses the key"})
    assert check(os.fsencode(tmp_path)) == Away(reason="the remote refuses the key")
    assert expected_mounts() == {os.fsencode(tmp_path): "the remote refuses the key"}


@pytest.mark.usefixtures("expecting")
def test_a_mount_that_is_there_is_present() -> None:
    expect_mounts({b"/proc": ""})
    assert isinstance(check(b"/proc/self"), Present)
