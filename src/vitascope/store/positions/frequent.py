"""The conditions that listings of a section ask most, as far as it is known before they do: its largest genres."""

from sqlalchemy import bindparam, select

from vitascope.core.model import ItemType, TagType
from vitascope.core.query import Condition, Op, library_type
from vitascope.store.reader import Reader
from vitascope.store.schema import tag_counts, tags

MOST = 32
_genres = (
    select(tags.c.id)
    .join(tag_counts, tag_counts.c.tag_id == tags.c.id)
    .where(
        tag_counts.c.section_id == bindparam("section_id"),
        tag_counts.c.item_type == bindparam("item_type"),
        tags.c.type == int(TagType.GENRE),
        tag_counts.c.item_count > 0,
    )
    .order_by(tag_counts.c.item_count.desc(), tags.c.id)
    .limit(MOST)
)


def frequent(r: Reader, section_id: int, item_type: ItemType) -> list[Condition]:
    """The conditions, as a query that names one genre by its id has them."""
    listed = library_type(item_type)
    if listed is None or "genre" not in listed.fields:
        return []
    ids = r.scalars(_genres, {"section_id": section_id, "item_type": int(item_type)})
    return [Condition(scope=item_type, field=listed.fields["genre"], op=Op.EQ, values=(str(tag_id),)) for tag_id in ids]
