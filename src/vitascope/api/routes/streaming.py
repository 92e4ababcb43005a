"""What players read of a stream that is made: the segments of its renditions, by addresses that hold the session's key.

The playlists of a stream name these addresses, relative to themselves. A segment that is not there yet is made while
the player waits (:mod:`vitascope.playback.transcode`); one of a session that ended is 404.
"""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass

from vitascope.api.call import Call
from vitascope.api.describe import Answer, text
from vitascope.api.errors import ApiError, BadRequestError, NotFoundError, UnavailableError
from vitascope.api.files import FileReply, open_below
from vitascope.api.player import player_of
from vitascope.api.playlists_made import rendition_playlist
from vitascope.api.policy import Policy
from vitascope.api.render import Container
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.core.playback.renditions import Rendition, SegmentFormat
from vitascope.media.transcoding.production import ProductionError
from vitascope.playback.bandwidth import Delivery
from vitascope.playback.transcode import NoSuchSegment, NoSuchSession, SessionEnded
from vitascope.playback.transcode.stream_session import Handle, StreamSession

routes = Routes()

KINDS = ("video", "music", "audio")
"""What a stream is asked for by; some clients call music ``audio``."""
_SEGMENT = re.compile(r"(\d{1,7})\.(ts|m4s|vtt)")
_TYPES = {SegmentFormat.MPEGTS: "video/mp2t", SegmentFormat.FMP4: "video/mp4", SegmentFormat.WEBVTT: "text/vtt"}
_LONGEST_NAME = 200
HLS = b"application/vnd.apple.mpegurl"
DASH = b"application/dash+xml"
NOT_KEPT = (b"cache-control", b"no-store")


def universal(name: str, kinds: Iterable[str] = KINDS) -> tuple[str, ...]:
    """The addresses of an operation of the transcoder, for each kind."""
    return tuple(f"/{kind}/:/transcode/universal/{name}" for kind in kinds)


def handle_of(call: Call) -> Handle:
    """Which session a player means: its own name for it, on this player, of this person."""
    named = call.text("session") or call.text("transcodeSessionId") or call.plex("Session-Identifier") or ""
    return Handle(
        person_id=call.person_id, client=player_of(call).client_identifier, name=named.strip()[:_LONGEST_NAME]
    )


async def session_of(call: Call) -> StreamSession:
    """The session of the key in the address, as long as who began it may have it."""
    try:
        return await call.house.transcoder.admit(call.params["key"])
    except NoSuchSession as error:
        raise NotFoundError(str(error)) from None


def refusal(error: Exception) -> ApiError:
    """What a player is answered when its stream cannot be had."""
    if isinstance(error, NoSuchSegment | NoSuchSession):
        return NotFoundError(str(error))
    if isinstance(error, SessionEnded):
        return NotFoundError(str(error) or "the stream was ended")
    return UnavailableError(str(error))


def delivery_of(call: Call, session: StreamSession) -> Delivery:
    """Counts what is sent of a stream, for the statistics."""
    handle = session.handle
    return call.house.bandwidth.delivery(
        person_id=handle.person_id, device_id=call.house.devices.id_of(handle.client), lan=player_of(call).local
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    """A segment is counted, and sent to its end."""

    delivery: Delivery

    def sent(self, size_bytes: int) -> bool:
        self.delivery.sent(size_bytes)
        return True


async def _file(call: Call, session: StreamSession, rendition: Rendition, path: bytes) -> Reply:
    opened = await asyncio.to_thread(open_below, path, [bytes(session.folder)])
    return FileReply(
        opened,
        receive=call.receive,
        request_headers=call.headers,
        content_type=_TYPES[rendition.format],
        cache_control="no-store",
        meter=_Counted(delivery_of(call, session)),
    )


def _rendition(session: StreamSession, name: str) -> Rendition:
    found = session.plan.rendition(name)
    if found is None:
        raise NotFoundError("the stream has no such rendition")
    return found


@routes.get(*universal("session/{key}/{rendition}/index.m3u8"), policy=Policy.KEYED, answers=Answer.FILE)
async def playlist(call: Call) -> Reply:
    """The playlist of a rendition (HLS), complete from the first request on."""
    session = await session_of(call)
    rendition = _rendition(session, call.params["rendition"])
    call.house.transcoder.ping(session)
    plan = session.plan
    made = rendition_playlist(plan.line(rendition.name), independent=plan.independent, start_us=plan.start_us)
    return Reply(body=made.encode(), media_type=HLS, headers=[NOT_KEPT])


@routes.get(*universal("session/{key}/{rendition}/header"), policy=Policy.KEYED, answers=Answer.FILE)
@routes.get(*universal("session/{key}/{rendition}/header.mp4"), policy=Policy.KEYED, answers=Answer.FILE)
async def header(call: Call) -> Reply:
    """The initialisation segment of a rendition."""
    session = await session_of(call)
    rendition = _rendition(session, call.params["rendition"])
    try:
        path = await call.house.transcoder.header(session, rendition.name)
    except (NoSuchSegment, SessionEnded, ProductionError) as error:
        raise refusal(error) from None
    return await _file(call, session, rendition, bytes(path))


@routes.get(*universal("session/{key}/{rendition}/{segment}"), policy=Policy.KEYED, answers=Answer.FILE)
async def segment(call: Call) -> Reply:
    """A segment of a rendition, made if it is not there."""
    session = await session_of(call)
    rendition = _rendition(session, call.params["rendition"])
    named = _SEGMENT.fullmatch(call.params["segment"])
    if named is None or named[2] != rendition.format.extension:
        raise NotFoundError("the stream has no such segment")
    client = call.scope.get("client")
    reader = f"{client[0] if client else ''} {call.plex('Client-Identifier') or call.headers.get('user-agent', '')}"
    try:
        path = await call.house.transcoder.segment(session, rendition.name, int(named[1]), reader)
    except (NoSuchSegment, SessionEnded, ProductionError) as error:
        raise refusal(error) from None
    return await _file(call, session, rendition, bytes(path))


SESSION = (
    text("session", "What the player calls its session.", example="7f3a"),
    text("transcodeSessionId", "Another name for `session`."),
)


def sessions_meant(call: Call) -> list[StreamSession]:
    """The sessions that a player means; by no name all of its own."""
    handle = handle_of(call)
    transcoder = call.house.transcoder
    if handle.name:
        found = transcoder.find(handle)
        return [found] if found is not None else []
    mine = (handle.person_id, handle.client)
    return [each for each in transcoder.sessions() if (each.handle.person_id, each.handle.client) == mine]


@routes.get(*universal("ping"), policy=Policy.SIGNED_IN, takes=SESSION, answers=Answer.NOTHING)
async def ping(call: Call) -> Reply:
    """Keeps a stream alive while the player needs nothing of it."""
    found = sessions_meant(call)
    if not found:
        raise NotFoundError("there is no such session, or it has ended")
    for session in found:
        call.house.transcoder.ping(session)
    return call.reply(Container({"size": 0}))


@routes.get(*universal("stop"), policy=Policy.SIGNED_IN, takes=SESSION, answers=Answer.NOTHING)
async def stop(call: Call) -> Reply:
    """Ends a stream and all that was made for it. One that is not there (any more) is ended already."""
    if not handle_of(call).name:
        raise BadRequestError("session is missing")
    for session in sessions_meant(call):
        await call.house.transcoder.stop(session)
    return call.reply(Container({"size": 0}))
