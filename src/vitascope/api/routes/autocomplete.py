"""Words completed while they are typed into a filter: titles, genres, people, whatever a section is filtered by."""

from datetime import UTC, datetime

from vitascope.api.call import Call
from vitascope.api.describe import TRIMMING, Answer, integer, text
from vitascope.api.errors import BadRequestError
from vitascope.api.listing import LIBRARY, shape_of, shown_items
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows, Value
from vitascope.api.render.items import item_rows
from vitascope.api.reply import Reply
from vitascope.api.routes.sections import DEFAULT_TYPES, section_attributes, section_of
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType, SectionKind
from vitascope.core.naming import fold
from vitascope.core.query import QueryError, library_type, parse_listing
from vitascope.store.completing import titles_beginning

routes = Routes()

_SUFFIX = ".query"
_FEW = 50
_MOST = 200


@routes.get(
    "/library/sections/{section_id:int}/autocomplete",
    policy=Policy.SIGNED_IN,
    takes=(
        text("*.query", "The beginning of a field's value: `title.query=al`, `genre.query=d`.", example="al"),
        integer("type", "The number of the type of items; the section's own when it is left out.", example=1),
        integer("limit", "How many are offered at most; 50 when left out, 200 at most."),
        *TRIMMING,
    ),
    answers=Answer.CONTAINER,
)
async def autocomplete(call: Call) -> Reply:
    """What a field can be completed to: items by title, or values of a filter; other parameters filter the items."""
    section = await section_of(call)
    asked = [(name.removesuffix(_SUFFIX), value) for name, value in call.pairs if name.endswith(_SUFFIX)]
    if len(asked) != 1 or not asked[0][1].strip():
        raise BadRequestError("one field to complete is needed, such as title.query=al")
    name, typed = asked[0][0].rpartition(".")[2], fold(asked[0][1])
    kind = call.integer("type", DEFAULT_TYPES[SectionKind(section.kind)])
    listed = library_type(ItemType(kind)) if kind in set(ItemType) else None
    if listed is None:
        raise BadRequestError(f"type: there is nothing of type {kind} to list")
    limit = min(call.integer("limit", _FEW) or 0, _MOST)
    if limit < 1:
        raise BadRequestError("limit must be at least 1")
    if name == "title":
        return await _titles(call, section.id, listed.type, typed, limit)
    field = listed.fields.get(name)
    if field is None:
        raise BadRequestError(f"{name}{_SUFFIX}: a {listed.name} has no {name}")
    values = await call.house.database.read(call.house.values.of_field, [section.id], listed.type, field, call.viewer)
    nodes: list[Node] = []
    for value in values:
        if fold(value.title).startswith(typed) and len(nodes) < limit:
            attributes: dict[str, Value] = {
                "id": value.key if field.source.tag is not None else None,
                "key": value.key,
                "filter": f"{name}={value.key}",
                "tag": value.title,
                "tagType": None if field.source.tag is None else int(field.source.tag),
            }
            nodes.append(Node("Directory", attributes))
    about: dict[str, Value] = {"size": len(nodes), "allowSync": 0, "identifier": LIBRARY, "content": "secondary"}
    return call.reply(Container(about | section_attributes(section), list(nodes)))


async def _titles(call: Call, section_id: int, kind: ItemType, typed: str, limit: int) -> Reply:
    pairs = [pair for pair in call.pairs if not pair[0].endswith(_SUFFIX) and not pair[0].startswith("X-Plex-")]
    pairs = [pair for pair in pairs if pair[0] not in {"limit", "sort"}]
    try:
        listing = parse_listing(pairs, default_type=kind, now=datetime.now(UTC))
    except QueryError as error:
        raise BadRequestError(str(error)) from error
    ids = await call.house.database.read(
        titles_beginning, call.house.positions, listing, section_id, typed, call.viewer, limit
    )
    shape = shape_of(call)
    shown = await shown_items(call, ids, shape)
    for item in shown:
        item.query_range = f"0,{max(len(typed) - 1, 0)}"
    about: dict[str, Value] = {"size": len(shown), "allowSync": 0, "identifier": LIBRARY, "content": "secondary"}
    return call.reply(Container(about, [Rows(item_rows(shown, shape))]))
