"""From a request to a decision: the item and its streams as this person has them, the client's profile, what the owner
allows and what the server can.

``decision`` shows it; ``start`` acts on the same.
"""

import asyncio
import time
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from vitascope.api.call import Call
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.listing import shown_items
from vitascope.api.play_request import Asked, asked
from vitascope.api.player import player_of
from vitascope.api.render import Shape
from vitascope.api.render.shown import MediaShown, PartShown, Shown
from vitascope.api.subtitle_files import fitted_ms
from vitascope.core import bandwidths
from vitascope.core.model import ItemType, StreamType
from vitascope.core.playback.decision import Decision, HevcEncoding, Limits, Network, Protocol, decide
from vitascope.core.playback.facts import PartFacts, StreamFacts, VersionFacts
from vitascope.core.playback.ladder import Size
from vitascope.core.playback.levelling import Levelling
from vitascope.core.playback.profiles import Extended, Kind, extended
from vitascope.library.pictures import made_path
from vitascope.playback.sessions import Place
from vitascope.playback.transcode.described import Made
from vitascope.store import choices, files
from vitascope.store.reader import Reader
from vitascope.store.rows import StreamRow
from vitascope.store.sections import locations

DETAIL = Shape(detail=True, guids=True)
_KINDS = {
    ItemType.MOVIE: Kind.VIDEO,
    ItemType.EPISODE: Kind.VIDEO,
    ItemType.CLIP: Kind.VIDEO,
    ItemType.TRAILER: Kind.VIDEO,
    ItemType.TRACK: Kind.MUSIC,
    ItemType.PHOTO: Kind.PHOTO,
}
_READS_ON_SECONDS = 60.0
"""A player that asked for nothing of its stream for so long does not hold a place."""
_INDEXED = frozenset({"mp4", "mov", "m4v", "mkv", "webm"})
"""Containers that say where their key frames are; of the others they are found by reading, in the background."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A request, what it is about, and how that is played."""

    asked: Asked
    shown: Shown
    versions: tuple[VersionFacts, ...]
    profile: Extended
    decision: Decision

    @property
    def version(self) -> MediaShown | None:
        """The version that the decision is about."""
        versions = [media for media in self.shown.media if isinstance(media, MediaShown)]
        return versions[self.decision.version_index] if self.decision.version_index < len(versions) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How what is kept as a file is made."""

    outputs: frozenset[tuple[str, str]]
    """What files are made, as ``Abilities.outputs`` says it."""
    otherwise: str
    """What is made for a client that does not say what files it takes, in the language of profiles."""


async def decided(
    call: Call,
    *,
    made_as: Protocol | None = None,
    unindexed: Container[int] = frozenset(),
    keeping: Keeping | None = None,
) -> Decided:
    """How what a call asks for is played.

    ``made_as``: it is to be made into a stream of this protocol, whatever else the client could do. ``unindexed``:
    parts whose key frames turned out to be unknown, though their container should tell them. ``keeping``: it is to be
    kept as a file, and not played now.

    Raises:
        BadRequestError: when the request means nothing.
        NotFoundError: when there is no such item, or not for this person.
    """
    wanted = asked(call)
    shown = await shown_items(call, [wanted.item_id], DETAIL)
    if not shown:
        raise NotFoundError
    kind = _KINDS.get(shown[0].type)
    if kind is None:
        raise BadRequestError(f"path names a {shown[0].type.api_name}, which does not play by itself")
    request = replace(wanted.request, kind=kind)
    if kind is Kind.MUSIC and request.levelling is None:
        request = replace(request, levelling=_levelling(call.house.preferences.text("TranscoderMusicLoudness")))
    if made_as is not None:
        request = replace(request, protocol=made_as, direct_play=False)
    house = call.house
    abilities = house.abilities()
    if keeping is not None:
        request = replace(request, protocol=Protocol.HTTP, kept=True, adaptive=False, offset_ms=0)
        abilities = replace(abilities, outputs=keeping.outputs, subtitles_inside=False)
    wanted = replace(wanted, request=request)
    versions = await facts_of(call, shown[0], unindexed, fits=wanted.fits_subtitles)
    profile = extended(await asyncio.to_thread(house.profiles.choose, wanted.client), wanted.extra)
    if keeping is not None and not any(
        one.kind is kind and one.protocol == Protocol.HTTP for one in profile.profile.targets
    ):
        profile = extended(profile.profile, keeping.otherwise)
    limits = await limits_of(call, wanted) if keeping is None else owner_limits(call)
    decision = decide(versions, profile.profile, wanted.request, limits=limits, abilities=abilities)
    delivery = decision.delivery
    if keeping is None and delivery is not None and delivery.protocol != Protocol.HTTP:
        for part in decision.parts:
            house.transcoder.expect([*part.video, *part.audio])
    return Decided(asked=wanted, shown=shown[0], versions=versions, profile=profile, decision=decision)


# --- what is known of the item -----------------------------------------------------------------------------------


async def facts_of(
    call: Call, shown: Shown, unindexed: Container[int] = frozenset(), *, fits: bool = False
) -> tuple[VersionFacts, ...]:
    """The versions of an item in full, with the streams that the viewer hears and reads; ``fits``: subtitles that
    nobody moved are shown where somebody speaks."""
    versions = [media for media in shown.media if isinstance(media, MediaShown)]
    streams = [stream for media in versions for part in media.parts for stream in part.streams]
    beside = sorted({stream.row.file_id for stream in streams if stream.row.file_id is not None})
    paths: Mapping[int, bytes] = await call.house.database.read(_paths, beside) if beside else {}
    subtitles = [stream.row for stream in streams if stream.info.type is StreamType.SUBTITLE]
    offsets: dict[int, int] = await call.house.database.read(_offsets, subtitles) if subtitles else {}
    if fits:
        offsets |= await _fitted(call, versions, offsets)
    uploads = call.house.photographer.metadata
    indexed = {
        part.part.id: part.part.id not in unindexed and await _is_indexed(call, part)
        for media in versions
        for part in media.parts
    }

    def stream_facts(media: MediaShown) -> tuple[PartFacts, ...]:
        return tuple(
            PartFacts(
                id=part.part.id,
                container=part.part.container or "",
                size_bytes=part.part.size_bytes,
                duration_ms=part.part.duration_ms or 0,
                indexed=indexed[part.part.id],
                required_kbps=bandwidths.decided_by(part.required_bandwidths),
                streams=tuple(
                    StreamFacts(
                        id=stream.row.id,
                        info=stream.heard,
                        selected=stream.selected,
                        path=(
                            str(made_path(uploads, stream.info.upload)).encode()
                            if stream.info.upload is not None
                            else paths.get(stream.row.file_id or 0)
                        ),
                        offset_ms=offsets.get(stream.row.id, 0),
                    )
                    for stream in part.streams
                    if stream.info.type is not StreamType.LYRICS
                ),
            )
            for part in media.parts
        )

    return tuple(
        VersionFacts(
            id=media.media.id,
            container=media.media.container or "",
            bitrate_kbps=media.media.bitrate_kbps or 0,
            duration_ms=media.media.duration_ms or 0,
            width=media.media.width or 0,
            height=media.media.height or 0,
            optimized_for_streaming=media.media.optimized_for_streaming,
            parts=stream_facts(media),
        )
        for media in versions
    )


async def _is_indexed(call: Call, part: PartShown) -> bool:
    """Whether the key frames of a part are known, or can be expected to be in its own index."""
    video = next((one.info.index for one in part.streams if one.info.type is StreamType.VIDEO), None)
    known = None if video is None else await call.house.key_frames.known(part.file, video)
    return (part.part.container or "") in _INDEXED if known is None else known


def _paths(r: Reader, file_ids: Sequence[int]) -> dict[int, bytes]:
    roots = {row.id: row.path.rstrip(b"/") for row in locations(r)}
    found = files.files_by_id(r, file_ids)
    return {id_: roots[row.location_id] + b"/" + row.path for id_, row in found.items() if row.location_id in roots}


def _offsets(r: Reader, subtitles: Sequence[StreamRow]) -> dict[int, int]:
    return {row.id: choices.offset_of(r, row) for row in subtitles}


async def _fitted(call: Call, versions: Sequence[MediaShown], moved: Mapping[int, int]) -> dict[int, int]:
    """By how much the selected subtitles that nobody moved are beside what is spoken."""
    return {
        stream.row.id: await fitted_ms(call, stream.row, part.file.fingerprint)
        for media in versions
        for part in media.parts
        for stream in part.streams
        if stream.selected and stream.fits and not moved.get(stream.row.id)
    }


# --- what the owner allows ---------------------------------------------------------------------------------------


async def limits_of(call: Call, wanted: Asked) -> Limits:
    """What the owner allows this player at this moment."""
    preferences = call.house.preferences
    player = player_of(call)
    remote = not player.local or wanted.request.network in (Network.WAN, Network.CELLULAR)
    stream_kbps = server_kbps = None
    if remote:
        stream_kbps = preferences.number("WanPerStreamMaxUploadRate") or None
        total = preferences.number("WanTotalMaxUploadRate")
        if total:
            place = (call.person_id, player.client_identifier, wanted.playback_session)
            server_kbps = max(total - await _used_kbps(call, place), 0)
    refused = call.house.reports.one_too_many(call.person_id, player, wanted.playback_session)
    return replace(
        owner_limits(call),
        stream_kbps=stream_kbps,
        server_kbps=server_kbps,
        streams_left=None if refused is None else 0,
        conversions_left=_conversions_left(call, wanted, preferences.number("TranscodeCountLimit")),
    )


def owner_limits(call: Call) -> Limits:
    """What the owner allows in conversions, whoever asks."""
    preferences = call.house.preferences
    return Limits(
        remux_only=preferences.flag("TranscoderCanOnlyRemuxVideo"),
        resolution=_size(preferences.text("TranscoderVideoResolutionLimit")),
        tone_mapping=preferences.flag("TranscoderToneMapping"),
        hevc=_hevc(preferences.text("TranscoderHEVCEncoding")),
    )


def _conversions_left(call: Call, wanted: Asked, most: int) -> int | None:
    """How many videos may be converted besides those of other players that read on; ``None``: any number."""
    if most <= 0:
        return None
    own = (call.person_id, player_of(call).client_identifier, wanted.session or wanted.playback_session)
    now = time.monotonic()
    busy = sum(
        not session.left
        and session.conversion.video in (Made.TRANSCODE, Made.BURN)
        and (session.is_made or now - session.used_at < _READS_ON_SECONDS)
        and (session.handle.person_id, session.handle.client, session.handle.name) != own
        for session in call.house.transcoder.sessions()
    )
    return max(most - busy, 0)


async def _used_kbps(call: Call, but: Place) -> int:
    """What the other sessions outside take, each as the file that it plays needs."""
    known = call.house.reports.sessions
    total = 0
    for session in known.sessions():
        if session.player.local or session.place == but:
            continue
        rates = await call.house.database.read(_kbps_of_parts, sorted(session.item.part_ids))
        played = known.part_of(session)
        total += rates.get(played, 0) if played is not None else max(rates.values(), default=0)
    return total


def _kbps_of_parts(r: Reader, part_ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for part_id in part_ids:
        file = files.file_of_part(r, part_id)
        if file is not None and file[1]:
            found[part_id] = file[0].size_bytes * 8 // file[1]
    return found


def _hevc(text: str) -> HevcEncoding:
    try:
        return HevcEncoding(text)
    except ValueError:
        return HevcEncoding.NEVER


def _levelling(text: str) -> Levelling:
    try:
        return Levelling(text)
    except ValueError:
        return Levelling.NONE


def _size(text: str) -> Size | None:
    """``0x0`` is no limit."""
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        return None
    return Size(width=int(width), height=int(height))
