"""Merging and splitting items, as requests ask for it."""

from collections.abc import Sequence

from vitascope.core.model import ItemType
from vitascope.library.scan.split_off import keys_of_version
from vitascope.store import merging
from vitascope.store.known_keys import Key, KeyKind
from vitascope.store.merging import MergeError, Split, VersionFile, merge
from vitascope.store.writer import Writer


def _keys(version: VersionFile, item_type: ItemType) -> Sequence[Key]:
    path = version.root.rstrip(b"/") + b"/" + version.path
    return [Key(KeyKind.SPLIT, text) for text in keys_of_version(path, version.fingerprint, item_type)]


def split(tx: Writer, item_id: int) -> Split:
    """Take apart what was merged into an item; where nothing was, its versions."""
    found = merging.split(tx, item_id)
    if found.items or found.scan:
        return found
    return Split(merging.split_versions(tx, item_id, _keys))


__all__ = ["MergeError", "Split", "merge", "split"]
