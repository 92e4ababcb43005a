"""What a new container prepares before the server starts: ids, ownership, and an empty preferences file.

The original does this once for each container and marks it with ``/.firstRunComplete``; here every step looks whether
there is anything to do, so it may run at each start. What the variables say about preferences (``ADVERTISE_IP``,
``ALLOWED_NETWORKS``, ``PLEX_CLAIM``, ...) and the identifiers are the server's own business: it merges them into the
file when it starts.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vitascope.ops.container.accounts import AccountError, Accounts, parse_id
from vitascope.ops.container.ownership import hand_over
from vitascope.ops.container.places import CANDIDATES, write_file

_USER = "plex"
_EMPTY = '<?xml version="1.0" encoding="utf-8"?>\n<Preferences/>\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """The files that a first run touches."""

    config: Path = Path("/config")
    transcode: Path = Path("/transcode")
    ids: Path = CANDIDATES[0] / "ids"
    accounts: Accounts = field(default_factory=Accounts)


def _say(message: str) -> None:
    print(message, flush=True)


def _warn(message: str) -> None:
    print(f"first run: {message}", file=sys.stderr, flush=True)


def support_folder(container: Container, variables: Mapping[str, str]) -> Path:
    """The support directory, as the server finds it too."""
    parent = variables.get("PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR")
    return (Path(parent) if parent else container.config / "Library" / "Application Support") / "Plex Media Server"


def set_ids(container: Container, variables: Mapping[str, str]) -> tuple[int, int]:
    """Gives ``plex`` the ids of ``PLEX_UID`` and ``PLEX_GID``; returns those the server will have."""
    now_uid, now_gid = container.accounts.ids(_USER)
    uid = parse_id("PLEX_UID", variables.get("PLEX_UID", ""))
    gid = parse_id("PLEX_GID", variables.get("PLEX_GID", ""))
    wanted = (now_uid if uid is None else uid, now_gid if gid is None else gid)
    if wanted == (now_uid, now_gid):
        return wanted
    try:
        container.accounts.set_ids(_USER, *wanted)
    except OSError:
        # A read-only root: s6-setuidgid looks here first.
        container.ids.mkdir(mode=0o755, parents=True, exist_ok=True)
        for kind, number in zip(("uid", "gid"), wanted, strict=True):
            write_file(container.ids / f"{_USER}.{kind}", f"{number}\n", mode=0o644)
    _say(f"{_USER} is {wanted[0]}:{wanted[1]}")
    return wanted


def take_over(container: Container, preferences: Path, ids: tuple[int, int]) -> None:
    """Gives ``/config`` to ``plex`` when its preferences are another's or are not there, and ``/transcode`` always."""
    try:
        owned = preferences.stat().st_uid == ids[0]
    except FileNotFoundError:
        owned = False
    for folder in [container.transcode] if owned else [container.config, container.transcode]:
        if folder.is_dir():
            changed = hand_over(folder, *ids)
            if changed:
                _say(f"{folder}: {changed} entries now belong to {ids[0]}:{ids[1]}")


def make_preferences(preferences: Path, ids: tuple[int, int] | None) -> None:
    """Makes an empty preferences file where there is none, with folders and file given to ``ids``."""
    if preferences.exists():
        return
    made = [folder for folder in preferences.parents if not folder.exists()]
    preferences.parent.mkdir(parents=True, exist_ok=True)
    write_file(preferences, _EMPTY, mode=0o600)
    if ids is not None:
        for path in (*made, preferences):
            os.chown(path, *ids, follow_symlinks=False)
    _say("Creating pref shell")


def first_run(container: Container, variables: Mapping[str, str], *, root: bool) -> None:
    """Prepares the container. Raises ``OSError`` and :class:`AccountError`."""
    preferences = support_folder(container, variables) / "Preferences.xml"
    ids = None
    if root:
        ids = set_ids(container, variables)
        if variables.get("CHANGE_CONFIG_DIR_OWNERSHIP", "").lower() == "true":
            take_over(container, preferences, ids)
    make_preferences(preferences, ids)
    if variables.get("PLEX_UPDATE_CHANNEL"):
        _say("PLEX_UPDATE_CHANNEL is not used: this image does not change itself, pull a newer one")


def main() -> int:
    """``/etc/cont-init.d/40-plex-first-run``."""
    try:
        first_run(Container(), os.environ, root=os.geteuid() == 0)
    except AccountError as error:
        _warn(str(error))
        return 1
    except OSError as error:
        _warn(f"{error.filename or ''}: {error.strerror} (the server needs to write there as uid {os.geteuid()})")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
