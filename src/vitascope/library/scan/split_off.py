"""Versions that a person split off an item: they are finds of their own, whatever their names say.

Such a file is known by keys of a kind of their own (its path, its content), stronger than name and external id. Nobody
asks for them before anything was split.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from vitascope.core.model import ItemType
from vitascope.library.scan import keys
from vitascope.library.scan.finds import Find, Version
from vitascope.library.scan.keys import CONTENT, PATH, SPLIT, Key
from vitascope.library.scan.known import Known
from vitascope.library.scan.probe import Look
from vitascope.library.scan.work import Slice


class SplitOff:
    """Takes finds apart whose versions were split, and gives their claims the keys they go by."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._asks = known.has_splits()
        self._pinned: dict[bytes, tuple[Key, ...]] = {}
        """By path below the root: the keys of what was split off there, in this batch."""

    def take_apart(self, slices: Sequence[Slice]) -> None:
        """Make finds of their own of the versions that were split off."""
        self._pinned = {}
        if not self._asks:
            return
        asked: dict[bytes, tuple[Slice, bytes, Key, Key]] = {}
        for each in slices:
            for find in each.finds:
                for version in find.versions:
                    for key, plain in _keys(each, find, version):
                        asked[key.digest] = (each, version.parts[0].entry.path, key, plain)
        known = self._known.identities(list(asked))
        for digest in known:
            _, path, key, plain = asked[digest]
            # paths below different roots may be equal: then both are asked for, and each has keys of its own
            self._pinned[path] = (*self._pinned.get(path, ()), key, plain)
        for each in slices:
            each.finds = [part for find in each.finds for part in self._parts(find)]

    def _parts(self, find: Find) -> list[Find]:
        off = [version for version in find.versions if version.parts[0].entry.path in self._pinned]
        if not off or len(find.versions) == 1:
            return [find]
        rest = tuple(version for version in find.versions if version not in off)
        found = [replace(find, versions=rest)] if rest else []
        return found + [
            replace(find, versions=(version,), extras=() if found or at else find.extras)
            for at, version in enumerate(off)
        ]

    def keys(self, find: Find) -> list[Key]:
        """The keys of a find that was split off; none of any other."""
        if not self._pinned:
            return []
        return list(dict.fromkeys(self._pinned.get(find.versions[0].parts[0].entry.path, ())))


def _keys(each: Slice, find: Find, version: Version) -> list[tuple[Key, Key]]:
    entry = version.parts[0].entry
    path = keys.path_key(each.location.path.rstrip(b"/") + b"/" + entry.path, find.type)
    found = [(keys.key(SPLIT, keys.split_off(path)), keys.key(PATH, path))]
    look = each.answers.get(entry.path)
    if isinstance(look, Look) and look.probe.fingerprint:
        content = keys.content(look.probe.fingerprint, find.type)
        found.append((keys.key(SPLIT, keys.split_off(content)), keys.key(CONTENT, content)))
    return found


def keys_of_version(path: bytes, fingerprint: bytes | None, item_type: ItemType) -> list[str]:
    """The texts of the keys that a version is split off by."""
    found = [keys.split_off(keys.path_key(path, item_type))]
    if fingerprint:
        found.append(keys.split_off(keys.content(fingerprint, item_type)))
    return found
