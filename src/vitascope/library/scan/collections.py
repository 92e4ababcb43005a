"""Collections that a scan left empty: their item goes when nobody carries the tag any more.

The items of new ones are the store's business (:mod:`vitascope.store.collections`): a tag that appears makes them.
"""

from vitascope.library.scan.commit import Link
from vitascope.library.scan.known import Known
from vitascope.store.batches import Changes


def drop_empty(section_id: int, known: Known, link: Link) -> None:
    """Delete the collections whose tag nobody carries. Everything must be committed."""
    doomed = known.empty_collections()
    if doomed:
        changes = Changes(touch=[section_id])
        changes.delete.items = doomed
        link.commit(changes)
