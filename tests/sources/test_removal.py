"""Attacks on the deletion of files: links, ``..``, other files in the place, races, read-only and missing roots."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vitascope.sources import removal
from vitascope.sources.removal import RemovalRefused, Root, RootUnusable


def make(path: Path, content: str = "film") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def remove(root: Path, path: bytes, like: Path) -> None:
    found = like.stat()
    with Root(os.fsencode(root)) as opened:
        opened.remove_file(path, size_bytes=found.st_size, mtime_ns=found.st_mtime_ns)


def test_a_file_goes_and_its_hardlink_elsewhere_stays(tmp_path: Path) -> None:
    file = make(tmp_path / "root" / "Film" / "film.mkv")
    other = tmp_path / "kept.mkv"
    other.hardlink_to(file)
    remove(tmp_path / "root", b"Film/film.mkv", file)
    assert not file.exists()
    assert other.read_text() == "film"
    assert list(file.parent.iterdir()) == []


def test_one_that_is_gone_is_as_good_as_deleted(tmp_path: Path) -> None:
    file = make(tmp_path / "root" / "film.mkv")
    remove(tmp_path / "root", b"gone.mkv", file)
    remove(tmp_path / "root", b"no/such/folder.mkv", file)
    assert file.exists()


@pytest.mark.parametrize("path", [b"../secret", b"Film/../../secret", b"/etc/passwd", b"", b".", b"a//b", b"a\0b"])
def test_no_path_leads_out(tmp_path: Path, path: bytes) -> None:
    secret = make(tmp_path / "secret")
    make(tmp_path / "root" / "Film" / "film.mkv")
    with pytest.raises(RemovalRefused):
        remove(tmp_path / "root", path, secret)
    assert secret.exists()


def test_links_are_not_followed_and_not_deleted(tmp_path: Path) -> None:
    secret = make(tmp_path / "outside" / "film.mkv")
    root = tmp_path / "root"
    root.mkdir()
    (root / "Film").symlink_to(tmp_path / "outside")
    (root / "film.mkv").symlink_to(secret)
    for path in (b"Film/film.mkv", b"film.mkv"):
        with pytest.raises(RemovalRefused, match="link"):
            remove(root, path, secret)
    assert secret.exists()
    assert (root / "film.mkv").is_symlink()
    with Root(os.fsencode(root)) as opened:
        assert not opened.remove_folder(b"Film")
    assert (root / "Film").is_symlink()


def test_another_file_of_the_same_name_stays(tmp_path: Path) -> None:
    file = make(tmp_path / "root" / "film.mkv")
    scanned = shutil.copy2(file, tmp_path / "scanned")
    file.write_text("a better one")
    with pytest.raises(RemovalRefused, match="changed since"):
        remove(tmp_path / "root", b"film.mkv", Path(scanned))
    assert file.read_text() == "a better one"


def test_a_rename_that_comes_between_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = make(tmp_path / "root" / "film.mkv")
    precious = make(tmp_path / "root" / "precious.mkv", "precious")
    real = os.rename

    def racing(source: bytes, target: bytes, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        if source == b"film.mkv":
            precious.replace(file)  # at the worst moment: after the look at it
        real(source, target, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    monkeypatch.setattr(os, "rename", racing)
    with pytest.raises(RemovalRefused, match="another file took its place"):
        remove(tmp_path / "root", b"film.mkv", file)
    assert file.read_text() == "precious"
    assert [path.name for path in (tmp_path / "root").iterdir()] == ["film.mkv"]


def test_a_folder_that_becomes_a_link_on_the_way_is_not_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make(tmp_path / "root" / "Film" / "film.mkv")
    secret = make(tmp_path / "outside" / "film.mkv")
    os.utime(secret, ns=(file.stat().st_mtime_ns, file.stat().st_mtime_ns))
    real = os.open

    def racing(path: bytes, flags: int, *, dir_fd: int | None = None) -> int:
        if path == b"Film":
            (tmp_path / "root" / "Film").rename(tmp_path / "root" / "Elsewhere")
            (tmp_path / "root" / "Film").symlink_to(tmp_path / "outside")
        return real(path, flags, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", racing)
    with pytest.raises(RemovalRefused, match="link"):
        remove(tmp_path / "root", b"Film/film.mkv", file)
    assert secret.exists()


def test_only_an_empty_folder_is_removed_and_never_the_root(tmp_path: Path) -> None:
    make(tmp_path / "root" / "Full" / "note.txt")
    (tmp_path / "root" / "Empty").mkdir()
    with Root(os.fsencode(tmp_path / "root")) as opened:
        assert opened.remove_folder(b"Empty")
        assert not opened.remove_folder(b"Full")
        assert not opened.remove_folder(b"")
        assert not opened.remove_folder(b"nowhere/at/all")
        assert opened.folders_in(b"") == {b"Full"}
    assert (tmp_path / "root" / "Full" / "note.txt").exists()


def test_a_root_that_is_away_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RootUnusable, match="away"), Root(os.fsencode(tmp_path / "gone")):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_read_only_root_is_refused_and_a_mount_point_is_no_empty_folder(tmp_path: Path) -> None:
    root = tmp_path / "root"
    file = make(root / "film.mkv")
    (root / "disk").mkdir()
    script = f"""
set -e
mount -t tmpfs none {root}/disk
{sys.executable} - <<'P'
import os, sys
sys.path.insert(0, {str(Path(removal.__file__).parents[2])!r})
from vitascope.sources.removal import Root, RootUnusable
with Root({os.fsencode(root)!r}) as opened:
    assert not opened.remove_folder(b"disk")
os.system("mount --bind {root} {root} && mount -o remount,ro,bind {root}")
try:
    with Root({os.fsencode(root)!r}):
        sys.exit(3)
except RootUnusable as error:
    assert "only be read" in str(error), error
P
"""
    made = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, check=False)
    if "unshare" in made.stderr and "Operation not permitted" in made.stderr:
        pytest.skip("no mount namespaces here")
    assert made.returncode == 0, made.stderr
    assert file.exists()
