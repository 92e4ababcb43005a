"""Streams that are made for players: how they begin.

``start`` takes the query of ``decision`` and acts on the same decision. What comes back is the playlist of a session
(HLS, DASH) whose segments :mod:`.streaming` serves, or the stream itself.
"""

import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from vitascope.api.call import Call
from vitascope.api.deciding import Decided, decided
from vitascope.api.describe import Answer
from vitascope.api.errors import ApiError, BadRequestError, ForbiddenError, NotFoundError
from vitascope.api.lasting import may_still_play
from vitascope.api.play_request import TAKES
from vitascope.api.playlists_made import Tracks
from vitascope.api.policy import Policy
from vitascope.api.render.shown import PartShown
from vitascope.api.reply import Reply
from vitascope.api.routes.streaming import DASH, HLS, NOT_KEPT, delivery_of, handle_of, refusal, universal
from vitascope.api.routing import Routes
from vitascope.api.stream_reply import StreamReply
from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.commands import StreamFormat, Wanted
from vitascope.core.playback.decision import Code, Decision, Delivery, PartDecision, Protocol, StreamAction, StreamPlace
from vitascope.core.playback.renditions import SubtitleRendition
from vitascope.library.key_frames import Found
from vitascope.media.transcoding.production import ProductionError, Source
from vitascope.media.transcoding.progressive import ProgressiveStream
from vitascope.playback.transcode import SessionEnded
from vitascope.playback.transcode.described import Conversion, Made
from vitascope.playback.transcode.planning import grid_of, in_line
from vitascope.playback.transcode.stream_session import Piece, StreamPlan, StreamSession

routes = Routes()

_PROTOCOLS = {"m3u8": Protocol.HLS, "mpd": Protocol.DASH}
_TYPES = {
    StreamFormat.MKV: "video/x-matroska",
    StreamFormat.WEBM: "video/webm",
    StreamFormat.MP4: "video/mp4",
    StreamFormat.MPEGTS: "video/mp2t",
    StreamFormat.MP3: "audio/mpeg",
    StreamFormat.AAC: "audio/aac",
    StreamFormat.FLAC: "audio/flac",
    StreamFormat.OGG: "audio/ogg",
    StreamFormat.WAV: "audio/wav",
}
_MADE = {StreamAction.COPY: Made.COPY, StreamAction.TRANSCODE: Made.TRANSCODE, StreamAction.BURN: Made.BURN}


def refused(decision: Decision) -> ApiError:
    """Why no stream is made, as an error: what the owner's limits forbid is 403, what cannot be done 400."""
    verdict = decision.general
    if decision.transcode is not None and not decision.transcode.fine:
        verdict = decision.transcode
    why = " ".join(reason.says for reason in decision.reasons[-1:])
    text = f"{verdict.code.value}: {verdict.text} {why}".strip()
    if decision.general.code in (Code.BANDWIDTH, Code.STREAM_LIMIT):
        return ForbiddenError(text)
    return BadRequestError(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A stream that was decided on and that is made from now on."""

    session: StreamSession
    tracks: Tracks


def _parts(found: Decided) -> list[tuple[PartDecision, PartShown]]:
    """What is played, in its order: at least one part."""
    shown = {one.part.id: one for one in found.version.parts} if found.version else {}
    pairs = [(part, shown[part.part_id]) for part in found.decision.parts if part.part_id in shown]
    if not pairs:
        raise NotFoundError
    return pairs


def source_of(shown: PartShown) -> Source:
    """The file of a part, for whoever makes something of it."""
    root = bytes(shown.location_path)
    embedded = [stream.info for stream in shown.streams if stream.info.index is not None]
    return Source(
        path=root.rstrip(b"/") + b"/" + bytes(shown.file.path),
        root=root,
        container=shown.part.container or "",
        duration_us=(shown.part.duration_ms or 0) * 1000,
        streams=tuple(embedded),
        has_fonts=shown.part.attachments is not None,
    )


def described(
    made: Delivery,
    part: PartDecision,
    shown: PartShown,
    *,
    decision: Decision | None = None,
    context: str = "streaming",
) -> Conversion:
    """What lists of sessions say of it."""
    streams = {stream.row.id: stream.info for stream in shown.streams}
    actions: dict[StreamType, tuple[Made, str]] = {}
    for stream in part.streams:
        action, info = _MADE.get(stream.action), streams.get(stream.stream_id)
        if action is not None and info is not None:
            actions.setdefault(info.type, (action, info.codec))
    video, audio = actions.get(StreamType.VIDEO), actions.get(StreamType.AUDIO)
    subtitle = actions.get(StreamType.SUBTITLE)
    return Conversion(
        protocol=made.protocol,
        container=made.container,
        duration_ms=shown.part.duration_ms or 0,
        source_video_codec=video[1] if video else None,
        source_audio_codec=audio[1] if audio else None,
        video=video[0] if video else None,
        audio=audio[0] if audio else None,
        subtitle=subtitle[0] if subtitle else None,
        video_codec=made.video_codec,
        audio_codec=made.audio_codec,
        audio_channels=made.channels,
        width=made.size.width if made.size else None,
        height=made.size.height if made.size else None,
        bitrate_kbps=made.kbps or None,
        context=context,
        decision=decision,
    )


def _infos(plan: StreamPlan, shown: PartShown) -> dict[str, StreamInfo]:
    """Of each rendition the stream it is made of."""
    beside = {f"s{stream.row.id}": stream.info for stream in shown.streams}
    inside = {info.index: info for info in plan.first.source.streams}
    return {
        name: beside[name] if isinstance(one, SubtitleRendition) else inside[one.index]
        for name, one in plan.first.renditions.items()
    }


def _read(part: PartDecision, shown: PartShown) -> str | None:
    """The name of the subtitle that is shown unless the player is told otherwise."""
    selected = {stream.row.id for stream in shown.streams if stream.selected}
    found = (one for one in part.streams if one.place is StreamPlace.SEGMENTS_SUBS and one.stream_id in selected)
    return next((f"s{one.stream_id}" for one in found), None)


async def _planned(call: Call, protocol: Protocol) -> tuple[Decision, Delivery, PartDecision, PartShown, StreamPlan]:
    """Decides, and decides again where a file has no index of key frames though its kind should have one.

    What comes back of parts is about the first one, which the playlists describe.
    """
    unindexed: set[int] = set()
    while True:
        found = await decided(call, made_as=protocol, unindexed=unindexed)
        if found.decision.delivery is None:
            raise refused(found.decision)
        pairs = _parts(found)
        if protocol is not Protocol.HLS:
            del pairs[1:]
        known = [await _key_frames(call, part, shown) for part, shown in pairs]
        surprising = {
            part.part_id
            for (part, _), times in zip(pairs, known, strict=True)
            if times is None and any(one.codec is None for one in part.video)
        } - unindexed
        if surprising:
            unindexed |= surprising
            continue
        request = found.asked.request
        wished_us = request.segment_seconds * 1_000_000 if request.segment_seconds else None
        try:
            lined = in_line([part for part, _ in pairs])
        except ValueError as error:
            raise BadRequestError(f"the files of this version do not go together ({error}): name partIndex") from None
        pieces = [
            Piece(
                source=source_of(shown),
                grid=grid_of(
                    source_of(shown).duration_us, times.times_us if times is not None else None, wished_us=wished_us
                ),
                renditions=renditions,
                follows=follows,
            )
            for (_, shown), times, (renditions, follows) in zip(pairs, known, lined, strict=True)
        ]
        plan = StreamPlan(
            item_id=found.shown.item.id,
            part_id=pairs[0][0].part_id,
            pieces=tuple(pieces),
            start_us=request.offset_ms * 1000,
            independent=all(times is None or times.independent for times in known),
        )
        return found.decision, found.decision.delivery, *pairs[0], plan


async def _key_frames(call: Call, part: PartDecision, shown: PartShown) -> Found | None:
    if not part.video:
        return None
    return await call.house.key_frames.of(shown.file, source_of(shown).path, part.video[0].index)


async def begin(call: Call, protocol: Protocol) -> Begun:
    """Decides, and begins a session. Raises :class:`ApiError` when nothing can be made."""
    decision, delivery, part, shown, plan = await _planned(call, protocol)
    if not all(piece.source.duration_us for piece in plan.pieces):
        raise BadRequestError("nobody knows how long the file is: it cannot be cut into segments")
    conversion = replace(described(delivery, part, shown, decision=decision), duration_ms=plan.end_us // 1000)
    session = await call.house.transcoder.start(handle_of(call), plan, conversion, may_still_play(call, part.part_id))
    tracks = Tracks.of(session.key, plan.first.renditions, _infos(plan, shown), _read(part, shown))
    return Begun(session=session, tracks=tracks)


@routes.get(
    *universal("start.{ending}"), *universal("start"), policy=Policy.SIGNED_IN, takes=TAKES, answers=Answer.FILE
)
async def start(call: Call) -> Reply:
    """Begins a stream, as `decision` decides it for the same query: a playlist, a manifest, or the stream itself."""
    protocol = _protocol(call)
    if protocol is Protocol.HTTP:
        return await _whole(call)
    begun = await begin(call, protocol)
    if protocol is Protocol.HLS:
        return Reply(
            body=begun.tracks.hls(independent=begun.session.plan.independent).encode(),
            media_type=HLS,
            headers=[NOT_KEPT],
        )
    manifest = begun.tracks.dash(begun.session.plan.first.grid)
    return Reply(body=manifest.encode(), media_type=DASH, headers=[NOT_KEPT])


async def _whole(call: Call) -> Reply:
    """The stream itself, in one piece, as it is made."""
    found = await decided(call, made_as=Protocol.HTTP)
    delivery = found.decision.delivery
    if delivery is None:
        raise refused(found.decision)
    part, shown = _parts(found)[0]
    form = StreamFormat(delivery.container)
    content_type = _TYPES[form] if part.video or form.sound_only else _TYPES[form].replace("video/", "audio/")
    source, offset_us = source_of(shown), found.asked.request.offset_ms * 1000
    if source.duration_us and offset_us >= source.duration_us:
        raise BadRequestError(f"offset lies behind the end: the file lasts {source.duration_us / 1_000_000} seconds")
    if call.method == "HEAD":
        return StreamReply(None, receive=call.receive, content_type=content_type)
    wanted = _wanted(form, part, shown, offset_us=offset_us, keep_times=call.flag("copyts"))
    plan = StreamPlan(
        item_id=found.shown.item.id,
        part_id=part.part_id,
        pieces=(Piece(source=source, grid=grid_of(source.duration_us, None), renditions={}),),
        start_us=offset_us,
    )
    handle = handle_of(call)
    if not handle.name:  # a player that names nothing may well play, or read ahead, several at once
        handle = replace(handle, name=secrets.token_urlsafe(9))

    async def make(folder: Path) -> ProgressiveStream:
        return await call.house.whole_streams.stream(source, wanted, folder)

    transcoder = call.house.transcoder
    try:
        session, stream = await transcoder.start_whole(
            handle,
            plan,
            described(delivery, part, shown, decision=found.decision),
            make,
            may_still_play(call, part.part_id),
        )
    except (ProductionError, SessionEnded) as error:
        raise refusal(error) from None
    counted = delivery_of(call, session)

    def sent(size_bytes: int) -> None:
        counted.sent(size_bytes)
        transcoder.ping(session)

    async def over(*, complete: bool) -> None:
        if not complete:
            await transcoder.stop(session)

    return StreamReply(stream, receive=call.receive, content_type=content_type, sent=sent, over=over)


def _wanted(form: StreamFormat, part: PartDecision, shown: PartShown, *, offset_us: int, keep_times: bool) -> Wanted:
    """What a stream in one piece holds."""
    inside = {stream.row.id: stream.info.index for stream in shown.streams}
    subtitle = next((one for one in part.streams if one.place is StreamPlace.EMBEDDED), None)
    return Wanted(
        format=form,
        video=part.video[0] if part.video else None,
        audio=part.audio[0] if part.audio else None,
        subtitle=None if subtitle is None else inside[subtitle.stream_id],
        subtitle_codec=None if subtitle is None or subtitle.action is StreamAction.COPY else subtitle.codec,
        offset_us=offset_us,
        keep_times=keep_times,
    )


def _protocol(call: Call) -> Protocol:
    """As is asked, else as the address ends."""
    asked = (call.text("protocol") or "").lower()
    if asked in {one.value for one in Protocol}:
        return Protocol(asked)
    return _PROTOCOLS.get(call.params.get("ending", "").lower(), Protocol.HTTP)
