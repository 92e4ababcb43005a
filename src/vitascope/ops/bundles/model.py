"""What a bundle is, and what it is made from.

Errors::

    BundleError
    ├── UnsuitableValueError   a value that no deployment can carry
    └── ForeignFileError       a file in the way that this bundle would change
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

from vitascope.ops.service import VARIANTS, Engine, Service, Variant, VariantSpec, service_of

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", re.IGNORECASE)
_IMAGE = re.compile(r"[a-z0-9][\w./:@-]{0,511}", re.ASCII)
_PREFIX = re.compile(r"(/[A-Za-z0-9_-]+)+")
_BACKEND = re.compile(r"([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\]):[1-9][0-9]{0,4}")
_EMAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,3}")


class BundleError(Exception):
    """The bundle cannot be made; the message is for a person."""


class UnsuitableValueError(BundleError):
    """A value cannot be carried by any deployment."""

    def __init__(self, option: str, value: str, reason: str) -> None:
        super().__init__(f"{option} {value!r}: {reason}")


class ForeignFileError(BundleError):
    """Files that are not the ones this bundle holds are in its way."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        super().__init__(f"these files exist and say something else, nothing was written: {', '.join(paths)}")
        self.paths = paths


class Host(StrEnum):
    """What runs the service."""

    QUADLET = "quadlet"
    """Podman units of a user, by themselves."""
    MMS = "mms"
    """Podman units of a user, managed by Ansible."""
    SYSTEMD = "systemd"
    """Units without containers."""
    COMPOSE = "compose"
    HELM = "helm"
    STARTOS = "startos"
    """A package for StartOS."""
    NIXOS = "nixos"
    NGINX = "nginx"
    """A reverse proxy in front of the server, as the two that follow."""
    CADDY = "caddy"
    TRAEFIK = "traefik"


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleOptions:
    """What a person chooses. Raises :class:`UnsuitableValueError` for what no host could carry."""

    engine: Engine = Engine.VITASCOPE
    variant: Variant = Variant.GENERIC
    name: str = "plex"
    """Of the container, of its unit and in its network."""
    image: str = ""
    """With its tag; empty: the newest of the engine."""
    domain: str = "plex.media.drc.nz"
    """The name under which the reverse proxy serves it."""
    config_dir: str = ""
    """The folder on the host that becomes ``/config``; empty: the usual one of that kind of host."""
    media: tuple[str, ...] = ("/data/media/movies", "/data/media/series", "/data/media/music")
    """Folders on the host, mounted read-only under the same path."""
    backup_dir: str = "/data/backups/config/plex"
    """Where backups are written to."""
    timezone: str = "America/New_York"
    prefix: str = ""
    """The path below which a reverse proxy serves it (``/plex``); empty: the whole name is its own."""
    backend: str = "127.0.0.1:32400"
    """Where a reverse proxy reaches it."""
    acme_email: str = "admin@example.org"
    """Whom the certificate authority writes to."""

    def __post_init__(self) -> None:
        for option, value, pattern, means in (
            ("--name", self.name, _NAME, "a name is made of a-z, 0-9 and -, at most 63 of them"),
            ("--domain", self.domain, _DOMAIN, "not the name of a host"),
            ("--image", self.image or "x", _IMAGE, "not the name of an image"),
            ("--timezone", self.timezone, _ZONE, "not the name of a time zone"),
            ("--prefix", self.prefix or "/x", _PREFIX, "a path is /plex, of letters, digits, - and _"),
            ("--backend", self.backend, _BACKEND, "an address is 127.0.0.1:32400 or name:32400"),
            ("--acme-email", self.acme_email, _EMAIL, "not an e-mail address"),
        ):
            if not pattern.fullmatch(value):
                raise UnsuitableValueError(option, value, means)
        for option, path in (
            ("--config-dir", self.config_dir or "/config"),
            ("--backup-dir", self.backup_dir),
            *(("--media", each) for each in self.media),
        ):
            _check_path(option, path)
        if len(set(self.media)) != len(self.media):
            raise UnsuitableValueError("--media", ", ".join(self.media), "the same folder is named twice")

    @property
    def service(self) -> Service:
        """The description of the engine."""
        return service_of(self.engine)

    @property
    def backend_host(self) -> str:
        """Of :attr:`backend`, the host."""
        return self.backend.rpartition(":")[0]

    @property
    def accelerator(self) -> VariantSpec:
        """The description of the variant."""
        return VARIANTS[self.variant]

    @property
    def is_local(self) -> bool:
        """Whether the image is built on the machine itself."""
        return self.image_name.startswith("localhost/")

    @property
    def image_name(self) -> str:
        """The image, with its tag."""
        return self.image or f"{self.service.image}:latest"


def _check_path(option: str, path: str) -> None:
    """A path that stands in the volume lists of every host: absolute, plain, without what separates their parts."""
    pure = PurePosixPath(path)
    if pure.root != "/" or pure.as_posix() != path or ".." in pure.parts:
        raise UnsuitableValueError(option, path, "an absolute path without .. is needed")
    if path == "/":
        raise UnsuitableValueError(option, path, "the whole disk is too much")
    if ":" in path or any(ord(each) < 32 or ord(each) == 127 for each in path):
        raise UnsuitableValueError(option, path, "volumes cannot be told with a colon or a control character in them")
    if any("\ud800" <= each <= "\udfff" for each in path):
        raise UnsuitableValueError(option, path, "the files of a deployment hold UTF-8, and this name is none")


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFile:
    """One file: its text, and the mode it is made with."""

    text: str
    mode: int = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Files by their paths, relative to the bundle's folder and written with ``/``."""

    files: Mapping[str, BundleFile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in self.files:
            parts = PurePosixPath(path).parts
            if not parts or PurePosixPath(path).as_posix() != path or path.startswith("/") or ".." in parts:
                raise BundleError(f"a bundle cannot hold a file called {path!r}")
