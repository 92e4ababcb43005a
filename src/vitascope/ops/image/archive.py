"""Reads an image out of its archive: an OCI layout (image-layout 1.0) or what ``docker save`` writes, as tar or folder.

An archive may come from anybody, so nothing of it is unpacked: layers are read through and only names, modes and first
bytes are kept. Every blob is checked against the digest that names it. Whiteouts (``.wh.``) are applied as the OCI
image specification has it.
"""

import hashlib
import json
import platform
import tarfile
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Protocol

from vitascope.ops.image.model import Entry, HealthCheck, Image, normal

HEAD_BYTES = 4096
_MOST_JSON_BYTES = 4 * 1024 * 1024
_MOST_FILES = 1_000_000
_BLOCK = 1024 * 1024
_OPAQUE = ".wh..wh..opq"
_WHITEOUT = ".wh."
_UNREADABLE = (
    tarfile.TarError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
)
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


class ImageError(Exception):
    """An image cannot be read; the message is for a person."""


class _Box(Protocol):
    """The files of an archive, by name."""

    def open(self, name: str) -> IO[bytes]: ...
    def has(self, name: str) -> bool: ...


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def open(self, name: str) -> IO[bytes]:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ImageError(f"{name!r} lies outside the image")
        return (self._root / name).open("rb")

    def has(self, name: str) -> bool:
        return (self._root / name).is_file()


class _Tar:
    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self._members = {member.name.removeprefix("./"): member for member in archive}

    def open(self, name: str) -> IO[bytes]:
        member = self._members.get(name)
        opened = (
            self._archive.extractfile(member) if member is not None and (member.isfile() or member.islnk()) else None
        )
        if opened is None:
            raise ImageError(f"{name} is missing in the archive")
        return opened

    def has(self, name: str) -> bool:
        return name in self._members


@contextmanager
def _opened(path: Path) -> Iterator[_Box]:
    if path.is_dir():
        yield _Folder(path)
        return
    with tarfile.open(path) as archive:
        yield _Tar(archive)


def read_archive(path: Path, *, platform_name: str | None = None) -> Image:
    """The image in an archive; of several platforms the named one, else this machine's. Raises :class:`ImageError`."""
    try:
        with _opened(path) as box:
            if box.has("index.json"):
                return _read_oci(box, platform_name)
            if box.has("manifest.json"):
                return _read_docker(box)
    except _UNREADABLE as error:
        raise ImageError(f"{path}: not a readable image archive ({type(error).__name__}: {error})") from error
    raise ImageError(f"{path}: holds neither index.json (OCI) nor manifest.json (docker save)")


def _json(box: _Box, name: str, digest: str | None = None) -> dict[str, object]:
    with box.open(name) as file:
        data = file.read(_MOST_JSON_BYTES + 1)
    if len(data) > _MOST_JSON_BYTES:
        raise ImageError(f"{name} is too large")
    if digest is not None and digest != f"sha256:{hashlib.sha256(data).hexdigest()}":
        raise ImageError(f"{name} is damaged: its content does not fit its digest")
    found = json.loads(data)
    return found if isinstance(found, dict) else {"": found}


def _blob(digest: object) -> str:
    kind, _, value = str(digest).partition(":")
    if kind != "sha256" or len(value) != 64 or set(value) - set("0123456789abcdef"):
        raise ImageError(f"{digest!r} is no sha256 digest")
    return f"blobs/sha256/{value}"


def _objects(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _own_platform() -> str:
    return f"linux/{_MACHINES.get(platform.machine(), platform.machine())}"


def _choose(manifests: Sequence[Mapping[str, object]], wanted: str | None) -> Mapping[str, object]:
    if not manifests:
        raise ImageError("the archive holds no image")
    if len(manifests) == 1 and wanted is None:
        return manifests[0]
    for manifest in manifests:
        found = manifest.get("platform")
        if isinstance(found, dict) and f"{found.get('os')}/{found.get('architecture')}" == (wanted or _own_platform()):
            return manifest
    if wanted is None:
        return manifests[0]
    if len(manifests) == 1:
        return manifests[0]  # its own configuration says what it is
    raise ImageError(f"the archive holds no image for {wanted}")


def _read_oci(box: _Box, wanted: str | None) -> Image:
    manifest = _json(box, "index.json")
    while "manifests" in manifest:
        digest = str(_choose(_objects(manifest["manifests"]), wanted)["digest"])
        manifest = _json(box, _blob(digest), digest)
    described = manifest["config"]
    if not isinstance(described, dict):
        raise ImageError("the manifest names no configuration")
    digest = str(described["digest"])
    image = _configured(_json(box, _blob(digest), digest))
    files: dict[str, Entry] = {}
    for layer in _objects(manifest["layers"]):
        _lay_over(files, box, _blob(layer["digest"]), digest=str(layer["digest"]))
    return replace(image, files=files)


def _read_docker(box: _Box) -> Image:
    manifest = _objects(_json(box, "manifest.json")[""])[0]
    image = _configured(_json(box, str(manifest["Config"])))
    layers = manifest["Layers"]
    files: dict[str, Entry] = {}
    for name in layers if isinstance(layers, list) else []:
        _lay_over(files, box, str(name), digest=None)
    return replace(image, files=files)


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(word) for word in value) if isinstance(value, list) else ()


def _table(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _configured(told: dict[str, object]) -> Image:
    config = _table(told.get("config"))
    health = _table(config.get("Healthcheck"))
    return Image(
        os=str(told.get("os", "")),
        architecture=str(told.get("architecture", "")),
        user=str(config.get("User") or ""),
        entrypoint=_words(config.get("Entrypoint")),
        command=_words(config.get("Cmd")),
        ports=frozenset(name if "/" in name else f"{name}/tcp" for name in _table(config.get("ExposedPorts"))),
        volumes=frozenset(_table(config.get("Volumes"))),
        environment={name: value for name, _, value in (word.partition("=") for word in _words(config.get("Env")))},
        labels={name: str(value) for name, value in _table(config.get("Labels")).items()},
        health=HealthCheck(
            test=_words(health.get("Test")),
            interval_ms=_ms(health.get("Interval")),
            timeout_ms=_ms(health.get("Timeout")),
            retries=int(str(health.get("Retries") or 0)),
        )
        if health
        else None,
    )


def _ms(nanoseconds: object) -> int:
    return int(str(nanoseconds or 0)) // 1_000_000


class _Checked:
    """A stream that is hashed as it is read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._hash.update(data)
        return data

    def digest(self) -> str:
        while self.read(_BLOCK):
            pass
        return f"sha256:{self._hash.hexdigest()}"


def _lay_over(files: dict[str, Entry], box: _Box, name: str, *, digest: str | None) -> None:
    """Lays one layer over what the layers below it hold."""
    with box.open(name) as raw:
        stream = _Checked(raw)
        fresh: dict[str, Entry] = {}
        with tarfile.open(fileobj=stream, mode="r|*") as layer:  # type: ignore[call-overload]  # it reads, that is all
            for member in layer:
                path = normal(member.name)
                folder, _, last = path.rpartition("/")
                if last == _OPAQUE:
                    _remove(files, folder or "/", keep_folder=True)
                elif last.startswith(_WHITEOUT):
                    _remove(files, f"{folder}/{last.removeprefix(_WHITEOUT)}", keep_folder=False)
                else:
                    fresh[path] = _entry(layer, member, ChainMap(fresh, files))
                    if len(files) + len(fresh) > _MOST_FILES:
                        raise ImageError(f"it holds more than {_MOST_FILES} files")
        if digest is not None and stream.digest() != digest:
            raise ImageError(f"layer {digest} is damaged: its content does not fit its digest")
    for path, entry in fresh.items():
        if entry.kind != "folder" and files.get(path, entry).kind == "folder":
            _remove(files, path, keep_folder=False)
        files[path] = entry


def _remove(files: dict[str, Entry], path: str, *, keep_folder: bool) -> None:
    below = path.rstrip("/") + "/"
    for known in [known for known in files if known.startswith(below)]:
        del files[known]
    if not keep_folder:
        files.pop(path, None)


def _entry(layer: tarfile.TarFile, member: tarfile.TarInfo, known: Mapping[str, Entry]) -> Entry:
    if member.islnk():
        twin = known.get(normal(member.linkname))
        return replace(twin, size_bytes=0) if twin else Entry(kind="other", mode=0, uid=0, gid=0)
    kind = "file" if member.isfile() else "folder" if member.isdir() else "link" if member.issym() else "other"
    head = b""
    if member.isfile() and member.size:
        opened = layer.extractfile(member)
        head = opened.read(HEAD_BYTES) if opened is not None else b""
    return Entry(
        kind=kind,
        mode=member.mode & 0o7777,
        uid=member.uid,
        gid=member.gid,
        size_bytes=member.size if member.isfile() else 0,
        target=member.linkname if member.issym() else "",
        head=head,
    )
