"""The walk over real folders, with everything a disk can hold."""

import errno
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from vitascope.core.model import FileClass, SectionKind
from vitascope.library.scan import walk
from vitascope.library.scan.walk import RootLost, Walker

Draw = Callable[[dict[str, Any]], bytes]


def paths(walker: Walker, start: bytes = b"") -> list[bytes]:
    return [entry.path for folder in walker.walk(start) for entry in folder.all_entries()]


def test_folders_and_files_come_in_sorted_order_with_their_stat(tree: Draw) -> None:
    root = tree({"b": {"2.mkv": "22", "1.mkv": "1"}, "a.mkv": "aaa", "B.mkv": "x", "notes.doc": "no"})
    folders = list(Walker(root, SectionKind.MOVIE).walk())
    assert [folder.path for folder in folders] == [b"", b"b"]
    assert [entry.path for entry in folders[0].entries] == [b"B.mkv", b"a.mkv"]
    assert [(entry.name, entry.size_bytes) for entry in folders[1].entries] == [(b"1.mkv", 1), (b"2.mkv", 2)]
    assert folders[1].parent is folders[0]
    assert folders[1].depth == 1
    assert folders[0].entries[1].mtime_ns == os.stat(root + b"/a.mkv").st_mtime_ns
    assert folders[0].entries[1].file_class is FileClass.VIDEO


def test_what_nobody_wants_is_passed_over(tree: Draw) -> None:
    root = tree(
        {
            ".hidden": {"x.mkv": "x"},
            "@eaDir": {"x.mkv": "x"},
            ".dot.mkv": "x",
            "Film (2000)": {"film-sample.mkv": "x", "Sample": {"s.mkv": "x"}, "Film (2000).mkv": "x"},
            "disc.iso": "x",
        }
    )
    assert paths(Walker(root, SectionKind.MOVIE)) == [b"Film (2000)/Film (2000).mkv"]


def test_an_empty_file_is_listed_with_its_problem(tree: Draw) -> None:
    root = tree({"a.mkv": "", "b.mkv": "b"})
    (folder,) = Walker(root, SectionKind.MOVIE).walk()
    assert [entry.problem for entry in folder.entries] == ["the file is empty", None]


def test_plexignore_holds_below_its_folder(tree: Draw) -> None:
    root = tree(
        {
            ".plexignore": "*.avi\n",
            "a.avi": "a",
            "one": {".plexignore": "secret\n# keep\nb.mkv\n", "b.mkv": "b", "c.mkv": "c", "secret": {"d.mkv": "d"}},
            "two": {"b.mkv": "b", "secret": {"d.mkv": "d"}, "e.avi": "e"},
        }
    )
    found = [path for path in paths(Walker(root, SectionKind.MOVIE)) if not path.endswith(b".plexignore")]
    assert found == [b"one/c.mkv", b"two/b.mkv", b"two/secret/d.mkv"]
    # A walk of one folder obeys the rules of the folders above it too.
    found = [path for path in paths(Walker(root, SectionKind.MOVIE), b"two") if not path.endswith(b".plexignore")]
    assert found == [b"two/b.mkv", b"two/secret/d.mkv"]


def test_a_partial_walk_of_what_is_passed_over_lists_nothing(tree: Draw) -> None:
    root = tree({"one": {".plexignore": "secret\n", "secret": {"deep": {"d.mkv": "d"}}}})
    assert list(Walker(root, SectionKind.MOVIE).walk(b"one/secret")) == []
    assert list(Walker(root, SectionKind.MOVIE).walk(b"one/secret/deep")) == []


# What a Nextcloud keeps for one person: only "files" is theirs to see, whatever their folders in it are called.
PERSON: dict[str, Any] = {
    "files": {"Films": {"a.mkv": "a"}, "uploads": {"b.mkv": "b"}, "appdata_x": {"c.mkv": "c"}},
    "files_trashbin": {"files": {"a.mkv.d1700000000": "a", "gone.mkv": "g"}},
    "files_versions": {"Films": {"a.mkv": "old"}},
    "uploads": {"123": {"part.mkv": "p"}},
}
SEEN = [b"files/Films/a.mkv", b"files/appdata_x/c.mkv", b"files/uploads/b.mkv"]


@pytest.mark.parametrize("marker", [{".ocdata": ""}, {".ncdata": "# Nextcloud data directory"}, {}])
@pytest.mark.parametrize("above", ["", "cloud/data"])
def test_of_a_nextcloud_only_what_people_see_is_listed(tree: Draw, marker: dict[str, str], above: str) -> None:
    appdata = {"appdata_ocab12cd34ef": {"preview": {"p.mkv": "p"}}, "appdata_old": {"q.mkv": "q"}}
    drawn: dict[str, Any] = {**marker, **appdata, "anna": PERSON, "bert": PERSON}
    for name in reversed(above.split("/") if above else []):
        drawn = {name: drawn}
    root = tree(drawn)
    prefix = os.fsencode(f"{above}/") if above else b""
    expected = [prefix + person + b"/" + path for person in (b"anna", b"bert") for path in SEEN]
    walker = Walker(root, SectionKind.MOVIE)
    assert paths(walker) == expected
    assert paths(walker, prefix + b"anna") == expected[:3]
    assert paths(walker, prefix + b"anna/files_trashbin/files") == []


def test_a_section_may_be_one_persons_folder(tree: Draw) -> None:
    root = tree({".ocdata": "", "anna": PERSON})
    assert paths(Walker(root + b"/anna", SectionKind.MOVIE)) == SEEN
    assert paths(Walker(root + b"/anna/files", SectionKind.MOVIE)) == [path[6:] for path in SEEN]


def test_elsewhere_folders_of_these_names_are_folders_like_others(tree: Draw) -> None:
    root = tree({"appdata_mine": {"a.mkv": "a"}, "anna": {"uploads": {"b.mkv": "b"}, "files_trashbin": {"c.mkv": "c"}}})
    assert paths(Walker(root, SectionKind.MOVIE)) == [
        b"anna/files_trashbin/c.mkv",
        b"anna/uploads/b.mkv",
        b"appdata_mine/a.mkv",
    ]


def test_the_mount_of_a_package_is_one_even_without_a_marker(tree: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree({"anna": PERSON})
    monkeypatch.setattr("vitascope.core.naming.nextcloud.MOUNT", os.fsdecode(root))
    assert paths(Walker(root, SectionKind.MOVIE)) == [b"anna/" + path for path in SEEN]
    assert paths(Walker(root + b"/anna", SectionKind.MOVIE)) == SEEN


def test_a_partial_walk_knows_the_folders_above(tree: Draw) -> None:
    root = tree({"show": {"tvshow.nfo": "n", "s1": {"e1.mkv": "1"}, "s2": {"e2.mkv": "2"}}})
    (folder,) = Walker(root, SectionKind.SHOW).walk(b"show/s2")
    assert folder.path == b"show/s2"
    assert folder.parent is not None
    assert [entry.name for entry in folder.parent.entries] == [b"tvshow.nfo"]


def test_attached_folders_come_with_the_folder_above(tree: Draw) -> None:
    root = tree({"film": {"f.mkv": "f", "Subs": {"deep": {"f.srt": "s"}}, "other": {"o.mkv": "o"}}})
    walker = Walker(root, SectionKind.MOVIE, attach=lambda name, depth: depth > 0 and name == b"Subs")
    folders = list(walker.walk())
    assert [folder.path for folder in folders] == [b"", b"film", b"film/other"]
    assert [entry.path for entry in folders[1].all_entries()] == [b"film/f.mkv", b"film/Subs/deep/f.srt"]


def test_loops_of_links_end_and_links_inside_do_not_double(tree: Draw) -> None:
    root = tree({"a": {"x.mkv": "x"}, "b": {}})
    os.symlink(root, root + b"/a/loop")
    os.symlink(b"../a", root + b"/b/again")
    os.symlink(b"self", root + b"/b/self")
    os.symlink(b"../a/x.mkv", root + b"/b/y.mkv")
    assert paths(Walker(root, SectionKind.MOVIE)) == [b"a/x.mkv", b"b/y.mkv"]
    assert paths(Walker(root, SectionKind.MOVIE, follow_outside=True)) == [b"a/x.mkv", b"b/y.mkv"]


def test_links_that_lead_out_are_followed_only_where_allowed(tree: Draw, tmp_path: Any) -> None:
    root = tree({"in": {"x.mkv": "x"}})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "o.mkv").write_text("o")
    (outside / "back").symlink_to(os.fsdecode(root))
    (outside / "round").symlink_to(outside)
    os.symlink(outside, root + b"/out")
    os.symlink(outside / "o.mkv", root + b"/file.mkv")
    assert paths(Walker(root, SectionKind.MOVIE)) == [b"in/x.mkv"]
    allowed = paths(Walker(root, SectionKind.MOVIE, follow_outside=True))
    assert sorted(allowed) == [b"file.mkv", b"in/x.mkv", b"out/o.mkv"]


def test_names_that_are_not_text_stay_bytes(tree: Draw) -> None:
    root = tree({})
    name = b"caf\xe9 \xff.mkv"
    with open(root + b"/" + name, "wb") as file:
        file.write(b"x")
    assert paths(Walker(root, SectionKind.MOVIE)) == [name]


def test_a_path_longer_than_the_system_takes_is_listed_as_such(tree: Draw) -> None:
    root = tree({"b.mkv": "b"})
    descriptor = os.open(root, os.O_RDONLY)
    component = b"d" * 250
    for _ in range(17):
        os.mkdir(component, dir_fd=descriptor)
        below = os.open(component, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    file = os.open(b"deep.mkv", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor)
    os.write(file, b"x")
    os.close(file)
    os.close(descriptor)
    entries = [entry for folder in Walker(root, SectionKind.MOVIE).walk() for entry in folder.entries]
    assert [entry.name for entry in entries] == [b"b.mkv", b"deep.mkv"]
    assert entries[0].problem is None
    assert entries[1].problem == "the path is too long to be opened"
    assert len(entries[1].path) > 4096


def test_a_folder_that_cannot_be_listed_is_reported(tree: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree({"closed": {"x.mkv": "x"}, "open": {"y.mkv": "y"}})
    real = os.scandir

    def refuse(path: Any) -> Any:
        if isinstance(path, bytes) and path.endswith(b"closed"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    folders = list(Walker(root, SectionKind.MOVIE).walk())
    assert [(folder.path, folder.problem) for folder in folders] == [
        (b"", None),
        (b"closed", "permission denied"),
        (b"open", None),
    ]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOTCONN, errno.ESTALE])
def test_a_disk_that_dies_ends_the_walk(tree: Draw, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    root = tree({"a": {"x.mkv": "x"}, "b": {"y.mkv": "y"}})
    real = os.scandir

    def fail(path: Any) -> Any:
        if isinstance(path, bytes) and path.endswith(b"/b"):
            raise OSError(number, os.strerror(number))
        return real(path)

    monkeypatch.setattr(os, "scandir", fail)
    folders: Iterator[walk.Folder] = Walker(root, SectionKind.MOVIE).walk()
    assert next(folders).path == b""
    assert next(folders).path == b"a"
    with pytest.raises(RootLost):
        next(folders)
