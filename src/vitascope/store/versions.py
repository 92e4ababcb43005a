"""Counters that tell a cache when what it holds is old.

A section has two: *edit* goes up when the owner or a person changed something (a listing must be right at once),
*scan* when a scan added or changed content (a listing may lag a moment). They are raised after the commit and before
the write's future resolves; a reader takes its snapshot before its transaction begins. So a cache entry is never older
than the version it is filed under. They live in memory: caches do too.

Of the last edits of a section it is also known which items they concerned, as far as whoever made them said so: a
cache may then bring an array of a million ids up to date by looking at those few again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_REMEMBERED = 64
"""So many edits of a section are remembered."""
_MOST_ITEMS = 1_000
"""Of an edit of more items it is not remembered which."""

Concerned = frozenset[int] | None
"""The items that an edit concerned; ``None``: it may be any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSnapshot:
    """The counters at one moment."""

    sections: Mapping[int, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))
    people: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    everything: int = 0
    """Goes up with every one of the others."""
    edits: Mapping[int, tuple[Concerned, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """What the last edits of a section concerned, the newest last."""

    def section(self, section_id: int) -> tuple[int, int]:
        """(edit version, scan version) of a section."""
        return self.sections.get(section_id, (0, 0))

    def person(self, person_id: int) -> int:
        """Version of what a person watched, rated and chose."""
        return self.people.get(person_id, 0)

    def edited_since(self, section_id: int, edit: int) -> Concerned:
        """The items that edits of a section concerned since it had this edit version."""
        missed = self.section(section_id)[0] - edit
        remembered = self.edits.get(section_id, ())
        if not 0 <= missed <= len(remembered):
            return None
        found: set[int] = set()
        for items in remembered[len(remembered) - missed :]:
            if items is None:
                return None
            found |= items
        return frozenset(found)


class Versions:
    """The live counters; only the writer thread raises them."""

    __slots__ = ("_now",)

    def __init__(self) -> None:
        self._now = VersionSnapshot()

    def snapshot(self) -> VersionSnapshot:
        """All counters as they are now."""
        return self._now

    def section(self, section_id: int) -> tuple[int, int]:
        """(edit version, scan version) of a section."""
        return self._now.section(section_id)

    def person(self, person_id: int) -> int:
        """Version of what a person watched, rated and chose."""
        return self._now.person(person_id)

    def raise_(self, *, edited: Mapping[int, Concerned], scanned: set[int], people: set[int]) -> None:
        """Raise the counters of these sections and people by one."""
        if not (edited or scanned or people):
            return
        sections = dict(self._now.sections)
        for section_id in edited.keys() | scanned:
            edit, scan = sections.get(section_id, (0, 0))
            sections[section_id] = (edit + (section_id in edited), scan + (section_id in scanned))
        edits = dict(self._now.edits)
        for section_id, items in edited.items():
            known = None if items is None or len(items) > _MOST_ITEMS else items
            edits[section_id] = (*edits.get(section_id, ()), known)[-_REMEMBERED:]
        persons = dict(self._now.people)
        for person_id in people:
            persons[person_id] = persons.get(person_id, 0) + 1
        self._now = VersionSnapshot(sections=sections, people=persons, everything=self._now.everything + 1, edits=edits)
