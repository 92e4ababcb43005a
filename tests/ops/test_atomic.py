"""Small files are whole or as they were, and stay their owner's."""

import os
from pathlib import Path

import pytest

from vitascope.ops.atomic import write_atomically


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"one")
    assert (tmp_path / "a").read_bytes() == b"one"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_the_mode_stays(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch(0o640)
    path.chmod(0o640)
    write_atomically(path, b"two")
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")
def test_root_leaves_the_owner_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch()
    os.chown(path, 4_321, 8_765)
    write_atomically(path, b"three")
    assert (path.stat().st_uid, path.stat().st_gid) == (4_321, 8_765)
    os.chown(tmp_path, 1_234, 5_678)
    write_atomically(tmp_path / "new", b"four")
    assert ((tmp_path / "new").stat().st_uid, (tmp_path / "new").stat().st_gid) == (1_234, 5_678)


def test_a_link_that_lies_in_wait_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    (tmp_path / "a.new").symlink_to(target)
    write_atomically(tmp_path / "a", b"five")
    assert target.read_bytes() == b"precious"
    assert not (tmp_path / "a").is_symlink()


def test_what_cannot_be_written_leaves_all_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"before")
    (tmp_path / "a.new").mkdir()
    with pytest.raises(OSError):
        write_atomically(path, b"after")
    assert path.read_bytes() == b"before"
