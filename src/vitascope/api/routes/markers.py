"""Markers of an item, set by hand.

Intros, credits and commercials are everyone's and set by the owner; bookmarks and resume points are each person's own.
"""

from typing import NoReturn

from vitascope.api.call import Call
from vitascope.api.describe import Answer, flag, integer, text
from vitascope.api.errors import BadRequestError, ForbiddenError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routes.metadata import item_of
from vitascope.api.routing import Routes
from vitascope.store import marks
from vitascope.store.errors import NotFound
from vitascope.store.rows import ItemRow, MarkerRow, MarkRow

routes = Routes()

_KINDS = ("intro", "commercial", "bookmark", "resume", "credits")
_SPELLINGS = {"credit": "credits"} | {str(number): kind for number, kind in enumerate(_KINDS, 1)}
_LONGEST_TITLE = 255
_TAKES = (
    text("type", "What it marks; a number is the place in this list, from 1.", required=True, choices=_KINDS),
    integer("startTimeOffset", "Where it begins, in milliseconds.", required=True, example=84000),
    integer("endTimeOffset", "Where it ends, in milliseconds; a bookmark has no end.", example=127000),
    text("title", "A name for it, also as `attributes[title]`.", example="My favourite spot"),
    flag("final", "Of credits: nothing comes after them. Also as `attributes[final]`."),
)


def _node(row: MarkRow | MarkerRow) -> Node:
    return Node(
        "Marker",
        {
            "id": row.id,
            "type": row.type,
            "startTimeOffset": row.start_ms,
            "endTimeOffset": row.end_ms,
            "final": True if row.final else None,
            "title": row.title if isinstance(row, MarkRow) else None,
        },
        [Node("Attributes", {"version": 4})],
    )


def _kind(call: Call) -> str:
    asked = call.required("type").lower()
    kind = _SPELLINGS.get(asked, asked)
    if kind not in _KINDS:
        raise BadRequestError(f"type is none of {', '.join(_KINDS)}")
    return kind


def _check_person(call: Call, kind: str) -> None:
    if kind not in marks.OF_A_PERSON and not call.viewer.is_owner:
        raise ForbiddenError(f"Markers of the type {kind} are everyone's: the owner sets them.")


def _span(call: Call, item: ItemRow, kind: str) -> tuple[int, int | None]:
    start, end = call.integer("startTimeOffset"), call.integer("endTimeOffset")
    if start is None:
        raise BadRequestError("startTimeOffset is missing")
    if end is None and kind not in marks.OF_A_PERSON:
        raise BadRequestError(f"endTimeOffset is missing: a marker of the type {kind} has an end")
    if start < 0:
        raise BadRequestError("startTimeOffset is before the beginning")
    if end is not None and end <= start:
        raise BadRequestError("endTimeOffset is not after startTimeOffset")
    if item.duration_ms is not None and max(start, end or 0) > item.duration_ms:
        raise BadRequestError(f"the item is only {item.duration_ms} ms long")
    return start, end


async def _put(call: Call, mark_id: int | None) -> Reply:
    item = await item_of(call)
    if item.duration_ms is None:
        raise BadRequestError("the item cannot be played: it has no markers")
    if mark_id is not None:
        before = await call.house.database.read(marks.find, item.id, mark_id, call.person_id)
        if before is None:
            _missing()
        _check_person(call, before.type)
    kind = _kind(call)
    _check_person(call, kind)
    start, end = _span(call, item, kind)
    title = call.text("title") or call.text("attributes[title]")
    if title is not None and len(title) > _LONGEST_TITLE:
        raise BadRequestError(f"title: at most {_LONGEST_TITLE} letters")
    try:
        row = await call.house.database.awrite(
            marks.put,
            item.id,
            mark_id=mark_id,
            person_id=call.person_id,
            kind=kind,
            start_ms=start,
            end_ms=end,
            final=call.flag("final") or call.flag("attributes[final]"),
            title=title,
        )
    except NotFound:
        _missing()
    return call.reply(Container({"size": 1}, [_node(row)]))


def _missing() -> NoReturn:
    raise NotFoundError("The item has no such marker.")


@routes.post("/library/metadata/{item_id:int}/marker", policy=Policy.SIGNED_IN, takes=_TAKES, answers=Answer.CONTAINER)
async def add_marker(call: Call) -> Reply:
    """Sets a marker: for everyone (the owner does), or a bookmark or resume point of one's own."""
    return await _put(call, None)


@routes.put(
    "/library/metadata/{item_id:int}/marker/{marker_id:int}",
    policy=Policy.SIGNED_IN,
    takes=_TAKES,
    answers=Answer.CONTAINER,
)
async def edit_marker(call: Call) -> Reply:
    """Moves a marker, or gives it another type or name."""
    return await _put(call, call.number("marker_id"))


@routes.delete(
    "/library/metadata/{item_id:int}/marker/{marker_id:int}", policy=Policy.SIGNED_IN, answers=Answer.NOTHING
)
async def remove_marker(call: Call) -> Reply:
    """Takes a marker away: the owner any that he sees, others their own."""
    item = await item_of(call)
    found = await call.house.database.read(marks.find, item.id, call.number("marker_id"), call.person_id)
    if found is None:
        _missing()
    _check_person(call, found.type)
    try:
        await call.house.database.awrite(marks.remove, item.id, found.id, call.person_id)
    except NotFound:
        _missing()
    return Reply()
