"""Who plays what: ``/status/sessions``, and how the owner ends a session."""

from dataclasses import replace

from vitascope.api.call import Call
from vitascope.api.conversions import transcode_session
from vitascope.api.describe import TRIMMING, Answer, text
from vitascope.api.errors import NotFoundError
from vitascope.api.listing import preferences_of, shape_of
from vitascope.api.optimised import shown as optimised
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows
from vitascope.api.render.decided import decided_versions
from vitascope.api.render.items import item_rows
from vitascope.api.render.shown import MediaShown, Shown
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.core.model import Viewer
from vitascope.playback.sessions import PlaySession
from vitascope.playback.transcode.stream_session import StreamSession
from vitascope.store.hydration import hydrate
from vitascope.store.sections import list_sections

routes = Routes()


def _made(call: Call, session: PlaySession) -> StreamSession | None:
    """The stream that is made for who plays."""
    return call.house.transcoder.of_player(session.person_id, session.player.client_identifier, session.item_id)


def _people(session: PlaySession, bandwidth_kbps: int, made: StreamSession | None) -> list[Node]:
    player = session.player
    about = [] if made is None else [transcode_session(made.progress, of_item=True)]
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
        *about,
    ]


def _version_played(item: Shown, part_id: int | None, made: StreamSession | None) -> list[MediaShown]:
    """The version that is played: the one whose part is read, else the first; as its player gets it."""
    decision = None if made is None else made.conversion.decision
    converted = [] if decision is None else [one for one in decided_versions(item, decision) if one.selected]
    if converted:
        return converted
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
        wanted = await preferences_of(call, views, own=False)
        shown |= {
            (person_id, view.item.id): Shown(
                view,
                section=titles.get(view.item.section_id),
                full=True,
                wishes=wanted.wishes(view),
                flat=wanted.flat(view),
            )
            for view in views
        }
    rows: list[Node | Rows] = []
    for session in playing:
        item = shown.get((session.person_id, session.item_id))
        if item is None:
            continue
        made = _made(call, session)
        version = _version_played(item, known.part_of(session) if made is None else made.plan.part_id, made)
        bandwidth = max((media.media.bitrate_kbps or 0 for media in version), default=0)
        if made is not None and made.conversion.bitrate_kbps is not None:
            bandwidth = made.conversion.bitrate_kbps
        playing_item = item.playing(str(session.key), session.time_ms, _people(session, bandwidth, made), version)
        rows.append(Rows(item_rows([playing_item], shape)))
    return call.reply(Container({"size": len(rows)}, rows))


@routes.get("/status/sessions/background", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def background(call: Call) -> Reply:
    """What is converted in the background at the moment, for downloads and optimized versions."""
    current = call.house.downloads.current
    rows: list[Node | Rows] = [] if current is None else [transcode_session(current.progress)]
    rows += await optimised.jobs(call)
    return call.reply(Container({"size": len(rows)}, rows))


@routes.get("/transcode/sessions", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def transcodes(call: Call) -> Reply:
    """Streams that are made for players at the moment: what of, and how it goes."""
    rows: list[Node | Rows] = [transcode_session(one.progress) for one in call.house.transcoder.sessions()]
    return call.reply(Container({"size": len(rows)}, rows))


@routes.get("/transcode/sessions/{key}", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def transcode(call: Call) -> Reply:
    """One stream that is made."""
    session = next((one for one in call.house.transcoder.sessions() if one.key == call.params["key"]), None)
    if session is None:
        raise NotFoundError("There is no such session.")
    return call.reply(Container({"size": 1}, [transcode_session(session.progress)]))


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
    playing = call.house.reports.sessions.find(session_id)
    made = None if playing is None else _made(call, playing)
    if made is not None:
        await call.house.transcoder.stop(made)
    if not call.house.reports.terminate(session_id, (call.text("reason") or "")[:_LONGEST_REASON]):
        raise NotFoundError("There is no such session.")
    return Reply()
