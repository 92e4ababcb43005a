"""Hubs put together for a page, and kept as long as nothing changed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from vitascope.core.model import SectionKind, Viewer
from vitascope.library.collection_contents import member_ids
from vitascope.library.hubs import home, managed
from vitascope.library.hubs.catalogue import HUBS, IN_PROGRESS, RECENT, BuiltIn
from vitascope.library.hubs.managed import Managed
from vitascope.library.hubs.model import COUNT, DeckRules, Hub, Look
from vitascope.store.positions import Positions, Values
from vitascope.store.positions.cache import ArrayCache
from vitascope.store.positions.listing import versions_of
from vitascope.store.reader import Reader
from vitascope.store.rows import SectionRow

TRANSIENT = frozenset(
    {
        *("home.continue", "home.ondeck"),
        *IN_PROGRESS.values(),
        *(hub.name for hubs in HUBS.values() for hub in hubs if hub.transient),
    }
)
"""Hubs that change with whatever is played."""


class Shelves:
    """One for a server process. While a scan writes, a hub may lag some seconds behind it, never behind a person."""

    def __init__(self, positions: Positions, values: Values, *, cache_bytes: int = 4 * 2**20) -> None:
        self._positions = positions
        self._values = values
        self._cache: ArrayCache[tuple[Hub, ...]] = ArrayCache(cache_bytes, size_of=_size_of, slow_s=0.0)

    def look(
        self,
        r: Reader,
        viewer: Viewer,
        *,
        now: int,
        count: int = COUNT,
        start: int = 0,
        deck: DeckRules | None = None,
        mixes: bool = False,
    ) -> Look:
        """A look at the hubs through somebody's eyes."""
        return Look(
            r=r,
            positions=self._positions,
            values=self._values,
            viewer=viewer,
            now=now,
            count=count,
            start=start,
            deck=deck or DeckRules(),
            mixes=mixes,
        )

    def of_section(self, look: Look, section: SectionRow) -> list[Hub]:
        """The page of a section: what to go on with, and what is recommended."""
        found = list(home.in_progress(look, section))
        for hub in managed.hubs_of(look.r, section):
            if hub.recommended:
                found += self._marked(look, section, hub)
        return found

    def promoted(self, look: Look, sections: Sequence[SectionRow], *, with_continue: bool = True) -> list[Hub]:
        """The start page section by section, as the owner arranged it."""
        found = list(home.continue_watching(look, sections)) if with_continue else []
        for section in sections:
            for hub in managed.hubs_of(look.r, section):
                if hub.on_home_of(look.viewer):
                    found += self._marked(look, section, hub)
        return found

    def of_home(self, look: Look, sections: Sequence[SectionRow], *, with_continue: bool = True) -> list[Hub]:
        """The start page by kind: what came last into sections of a kind is one hub; all else the owner put there
        follows."""
        found: list[Hub] = []
        if with_continue:
            found += [*home.continue_watching(look, sections), *home.on_deck_hub(look, sections)]
        recent: list[SectionRow] = []
        others: list[Hub] = []
        for section in sections:
            for hub in managed.hubs_of(look.r, section):
                if not hub.on_home_of(look.viewer):
                    continue
                if hub.identifier == RECENT[SectionKind(section.kind)]:
                    recent.append(section)
                else:
                    others += self._marked(look, section, hub)
        key = ("home", tuple((section.id, section.kind) for section in recent))
        found += self._kept(look, key, recent, lambda: home.recently_added(look, recent), personal=False)
        return found + others

    def one(self, look: Look, sections: Sequence[SectionRow], identifier: str) -> Hub | None:
        """The hub that an identifier names, wherever it is shown; the wanted part of it."""
        if identifier == "home.continue":
            return next(home.continue_watching(look, sections), None)
        if identifier == "home.ondeck":
            return next(home.on_deck_hub(look, sections), None)
        if identifier.startswith("home."):
            return next((hub for hub in home.recently_added(look, sections) if hub.identifier == identifier), None)
        for section in sections:
            found = self._of_section(look, section, identifier)
            if found is not None:
                return found
        return None

    def _of_section(self, look: Look, section: SectionRow, identifier: str) -> Hub | None:
        if identifier == f"{IN_PROGRESS.get(SectionKind(section.kind))}.{section.id}":
            return next(home.in_progress(look, section), None)
        for hub in managed.hubs_of(look.r, section):
            if hub.built_in is None:
                if hub.identifier == identifier:
                    return next(_of_collection(look, hub), None)
                continue
            base = f"{hub.identifier}.{section.id}"
            if identifier == base or identifier.startswith(f"{base}."):
                chosen = identifier.removeprefix(base).removeprefix(".") or None
                asked = replace(look, chosen=chosen, mixes=True)
                return next(iter(self._made(asked, section, hub.built_in)), None)
        return None

    def _marked(self, look: Look, section: SectionRow, hub: Managed) -> Iterator[Hub]:
        """What a managed hub shows, marked when it is on the viewer's start page."""
        promoted = hub.on_home_of(look.viewer)
        if hub.built_in is None:
            made: Iterator[Hub] = _of_collection(look, hub)
        else:
            made = iter(self._made(look, section, hub.built_in))
        return (shown.on_home(promoted=promoted) for shown in made)

    def _made(self, look: Look, section: SectionRow, hub: BuiltIn) -> tuple[Hub, ...]:
        key = (hub.name, section.id, section.title)
        return self._kept(look, key, [section], lambda: hub.make(look, section), personal=hub.personal)

    def _kept(
        self,
        look: Look,
        key: tuple[object, ...],
        sections: Sequence[SectionRow],
        make: Callable[[], Iterator[Hub]],
        *,
        personal: bool,
    ) -> tuple[Hub, ...]:
        """Hubs as they were made, as long as the sections, the day and, where it matters, the person's doings are the
        same."""
        whole = (*key, look.viewer, look.count, look.start, look.chosen, look.mixes, look.now // 86_400)
        ids = tuple(section.id for section in sections)
        versions = versions_of(look.r, ids, look.viewer.person_id if personal else None)
        return self._cache.get(whole, versions, lambda: tuple(make()))


def _of_collection(look: Look, hub: Managed) -> Iterator[Hub]:
    """The hub of a collection."""
    collection = hub.collection
    if collection is None:
        return
    members = member_ids(look.r, look.positions, collection.id, look.viewer, now=look.moment)
    if members.size:
        part = members[look.start : look.start + look.count]
        yield Hub(
            name="custom.collection",
            identifier=hub.identifier,
            title=collection.title,
            type="mixed",
            key=f"/library/collections/{collection.id}/children",
            ids=tuple(int(item_id) for item_id in part),
            total=int(members.size),
        )


def _size_of(hubs: tuple[Hub, ...]) -> int:
    return 300 + sum(500 + 36 * len(hub.ids) + 500 * len(hub.stations) for hub in hubs)
