"""The hubs of one item: what is like it, who made it, and what to play after it."""

from collections.abc import Iterator

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.core.naming.titles import fold
from vitascope.library.collection_contents import member_ids
from vitascope.library.hubs.home import continue_watching
from vitascope.library.hubs.model import Hub, Look
from vitascope.library.hubs.queried import BEST_FIRST, Query, address, queried
from vitascope.store import shelves
from vitascope.store.items import get_item, get_items
from vitascope.store.reader import Reader
from vitascope.store.rows import ItemRow, SectionRow
from vitascope.store.similar import similar_items, tags_of

SIMILAR = 200
"""Similar items that are listed at most."""

_PEOPLE = 2
_TITLES = {
    ItemType.MOVIE: "Related Movies",
    ItemType.SHOW: "Related Shows",
    ItemType.ARTIST: "Similar Artists",
    ItemType.ALBUM: "Related Albums",
}


def subject(r: Reader, item: ItemRow, viewer: Viewer) -> ItemRow:
    """What an item is related by: an episode and a season by their show, a track by its album."""
    above = {
        ItemType.EPISODE: item.grandparent_id,
        ItemType.SEASON: item.parent_id,
        ItemType.TRACK: item.parent_id,
    }.get(ItemType(item.type))
    found = None if above is None else get_item(r, above, viewer)
    return found or item


def similar(look: Look, item: ItemRow) -> Iterator[Hub]:
    """What is like the item."""
    kind = ItemType(item.type)
    if kind not in _TITLES:
        return
    ids = similar_items(look.r, item, look.viewer, SIMILAR)
    if ids:
        yield Hub(
            name=f"{kind.api_name}.similar",
            identifier=f"{kind.api_name}.similar",
            title=_TITLES[kind],
            type=kind.api_name,
            key=f"/library/metadata/{item.id}/similar",
            ids=look.part(ids),
            total=len(ids),
        )


def related(look: Look, section: SectionRow, item: ItemRow) -> Iterator[Hub]:
    """Everything an item's page may show beside it."""
    item = subject(look.r, item, look.viewer)
    yield from similar(look, item)
    kind = ItemType(item.type)
    if kind is ItemType.MOVIE:
        yield from _collections(look, item)
        yield from _people(look, section, item, "movie.by.actor.or.director")
    elif kind is ItemType.SHOW:
        yield from _collections(look, item)
        yield from _people(look, section, item, "tv.by.actor.or.director")
        yield from _network(look, section, item)
    elif kind is ItemType.ALBUM:
        yield from _by_artist(look, section, item)


def popular(look: Look, section: SectionRow, artist: ItemRow) -> Iterator[Hub]:
    """The tracks of an artist that are played most."""
    played: Query = (("artist.id", str(artist.id)), ("viewCount>>", "0"), ("sort", "viewCount:desc"))
    yield from queried(look, section, "artist.tracks.popular", "Popular Tracks", ItemType.TRACK, played)


def of_music(look: Look, section: SectionRow, item: ItemRow) -> Iterator[Hub]:
    """The page of an artist: what is played most, the albums, and who is alike; of an album what is related."""
    if item.type != ItemType.ARTIST:
        yield from related(look, section, item)
        return
    own: Query = (("artist.id", str(item.id)),)
    yield from popular(look, section, item)
    albums = (*own, ("sort", "year:desc"))
    ids = shelves.albums_by_year(look.r, look.viewer, item.id)
    about = str(item.id)
    yield from _listed(look, section, "artist.albums", "Albums", ItemType.ALBUM, albums, ids, item.id, about)
    yield from similar(look, item)


def postplay(look: Look, section: SectionRow, item: ItemRow, sections: list[SectionRow]) -> Iterator[Hub]:
    """What to play after an item: the next episode, or film of its collection; then what else to go on with, and what
    is like it."""
    if item.type == ItemType.EPISODE:
        upcoming = shelves.episode_after(look.r, item, look.viewer)
        if upcoming is not None:
            yield _next("tv.upnext", "Up Next", "episode", upcoming)
    elif item.type == ItemType.MOVIE:
        for collection in _collections_of(look, item):
            members = member_ids(look.r, look.positions, collection.id, look.viewer, now=look.moment)
            ids = [int(member) for member in members]
            after = ids[ids.index(item.id) + 1 :] if item.id in ids else []
            if after:
                yield _next("movie.upnext", f"Next in {collection.title}", "movie", after[0])
                break
    for hub in continue_watching(look, sections):
        ids = [other for other in hub.ids if other != item.id]
        if ids:
            yield Hub(
                name=hub.name,
                identifier=hub.identifier,
                title=hub.title,
                type=hub.type,
                key=hub.key,
                ids=tuple(ids),
                total=hub.total - (len(hub.ids) - len(ids)),
            )
    yield from related(look, section, item)


def _next(name: str, title: str, kind: str, item_id: int) -> Hub:
    return Hub(
        name=name,
        identifier=name,
        title=title,
        type=kind,
        key=f"/library/metadata/{item_id}",
        ids=(item_id,),
        total=1,
    )


def _collections_of(look: Look, item: ItemRow) -> list[ItemRow]:
    names = [tag.name for tag in tags_of(look.r, item) if tag.type == TagType.COLLECTION]
    found = shelves.collections_named(look.r, item.section_id, [fold(name) for name in names])
    return get_items(look.r, found, look.viewer)


def _collections(look: Look, item: ItemRow) -> Iterator[Hub]:
    """The other members of the item's collections."""
    for collection in _collections_of(look, item):
        members = member_ids(look.r, look.positions, collection.id, look.viewer, now=look.moment)
        ids = [int(member) for member in members if int(member) != item.id]
        if ids:
            kind = ItemType(item.type).api_name
            yield Hub(
                name=f"{kind}.collection",
                identifier=f"{kind}.collection.{collection.section_id}.{collection.id}",
                title=collection.title,
                type=kind,
                key=f"/library/collections/{collection.id}/children",
                ids=look.part(ids),
                total=len(ids),
            )


def _people(look: Look, section: SectionRow, item: ItemRow, name: str) -> Iterator[Hub]:
    """More by the same directors, more with the same leading actors."""
    kind = ItemType(item.type)
    tags = [tag for tag in tags_of(look.r, item) if tag.carriers > 1]
    for field, tag_type, title in (
        ("director", TagType.DIRECTOR, "More by {}"),
        ("actor", TagType.ROLE, "More with {}"),
    ):
        for tag in [tag for tag in tags if tag.type == tag_type][:_PEOPLE]:
            query = ((field, str(tag.id)), ("id!", str(item.id)), BEST_FIRST)
            ids = shelves.carriers_by_rating(look.r, look.viewer, section.id, kind, tag.id)
            if ids is None:
                yield from queried(look, section, name, title.format(tag.name), kind, query, about=str(tag.id))
            else:
                yield from _listed(look, section, name, title.format(tag.name), kind, query, ids, item.id, str(tag.id))


def _listed(
    look: Look,
    section: SectionRow,
    name: str,
    title: str,
    kind: ItemType,
    query: Query,
    ids: list[int],
    but: int,
    about: str,
) -> Iterator[Hub]:
    """The hub of a query whose answer is at hand, but for one item."""
    others = [item_id for item_id in ids if item_id != but]
    if others:
        yield Hub(
            name=name,
            identifier=f"{name}.{section.id}.{about}",
            title=title,
            type=kind.api_name,
            key=address(section.id, kind, query),
            ids=look.part(others),
            total=len(others),
        )


def _network(look: Look, section: SectionRow, item: ItemRow) -> Iterator[Hub]:
    for tag in tags_of(look.r, item):
        if tag.type == TagType.NETWORK and tag.carriers > 1:
            query = (("network", str(tag.id)), ("id!", str(item.id)), BEST_FIRST)
            title = f"More from {tag.name}"
            yield from queried(look, section, "tv.morefromnetwork", title, ItemType.SHOW, query, about=str(tag.id))
            return


def _by_artist(look: Look, section: SectionRow, item: ItemRow) -> Iterator[Hub]:
    artist = None if item.parent_id is None else get_item(look.r, item.parent_id, look.viewer)
    if artist is not None:
        query = (("artist.id", str(artist.id)), ("id!", str(item.id)), ("sort", "year:desc"))
        ids = shelves.albums_by_year(look.r, look.viewer, artist.id)
        title = f"More by {artist.title}"
        about = str(artist.id)
        yield from _listed(look, section, "music.recent.artist", title, ItemType.ALBUM, query, ids, item.id, about)
