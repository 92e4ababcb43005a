"""What several items have in common: what an editor of all of them at once shows."""

from collections.abc import Callable, Sequence
from functools import reduce

from vitascope.api.call import Call
from vitascope.api.describe import Answer, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.ids import ids_of
from vitascope.api.listing import LIBRARY
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.render.item_children import TAG_ELEMENTS, tag_filter
from vitascope.api.reply import Reply
from vitascope.api.routes.sections import DEFAULT_TYPES, listing_of, section_attributes, section_of
from vitascope.api.routing import Routes
from vitascope.core.edits import TAGS
from vitascope.core.model import SectionKind
from vitascope.core.naming import filed_under
from vitascope.store.edits import locks_of
from vitascope.store.hydration import hydrate
from vitascope.store.views import ItemView, TagView

routes = Routes()

_MOST = 2_000
_STEP = 200

_FIELDS: tuple[tuple[str, Callable[[ItemView], Value]], ...] = (
    ("ratingKey", lambda view: str(view.item.id)),
    ("title", lambda view: view.item.title),
    ("titleSort", lambda view: view.item.title_sort or filed_under(view.item.title, view.item.sort_key)),
    ("originalTitle", lambda view: view.item.original_title),
    ("editionTitle", lambda view: view.item.edition),
    ("parentRatingKey", lambda view: None if view.parent is None else str(view.parent.id)),
    ("parentTitle", lambda view: None if view.parent is None else view.parent.title),
    ("grandparentRatingKey", lambda view: None if view.grandparent is None else str(view.grandparent.id)),
    ("grandparentTitle", lambda view: None if view.grandparent is None else view.grandparent.title),
    ("index", lambda view: view.item.index_number),
    ("parentIndex", lambda view: view.item.parent_index),
    ("summary", lambda view: view.detail.summary),
    ("tagline", lambda view: view.detail.tagline),
    ("studio", lambda view: view.item.studio),
    ("contentRating", lambda view: view.item.content_rating),
    ("rating", lambda view: view.item.rating),
    ("audienceRating", lambda view: view.item.audience_rating),
    ("year", lambda view: view.item.year),
    ("originallyAvailableAt", lambda view: view.item.available_at),
)
_TAG_NAMES = {int(kind): name for name, kind in TAGS.items()}


def common_node(views: Sequence[ItemView], locks: dict[int, list[str]]) -> Node:
    """The element that shows what all of these items have, and names what they have not."""
    attributes: dict[str, Value] = {"type": "common", "ratingCount": 0}
    mixed: list[str] = []
    for name, get in _FIELDS:
        values = {get(view) for view in views}
        if len(values) > 1:
            mixed.append(name)
        else:
            attributes[name] = values.pop()
    sets = [{(tag.type, tag.id): tag for tag in view.tags} for view in views]
    shared: set[tuple[int, int]] = reduce(lambda left, right: left & right, (set(tags) for tags in sets))
    everything = {key for tags in sets for key in tags}
    mixed += sorted({_TAG_NAMES[kind] for kind, _ in everything - shared if kind in _TAG_NAMES})
    attributes["mixedFields"] = ",".join(mixed)
    if len(views) == 1:
        attributes["key"] = f"/library/metadata/{views[0].item.id}"
    children = [_tag(tag) for key, tag in sets[0].items() if key in shared and tag.type in TAG_ELEMENTS]
    locked = reduce(lambda left, right: left & right, (set(locks.get(view.item.identity_id, ())) for view in views))
    children += [Node("Field", {"name": name, "locked": True}) for name in sorted(locked)]
    return Node("Common", attributes, children, json_name="Metadata", json_always=("key", "title"))


def _tag(tag: TagView) -> Node:
    role = {"role": tag.text} if TAG_ELEMENTS[tag.type] == "Role" else {}
    return Node(TAG_ELEMENTS[tag.type], {"id": tag.id, "filter": tag_filter(tag), "tag": tag.tag, **role})


@routes.get(
    "/library/sections/{section_id:int}/common",
    policy=Policy.SIGNED_IN,
    takes=(
        integer("type", "The type of the items; the section's own without it.", example=1),
        text("id", "The items, separated by commas; without it all that the query selects.", many=True, example="1,2"),
    ),
    answers=Answer.CONTAINER,
)
async def common(call: Call) -> Reply:
    """What items of a section have in common: fields, tags and locks, and which fields differ."""
    section = await section_of(call)
    named = call.values("id")
    if named:
        ids = ids_of(",".join(named))
    else:
        listing = listing_of(call, call.pairs, DEFAULT_TYPES[SectionKind(section.kind)])
        page = await call.house.database.read(
            call.house.positions.page, listing, [section.id], call.viewer, start=0, size=_MOST + 1
        )
        ids = [int(item_id) for item_id in page.ids]
    if len(ids) > _MOST:
        raise BadRequestError(f"at most {_MOST} items are compared at once")
    views: list[ItemView] = []
    for at in range(0, len(ids), _STEP):
        views += await call.house.database.read(hydrate, ids[at : at + _STEP], call.viewer, media=False)
    asked = call.integer("type")
    if named and (len(views) < len(ids) or any(view.item.section_id != section.id for view in views)):
        raise NotFoundError
    if asked is not None and any(view.item.type != asked for view in views):
        raise BadRequestError(f"type: not all items are of type {asked}")
    attributes = section_attributes(section) | {
        "size": 1 if views else 0,
        "content": "secondary",
        "identifier": LIBRARY,
        "title1": section.title,
        "title2": "Common",
        "viewGroup": "secondary",
    }
    if not views:
        return call.reply(Container(attributes))
    locks = await call.house.database.read(locks_of, sorted({view.item.identity_id for view in views}))
    return call.reply(Container(attributes, [common_node(views, locks)]))
