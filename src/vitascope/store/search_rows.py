"""What an item is found by: the row of its search text, made alike by a scan and by an edit."""

from vitascope.core.model import ItemType
from vitascope.core.naming.search_text import search_tokens
from vitascope.store.rows import SearchTextRow

_UNSEARCHED = frozenset({ItemType.SEASON})


def search_row(item_id: int, item_type: ItemType, title: str, original_title: str | None) -> SearchTextRow | None:
    """The search text of an item; ``None`` for a type that nobody looks for by name."""
    if item_type in _UNSEARCHED:
        return None
    return SearchTextRow(
        item_id=item_id,
        title_tokens=" ".join(search_tokens(title)),
        other_tokens=" ".join(search_tokens(original_title)) if original_title else "",
    )
