"""Who plays what: ``/status/sessions``, and what players ask for at the end of it."""

from vitascope.api.call import Call
from vitascope.api.errors import NotFoundError
from vitascope.api.listing import shape_of, shown_items
from vitascope.api.now_playing import PlaySession
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows, Value
from vitascope.api.render.items import item_rows
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.store import states
from vitascope.store.items import get_items

routes = Routes()


def _people(session: PlaySession) -> list[Node]:
    player = session.player
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
        Node("Session", {"id": session.session_id, "bandwidth": 0, "location": "lan" if player.local else "wan"}),
    ]


@routes.get("/status/sessions", policy=Policy.OWNER)
async def sessions(call: Call) -> Reply:
    """What is being played at the moment, by whom and where."""
    playing = call.house.playing.sessions()
    shape = shape_of(call, detail=True)
    shown = {item.item.id: item for item in await shown_items(call, [s.item_id for s in playing], shape)}
    rows: list[Node | Rows] = []
    for session in playing:
        item = shown.get(session.item_id)
        if item is None:
            continue
        playing_item = item.playing(str(session.key), session.time_ms, _people(session))
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
        since=int(since) if since and since.isdecimal() else None,
        start=window.start,
        size=100 if window.size is None else window.size,
    )
    items = {row.id: row for row in await call.house.database.read(get_items, [r.item_id for r in rows], call.viewer)}
    children: list[Node | Rows] = []
    for row in rows:
        item = items.get(row.item_id)
        attributes: dict[str, Value] = {
            "historyKey": f"/status/sessions/history/{row.id}",
            "key": f"/library/metadata/{row.item_id}",
            "ratingKey": str(row.item_id),
            "librarySectionID": str(row.section_id),
            "viewedAt": row.viewed_at,
            "accountID": row.person_id,
            "deviceID": row.device_id,
        }
        if item is not None:
            attributes |= {"title": item.title, "index": item.index_number, "parentIndex": item.parent_index}
        children.append(Node("Video", attributes, json_name="Metadata"))
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
