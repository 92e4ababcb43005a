"""The history of what was played, with its filters, orders and pages.

Lines of what is gone stay readable: they have no ``ratingKey`` and no address then, but still say what it was.
"""

from collections.abc import Sequence

from vitascope.api.call import Call, whole
from vitascope.api.describe import LISTING, Answer, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.listing import paging_headers
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows, Value
from vitascope.api.render.items import table_of
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType
from vitascope.store import history
from vitascope.store.history import Asked, Comparison, HistoryOrder
from vitascope.store.hydration import hydrate
from vitascope.store.items import get_item
from vitascope.store.rows import HistoryRow, ItemRow
from vitascope.store.views import ItemView

routes = Routes()

_PAGE = 1_000
_MOST = 1_000
COMPARISONS = {
    "": Comparison.EQUAL,
    "!": Comparison.NOT_EQUAL,
    ">": Comparison.FROM,
    ">>": Comparison.AFTER,
    "<": Comparison.UNTIL,
    "<<": Comparison.BEFORE,
}
"""What may follow a name before the last ``=`` of a condition, as the query language has it."""
_ORDERS = {order.value: order for order in HistoryOrder}


def compared(call: Call, name: str) -> tuple[tuple[Comparison, int], ...]:
    """The conditions on a number: ``name=``, ``name>=``, ``name<<=`` and so on, each as often as it is asked."""
    found = []
    for ending, how in COMPARISONS.items():
        for value in call.values(name + ending):
            try:
                found.append((how, whole(value)))
            except ValueError:
                raise BadRequestError(f"{name}{ending} is not a number") from None
    return tuple(found)


def _order(call: Call) -> tuple[tuple[HistoryOrder, bool], ...]:
    asked = call.text("sort")
    if asked is None:
        return ((HistoryOrder.VIEWED_AT, True),)
    found = []
    for part in asked.split(","):
        name, _, direction = part.strip().partition(":")
        order = _ORDERS.get(name)
        if order is None or direction not in ("", "asc", "desc"):
            raise BadRequestError(f"sort: {part.strip()!r} is none of {', '.join(_ORDERS)} with :asc or :desc")
        found.append((order, direction == "desc"))
    return tuple(found)


def _thumb(item: ItemRow) -> str | None:
    return None if item.thumb_at is None else f"/library/metadata/{item.id}/thumb/{item.thumb_at}"


def _art(item: ItemRow) -> str | None:
    return None if item.art_at is None else f"/library/metadata/{item.id}/art/{item.art_at}"


def _now(view: ItemView) -> dict[str, Value]:
    """What there is of an item today, and of the show or artist it belongs to."""
    item = view.item
    made: dict[str, Value] = {
        "key": f"/library/metadata/{item.id}",
        "ratingKey": str(item.id),
        "thumb": _thumb(item),
        "art": _art(item),
    }
    for prefix, above in (("parent", view.parent), ("grandparent", view.grandparent)):
        if above is not None:
            made |= {
                f"{prefix}RatingKey": str(above.id),
                f"{prefix}Key": f"/library/metadata/{above.id}",
                f"{prefix}Thumb": _thumb(above),
                f"{prefix}Art": _art(above),
            }
    return made


def _line(row: HistoryRow, view: ItemView | None) -> Node:
    kind = ItemType(row.item_type) if row.item_type is not None else None
    if view is not None and kind is None:
        kind = ItemType(view.item.type)
    attributes: dict[str, Value] = {
        "historyKey": f"/status/sessions/history/{row.id}",
        **(_now(view) if view is not None else {}),
        "librarySectionID": str(row.section_id),
        "parentTitle": row.parent_title,
        "grandparentTitle": row.grandparent_title,
        "title": row.title if row.title is not None or view is None else view.item.title,
        "type": None if kind is None else kind.api_name,
        "index": row.index_number,
        "parentIndex": row.parent_index,
        "originallyAvailableAt": row.available_at,
        "duration": row.duration_ms,
        "viewedAt": row.viewed_at,
        "accountID": row.person_id,
        "deviceID": row.device_id,
    }
    return Node("Video" if kind is None else table_of(kind).element, attributes, json_name="Metadata")


async def _lines(call: Call, rows: Sequence[HistoryRow]) -> list[Node | Rows]:
    database = call.house.database
    places = await database.read(history.items_now, rows)
    views = await database.read(hydrate, list(set(places.values())), call.viewer, media=False)
    found = {view.item.id: view for view in views}
    return [_line(row, found.get(places.get(row.id, 0))) for row in rows]


_FILTERS = (
    integer("accountID", "Of this person alone; only the owner may ask for others."),
    integer("viewedAt", "When it was played, epoch seconds; also `viewedAt>=`, `viewedAt<=`, `>>=`, `<<=` and `!=`."),
    integer("librarySectionID", "Of this section alone."),
    integer("metadataItemID", "Of this item, or of what lies below it: a show, a season, an artist, an album."),
    integer("deviceID", "On this device alone."),
    text("sort", "Orders, separated by commas, each with `:asc` (when left out) or `:desc`.", example="viewedAt:desc"),
)


@routes.get("/status/sessions/history/all", policy=Policy.SIGNED_IN, takes=(*_FILTERS, *LISTING), answers=Answer.ITEMS)
async def listed(call: Call) -> Reply:
    """What was played, the latest first: the owner sees everyone's, others their own."""
    person_id = call.integer("accountID")
    if not call.viewer.is_owner:
        if person_id not in (None, call.person_id):
            return call.reply(Container({"size": 0, "totalSize": 0, "offset": 0}))
        person_id = call.person_id
    asked = Asked(
        person_id=person_id,
        section_id=call.integer("librarySectionID"),
        item_id=call.integer("metadataItemID"),
        device_id=call.integer("deviceID"),
        times=compared(call, "viewedAt"),
        order=_order(call),
    )
    if asked.item_id is not None and not call.viewer.is_owner:
        await _seen(call, asked.item_id)
    window = call.window
    size = _PAGE if window.size is None else min(window.size, _MOST)
    rows, total = await call.house.database.read(history.lines, asked, call.viewer, start=window.start, size=size)
    children = await _lines(call, rows)
    attributes: dict[str, Value] = {"size": len(children), "totalSize": total, "offset": window.start}
    return call.reply(Container(attributes, children), headers=paging_headers(window.start, total))


async def _seen(call: Call, item_id: int) -> None:
    if await call.house.database.read(get_item, item_id, call.viewer) is None:
        raise NotFoundError


async def _own_line(call: Call) -> HistoryRow:
    row = await call.house.database.read(history.line, call.number("history_id"))
    if row is None or not (call.viewer.is_owner or row.person_id == call.person_id):
        raise NotFoundError
    return row


@routes.get("/status/sessions/history/{history_id:int}", policy=Policy.SIGNED_IN, answers=Answer.ITEMS)
async def one(call: Call) -> Reply:
    """One line of the history: the owner sees everyone's, others their own."""
    children = await _lines(call, [await _own_line(call)])
    return call.reply(Container({"size": len(children)}, children))


@routes.delete("/status/sessions/history/{history_id:int}", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def forget(call: Call) -> Reply:
    """Forgets one line of the history; what was watched stays watched."""
    row = await _own_line(call)
    await call.house.database.awrite(history.delete, [row.id])
    return call.reply(Container({"size": 0}))
