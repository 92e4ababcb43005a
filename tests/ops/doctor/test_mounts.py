"""Media that are away: what should be mounted, what is, and the command."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from vitascope.ops.doctor import Verdict
from vitascope.ops.doctor.mounts import check_media, find_unit, holding, parse_fstab, parse_mountinfo, unit_of
from vitascope.ops.health.looks import MediaFolder

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")

MOUNTINFO = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
36 22 0:31 / /data/media/my\040films rw shared:9 master:2 - nfs4 nas:/export/films rw,vers=4.2
37 22 8:1 /home/mms/config/plex /config rw - ext4 /dev/sda1 rw
"""
FSTAB = r"""
# <file system> <mount point>
UUID=1-2 / ext4 defaults 0 1
nas:/export/movies /data/media/movies nfs4 ro,noauto 0 0
nas:/export/tv\040shows /data/media/tv\040shows nfs ro 0 0
/swap none swap sw 0 0
"""


def test_mount_tables_are_read_with_their_escapes() -> None:
    mounts = parse_mountinfo(MOUNTINFO)
    assert [(one.point, one.kind, one.source, one.root) for one in mounts] == [
        ("/", "ext4", "/dev/sda1", "/"),
        ("/data/media/my films", "nfs4", "nas:/export/films", "/"),
        ("/config", "ext4", "/dev/sda1", "/home/mms/config/plex"),
    ]
    assert [(one.point, one.source) for one in parse_fstab(FSTAB)] == [
        ("/", "UUID=1-2"),
        ("/data/media/movies", "nas:/export/movies"),
        ("/data/media/tv shows", "nas:/export/tv shows"),
    ]


def test_a_path_lies_on_the_nearest_mount() -> None:
    mounts = parse_mountinfo(MOUNTINFO)
    for path, point in [
        ("/data/media/my films/a", "/data/media/my films"),
        ("/data/media/my filmsx", "/"),
        ("/config", "/config"),
    ]:
        found = holding(mounts, path)
        assert found is not None
        assert found.point == point
    assert holding([], "/a") is None


@pytest.mark.parametrize("point", ["/data/media/movies", "/data/media/my films", "/srv/a-b/.hidden", "/ü/x"])
def test_the_names_of_units_are_those_of_systemd(point: str) -> None:
    found = subprocess.run(
        ["systemd-escape", "-p", "--suffix=mount", point], capture_output=True, text=True, check=True
    )
    assert unit_of(point) == found.stdout.strip()


def fstab(root: Path, text: str) -> Path:
    (root / "etc").mkdir()
    (root / "etc/fstab").write_text(text)
    return root


def test_a_share_of_fstab_that_is_not_mounted_gets_its_mount_command(tmp_path: Path) -> None:
    media = tmp_path / "media" / "my films"
    root = fstab(tmp_path, f"nas:/export/films {media.parent!s}/my\\040films nfs4 ro 0 0\n")
    (found,) = check_media([MediaFolder(path=str(media))], root=root)
    assert found.verdict is Verdict.BAD
    assert "nas:/export/films (nfs4)" in found.message
    assert found.remedy == f"mount '{media}'"


def test_an_empty_folder_of_a_section_below_a_share_that_is_away(tmp_path: Path) -> None:
    media = tmp_path / "movies"
    (media / "4k").mkdir(parents=True)
    root = fstab(tmp_path, f"nas:/export/movies {media} nfs4 ro 0 0\n")
    (found,) = check_media([MediaFolder(path=str(media / "4k"), is_mount=True)], root=root)
    assert (found.verdict, found.remedy) == (Verdict.BAD, f"mount {media}")


def test_a_mount_unit_that_is_not_started_is_started(tmp_path: Path) -> None:
    media = tmp_path / "movies"
    unit = unit_of(str(media))
    place = tmp_path / "etc/systemd/system"
    place.mkdir(parents=True)
    (place / unit).write_text("[Mount]\n")
    assert find_unit(str(media / "deep"), tmp_path) == unit
    (found,) = check_media([MediaFolder(path=str(media))], root=tmp_path)
    assert found.remedy == f"systemctl start {unit}" or found.remedy == f"systemctl start '{unit}'"


def test_what_nothing_mounts_is_looked_at_by_hand(tmp_path: Path) -> None:
    (found,) = check_media([MediaFolder(path=str(tmp_path / "gone"))], root=tmp_path)
    assert found.verdict is Verdict.BAD
    assert "Nothing in /etc/fstab mounts it" in found.message
    assert found.remedy == f"ls -la {tmp_path / 'gone'}"


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A real file system at a folder that the fstab of the test names."""
    place = tmp_path / "movies"
    place.mkdir()
    fstab(tmp_path, f"tmpfs {place} tmpfs size=1m 0 0\n")
    subprocess.run(["mount", "-T", str(tmp_path / "etc/fstab"), str(place)], check=True)
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False, capture_output=True)


@needs_root
def test_a_real_mount_comes_and_goes_and_the_remedy_brings_it_back(mounted: Path, tmp_path: Path) -> None:
    (mounted / "film.mkv").touch()
    folders = [MediaFolder(path=str(mounted), is_mount=True)]
    (found,) = check_media(folders, root=tmp_path)
    assert (found.verdict, found.message) == (Verdict.GOOD, f"{mounted}, on tmpfs (tmpfs)")

    subprocess.run(["umount", str(mounted)], check=True)
    (found,) = check_media(folders, root=tmp_path)
    assert (found.verdict, found.remedy) == (Verdict.BAD, f"mount {mounted}")
    assert "/etc/fstab mounts tmpfs (tmpfs)" in found.message

    command, *arguments = found.remedy.split()
    subprocess.run([command, "-T", str(tmp_path / "etc/fstab"), *arguments], check=True)
    (found,) = check_media(folders, root=tmp_path)
    assert found.verdict is Verdict.GOOD
