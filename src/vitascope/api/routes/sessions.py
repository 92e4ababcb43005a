"""Who plays what: ``/status/sessions``, and how the owner ends a session."""

from dataclasses import replace

from vitascope.api.call import Call
from vitascope.api.describe import TRIMMING, Answer, text
from vitascope.api.errors import NotFoundError
from vitascope.api.listing import shape_of
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows
from vitascope.api.render.items import item_rows
from vitascope.api.render.shown import MediaShown, Shown
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.core.model import Viewer
from vitascope.playback.sessions import PlaySession
from vitascope.store.items import hydrate
from vitascope.store.sections import list_sections

routes = Routes()


def _people(session: PlaySession, bandwidth_kbps: int) -> list[Node]:
    player = session.player
    return [
        Node("User", {"id": str(session.person_id), "thumb": "", "title": session.person_name}),
        Node(
            "Player",
            {
                "address": player.address,
                "device": player.device or player.model or player.product,
                "machineIdentifier": player.client_identifier,
                "model": player.model,
                "platform": player.platform,
                "platformVersion": player.platform_version,
                "product": player.product,
                "profile": player.profile or player.platform,
                "remotePublicAddress": player.address,
                "state": session.state.value,
                "title": player.title or player.product,
                "vendor": player.vendor,
                "version": player.version,
                "local": player.local,
                "relayed": False,
                "secure": player.secure,
                "userID": session.person_id,
            },
        ),
        Node(
            "Session",
            {
                "id": session.session_id,
                "bandwidth": bandwidth_kbps,
                "location": "lan" if player.local else "wan",
            },
        ),
    ]


def _version_played(item: Shown, part_id: int | None) -> list[MediaShown]:
    """The version that is played: the one whose part is read, else the first."""
    versions = [version for version in item.media if isinstance(version, MediaShown)]
    read = [version for version in versions if any(part.part.id == part_id for part in version.parts)]
    return read or versions[:1]


@routes.get("/status/sessions", policy=Policy.OWNER, takes=TRIMMING, answers=Answer.ITEMS)
async def sessions(call: Call) -> Reply:
    """What is being played at the moment, by whom and where."""
    known = call.house.reports.sessions
    playing = known.sessions()
    shape = replace(shape_of(call, detail=True), playing=True)
    titles = {row.id: row for row in await call.house.database.read(list_sections)}
    shown: dict[tuple[int, int], Shown] = {}
    for person_id in {session.person_id for session in playing}:
        # Which streams are selected, and how far it was seen, is for each person another matter.
        eyes = Viewer(person_id=person_id, is_owner=True)
        ids = list({session.item_id for session in playing if session.person_id == person_id})
        views = await call.house.database.read(hydrate, ids, eyes, full=True)
        shown |= {
            (person_id, view.item.id): Shown(view, section=titles.get(view.item.section_id), full=True)
            for view in views
        }
    rows: list[Node | Rows] = []
    for session in playing:
        item = shown.get((session.person_id, session.item_id))
        if item is None:
            continue
        version = _version_played(item, known.part_of(session))
        bandwidth = max((media.media.bitrate_kbps or 0 for media in version), default=0)
        playing_item = item.playing(str(session.key), session.time_ms, _people(session, bandwidth), version)
        rows.append(Rows(item_rows([playing_item], shape)))
    return call.reply(Container({"size": len(rows)}, rows))


@routes.get("/status/sessions/background", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def background(call: Call) -> Reply:
    """Conversions in the background; there are none yet."""
    return call.reply(Container({"size": 0}))


@routes.get("/transcode/sessions", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def transcodes(call: Call) -> Reply:
    """Conversions for players; there are none yet."""
    return call.reply(Container({"size": 0}))


_SESSION_ID = text("sessionId", "The id of the session, or its `sessionKey`.", required=True)
_REASON = text("reason", "What the player shows to who watches.", example="Good night")
_LONGEST_REASON = 500


@routes.any(
    "/status/sessions/terminate",
    policy=Policy.OWNER,
    methods=("GET", "POST"),
    takes=(_SESSION_ID, _REASON),
    answers=Answer.NOTHING,
)
async def terminate(call: Call) -> Reply:
    """Ends a session: its player is told why with its next report, and reads no more of the file."""
    session_id = call.required("sessionId")
    if not call.house.reports.terminate(session_id, (call.text("reason") or "")[:_LONGEST_REASON]):
        raise NotFoundError("There is no such session.")
    return Reply()
