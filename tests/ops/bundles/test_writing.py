"""Writing a bundle loses nothing that somebody else wrote."""

import stat
from pathlib import Path

import pytest

from vitascope.ops.bundles.model import Bundle, BundleError, BundleFile, ForeignFileError
from vitascope.ops.bundles.writing import write_bundle

BUNDLE = Bundle(files={"a.txt": BundleFile(text="a\n"), "sub/run.sh": BundleFile(text="#!/bin/sh\n", mode=0o755)})


def tree(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_files_are_written_with_their_modes_and_a_second_time_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    assert write_bundle(BUNDLE, folder) == ("a.txt", "sub/run.sh")
    assert tree(folder) == {"a.txt": "a\n", "sub/run.sh": "#!/bin/sh\n"}
    assert stat.S_IMODE((folder / "sub/run.sh").stat().st_mode) == 0o755
    assert stat.S_IMODE((folder / "a.txt").stat().st_mode) == 0o644
    before = (folder / "a.txt").stat()
    assert write_bundle(BUNDLE, folder) == ()
    assert (folder / "a.txt").stat().st_ino == before.st_ino


def test_a_file_of_another_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/run.sh").write_text("mine")
    with pytest.raises(ForeignFileError, match=r"sub/run\.sh") as caught:
        write_bundle(BUNDLE, tmp_path)
    assert caught.value.paths == ("sub/run.sh",)
    assert tree(tmp_path) == {"sub/run.sh": "mine"}
    assert write_bundle(BUNDLE, tmp_path, overwrite=True) == ("a.txt", "sub/run.sh")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("precious")
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / "a.txt").symlink_to(outside)
    with pytest.raises(ForeignFileError):
        write_bundle(BUNDLE, folder)
    write_bundle(BUNDLE, folder, overwrite=True)
    assert outside.read_text() == "precious"
    assert not (folder / "a.txt").is_symlink()


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / "sub").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BundleError, match="a folder is needed"):
        write_bundle(BUNDLE, folder, overwrite=True)
    assert tree(folder) == {}


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(BundleError, match="a file is needed"):
        write_bundle(BUNDLE, tmp_path, overwrite=True)


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BundleError, match="cannot be written"):
        write_bundle(BUNDLE, tmp_path / "file" / "below")
