"""What the server is: ``/``, ``/identity``, its providers, people, devices and what it is busy with."""

import platform
import socket

from vitascope import __version__
from vitascope.api.call import Call
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.listing import LIBRARY, MEDIA_TAGS
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Reply, redirect
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType
from vitascope.store import people
from vitascope.store.sections import item_counts, list_sections, totals

routes = Routes()

# What the ladder of conversions offers, as clients expect to read it.
_BITRATES = "64,96,208,320,720,1500,2000,3000,4000,8000,10000,12000,20000"
_QUALITIES = "0,1,2,3,4,5,6,7,8,9,10,11,12"
_RESOLUTIONS = "128,128,160,240,320,480,768,720,720,1080,1080,1080,1080"
PMS_VERSION = "1.43.1.10000-vitascope"
"""The version that clients compare: the original's whose API this is, then our own name."""


def friendly_name(call: Call) -> str:
    """The server's name: what the owner called it, else what the machine is called."""
    return call.house.preferences.text("FriendlyName") or socket.gethostname()


def _claimed(call: Call) -> bool:
    return call.house.gate.ownership.claimed


@routes.get("/identity", policy=Policy.PUBLIC)
async def identity(call: Call) -> Reply:
    """Which server this is; answers without a token, for health checks."""
    preferences = call.house.preferences
    attributes: dict[str, Value] = {
        "size": 0,
        "apiVersion": "1.2.0",
        "claimed": _claimed(call),
        "machineIdentifier": preferences.machine_identifier,
        "version": PMS_VERSION,
    }
    return call.reply(Container(attributes))


@routes.get("/", policy=Policy.SIGNED_IN)
async def root(call: Call) -> Reply:
    """What the server can do; a browser is sent to the web application."""
    accept = call.headers.get("accept", "")
    if "text/html" in accept and call.headers.get("sec-fetch-dest", "document") == "document":
        return redirect("/web/")
    preferences = call.house.preferences
    claimed = _claimed(call)
    sections = await call.house.database.read(list_sections)
    attributes: dict[str, Value] = {
        "size": 0,
        "allowCameraUpload": 0,
        "allowChannelAccess": 0,
        "allowMediaDeletion": 1 if preferences.flag("allowMediaDeletion") else None,
        "allowSharing": 0,
        "allowSync": 0,
        "allowTuners": 0,
        "apiVersion": "1.2.0",
        "backgroundProcessing": 1,
        "certificate": 0,
        "companionProxy": 0,
        "countryCode": "",
        "diagnostics": "",
        "eventStream": 1,
        "friendlyName": friendly_name(call),
        "hubSearch": 1,
        "itemClusters": 1,
        "livetv": 0,
        "machineIdentifier": preferences.machine_identifier,
        "mediaProviders": 1,
        "multiuser": 1,
        "musicAnalysis": 0,
        "myPlex": claimed,
        "myPlexMappingState": "unknown",
        "myPlexSigninState": "ok" if claimed else "none",
        "myPlexSubscription": 0,
        "myPlexUsername": preferences.text("PlexOnlineUsername"),
        "ownerFeatures": "",
        "platform": platform.system(),
        "platformVersion": platform.release(),
        "pluginHost": 0,
        "pushNotifications": 0,
        "readOnlyLibraries": 0,
        "streamingBrainABRVersion": 3,
        "streamingBrainVersion": 2,
        "sync": 0,
        "transcoderActiveVideoSessions": 0,
        "transcoderAudio": 0,
        "transcoderLyrics": 1,
        "transcoderPhoto": 1,
        "transcoderSubtitles": 0,
        "transcoderVideo": 0,
        "transcoderVideoBitrates": _BITRATES,
        "transcoderVideoQualities": _QUALITIES,
        "transcoderVideoResolutions": _RESOLUTIONS,
        "updatedAt": max([section.updated_at for section in sections], default=call.house.started_at),
        "updater": 0,
        "version": PMS_VERSION,
        "voiceSearch": 0,
    }
    children: list[Node] = [
        Node("Directory", {"count": 1, "key": key, "title": key}, json_name="Directory")
        for key in (
            "activities",
            "butler",
            "clients",
            "devices",
            "hubs",
            "library",
            "media",
            "photo",
            "playlists",
            "search",
            "security",
            "servers",
            "status",
            "system",
            "updater",
        )
        if key not in ("butler", "playlists")
    ]
    attributes["size"] = len(children)
    return call.reply(Container(attributes, list(children)))


@routes.get("/media/providers", policy=Policy.SIGNED_IN)
async def media_providers(call: Call) -> Reply:
    """The server's one provider, with its features and the viewer's sections."""
    sections = [s for s in await call.house.database.read(list_sections) if call.viewer.may_see_section(s.id)]
    content: list[Node] = [Node("Directory", {"hubKey": "/hubs", "title": "Home"})]
    for section in sections:
        key = f"/library/sections/{section.id}"
        api_type = "movie" if section.kind == "other" else section.kind
        counts: dict[ItemType, int] | None = None
        size: tuple[int | None, int | None] = (None, None)
        if call.viewer.sees_whole_sections:
            counts = await call.house.database.read(item_counts, section.id)
            if call.flag("includeStorage"):
                size = await call.house.database.read(totals, section.id)
        content.append(
            Node(
                "Directory",
                {
                    "agent": section.agent,
                    "language": section.language,
                    "refreshing": call.house.scans.is_scanning(section.id),
                    "scanner": section.scanner,
                    "uuid": section.uuid,
                    "id": str(section.id),
                    "key": key,
                    "hubKey": f"/hubs/sections/{section.id}",
                    "type": api_type,
                    "title": section.title,
                    "updatedAt": section.updated_at,
                    "scannedAt": section.scanned_at,
                    "durationTotal": size[0],
                    "storageTotal": size[1],
                },
                [
                    Node(
                        "Pivot",
                        {
                            "id": "recommended",
                            "key": f"/hubs/sections/{section.id}",
                            "type": "hub",
                            "title": "Recommended",
                            "context": "content.discover",
                            "symbol": "star",
                        },
                    ),
                    Node(
                        "Pivot",
                        {
                            "id": "library",
                            "key": f"{key}/all",
                            "type": "list",
                            "title": "Library",
                            "context": "content.library",
                            "symbol": "library",
                            "count": None if counts is None else sum(counts.values()),
                        },
                    ),
                ],
            )
        )
    features = [
        Node("Feature", {"key": "/library/sections", "type": "content"}, content),
        Node("Feature", {"key": "/hubs/search", "type": "search"}),
        Node("Feature", {"key": "/library/metadata", "type": "metadata"}),
        Node("Feature", {"key": "/:/rate", "type": "rate"}),
        Node("Feature", {"key": "/photo/:/transcode", "type": "imagetranscoder"}),
        Node("Feature", {"key": "/hubs/promoted", "type": "promoted"}),
        Node("Feature", {"key": "/hubs/continueWatching", "type": "continuewatching"}),
        Node(
            "Feature",
            {"key": "/actions", "type": "actions"},
            [Node("Action", {"id": "removeFromContinueWatching", "key": "/actions/removeFromContinueWatching"})],
        ),
        Node(
            "Feature",
            {"key": "/:/timeline", "scrobbleKey": "/:/scrobble", "type": "timeline", "unscrobbleKey": "/:/unscrobble"},
        ),
        Node("Feature", {"type": "queryParser"}),
    ]
    provider = Node(
        "MediaProvider",
        {
            "identifier": LIBRARY,
            "title": "Library",
            "types": "video,audio,photo",
            "protocols": "stream,download",
        },
        features,
    )
    attributes: dict[str, Value] = {
        "size": 1,
        "friendlyName": friendly_name(call),
        "identifier": LIBRARY,
        "machineIdentifier": call.house.preferences.machine_identifier,
        "version": PMS_VERSION,
    }
    return call.reply(Container(attributes, [provider]))


@routes.get("/library", policy=Policy.SIGNED_IN)
async def library(call: Call) -> Reply:
    """The library's own directory."""
    names = (("sections", "Library Sections"), ("recentlyAdded", "Recently Added Content"), ("onDeck", "On Deck"))
    children = [Node("Directory", {"key": key, "title": title}) for key, title in names]
    attributes: dict[str, Value] = {
        "size": len(children),
        "allowSync": 0,
        "art": "/:/resources/library-art.png",
        "content": "",
        "identifier": LIBRARY,
        "title1": "Library",
        "title2": "",
    }
    return call.reply(Container(attributes | dict(MEDIA_TAGS), list(children)))


def _account(person_id: int, name: str) -> Node:
    return Node(
        "Account",
        {
            "id": person_id,
            "key": f"/accounts/{person_id}",
            "name": name,
            "defaultAudioLanguage": "en",
            "autoSelectAudio": 1,
            "defaultSubtitleLanguage": "en",
            "subtitleMode": 0,
            "thumb": "",
        },
    )


@routes.get("/accounts", policy=Policy.OWNER)
async def accounts(call: Call) -> Reply:
    """The people of this server."""
    found = await call.house.database.read(people.list_people)
    return call.reply(
        Container(
            {"size": len(found), "identifier": "com.plexapp.system.accounts"}, [_account(p.id, p.name) for p in found]
        )
    )


@routes.get("/accounts/{account_id:int}", policy=Policy.OWNER)
async def account(call: Call) -> Reply:
    """One of the people."""
    wanted = call.number("account_id")
    for person in await call.house.database.read(people.list_people):
        if person.id == wanted:
            return call.reply(Container({"size": 1}, [_account(person.id, person.name)]))
    raise NotFoundError


@routes.get("/devices", policy=Policy.OWNER)
async def devices(call: Call) -> Reply:
    """The devices that have called."""
    found = await call.house.database.read(people.list_devices)
    children = [
        Node(
            "Device",
            {
                "id": device.id,
                "key": f"/devices/{device.id}",
                "name": device.name or device.product,
                "platform": device.platform,
                "clientIdentifier": device.client_identifier,
                "createdAt": device.created_at,
            },
        )
        for device in found
    ]
    return call.reply(Container({"size": len(children), "identifier": "com.plexapp.system.devices"}, list(children)))


@routes.get("/clients", policy=Policy.SIGNED_IN)
async def clients(call: Call) -> Reply:
    """Players that can be remote-controlled; none are found yet."""
    return call.reply(Container({"size": 0}))


@routes.get("/servers", policy=Policy.SIGNED_IN)
async def servers(call: Call) -> Reply:
    """This server, as a list."""
    host, port = call.scope.get("server") or ("127.0.0.1", call.house.settings.port)
    host = host.removeprefix("::ffff:")  # one socket serves both: an IPv4 address is shown as one
    node = Node(
        "Server",
        {
            "name": friendly_name(call),
            "host": host,
            "address": host,
            "port": port,
            "machineIdentifier": call.house.preferences.machine_identifier,
            "version": PMS_VERSION,
        },
    )
    return call.reply(Container({"size": 1}, [node]))


_AGENTS = (
    ("tv.plex.agents.movie", "Vitascope Movie", (1,)),
    ("tv.plex.agents.series", "Vitascope Series", (2,)),
    ("tv.plex.agents.music", "Vitascope Music", (8, 9)),
    ("com.plexapp.agents.imdb", "Local files (films)", (1,)),
    ("com.plexapp.agents.thetvdb", "Local files (shows)", (2,)),
    ("com.plexapp.agents.localmedia", "Local files", (1, 2, 8, 9)),
    ("com.plexapp.agents.none", "Personal media", (1, 2, 8, 9, 13)),
)


@routes.get("/system/agents", policy=Policy.OWNER)
async def agents(call: Call) -> Reply:
    """The agents a section may name. All of them read what lies beside the media."""
    wanted = call.integer("mediaType")
    children = [
        Node(
            "Agent",
            {"name": name, "enabled": 1, "hasAttribution": 0, "hasPrefs": 0, "identifier": identifier, "primary": 1},
            [
                Node("MediaType", {"name": "", "mediaType": kind}, [Node("Language", {"code": "en"})])
                for kind in kinds
                if wanted is None or kind == wanted
            ],
        )
        for identifier, name, kinds in _AGENTS
        if wanted is None or wanted in kinds
    ]
    return call.reply(Container({"size": len(children), "identifier": "com.plexapp.system"}, list(children)))


@routes.get("/:/plugins/{agent}/prefs", policy=Policy.OWNER)
async def agent_prefs(call: Call) -> Reply:
    """The settings of an agent."""
    agent = call.param("agent")
    if agent not in {identifier for identifier, _, _ in _AGENTS}:
        raise NotFoundError
    country = Node(
        "Setting",
        {
            "id": "country",
            "label": "Country of content ratings",
            "summary": "Kept for files taken over; ratings are shown as the files name them.",
            "type": "enum",
            "default": "0",
            "value": "0",
            "hidden": 0,
            "advanced": 0,
            "group": "",
            "enumValues": "0:as in the files",
        },
    )
    children = [country] if agent == "com.plexapp.agents.imdb" else []
    return call.reply(Container({"size": len(children)}, list(children)))


def _context(section_id: int) -> Node:
    return Node("Context", {"librarySectionID": str(section_id)}, single=True)


@routes.get("/activities", policy=Policy.SIGNED_IN)
async def activities(call: Call) -> Reply:
    """What the server is busy with: to the owner everything, to others what is theirs."""
    children = [
        Node(
            "Activity",
            {
                "uuid": activity.uuid,
                "type": activity.type,
                "cancellable": activity.cancellable,
                "userID": activity.person_id,
                "title": activity.title,
                "subtitle": activity.subtitle,
                "progress": activity.progress,
            },
            [] if activity.section_id is None else [_context(activity.section_id)],
        )
        for activity in call.house.board.activities()
        if call.viewer.is_owner or activity.person_id == call.person_id
    ]
    return call.reply(Container({"size": len(children)}, list(children)))


@routes.delete("/activities/{uuid}", policy=Policy.OWNER)
async def cancel_activity(call: Call) -> Reply:
    """Asks an activity to stop."""
    board = call.house.board
    if board.get(call.param("uuid")) is None:
        raise NotFoundError
    if not board.cancel(call.param("uuid")):
        raise BadRequestError("this cannot be stopped")
    return Reply()


@routes.get("/myplex/account", policy=Policy.OWNER)
async def myplex_account(call: Call) -> Reply:
    """The account the server belongs to."""
    claimed = _claimed(call)
    attributes: dict[str, Value] = {
        "signInState": "ok" if claimed else "none",
        "username": call.house.preferences.text("PlexOnlineUsername"),
        "mappingState": "unknown",
        "mappingError": "",
        "privateAddress": "",
        "publicAddress": "",
        "publicPort": 0,
        "subscriptionActive": 0,
        "subscriptionFeatures": "",
        "subscriptionState": "Unknown",
    }
    return call.reply(Container(attributes, root="MyPlex"))


@routes.put("/myplex/refreshReachability", policy=Policy.OWNER)
async def refresh_reachability(call: Call) -> Reply:
    """Would look from outside whether the server can be reached; it asks nobody, so nothing happens."""
    return call.reply(Container({"size": 0}))


@routes.get("/updater/status", policy=Policy.OWNER)
async def updater_status(call: Call) -> Reply:
    """Updates that wait: the server never looks for any by itself."""
    return call.reply(Container({"size": 0, "canInstall": 0, "checkedAt": 0, "status": 0}))


@routes.put("/updater/check", policy=Policy.OWNER)
async def updater_check(_: Call) -> Reply:
    """Would look for updates; the server makes no outside connection that nobody switched on."""
    return Reply()


@routes.get("/vitascope/version", policy=Policy.PUBLIC)
async def version(call: Call) -> Reply:
    """Our own name and version."""
    return call.reply(Container({"size": 0, "name": "Vitascope", "version": __version__}))
