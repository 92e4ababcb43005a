"""The sources there are, in two files: ``sources.json`` with everything but secrets, and ``rclone.conf`` beside it.

Adding and changing check all of it first (rclone reads the new configuration, and asks the remote with it), then
write the configuration and after it the list, so that the list never names a remote that is not there. Removing goes
the other way round. Nothing here touches what is in a remote.

Everything blocks. How a file is replaced whole is handed in, as the support directory's files are.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import msgspec

from vitascope.sources.errors import InvalidSource, RemoteRefused, SourceError, SourceExists, UnknownSource
from vitascope.sources.mounts import LET_OTHERS_IN, lets_others_in, missing_fuse
from vitascope.sources.rclone import config
from vitascope.sources.rclone.command import Places
from vitascope.sources.rclone.flags import Flags, parse_flags, shown_flags
from vitascope.sources.rclone.kinds import Kinds, kinds_of
from vitascope.sources.rclone.program import ask, find_rclone
from vitascope.sources.rclone.remotes import Remote, changed_remote, checked_name, make_remote, split_address
from vitascope.sources.rclone.source import (
    DOWNLOAD_USD_PER_GB,
    STORAGE_USD_PER_GB,
    Source,
    Way,
    checked_flags,
    checked_mount,
    default_name,
    parse_way,
)

_ASK_LIMIT_S = 45.0
_MOST_SOURCES = 50


class Write(Protocol):
    """Replaces a file whole or not at all; a new one is its owner's alone."""

    def __call__(self, path: Path, data: bytes, /) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A source as it is asked for."""

    address: str
    """``REMOTE:PATH``."""
    kind: str = ""
    """The remote's type; its name when left out."""
    name: str = ""
    mount: str = ""
    way: Way | None = None
    """Mounted where this machine can, else directly, when it is left out."""
    options: Mapping[str, str] | None = None
    """Of the remote, secrets among them; ``None`` takes the remote as it is known already."""
    flags: Flags = field(default_factory=Flags)
    storage_usd_per_gb: float = STORAGE_USD_PER_GB
    download_usd_per_gb: float = DOWNLOAD_USD_PER_GB


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What of a source is to be otherwise; what is not named stays as it is."""

    options: Mapping[str, str] = field(default_factory=dict)
    """Of the remote, and so of every source in it; an empty text takes an option away."""
    flags: Mapping[str, str] = field(default_factory=dict)
    way: str = ""
    """``auto``, or one of :class:`Way`."""
    storage_usd_per_gb: float | None = None
    download_usd_per_gb: float | None = None


class Registry:
    """The sources of one support directory."""

    def __init__(self, places: Places, *, mounts: Path, write: Write) -> None:
        """``mounts`` is the folder in which sources are mounted that name no place of their own."""
        self.places = places
        self._mounts = mounts
        self._write = write

    def list(self) -> list[Source]:
        """All sources. Raises :class:`SourceError` when the list cannot be read."""
        try:
            found = msgspec.json.decode(self.places.sources.read_bytes(), type=list[Source])
            for source in found:
                checked_name(source.name)  # it becomes part of paths
                checked_name(source.remote)
            return found
        except FileNotFoundError:
            return []
        except OSError as error:
            raise SourceError(f"{self.places.sources}: {error.strerror}") from error
        except msgspec.MsgspecError as error:
            raise SourceError(f"{self.places.sources} is damaged: {error}") from error

    def get(self, name: str) -> Source:
        """The source of a name. Raises :class:`UnknownSource`."""
        for source in self.list():
            if source.name == name:
                return source
        raise UnknownSource(f"there is no source {name!r}")

    def plan(self, wish: Wish, program: Path) -> tuple[Source, Remote | None]:
        """The source a wish would become, and its remote if that is a new one. Raises :class:`SourceError`."""
        known = self.list()
        _check_others(wish.flags)
        name, path = split_address(wish.address)
        remote = self._remote(wish, name, program)
        same = next((source for source in known if source.remote == name), None)
        if remote is None and same is None:
            raise UnknownSource(f"there is no remote {name!r} yet")
        title = wish.name or default_name(name, path)
        self._check_free(title, known)
        if len(known) >= _MOST_SOURCES:
            raise InvalidSource(f"more than {_MOST_SOURCES} sources")
        mount = checked_mount(
            wish.mount or str(self._mounts / title), known, ours=[self.places.root.parent, self.places.cache]
        )
        way = wish.way or _usual_way()
        source = Source(
            name=title,
            remote=name,
            kind=remote.kind if remote is not None else same.kind if same is not None else "",
            path=path,
            mount=mount,
            way=way,
            flags=checked_flags(wish.flags, way),
            storage_usd_per_gb=wish.storage_usd_per_gb,
            download_usd_per_gb=wish.download_usd_per_gb,
            options=dict(remote.options) if remote is not None else same.options if same is not None else {},
        )
        return source, remote

    def _remote(self, wish: Wish, name: str, program: Path) -> Remote | None:
        """The remote a wish describes; ``None`` where it is known already and nothing is said about it."""
        if self.knows_remote(name):
            if wish.options or wish.kind:
                raise SourceExists(
                    f"there is a remote {name!r} already: leave its type and options out, or name another"
                )
            return None
        return make_remote(name, wish.kind or name, wish.options or {}, self.kinds(program))

    def knows_remote(self, name: str) -> bool:
        """Whether there is a remote of that name."""
        return name in config.read_sections(self.places.config)

    def kinds(self, program: Path) -> Kinds:
        """What rclone knows."""
        return kinds_of(program, self.places.root)

    def add(self, wish: Wish, *, ask_remote: bool = True) -> Source:
        """Adds a source; ``ask_remote`` lists it once before anything is written. Raises :class:`SourceError`."""
        program = find_rclone()
        with self._locked():
            source, remote = self.plan(wish, program)
            sections = config.read_sections(self.places.config)
            if remote is not None:
                sections[remote.name] = config.section_of(remote, self.kinds(program), program, self.places.root)
            with config.candidate(self.places.root, sections, program) as candidate:
                if ask_remote:
                    self._ask(program, candidate, source, config.secrets_in(sections, self.kinds(program)))
            if remote is not None:
                self._put(self.places.config, config.written(sections))
            self._put(self.places.sources, msgspec.json.format(msgspec.json.encode([*self.list(), source])))
        return source

    def change(self, name: str, change: Change, *, ask_remote: bool = True) -> Source:
        """Changes a source. With other options ``ask_remote`` lists every source of the remote once before anything is
        written; what is refused leaves all as it was. Raises :class:`SourceError`."""
        with self._locked():
            source = self.get(name)
            sources = [_changed(one, change) if one.name == name else one for one in self.list()]
            before = config.read_sections(self.places.config)
            if change.options:
                sources = [*self._with_options(sources, source.remote, change.options, ask_remote=ask_remote)]
            try:
                self._put(self.places.sources, msgspec.json.format(msgspec.json.encode(sources)))
            except SourceError:
                if change.options:
                    self._put(self.places.config, config.written(before))
                raise
        return next(one for one in sources if one.name == name)

    def rename(self, name: str, new: str) -> Source:
        """Gives a source another name; it must not be mounted. It stays where it is, and what its cache holds with it.
        Raises :class:`SourceError`."""
        with self._locked():
            known = self.list()
            self._check_free(new, known)
            renamed = msgspec.structs.replace(self.get(name), name=new)
            listed = [renamed if one.name == name else one for one in known]
            with suppress(OSError):  # it is a cache, and is filled again
                (self.places.cache / name).rename(self.places.cache / new)
            self._put(self.places.sources, msgspec.json.format(msgspec.json.encode(listed)))
        return renamed

    def check_new_name(self, name: str, new: str) -> None:
        """Whether a source can be called that. Raises :class:`SourceError`."""
        self.get(name)
        self._check_free(new, self.list())

    @staticmethod
    def _check_free(name: str, known: Iterable[Source]) -> None:
        if any(source.name == checked_name(name) for source in known):
            raise SourceExists(f"there is a source {name!r} already; give this one another name")

    def put_back(self, before: Source, failed: Source) -> bool:
        """Lets a source be as it was before a change that failed; its prices stay as they are. Whether it still was as
        that change made it: what somebody changed meanwhile is left alone. Raises :class:`SourceError`."""
        with self._locked():
            known = self.list()
            at = next((at for at, one in enumerate(known) if one.name == failed.name), None)
            if at is None or not known[at].mounts_like(failed):
                return False
            now = known[at]
            known[at] = msgspec.structs.replace(
                before, storage_usd_per_gb=now.storage_usd_per_gb, download_usd_per_gb=now.download_usd_per_gb
            )
            self._put(self.places.sources, msgspec.json.format(msgspec.json.encode(known)))
        return True

    def _with_options(
        self, known: Iterable[Source], name: str, given: Mapping[str, str], *, ask_remote: bool
    ) -> Iterator[Source]:
        """Changes a remote in the configuration; the sources as they are with it."""
        program = find_rclone()
        kinds = self.kinds(program)
        sections = config.read_sections(self.places.config)
        kept, remote = changed_remote(name, sections.get(name, {}), given, kinds)
        before = config.secrets_in(sections, kinds)
        sections[name] = {**kept, **config.section_of(remote, kinds, program, self.places.root)}
        with config.candidate(self.places.root, sections, program) as candidate:
            for source in known:
                if ask_remote and source.remote == name:
                    self._ask(program, candidate, source, before | config.secrets_in(sections, kinds))
        self._put(self.places.config, config.written(sections))
        return (_in_changed(source, remote, given) if source.remote == name else source for source in known)

    def secret_names(self, source: Source) -> Sequence[str]:
        """Which secrets are known of a source's remote; never what they are."""
        section = config.read_sections(self.places.config).get(source.remote, {})
        return sorted(option for option in section if option != "type" and option not in source.options)

    def _ask(self, program: Path, candidate: Path, source: Source, secrets: frozenset[str]) -> None:
        try:
            ask(
                program,
                self.places.root,
                "lsf",
                source.address,
                "--max-depth=1",
                f"--config={candidate}",
                "--retries=1",
                "--low-level-retries=1",
                "--contimeout=10s",
                "--timeout=20s",
                limit_s=_ASK_LIMIT_S,
            )
        except RemoteRefused as error:
            raise RemoteRefused(f"{source.address}: {without(secrets, str(error))}") from None

    def remove(self, name: str) -> Source:
        """Forgets a source, and its remote when no other source is in it. What is in the remote stays. Raises
        :class:`UnknownSource`."""
        with self._locked():
            source = self.get(name)
            left = [other for other in self.list() if other.name != name]
            self._put(self.places.sources, msgspec.json.format(msgspec.json.encode(left)))
            if all(other.remote != source.remote for other in left):
                sections = config.read_sections(self.places.config)
                sections.pop(source.remote, None)
                self._put(self.places.config, config.written(sections))
        return source

    def secrets(self, program: Path) -> frozenset[str]:
        """What must never be in a log."""
        return config.secrets_in(config.read_sections(self.places.config), self.kinds(program))

    def _put(self, path: Path, data: bytes) -> None:
        try:
            if path.exists():
                path.chmod(0o600)  # somebody may have opened it to others
            self._write(path, data)
        except OSError as error:
            raise SourceError(f"{path}: {error.strerror}") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One change at a time, also from two processes."""
        try:
            self._make_root()
            folder = os.open(self.places.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise SourceError(f"{self.places.root}: {error.strerror}") from error
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _make_root(self) -> None:
        """The folder of it all. A verb that runs as root must not keep the server, which is somebody else, out."""
        root = self.places.root
        if not root.exists():
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.geteuid() == 0:
                above = root.parent.stat()
                os.chown(root, above.st_uid, above.st_gid)
        root.chmod(0o700)


def _changed(source: Source, change: Change) -> Source:
    flags = parse_flags({**shown_flags(source.flags), **change.flags}) if change.flags else source.flags
    if flags.allow_other and not source.flags.allow_other:
        _check_others(flags)
    way = _changed_way(source, change.way)
    storage, download = change.storage_usd_per_gb, change.download_usd_per_gb
    return msgspec.structs.replace(
        source,
        flags=checked_flags(flags, way),
        way=way,
        storage_usd_per_gb=source.storage_usd_per_gb if storage is None else storage,
        download_usd_per_gb=source.download_usd_per_gb if download is None else download,
    )


def _usual_way() -> Way:
    return Way.MOUNT if missing_fuse() is None else Way.DIRECT


def _changed_way(source: Source, text: str) -> Way:
    way = (parse_way(text) or _usual_way()) if text else source.way
    if way is Way.MOUNT and source.way is not way and (lacking := missing_fuse()) is not None:
        raise InvalidSource(f"way mount: {lacking}")
    return way


def _check_others(flags: Flags) -> None:
    if flags.allow_other and not lets_others_in():
        raise InvalidSource(f"flag allow-other: this machine does not let users do that ({LET_OTHERS_IN})")


def _in_changed(source: Source, remote: Remote, given: Mapping[str, str]) -> Source:
    left = {option: value for option, value in source.options.items() if option not in given}
    return msgspec.structs.replace(source, options={**left, **remote.options}, edition=source.edition + 1)


def registry_of(root: Path, cache: Path, config_folder: Path, write: Write) -> Registry:
    """The registry below a support directory: its folder ``Sources`` and that of its caches."""
    return Registry(Places(root=root, cache=cache / "Sources"), mounts=config_folder / "mnt", write=write)


def without(secrets: frozenset[str], text: str) -> str:
    """A text in which no secret is left."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text
