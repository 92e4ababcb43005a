"""Which identity is this? The library's memory of what a person did hangs on the answer (design rule 1).

Keys are asked in the order external id, parsed name, content, path. The first two are believed as they are: two files
of one name are two versions of one item. Content and path only find again what has moved or was retouched: they count
only when the item they lead to has no other file that is still there, so a copy of a file is an item of its own.
"""

from collections.abc import Collection, Iterable

from msgspec import Struct

from vitascope.library.scan.commit import Link
from vitascope.library.scan.keys import CONTENT, EXTERNAL, NAME, PATH, SPLIT, Key
from vitascope.library.scan.known import Known, OldItem
from vitascope.library.scan.roots import Roots
from vitascope.store.rows import FileRow


class Claim(Struct, kw_only=True):
    """Something that wants to know its identity, and afterwards does."""

    keys: list[Key]
    own_paths: frozenset[tuple[int, bytes]] = frozenset()
    """(location, path) of its files."""
    identity_id: int = 0
    fresh: bool = False
    """The identity was made for it."""
    new_keys: list[Key] = []
    moved_keys: list[Key] = []
    """Paths that belonged to another identity and are this one's now."""
    proven: list[Key] = []
    """Names and external ids that lead to another identity: the store settles whether the two are one."""
    old: OldItem | None = None
    """The section's item with this identity."""


class Resolver:
    """Finds identities for one section, and remembers those whose batch is still on its way."""

    def __init__(self, known: Known, link: Link, roots: Roots) -> None:
        self._known = known
        self._link = link
        self._roots = roots
        self._recent: dict[bytes, tuple[int, int]] = {}

    def sent(self, claims: Iterable[Claim], batch: int) -> None:
        """The keys of these claims are in this batch."""
        done = self._link.acknowledged
        if len(self._recent) > 20_000:
            self._recent = {key: value for key, value in self._recent.items() if value[1] > done}
        for claim in claims:
            for key in claim.new_keys:
                self._recent[key.digest] = (claim.identity_id, batch)

    def resolve(self, claims: list[Claim]) -> None:
        """Give every claim its identity, and the item the section has for it."""
        if any(self._on_its_way(key) for claim in claims for key in claim.keys):
            self._link.drain()
            self._recent.clear()
        hits = self._known.identities([key.digest for claim in claims for key in claim.keys])
        olds = self._olds(set(hits.values()))
        files = self._files(olds)
        given: dict[bytes, int] = {}
        taken: set[int] = set()
        for claim in claims:
            named = self._by_name(claim, hits, given, olds)
            identity = named
            if named is None or (named not in olds and named not in taken):
                # Content proves that an item of this section goes on, whoever else has the name or the id.
                kinds = (CONTENT, PATH) if named is None else (CONTENT,)
                found = self._again(claim, hits, olds, files, taken, kinds)
                identity = found if found is not None and (named is None or found in olds) else named
            if identity is None:
                identity = self._link.ids("identities")
                claim.fresh = True
            claim.identity_id = identity
            claim.old = olds.get(identity)
            taken.add(identity)
            self._assign(claim, hits, given)

    def _on_its_way(self, key: Key) -> bool:
        found = self._recent.get(key.digest)
        return found is not None and found[1] > self._link.acknowledged

    @staticmethod
    def _by_name(claim: Claim, hits: dict[bytes, int], given: dict[bytes, int], olds: dict[int, OldItem]) -> int | None:
        """The identity that external id or name lead to; of several the one that has an item here already."""
        found = [
            identity
            for kind in (SPLIT, EXTERNAL, NAME)
            for key in claim.keys
            if key.kind == kind and (identity := hits.get(key.digest) or given.get(key.digest)) is not None
        ]
        return next((identity for identity in found if identity in olds), found[0] if found else None)

    def _again(
        self,
        claim: Claim,
        hits: dict[bytes, int],
        olds: dict[int, OldItem],
        files: dict[int, FileRow],
        taken: set[int],
        kinds: tuple[int, ...],
    ) -> int | None:
        """The identity of what was moved or retouched, when nothing else is it."""
        for key in claim.keys:
            found = hits.get(key.digest) if key.kind in kinds else None
            if found is not None and found not in taken and self._is_free(claim, olds.get(found), files):
                return found
        return None

    @staticmethod
    def _assign(claim: Claim, hits: dict[bytes, int], given: dict[bytes, int]) -> None:
        claim.new_keys, claim.moved_keys, claim.proven = [], [], []
        for key in claim.keys:
            owner = hits.get(key.digest)
            if owner is None:
                if key.digest not in given:
                    claim.new_keys.append(key)
                    given[key.digest] = claim.identity_id
            elif owner != claim.identity_id and key.kind == PATH:
                claim.moved_keys.append(key)
            elif owner != claim.identity_id and key.kind in (EXTERNAL, NAME):
                claim.proven.append(key)

    def _olds(self, identity_ids: Collection[int]) -> dict[int, OldItem]:
        found = self._known.with_media(self._known.items_of(identity_ids))
        return {old.item.identity_id: old for old in found.values()}

    def _files(self, olds: dict[int, OldItem]) -> dict[int, FileRow]:
        ids = {part.file_id for old in olds.values() for part in old.parts}
        return {row.id: row for row in self._known.files(ids)}

    def _is_free(self, claim: Claim, old: OldItem | None, files: dict[int, FileRow]) -> bool:
        for part in old.parts if old is not None else ():
            row = files.get(part.file_id)
            if row is None or (row.location_id, row.path) in claim.own_paths:
                continue
            if not self._roots.is_gone(row):
                return False
        return True
