"""Collections that files name (the ``<set>`` of an NFO, edited tags): a listed item for each, made by the scan.

What belongs to a collection is told by the tag its members carry; the item is what clients list, open and give a
picture. It goes when nobody carries the tag any more, unless somebody put something into it by hand.
"""

from collections.abc import Iterable

from vitascope.core.model import ItemType
from vitascope.core.naming.titles import fold
from vitascope.library.scan import build, keys
from vitascope.library.scan.commit import Link
from vitascope.library.scan.keys import NAME
from vitascope.library.scan.known import Known
from vitascope.library.scan.media_rows import BestMedia
from vitascope.library.scan.output import Output
from vitascope.library.scan.resolve import Claim, Resolver
from vitascope.metadata import MetadataRecord
from vitascope.store.changes import Changes
from vitascope.store.rows import SectionRow


class Collections:
    """The collections of one section."""

    def __init__(self, section: SectionRow, known: Known, link: Link, resolver: Resolver, output: Output) -> None:
        self._section = section
        self._known = known
        self._link = link
        self._resolver = resolver
        self._output = output
        self._there: set[str] = set()

    def ensure(self, records: Iterable[MetadataRecord]) -> None:
        """Make the items of all collections these records name."""
        wanted = {fold(name): name for record in records for name in record.collections}
        missing = {folded: name for folded, name in wanted.items() if folded not in self._there and folded}
        if not missing:
            return
        self._there.update(missing)
        claims = [
            (name, Claim(keys=[keys.key(NAME, f"collection|{self._section.kind}|{folded}")]))
            for folded, name in sorted(missing.items())
        ]
        self._resolver.resolve([claim for _, claim in claims])
        for name, claim in claims:
            if claim.old is not None:
                continue
            record = MetadataRecord(title=name)
            row = build.item_row(
                item_id=self._link.ids("items"),
                item_type=ItemType.COLLECTION,
                identity_id=claim.identity_id,
                place=build.Place(section_id=self._section.id),
                record=record,
                best=BestMedia(),
                media_count=0,
                added_at=self._output.now,
                now=self._output.now,
                pictures={},
            )
            self._output.item(row, {}, record, claim)

    def drop_empty(self) -> None:
        """Delete the collections whose tag nobody carries. Everything must be committed."""
        doomed = self._known.empty_collections()
        if doomed:
            changes = Changes(touch=[self._section.id])
            changes.delete.items = doomed
            self._link.commit(changes)
