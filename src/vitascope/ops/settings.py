"""What a server is started with: one frozen value, read from flags and environment once and never changed.

What may change while the server runs is a preference (:mod:`vitascope.ops.preferences`). The command line fills this
value, with ``VITASCOPE_*`` for every flag; whoever starts the server in a test fills it directly.
"""

import logging
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vitascope.accounts.errors import HomeError
from vitascope.accounts.forwarded import parse_proxies
from vitascope.accounts.home import checked_home
from vitascope.accounts.locality import Network
from vitascope.core.model import SectionKind
from vitascope.ops.backup.errors import BackupError
from vitascope.ops.backup.settings import BackupSettings, read_settings
from vitascope.ops.domain import DomainSettings
from vitascope.ops.handover import DEFAULT_PROXIES, Handover
from vitascope.ops.paths import SupportDir
from vitascope.ops.variables import ContainerSettings

_log = logging.getLogger(__name__)

DEFAULT_PORT = 32400
_LONGEST_SECRET = 4_096


class SettingsError(ValueError):
    """A flag or variable has a value that cannot be used; the message is one line for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionWish:
    """A section that shall exist: ``Movies=movie:/a,/b``."""

    title: str
    kind: SectionKind
    paths: tuple[Path, ...]

    @classmethod
    def parse(cls, text: str) -> "SectionWish":
        """Reads ``Title=kind:/folder[,/folder…]``; a comma in a folder's name is written ``\\,``."""
        title, equals, rest = text.partition("=")
        kind, colon, folders = rest.partition(":")
        if not (title.strip() and equals and colon and folders.strip()):
            raise SettingsError(f"section {text!r}: write it as Title=kind:/folder[,/folder]")
        kinds = ", ".join(known.value for known in SectionKind)
        if kind.strip() not in set(SectionKind):
            raise SettingsError(f"section {text!r}: {kind.strip()!r} is none of {kinds}")
        escaped = folders.replace("\\,", "\0").split(",")
        paths = tuple(Path(folder.replace("\0", ",").strip()).expanduser() for folder in escaped if folder.strip())
        return cls(title=title.strip(), kind=SectionKind(kind.strip()), paths=tuple(path.absolute() for path in paths))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the server is started with."""

    config: Path
    support: SupportDir
    host: str | None = None
    """The address to listen on; ``None`` listens on all of them, IPv4 and IPv6."""
    port: int = DEFAULT_PORT
    database: str | None = None
    """A PostgreSQL URL; ``None`` is the SQLite file in the support directory."""
    transcode_dir: Path | None = None
    sections: tuple[SectionWish, ...] = ()
    log_to_stderr: bool = False
    trust_loopback: bool = True
    """Whether an unclaimed server belongs to whoever sits at the machine."""
    owner: str | None = None
    """Who is made the owner of a server that has none."""
    owner_password_file: Path | None = None
    backup: BackupSettings = field(default_factory=BackupSettings)
    state: Path | None = None
    """The package's ``store.json``; ``None`` is the one in the support directory."""
    host_names: str = ""
    """Further names of the server, as in the preference ``allowedHostNames``."""
    account_home: str = ""
    """The account home that claim tokens from outside are exchanged at."""
    handover: Handover | None = None
    """The proxy that sends media files by itself."""
    trusted_proxies: tuple[Network, ...] = ()
    """Whose word counts for where a request came from."""
    domain: DomainSettings | None = None
    """The domain that HTTPS is served for, with a certificate by ACME."""
    container: ContainerSettings = field(default_factory=ContainerSettings)

    def owner_password(self) -> str:
        """The owner's password, out of its file. Raises :class:`SettingsError`."""
        path = self.owner_password_file
        if path is None:
            raise SettingsError("owner: a password is needed too (--owner-password-file)")
        return read_secret(path, "owner password file")

    @property
    def database_target(self) -> str:
        """The database as the store takes it: a URL or the path of the SQLite file."""
        return self.database or str(self.support.database)

    @property
    def shown_host(self) -> str:
        """The host of the address printed for a person."""
        if self.host in (None, "", "0.0.0.0", "::"):  # noqa: S104  # compared with, not bound to
            return "127.0.0.1"
        return f"[{self.host}]" if self.host and ":" in self.host else str(self.host)


def read_secret(path: Path, what: str) -> str:
    """The secret in a file, without the line end after it. Raises :class:`SettingsError`.

    One that everybody on the machine can read is taken, since container engines mount secrets like that, but said.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST_SECRET + 1)
            open_to_all = bool(os.fstat(file.fileno()).st_mode & stat.S_IROTH)
    except OSError as error:
        raise SettingsError(f"{what} {path}: {error.strerror}") from error
    if len(data) > _LONGEST_SECRET:
        raise SettingsError(f"{what} {path}: larger than a secret can be")
    try:
        text = data.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise SettingsError(f"{what} {path}: it is no text") from None
    if not text:
        raise SettingsError(f"{what} {path}: it is empty")
    if open_to_all:
        _log.warning("%s %s can be read by everybody on this machine (chmod 600 it)", what, path)
    return text


def _checked_home(url: str) -> str:
    try:
        return checked_home(url) if url else ""
    except HomeError as error:
        raise SettingsError(str(error)) from error


def make_settings(
    *,
    config: Path,
    host: str | None = None,
    port: int = DEFAULT_PORT,
    database: str | None = None,
    transcode_dir: Path | None = None,
    sections: Sequence[str] = (),
    log_to_stderr: bool = False,
    trust_loopback: bool = True,
    host_names: str = "",
    account_home: str = "",
    accel_prefix: str = "",
    accel_proxies: str = DEFAULT_PROXIES,
    trusted_proxies: str = "",
    owner: str | None = None,
    owner_password_file: Path | None = None,
    state: Path | None = None,
    domain: DomainSettings | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Checks the values and makes them one. Raises :class:`SettingsError`."""
    if not 0 <= port <= 65_535:
        raise SettingsError(f"port {port}: must be between 0 and 65535")
    if database is not None and not database.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")):
        raise SettingsError("database: must be a postgresql:// URL (leave it out for the SQLite file)")
    if config.exists() and not config.is_dir():
        raise SettingsError(f"config {config}: not a folder")
    if owner_password_file is not None and not owner:
        raise SettingsError("owner password file: whose? name the owner too (--owner)")
    try:
        backup = read_settings(environment or {})
        handover = Handover.parse(accel_prefix, accel_proxies)
        proxies = parse_proxies(trusted_proxies)
    except (ValueError, BackupError) as error:
        raise SettingsError(str(error)) from error
    return Settings(
        backup=backup,
        config=config.absolute(),
        support=SupportDir.for_config(config.absolute(), environment),
        host=host or None,
        port=port,
        database=database,
        transcode_dir=transcode_dir.absolute() if transcode_dir else None,
        sections=tuple(SectionWish.parse(text) for text in sections),
        log_to_stderr=log_to_stderr,
        trust_loopback=trust_loopback,
        host_names=f"{host_names},{domain.name}" if domain else host_names,
        domain=domain,
        account_home=_checked_home(account_home),
        handover=handover,
        trusted_proxies=proxies,
        container=ContainerSettings.from_environment(environment or {}),
        owner=owner or None,
        owner_password_file=owner_password_file,
        state=state.absolute() if state else None,
    )
