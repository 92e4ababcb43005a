"""What was made of contents that are gone is removed, and what is missing on the disk is made again.

A backup leaves the pictures out, because they can be made again; so a server that was restored elsewhere begins
without. The database forgets first, and only contents that it has forgotten lose their folder, so that a crash can
only leave a folder that nothing refers to; the next sweep finds that by its name.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from vitascope.library.derived.places import Bundles
from vitascope.store import derived
from vitascope.store.engine import Database
from vitascope.store.reader import chunks

_BATCH = 200
_NAME = re.compile(r"[0-9a-f]{31}\.bundle")


async def sweep(database: Database, bundles: Bundles) -> int:
    """Forget what was made of contents that no file has any more; returns how many folders went."""
    while gone := await database.read(derived.unused, _BATCH):
        if not await database.awrite(derived.forget_unused, gone, urgent=False):
            break
    removed = 0
    for some in chunks(await asyncio.to_thread(_contents, bundles), _BATCH):
        wanted = await database.read(derived.known_contents, some)
        for fingerprint in some:
            if fingerprint not in wanted:
                await asyncio.to_thread(bundles.remove, fingerprint)
                removed += 1
    return removed


async def forget_missing(database: Database, bundles: Bundles) -> int:
    """Let pictures be made again whose files are not there; returns of how many contents."""
    forgotten = 0
    for kind, place in ((derived.PREVIEWS, bundles.index), (derived.CHAPTERS, bundles.chapters)):
        after = b""
        while page := await database.read(derived.contents_with, kind, after, _BATCH):
            after = page[-1]
            missing = await asyncio.to_thread(_missing, page, place)
            for fingerprint in missing:
                await database.awrite(derived.forget, fingerprint, kind, urgent=False)
            forgotten += len(missing)
    return forgotten


def _missing(fingerprints: Sequence[bytes], place: Callable[[bytes], Path]) -> list[bytes]:
    return [one for one in fingerprints if not place(one).exists()]


def _contents(bundles: Bundles) -> list[bytes]:
    if not bundles.root.is_dir():
        return []
    found = (path for path in bundles.root.glob("?/*.bundle") if _NAME.fullmatch(path.name))
    return [bytes.fromhex(path.parent.name + path.name.removesuffix(".bundle")) for path in found]
