"""What the owner wants versions of, and the films, episodes and home videos that it comes to at this moment."""

from datetime import UTC, datetime

from vitascope.core.model import ItemType, MediaKind, Viewer
from vitascope.core.query.source_uri import BelowSource, ItemsSource, SourceUri
from vitascope.library import selection
from vitascope.library.selection import SelectionError, Wanted
from vitascope.store import items as store_items
from vitascope.store import optimised, states
from vitascope.store.errors import NotFound
from vitascope.store.positions import Positions
from vitascope.store.reader import Reader
from vitascope.store.rows import GeneratorRow, ItemRow

_TYPES = frozenset({ItemType.MOVIE, ItemType.EPISODE, ItemType.CLIP})
_PAGE = 500


def root_of(r: Reader, source: SourceUri, viewer: Viewer) -> ItemRow | None:
    """The one item that a source is about; ``None`` when it is a list of another kind."""
    match source.source:
        case ItemsSource(ids=(item_id,)) | BelowSource(item_id=item_id):
            return store_items.get_item(r, item_id, viewer)
        case _:
            return None


def can_be_made(item: ItemRow) -> bool:
    """Whether versions are made of an item, or of what lies below it."""
    return item.extra_type is None and item.type in _TYPES | {ItemType.SHOW, ItemType.SEASON}


def wanted(r: Reader, positions: Positions, row: GeneratorRow, viewer: Viewer) -> list[int]:
    """The identities of what a generator is about at this moment: films, episodes and home videos."""
    uri = row.uri
    if row.identity_id:
        found = store_items.by_identity(r, [row.identity_id], viewer).get(row.identity_id)
        if not found:
            return []
        uri = f"/library/metadata/{found[0]}"
    asked = Wanted(now=datetime.now(UTC), kind=MediaKind.VIDEO, playable=True)
    try:
        ids = selection.ids(r, positions, selection.saved_source(uri), viewer, asked).tolist()
    except (SelectionError, NotFound):
        return []
    most = optimised.MOST_CONVERSIONS if row.most is None else row.most
    identities: dict[int, None] = {}
    for at in range(0, len(ids), _PAGE):
        page = [
            item
            for item in store_items.get_items(r, ids[at : at + _PAGE], viewer)
            if item.type in _TYPES and item.extra_type is None and item.deleted_at is None
        ]
        if row.unwatched:
            known = states.states_of(r, viewer.person_id, [item.identity_id for item in page])
            page = [one for one in page if one.identity_id not in known or not known[one.identity_id].view_count]
        identities.update(dict.fromkeys(item.identity_id for item in page))
        if len(identities) >= most:
            break
    return list(identities)[:most]
