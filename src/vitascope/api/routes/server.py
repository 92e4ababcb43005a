"""What the server is: ``/``, ``/identity`` and its directories."""

import asyncio
import platform
import socket

from vitascope import __version__
from vitascope.api.call import Call
from vitascope.api.describe import Answer
from vitascope.api.listing import LIBRARY, MEDIA_TAGS
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Reply, redirect
from vitascope.api.routing import Routes
from vitascope.core.model import OWNER_PERSON_ID
from vitascope.core.playback import ladder
from vitascope.ops.preferences import Preferences
from vitascope.store import people
from vitascope.store.sections import list_sections

routes = Routes()

_OWNER_FEATURES = (
    "collections,content_filter,hardware_transcoding,item_clusters,loudness,lyrics,music_videos,radio,session_kick,"
    "trailers,webhooks"
)
"""What the original sells by subscription or has switches for, of what is really there."""
_DIRECTORIES = (
    "activities",
    "butler",
    "clients",
    "devices",
    "hubs",
    "library",
    "livetv",
    "media",
    "photo",
    "playQueues",
    "playlists",
    "search",
    "security",
    "servers",
    "status",
    "system",
    "updater",
)
PMS_VERSION = "1.43.1.10000-vitascope"
"""The version that clients compare: the original's whose API this is, then our own name."""


def server_name(preferences: Preferences) -> str:
    """The server's name: what the owner called it, else what the machine is called."""
    return preferences.text("FriendlyName") or socket.gethostname()


def friendly_name(call: Call) -> str:
    """The server's name."""
    return server_name(call.house.preferences)


def is_claimed(call: Call) -> bool:
    """Whether the server belongs to somebody."""
    return call.house.gate.ownership.claimed


@routes.get("/identity", policy=Policy.PUBLIC, answers=Answer.CONTAINER)
async def identity(call: Call) -> Reply:
    """Which server this is; answers without a token, for health checks."""
    preferences = call.house.preferences
    attributes: dict[str, Value] = {
        "size": 0,
        "apiVersion": "1.2.0",
        "claimed": is_claimed(call),
        "machineIdentifier": preferences.machine_identifier,
        "version": PMS_VERSION,
    }
    return call.reply(Container(attributes))


@routes.get("/", policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def root(call: Call) -> Reply:
    """What the server can do; a browser is sent to the web application."""
    accept = call.headers.get("accept", "")
    if "text/html" in accept and call.headers.get("sec-fetch-dest", "document") == "document":
        return redirect("/web/")
    children = [Node("Directory", {"count": 1, "key": key, "title": key}) for key in _DIRECTORIES]
    return call.reply(Container({"size": len(children)} | await what_it_can(call), list(children)))


def _converts(call: Call) -> dict[str, Value]:
    """What is converted for players. Where no ffmpeg was found there is no ladder and no version of decisions, and
    clients offer no quality but the original."""
    abilities = call.house.abilities()
    video = bool(abilities.video_encoders) and not call.house.preferences.flag("TranscoderCanOnlyRemuxVideo")
    found: dict[str, Value] = {}
    if video:
        found = {
            "transcoderVideoBitrates": ",".join(str(one.kbps) for one in ladder.ANNOUNCED),
            "transcoderVideoQualities": ",".join(str(at) for at in range(len(ladder.ANNOUNCED))),
            "transcoderVideoResolutions": ",".join(str(one.height) for one in ladder.ANNOUNCED),
        }
    if abilities.outputs:
        found |= {"streamingBrainABRVersion": 3, "streamingBrainVersion": 2}
    return found | {
        "transcoderActiveVideoSessions": sum(
            one.conversion.video == "transcode" for one in call.house.transcoder.sessions()
        ),
        "transcoderAudio": bool(abilities.audio_encoders),
        "transcoderLyrics": 1,
        "transcoderPhoto": 1,
        "transcoderSubtitles": abilities.text_files or abilities.text_segments,
        "transcoderVideo": bool(abilities.outputs),
    }


async def what_it_can(call: Call) -> dict[str, Value]:
    """The server in the attributes by which clients find out what it can; each is true."""
    preferences = call.house.preferences
    claimed = is_claimed(call)
    sections = await call.house.database.read(list_sections)
    username = preferences.text("PlexOnlineUsername")
    if claimed and not username:
        username = (await call.house.database.read(people.person, OWNER_PERSON_ID)).name
    return {
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
        "diagnostics": "logs,databases" if call.viewer.is_owner else "",
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
        "myPlexUsername": username if call.viewer.is_owner else "",
        "ownerFeatures": _OWNER_FEATURES,
        "platform": platform.system(),
        "platformVersion": platform.release(),
        "pluginHost": 0,
        "pushNotifications": 0,
        "readOnlyLibraries": 0,
        "sync": 0,
        "updatedAt": max([section.updated_at for section in sections], default=call.house.started_at),
        "updater": await asyncio.to_thread(call.house.updater.notice) is not None,
        "version": PMS_VERSION,
        "voiceSearch": 1,
    } | _converts(call)


@routes.get("/library", policy=Policy.SIGNED_IN, answers=Answer.DIRECTORY)
async def library(call: Call) -> Reply:
    """The library's own directory."""
    names = (("sections", "Library Sections"), ("recentlyAdded", "Recently Added Content"), ("onDeck", "On Deck"))
    children = [Node("Directory", {"key": key, "title": title}) for key, title in names]
    attributes: dict[str, Value] = {
        "size": len(children),
        "allowSync": 0,
        "content": "",
        "identifier": LIBRARY,
        "title1": "Library",
        "title2": "",
    }
    return call.reply(Container(attributes | dict(MEDIA_TAGS), list(children)))


@routes.get("/vitascope/version", policy=Policy.PUBLIC, answers=Answer.CONTAINER)
async def version(call: Call) -> Reply:
    """Our own name and version."""
    return call.reply(Container({"size": 0, "name": "Vitascope", "version": __version__}))
