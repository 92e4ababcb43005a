"""The user ``plex`` joins the groups that own ``/dev/dri`` and ``/dev/dvb``, so that the server may use them."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from vitascope.ops.container.accounts import AccountError, Accounts

FOLDERS = (Path("/dev/dri"), Path("/dev/dvb"))
_USER = "plex"


def device_groups(folders: Iterable[Path] = FOLDERS) -> set[int]:
    """The groups of the character devices below the folders; root's own is not one to join."""
    return {found.st_gid for path in _devices(folders) if stat.S_ISCHR((found := path.stat()).st_mode)} - {0}


def _devices(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from folder.rglob("*")


def main() -> int:
    """``/etc/cont-init.d/45-plex-hw-transcode-and-connected-tuner``."""
    if os.geteuid() != 0:
        return 0  # the engine gives groups to a container's user: --group-add
    accounts = Accounts()
    try:
        for gid in sorted(device_groups()):
            print(f"{_USER} joins {accounts.join(_USER, gid)} ({gid}) for devices", flush=True)
    except (AccountError, OSError) as error:
        print(f"devices: {_USER} could not join their groups: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
