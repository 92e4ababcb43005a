"""What a viewer may see, as SQL conditions: the one place that says so for every query.

A person sees the sections shared with them. Where content ratings are restricted, films and shows need an allowed one,
seasons and episodes follow their show, extras the item they belong to, and what has no ratings by nature (music,
photos) is not touched. A label that is excluded hides the item that carries it and everything below that item.
Collections belong to nobody's rating and follow their section; playlists lie in no section and are seen by whoever made
them alone.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_, select
from sqlalchemy.sql import FromClause

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.store.schema import items, playlists, taggings, tags

_RATED = (ItemType.MOVIE, ItemType.SHOW)
NO_SECTION = 0
"""The ``section_id`` of items that lie in none: playlists and their folders."""


def condition(viewer: Viewer, table: FromClause = items) -> ColumnElement[bool] | None:
    """The condition on what lies in sections, as rows of ``items`` (or an alias of it), for this viewer; ``None`` when
    all of it is visible.

    Values are bound in; the same viewer gets the same object, so statements built from it are cached.
    """
    if viewer.sections is None and viewer.allowed_content_ratings is None and not viewer.excluded_labels:
        return None
    return _condition(viewer, table)


@lru_cache(maxsize=256)
def with_own(viewer: Viewer, table: FromClause = items) -> ColumnElement[bool]:
    """The condition on any row of ``items``: what lies in sections as :func:`condition` says, and one's own playlists.
    For whatever takes ids from outside."""
    c: Any = table.c
    own = exists(
        select(playlists.c.item_id).where(playlists.c.item_id == c.id, playlists.c.person_id == viewer.person_id)
    )
    listed = condition(viewer, table)
    in_section = c.section_id != NO_SECTION
    return or_(in_section if listed is None else and_(in_section, listed), and_(c.section_id == NO_SECTION, own))


@lru_cache(maxsize=256)
def _condition(viewer: Viewer, table: FromClause) -> ColumnElement[bool]:
    c: Any = table.c
    parts: list[ColumnElement[bool]] = []
    if viewer.sections is not None:
        parts.append(c.section_id.in_(sorted(viewer.sections)))
    if viewer.allowed_content_ratings is not None:
        parts.append(_rating_allowed(c, sorted(viewer.allowed_content_ratings)))
    if viewer.excluded_labels:
        labelled = (
            select(taggings.c.item_id)
            .join(tags, tags.c.id == taggings.c.tag_id)
            .where(tags.c.type == int(TagType.LABEL), tags.c.tag.in_(sorted(viewer.excluded_labels)))
        )
        parts.extend(or_(column.is_(None), column.not_in(labelled)) for column in (c.id, c.parent_id, c.grandparent_id))
    return and_(*parts)


def _rating_allowed(c: Any, allowed: list[str]) -> ColumnElement[bool]:
    def parent_allowed(parent_id: Any) -> ColumnElement[bool]:
        above = items.alias()
        return exists(select(above.c.id).where(above.c.id == parent_id, above.c.content_rating.in_(allowed)))

    rated = [int(kind) for kind in _RATED]
    # an extra's parent is its film or show; of a season it is the show above that
    extra_owner = items.alias()
    extra_allowed = exists(
        select(extra_owner.c.id).where(
            extra_owner.c.id == c.parent_id,
            or_(extra_owner.c.type.not_in(rated), extra_owner.c.content_rating.in_(allowed)),
        )
    )
    return case(
        (c.extra_type.is_not(None), extra_allowed),
        (c.type.in_(rated), c.content_rating.in_(allowed)),
        (c.type == int(ItemType.SEASON), parent_allowed(c.parent_id)),
        (c.type == int(ItemType.EPISODE), parent_allowed(c.grandparent_id)),
        else_=True,
    )
