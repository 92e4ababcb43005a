"""Walk a root: every folder in sorted order, every file with its size and time.

Every file is stat'ed, because the time of a folder does not change when a file in it is overwritten. Nothing is kept
but the way down to where the walk is, so memory does not grow with the library. Paths are bytes from end to end:
a name on disk need not be text, and a path may be longer than the system takes in one piece (then the walk goes down
by directory descriptors, and the files there are reported as too deep to open).

Links: one to a folder inside the root is not followed (what it shows is listed where it really lies); one that leads
out is followed only where the owner allowed it, and never into a folder that was already visited, so loops end.

What cannot be listed is reported, never passed over in silence: the caller must not take its files for deleted.
A disk that answers with an input/output error or a lost connection ends the walk with :class:`RootLost`.

A far root (:mod:`vitascope.media.reach`) is walked alike; its listings hold the sizes already, and there are no links.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterator

from msgspec import Struct

from vitascope.core.model import FileClass, SectionKind
from vitascope.core.naming import nextcloud
from vitascope.core.naming.files import IgnoreReason, classify, is_ignored
from vitascope.core.naming.ignore_rules import IgnoreRules
from vitascope.media import reach
from vitascope.media.reach import Listed
from vitascope.media.workers.failure import LOST

PATH_LIMIT = 4096
"""PATH_MAX: what the system takes in one call, with the final zero byte."""

_IGNORE_FILE = b".plexignore"
_IGNORE_FILE_LIMIT = 256 * 1024
_ATTACHED_DEPTH = 3


class RootLost(OSError):
    """The disk below a root stopped answering in the middle of a walk."""


class Entry(Struct, frozen=True):
    """One file. ``path`` is relative to the root; ``problem`` says why it cannot be used although it is there."""

    path: bytes
    size_bytes: int
    mtime_ns: int
    file_class: FileClass
    problem: str | None = None

    @property
    def name(self) -> bytes:
        return self.path.rpartition(b"/")[2]


class Folder(Struct):
    """One listed folder with what lies in it, sorted.

    ``attached`` are folders that belong to it (extras, subtitles). One with a ``problem`` could not be listed: nothing
    may be concluded about what is below it.
    """

    path: bytes
    entries: list[Entry]
    parent: "Folder | None" = None
    attached: list["Folder"] = []
    problem: str | None = None
    device: int = 0

    @property
    def depth(self) -> int:
        return self.path.count(b"/") + 1 if self.path else 0

    @property
    def is_mount(self) -> bool:
        """Whether another disk is mounted here."""
        return self.parent is not None and self.device not in (0, self.parent.device)

    def all_folders(self) -> Iterator["Folder"]:
        yield self
        for folder in self.attached:
            yield from folder.all_folders()

    def all_entries(self) -> list[Entry]:
        """The files of this folder and of those attached to it."""
        if not self.attached:
            return self.entries
        return [entry for folder in self.all_folders() for entry in folder.entries]


class Walker:
    """Walks one root. ``attach(name, depth of the folder above)`` says which folders belong to the one above."""

    def __init__(
        self,
        root: bytes,
        kind: SectionKind,
        *,
        follow_outside: bool = False,
        attach: Callable[[bytes, int], bool] = lambda _name, _depth: False,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._root = root.rstrip(b"/") or b"/"
        self._real_root = os.path.realpath(self._root)
        self._is_far = reach.find(self._root) is not None
        self._kind = kind
        self._follow_outside = follow_outside
        self._attach = attach
        self._beat = beat
        self._visited: set[tuple[int, int]] = set()
        self._classes: dict[bytes, FileClass] = {}
        self._folder_verdicts: dict[tuple[bytes, bool], bool] = {}

    def walk(self, start: bytes = b"") -> Iterator[Folder]:
        """Every folder from ``start`` (relative) down, a folder before what is below it. Raises :class:`RootLost`."""
        rules = self._first_rules()
        above: Folder | None = None
        parts = start.split(b"/") if start else []
        for depth in range(len(parts)):
            above, _, rules = self._list(b"/".join(parts[:depth]), above, rules)
            if rules.matches(os.fsdecode(b"/".join(parts[: depth + 1]))):
                return
        yield from self._walk(start, above, rules)

    def _first_rules(self) -> IgnoreRules:
        """What holds in the root itself: it may be the mount of a Nextcloud, or a person's folder in one."""
        rules = IgnoreRules()
        mount = os.fsencode(nextcloud.MOUNT)
        if self._root == mount:
            return rules.with_nextcloud("")
        parent = os.path.dirname(self._root)
        markers = (os.path.join(parent, os.fsencode(name)) for name in nextcloud.MARKERS)
        if parent == mount or any(os.path.lexists(marker) for marker in markers):
            return rules.with_nextcloud("", above="person/")
        return rules

    def _walk(self, start: bytes, above: Folder | None, rules: IgnoreRules) -> Iterator[Folder]:
        stack: list[tuple[bytes, Folder | None, IgnoreRules]] = [(start, above, rules)]
        while stack:
            path, parent, inherited = stack.pop()
            folder, names, own = self._list(path, parent, inherited)
            below: list[tuple[bytes, Folder | None, IgnoreRules]] = []
            for name in names:
                child = path + b"/" + name if path else name
                if self._attach(name, folder.depth):
                    folder.attached.append(self._list_attached(child, folder, own, _ATTACHED_DEPTH))
                else:
                    below.append((child, folder, own))
            stack.extend(reversed(below))
            yield folder

    def _list_attached(self, path: bytes, parent: Folder, rules: IgnoreRules, depth: int) -> Folder:
        folder, names, own = self._list(path, parent, rules)
        if depth > 1:
            folder.attached = [self._list_attached(path + b"/" + name, folder, own, depth - 1) for name in names]
        return folder

    def _list(self, path: bytes, parent: Folder | None, rules: IgnoreRules) -> tuple[Folder, list[bytes], IgnoreRules]:
        """One folder, the names of the folders in it, and the ignore rules that hold from here down."""
        self._beat()
        folder = Folder(path=path, entries=[], parent=parent, attached=[])
        try:
            files, names, is_nextcloud, folder.device = self._scan(path)
        except OSError as error:
            if error.errno in LOST:
                raise RootLost(error.errno, error.strerror) from error
            if path == b"":
                raise
            # A folder that went away since its parent was listed has no files; any other cannot be judged.
            folder.problem = None if error.errno in (errno.ENOENT, errno.ENOTDIR) else reason_of(error)
            return folder, [], rules
        if any(entry.path.endswith(_IGNORE_FILE) and entry.name == _IGNORE_FILE for entry in files):
            rules = self._extended(rules, path)
        if is_nextcloud:
            rules = rules.with_nextcloud(os.fsdecode(path))
        if rules:
            files = [entry for entry in files if not rules.matches(os.fsdecode(entry.path))]
            prefix = path + b"/" if path else b""
            names = [name for name in names if not rules.matches(os.fsdecode(prefix + name))]
        files.sort(key=lambda entry: entry.path)
        names.sort()
        folder.entries = files
        return folder, names, rules

    def _scan(self, path: bytes) -> tuple[list[Entry], list[bytes], bool, int]:
        """The files and the names of the folders in a folder, whether it is a Nextcloud's root, and its device."""
        absolute = self._root + b"/" + path if path else self._root
        if self._is_far:
            with reach.scandir(absolute) as far:
                return *self._read(far, path, absolute), 0
        too_deep = len(absolute) >= PATH_LIMIT
        descriptor = _open_deep(self._root, path) if too_deep else None
        try:
            listing = os.scandir(absolute if descriptor is None else descriptor)
            with listing:
                status = os.stat(absolute if descriptor is None else descriptor)
                self._visited.add((status.st_dev, status.st_ino))
                return *self._read(listing, path, absolute), status.st_dev
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _read(
        self,
        listing: "Iterator[os.DirEntry[bytes]] | Iterator[os.DirEntry[str]] | Iterator[Listed]",
        path: bytes,
        absolute: bytes,
    ) -> tuple[list[Entry], list[bytes], bool]:
        prefix = path + b"/" if path else b""
        below_root = bool(path)
        files: list[Entry] = []
        names: list[bytes] = []
        is_nextcloud = False
        for item in listing:
            name = item.name if isinstance(item.name, bytes) else os.fsencode(item.name)
            if item.is_symlink():
                self._read_link(item, name, prefix, absolute, files, names)
            elif item.is_dir(follow_symlinks=False):
                if self._takes_folder(name, below_root):
                    names.append(name)
                    is_nextcloud = is_nextcloud or (name[:8] == b"appdata_" and nextcloud.marks_root(os.fsdecode(name)))
            else:
                file_class = self._class(name)
                if file_class is not FileClass.OTHER:
                    self._add_file(item, prefix + name, len(absolute) + 1 + len(name), file_class, files)
                elif name[:1] == b"." and nextcloud.marks_root(os.fsdecode(name)):
                    is_nextcloud = True
        return files, names, is_nextcloud

    def _read_link(
        self,
        item: "os.DirEntry[bytes] | os.DirEntry[str] | Listed",
        name: bytes,
        prefix: bytes,
        absolute: bytes,
        files: list[Entry],
        names: list[bytes],
    ) -> None:
        target = os.path.realpath(absolute + b"/" + name)
        inside = target == self._real_root or target.startswith(self._real_root.rstrip(b"/") + b"/")
        try:
            status = os.stat(target)
        except OSError:
            return  # a link that leads nowhere is no file
        if stat.S_ISDIR(status.st_mode):
            seen = (status.st_dev, status.st_ino) in self._visited
            if self._follow_outside and not inside and not seen and self._takes_folder(name, bool(prefix)):
                names.append(name)
        elif inside or self._follow_outside:
            file_class = self._class(name)
            if file_class is not FileClass.OTHER:
                self._add_file(item, prefix + name, len(absolute) + 1 + len(name), file_class, files)

    def _add_file(
        self,
        item: "os.DirEntry[bytes] | os.DirEntry[str] | Listed",
        path: bytes,
        length: int,
        file_class: FileClass,
        files: list[Entry],
    ) -> None:
        try:
            status = item.stat()
        except OSError as error:
            if error.errno in LOST:
                raise
            if error.errno != errno.ENOENT:
                files.append(Entry(path, 0, 0, file_class, reason_of(error)))
            return
        if not stat.S_ISREG(status.st_mode):
            return
        size = status.st_size
        problem = None
        if length >= PATH_LIMIT:
            problem = "the path is too long to be opened"
        elif size == 0 or b"sample" in path.lower():
            ignored = is_ignored(os.fsdecode(path), size, is_dir=False, section_kind=self._kind)
            if ignored is IgnoreReason.EMPTY:
                problem = "the file is empty"
            elif ignored is not None:
                return
        files.append(Entry(path, size, status.st_mtime_ns, file_class, problem))

    def _class(self, name: bytes) -> FileClass:
        """By extension, which is looked up once; hidden and unfinished files go through the full rule."""
        if name[:1] in (b".", b"_"):
            text = os.fsdecode(name)
            if is_ignored(text, None, is_dir=False, section_kind=self._kind) is not None:
                return FileClass.OTHER
            return classify(text)
        extension = name.rpartition(b".")[2]
        known = self._classes.get(extension)
        if known is None:
            known = classify(os.fsdecode(name))
            if len(self._classes) < 10_000:
                self._classes[extension] = known
        return known

    def _takes_folder(self, name: bytes, below_root: bool) -> bool:
        verdict = self._folder_verdicts.get((name, below_root))
        if verdict is None:
            text = os.fsdecode(name)
            path = f"x/{text}" if below_root else text
            verdict = is_ignored(path, None, is_dir=True, section_kind=self._kind) is None
            if len(self._folder_verdicts) < 10_000:
                self._folder_verdicts[(name, below_root)] = verdict
        return verdict

    def _extended(self, rules: IgnoreRules, path: bytes) -> IgnoreRules:
        try:
            ignoring = reach.read_whole(os.path.join(self._root, path, _IGNORE_FILE), _IGNORE_FILE_LIMIT)
        except OSError:
            return rules
        return rules.extended(ignoring.decode("utf-8", "replace"), os.fsdecode(path))


def reason_of(error: OSError) -> str:
    """An error of the system in words for the owner."""
    if error.errno == errno.ENAMETOOLONG:
        return "the path is too long to be opened"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "permission denied"
    return (error.strerror or "cannot be read").lower()


def _open_deep(root: bytes, path: bytes) -> int:
    """A descriptor of a folder whose path is too long for one call."""
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    for name in path.split(b"/"):
        try:
            below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        descriptor = below
    return descriptor
