"""Who plays what: ``/status/sessions``, and what players ask for at the end of it."""

from dataclasses import replace

from vitascope.api.call import Call
from vitascope.api.errors import NotFoundError
from vitascope.api.listing import shape_of, shown_items
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows, Value
from vitascope.api.render.items import item_rows, table_of
from vitascope.api.render.shown import Shown
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType
from vitascope.playback.sessions import PlaySession
from vitascope.store import states
from vitascope.store.items import hydrate
from vitascope.store.rows import ItemRow
from vitascope.store.views import ItemView

routes = Routes()

_DIGITS = 18
"""Of the largest number that the database surely holds."""


def _people(session: PlaySession, item: Shown) -> list[Node]:
    player = session.player
    bandwidth = max((version.media.bitrate_kbps or 0 for version in item.media), default=0)
    return [
        Node("User", {"id": str(session.person_id), "thumb": "", "title": session.person_name}),
        Node(
            "Player",
            {
                "address": player.address,
                "device": player.device,
                "machineIdentifier": player.client_identifier,
                "model": player.model,
                "platform": player.platform,
                "platformVersion": player.platform_version,
                "product": player.product,
                "profile": player.platform,
                "remotePublicAddress": "",
                "state": session.state.value,
                "title": player.title or player.product,
                "vendor": player.vendor,
                "version": player.version,
                "local": player.local,
                "relayed": False,
                "secure": False,
                "userID": session.person_id,
            },
        ),
        Node(
            "Session", {"id": session.session_id, "bandwidth": bandwidth, "location": "lan" if player.local else "wan"}
        ),
    ]


@routes.get("/status/sessions", policy=Policy.OWNER)
async def sessions(call: Call) -> Reply:
    """What is being played at the moment, by whom and where."""
    playing = call.house.playing.sessions()
    shape = replace(shape_of(call, detail=True), playing=True)
    shown = {item.item.id: item for item in await shown_items(call, [s.item_id for s in playing], shape)}
    rows: list[Node | Rows] = []
    for session in playing:
        item = shown.get(session.item_id)
        if item is None:
            continue
        playing_item = item.playing(str(session.key), session.time_ms, _people(session, item))
        rows.append(Rows(item_rows([playing_item], shape)))
    return call.reply(Container({"size": len(rows)}, rows))


@routes.get("/status/sessions/background", policy=Policy.OWNER)
async def background(call: Call) -> Reply:
    """Conversions in the background; there are none yet."""
    return call.reply(Container({"size": 0}))


@routes.get("/transcode/sessions", policy=Policy.OWNER)
async def transcodes(call: Call) -> Reply:
    """Conversions for players; there are none yet."""
    return call.reply(Container({"size": 0}))


def _thumb(item: ItemRow) -> str | None:
    return None if item.thumb_at is None else f"/library/metadata/{item.id}/thumb/{item.thumb_at}"


def _played(view: ItemView) -> dict[str, Value]:
    """What the history says of an item, and of the show or artist it belongs to."""
    item, parent, top = view.item, view.parent, view.grandparent
    made: dict[str, Value] = {
        "type": ItemType(item.type).api_name,
        "title": item.title,
        "thumb": _thumb(item),
        "index": item.index_number,
        "parentIndex": item.parent_index,
        "originallyAvailableAt": item.available_at,
    }
    for prefix, above in (("parent", parent), ("grandparent", top)):
        if above is not None:
            made |= {
                f"{prefix}RatingKey": str(above.id),
                f"{prefix}Key": f"/library/metadata/{above.id}",
                f"{prefix}Title": above.title,
                f"{prefix}Thumb": _thumb(above),
            }
    return made


@routes.get("/status/sessions/history/all", policy=Policy.SIGNED_IN)
async def history(call: Call) -> Reply:
    """What was played, the latest first: the owner sees everyone's, others their own."""
    asked = call.integer("accountID")
    person_id = asked if call.viewer.is_owner else call.person_id
    window = call.window
    since = call.query.get("viewedAt>") or call.query.get("viewedAt>>")
    rows, total = await call.house.database.read(
        states.history_of,
        person_id=person_id,
        section_id=call.integer("librarySectionID"),
        item_id=call.integer("metadataItemID"),
        since=int(since) if since and since.isdecimal() and len(since) <= _DIGITS else None,
        ascending=call.text("sort") in ("viewedAt", "viewedAt:asc"),
        start=window.start,
        size=100 if window.size is None else window.size,
    )
    ids = list({row.item_id for row in rows})
    found = await call.house.database.read(hydrate, ids, call.viewer, media=False)
    items = {view.item.id: view for view in found}
    children: list[Node | Rows] = []
    for row in rows:
        view = items.get(row.item_id)
        attributes: dict[str, Value] = {
            "historyKey": f"/status/sessions/history/{row.id}",
            "key": f"/library/metadata/{row.item_id}",
            "ratingKey": str(row.item_id),
            "librarySectionID": str(row.section_id),
            "viewedAt": row.viewed_at,
            "accountID": row.person_id,
            "deviceID": row.device_id,
        }
        element = "Video"
        if view is not None:
            attributes |= _played(view)
            element = table_of(ItemType(view.item.type)).element
        children.append(Node(element, attributes, json_name="Metadata"))
    return call.reply(Container({"size": len(children), "totalSize": total, "offset": window.start}, children))


@routes.delete("/status/sessions/history/{history_id:int}", policy=Policy.OWNER)
async def forget_history(call: Call) -> Reply:
    """Forgets one line of the history."""
    await call.house.database.awrite(states.delete_history, [call.number("history_id")])
    return Reply()


@routes.get("/status/sessions/terminate", policy=Policy.OWNER)
async def terminate(call: Call) -> Reply:
    """Ends a session: direct play cannot be ended by the server yet."""
    raise NotFoundError(f"There is no conversion {call.text('sessionId') or ''} to end.")
