"""The menu of a section: the lists it can be browsed by, as clients without a page of their own show them."""

from collections.abc import Iterator

from vitascope.api.meta import detail_nodes
from vitascope.api.render import Node, Value
from vitascope.core.model import ItemType, SectionKind
from vitascope.core.query import FieldKind, library_type, types_of_section

_FILMS = (
    ("unwatched", "Unplayed"),
    ("newest", "Recently Released"),
    ("recentlyAdded", "Recently Added"),
    ("recentlyViewed", "Recently Played"),
    ("onDeck", "On Deck"),
)
_LISTS: dict[SectionKind, tuple[tuple[str, str], ...]] = {
    SectionKind.MOVIE: _FILMS,
    SectionKind.OTHER: _FILMS,
    SectionKind.SHOW: (
        ("unwatched", "Unplayed"),
        ("newest", "Recently Aired"),
        ("recentlyAdded", "Recently Added"),
        ("recentlyViewed", "Recently Played Episodes"),
        ("onDeck", "On Deck"),
    ),
    SectionKind.ARTIST: (
        ("albums", "By Album"),
        ("recentlyAdded", "Recently Added Albums"),
        ("recentlyViewed", "Recently Played"),
    ),
    SectionKind.PHOTO: (("recentlyAdded", "Recently Added"),),
}


def menu_nodes(section_id: int, kind: SectionKind, top: ItemType, *, details: bool) -> Iterator[Node]:
    """The entries, with keys below ``/library/sections/{id}/``; ``details`` adds each type of items with what it can be
    filtered and sorted by."""
    listed = library_type(top)
    if listed is None:
        return
    yield _entry("all", f"All {listed.title}")
    for key, title in _LISTS[kind]:
        yield _entry(key, title)
    yield _entry("collections", "Collections")
    for field in listed.fields.values():
        if field.advertised and field.is_filter and field.kind is not FieldKind.BOOLEAN:
            yield _entry(field.key, f"By {field.title}", secondary=True)
    yield _entry("firstCharacter", "By First Letter", secondary=True)
    yield _entry("folder", "By Folder")
    for one in types_of_section(kind):
        prompt = f"Search {one.title}"
        yield _entry(f"search?type={int(one.type)}", f"{prompt}…", prompt=prompt, search=True)
    if details:
        for one in types_of_section(kind):
            address = f"/library/sections/{section_id}/all?type={int(one.type)}"
            attributes: dict[str, Value] = {"key": address, "title": one.title, "type": str(int(one.type))}
            yield Node("Directory", attributes, detail_nodes(section_id, one))


def _entry(
    key: str, title: str, *, secondary: bool | None = None, prompt: str | None = None, search: bool | None = None
) -> Node:
    return Node("Directory", {"key": key, "title": title, "secondary": secondary, "prompt": prompt, "search": search})
