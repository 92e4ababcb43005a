"""Parts: the media files themselves, and the choice of streams for them."""

import os
from collections.abc import Sequence

from vitascope.api.call import Call
from vitascope.api.describe import Answer, flag, integer
from vitascope.api.errors import BadRequestError, BandwidthError, ForbiddenError, NotFoundError
from vitascope.api.far_files import opened_media
from vitascope.api.files import FileReply, HandedOver, OpenFile, media_type
from vitascope.api.player import delivery_to, player_of, session_identifier
from vitascope.api.policy import Policy
from vitascope.api.render import Container
from vitascope.api.reply import Reply, redirect
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType, StreamType, Viewer
from vitascope.store import choices, extras
from vitascope.store import items as store_items
from vitascope.store.choices import Choice
from vitascope.store.errors import NotFound
from vitascope.store.hydration import hydrate
from vitascope.store.reader import Reader
from vitascope.store.sections import roots_of_item
from vitascope.store.views import PartView

routes = Routes()


@routes.get(
    "/library/parts/{part_id:int}/{stamp}/{name}",
    "/library/parts/{part_id:int}/{name}",
    "/library/parts/{part_id:int}",
    policy=Policy.SIGNED_IN,
    takes=(flag("download", "Sends it as something to save."),),
    answers=Answer.FILE,
)
async def part_file(call: Call) -> Reply:
    """The file of a part: whole, a range of it, or for saving."""
    found = await call.house.database.read(store_items.part_for_delivery, call.number("part_id"), call.viewer)
    if found is None:
        extra = await call.house.database.read(extras.address_of_part, call.number("part_id"), call.viewer)
        if extra is None or not extra[1].startswith(extras.ELSEWHERE):
            raise NotFoundError
        return redirect(extra[1])
    part, path, item = found
    meter = _Meter(call, part.id)
    meter.check()
    if item.type != ItemType.PHOTO and not call.flag("download"):
        meter.check_number()
    roots = await call.house.database.read(roots_of_item, item.section_id)
    opened = await opened_media(path, roots)
    name = os.path.basename(path).decode("utf-8", "replace")  # noqa: PTH119  # bytes, as they lie on disk
    kind = media_type(path)
    if kind == "application/octet-stream" and part.container:
        kind = media_type(f".{part.container}")
    download_name = name if call.flag("download") else None
    handover = call.house.settings.handover
    hop = call.evidence.hop if call.evidence else None
    if handover is not None and isinstance(opened, OpenFile) and handover.takes(hop, call.headers):
        return HandedOver(opened, handover, content_type=kind, download_name=download_name)
    return FileReply(
        opened,
        receive=call.receive,
        request_headers=call.headers,
        content_type=kind,
        download_name=download_name,
        meter=meter,
    )


class _Meter:
    """Counts what a player reads of a part, and lets it read on only as long as its session was not ended."""

    def __init__(self, call: Call, part_id: int) -> None:
        self._reports = call.house.reports
        self._part_id = part_id
        self._person_id = call.person_id
        player = player_of(call)
        self._player = player
        self._client = player.client_identifier if player.named else None
        self._session = session_identifier(call)
        self._delivery = delivery_to(call)

    def check(self) -> None:
        """Raises :class:`ForbiddenError` when the session that the part belongs to was ended."""
        refused = self._refusal()
        if refused is not None:
            raise ForbiddenError(refused)
        self._reports.sessions.note_read(
            self._part_id,
            person_id=self._person_id,
            client_identifier=self._client,
            address=self._player.address,
        )

    def check_number(self) -> None:
        """Raises :class:`BandwidthError` when it would be one stream too many for the person."""
        refused = self._reports.one_too_many(self._person_id, self._player, self._session)
        if refused is not None:
            raise BandwidthError(refused)

    def _refusal(self) -> str | None:
        return self._reports.sessions.refusal(
            self._part_id,
            person_id=self._person_id,
            client_identifier=self._client,
            session_identifier=self._session,
            address=self._player.address,
        )

    def sent(self, size_bytes: int) -> bool:
        self._delivery.sent(size_bytes)
        return self._refusal() is None


_NONE = -1


def _of_type(part: PartView, kind: StreamType) -> list[int]:
    return [stream.id for stream in part.streams if stream.type == kind]


def _place(part: PartView, kind: StreamType, stream_id: int | None) -> int | None:
    """Which of a part's streams of a kind is meant: parts of one version have theirs in the same order."""
    if stream_id is None:
        return None
    if stream_id == 0:
        return _NONE
    ids = _of_type(part, kind)
    if stream_id not in ids:
        raise BadRequestError(f"the part has no such stream: {stream_id}")
    return ids.index(stream_id)


def _stream_at(part: PartView, kind: StreamType, place: int | None) -> int | None:
    if place is None or place == _NONE:
        return None if place is None else 0
    ids = _of_type(part, kind)
    return ids[place] if place < len(ids) else None


def _with_its_like(r: Reader, part_id: int, viewer: Viewer) -> tuple[PartView, Sequence[PartView]] | None:
    """A part, and all parts of its version; in one look, since a scan may take it away at any moment."""
    found = store_items.part_for_delivery(r, part_id, viewer)
    if found is None:
        return None
    part, _, item = found
    (view,) = hydrate(r, [item.id], viewer, full=True)
    parts = next(media.parts for media in view.media if media.media.id == part.media_id)
    return next(other for other in parts if other.part.id == part.id), parts


@routes.put(
    "/library/parts/{part_id:int}",
    policy=Policy.SIGNED_IN,
    takes=(
        integer("audioStreamID", "The audio stream to hear."),
        integer("subtitleStreamID", "The subtitle stream to see; 0 is none."),
        flag("allParts", "Chooses the like of it in the item's other parts too."),
    ),
    answers=Answer.NOTHING,
)
async def choose_streams(call: Call) -> Reply:
    """Chooses the audio and subtitle stream of a part for the viewer; subtitle 0 is none."""
    database = call.house.database
    found = await database.read(_with_its_like, call.number("part_id"), call.viewer)
    if found is None:
        raise NotFoundError
    own, parts = found
    audio = _place(own, StreamType.AUDIO, call.integer("audioStreamID"))
    subtitle = _place(own, StreamType.SUBTITLE, call.integer("subtitleStreamID"))
    wanted = [
        Choice(
            part_id=other.part.id,
            audio_stream_id=_stream_at(other, StreamType.AUDIO, audio),
            subtitle_stream_id=_stream_at(other, StreamType.SUBTITLE, subtitle),
        )
        for other in (parts if call.flag("allParts") else [own])
    ]
    try:
        await database.awrite(choices.choose, call.person_id, wanted)
    except NotFound:
        raise NotFoundError from None
    return call.reply(Container({"size": 0}))
