"""The journal: whole files only, nothing of others touched, interrupted runs completed, one run at a time."""

import errno
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from vitascope.media.demo import BusyError, NoSpaceError, NotWritableError
from vitascope.media.demo.workshop import NEEDED_BYTES, RECIPE, STATE_DIR, Bench, Stopped, explained, require_space

Usage = namedtuple("Usage", "total used free")


def put(root: Path, path: str, data: bytes) -> Bench:
    bench = Bench(root)
    with bench.open():
        bench.put_bytes(path, lambda: data)
    return bench


def test_a_file_is_made_once(tmp_path: Path) -> None:
    assert put(tmp_path, "Movies/a.txt", b"one").made == ["Movies/a.txt"]
    again = put(tmp_path, "Movies/a.txt", b"two")
    assert again.made == []
    assert again.is_present("Movies/a.txt")
    assert (tmp_path / "Movies/a.txt").read_bytes() == b"one"


def test_a_removed_file_is_made_again(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", b"one")
    (tmp_path / "a.txt").unlink()
    assert put(tmp_path, "a.txt", b"two").made == ["a.txt"]


def test_a_foreign_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"mine")
    bench = put(tmp_path, "a.txt", b"theirs")
    assert bench.is_foreign("a.txt")
    assert bench.made == []
    assert (tmp_path / "a.txt").read_bytes() == b"mine"


def test_our_file_that_somebody_changed_is_theirs(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", b"one")
    (tmp_path / "a.txt").write_bytes(b"edited by hand")
    assert put(tmp_path, "a.txt", b"one").is_foreign("a.txt")
    assert (tmp_path / "a.txt").read_bytes() == b"edited by hand"


def test_a_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_bytes(b"precious")
    root = tmp_path / "library"
    root.mkdir()
    (root / "a.txt").symlink_to(outside)
    assert put(root, "a.txt", b"new").made == []
    assert outside.read_bytes() == b"precious"


def test_a_killed_run_leaves_no_half_file(tmp_path: Path) -> None:
    bench = Bench(tmp_path)

    def half(path: Path) -> None:
        path.write_bytes(b"half")
        raise Stopped

    with pytest.raises(Stopped), bench.open():
        bench.put("a.txt", half)
    assert sorted(path.name for path in tmp_path.iterdir()) == [STATE_DIR]
    assert list((tmp_path / STATE_DIR).glob("work/*")) == []


def test_noted_but_not_moved_is_made_again(tmp_path: Path) -> None:
    """What is found after a kill between the journal's line and the move."""
    put(tmp_path, "a.txt", b"one")
    (tmp_path / "a.txt").unlink()
    assert put(tmp_path, "a.txt", b"another length").made == ["a.txt"]
    assert not Bench(tmp_path).is_present("a.txt")  # an unread journal knows nothing
    assert put(tmp_path, "a.txt", b"").made == []


def test_a_cut_off_journal_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", b"one")
    with (tmp_path / STATE_DIR / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"path": "b.tx\xff')
    bench = put(tmp_path, "b.txt", b"two")
    assert bench.made == ["b.txt"]
    assert bench.is_present("a.txt")


def test_what_an_older_recipe_made_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.txt", b"old")
    monkeypatch.setattr("vitascope.media.demo.workshop.RECIPE", RECIPE + 1)
    assert put(tmp_path, "a.txt", b"newer").made == ["a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"newer"


def test_two_runs_exclude_each_other(tmp_path: Path) -> None:
    with Bench(tmp_path).open(), pytest.raises(BusyError, match="another run"), Bench(tmp_path).open():
        raise AssertionError("both runs got in")


def test_a_stopped_bench_makes_nothing_more(tmp_path: Path) -> None:
    bench = Bench(tmp_path, ended=lambda: True)
    with pytest.raises(Stopped), bench.open():
        bench.put_bytes("a.txt", lambda: b"one")


def test_a_directory_that_is_a_file_is_refused_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotWritableError, match=r"cannot write to .*file"), Bench(tmp_path / "file").open():
        raise AssertionError("opened a file")


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    error = explained(OSError(errno.ENOSPC, "No space left on device"), tmp_path)
    assert isinstance(error, NoSpaceError)
    assert str(tmp_path) in str(error)
    assert f"{NEEDED_BYTES // 10**6} MB" in str(error)


def test_a_full_disk_inside_a_job_is_named(tmp_path: Path) -> None:
    def full(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(NoSpaceError), Bench(tmp_path).open() as _:
        bench = Bench(tmp_path)
        (tmp_path / STATE_DIR / "work").mkdir(exist_ok=True)
        bench.put("a.txt", full)


def test_too_little_space_is_said_before_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 0, 50_000_000))
    with pytest.raises(NoSpaceError, match="50 MB free, and 300 MB are needed"):
        require_space(tmp_path / "not" / "there", 300_000_000)
    require_space(tmp_path, 40_000_000)
