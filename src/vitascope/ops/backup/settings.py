"""How the running server makes its backups: read once from ``VITASCOPE_BACKUP_*``."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vitascope.ops.backup.keys import NOBODY, Recipients, parse_recipients
from vitascope.ops.backup.retention import Keep
from vitascope.ops.backup.schedule import Daily

_TRUE = {"1", "true", "yes", "on"}
DRILLS = ("daily", "weekly", "never")


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupSettings:
    """Backups of the running server."""

    folder: Path | None = None
    """``None``: the preference ``ButlerDatabaseBackupPath``, or ``backups`` in the configuration folder."""
    recipients: Recipients = NOBODY
    identity_file: Path | None = None
    """With it the server verifies its backups and practises restoring them."""
    unencrypted: bool = False
    daily: Daily = Daily()  # noqa: RUF009  # frozen
    keep: Keep = Keep()  # noqa: RUF009  # frozen
    drill: str = "weekly"

    @property
    def possible(self) -> bool:
        """Whether there is somebody to encrypt to, or nobody wants that."""
        return bool(self.recipients.texts) or self.unencrypted


def read_settings(environment: Mapping[str, str]) -> BackupSettings:
    """Reads the variables. Raises ``ValueError`` or :class:`~vitascope.ops.backup.errors.BadKey`."""

    def path(name: str) -> Path | None:
        text = environment.get(f"VITASCOPE_BACKUP_{name}", "").strip()
        return Path(text).expanduser().absolute() if text else None

    def value(name: str, default: str) -> str:
        return environment.get(f"VITASCOPE_BACKUP_{name}", "").strip() or default

    file = path("RECIPIENTS_FILE")
    drill = value("DRILL", "weekly").lower()
    if drill not in DRILLS:
        raise ValueError(f"VITASCOPE_BACKUP_DRILL {drill!r}: must be one of {', '.join(DRILLS)}")
    try:
        return BackupSettings(
            folder=path("DIR"),
            recipients=parse_recipients([value("RECIPIENTS", "")], [file] if file else []),
            identity_file=path("IDENTITY_FILE"),
            unencrypted=value("UNENCRYPTED", "0").lower() in _TRUE,
            daily=Daily.parse(value("TIME", "03:00")),
            keep=Keep.parse(value("KEEP", "7d,4w,12m")),
            drill=drill,
        )
    except ValueError as error:
        raise ValueError(f"VITASCOPE_BACKUP_*: {error}") from error
