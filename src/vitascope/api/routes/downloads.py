"""Download queues: what apps want to have as files, each as the decision of playback has it.

A queue belongs to a person and one of their apps. What is put in is decided at once, with the parameters of
``decision``; what the app plays as it is, is there at once (the original file), and the rest is made into one file when
there is time (:mod:`vitascope.playback.offline.downloads`).
"""

import json
import os
import re
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import PurePath
from typing import Any

from vitascope.api.call import Call
from vitascope.api.conversions import transcode_session
from vitascope.api.deciding import Decided, Keeping, decided
from vitascope.api.describe import Answer, text
from vitascope.api.errors import BadRequestError, ImpossibleError, NotFoundError, UnavailableError
from vitascope.api.far_files import opened_media
from vitascope.api.files import FileReply, Range, media_type, parse_range
from vitascope.api.play_request import TAKES
from vitascope.api.player import delivery_to, player_of
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows, Value
from vitascope.api.render.shown import PartShown
from vitascope.api.reply import HTML, Reply
from vitascope.api.routes.decision import as_container, verdicts
from vitascope.api.routes.starting import described, source_of
from vitascope.api.routing import Routes
from vitascope.media.transcoding.gather_tasks import FORMATS
from vitascope.playback.offline import plans
from vitascope.playback.offline.plans import Plan, PlanError
from vitascope.playback.transcode.described import Progress
from vitascope.store import downloads as store
from vitascope.store import items as store_items
from vitascope.store.downloads import QueueFull, Status
from vitascope.store.rows import DownloadQueueRow, DownloadRow
from vitascope.store.sections import roots_of_item

routes = Routes()

_QUEUE = "/downloadQueue/{queue_id:int}"
_ONE = f"{_QUEUE}/item/{{item_id:int}}"
_SOME = f"{_QUEUE}/items/{{item_ids}}"
_MOST_KEYS = 1_000
_KEY = re.compile(r"(?:server://[^/]+/com\.plexapp\.plugins\.library)?(/library/metadata/\d{1,18})/?", re.ASCII)
_OF_A_STREAM = frozenset({"path", "session", "transcodeSessionId", "X-Plex-Session-Identifier", "offset", "protocol"})
_ASKED = tuple(one.name for one in TAKES if one.name not in _OF_A_STREAM)
_HEADERS = frozenset(name.lower() for name in _ASKED if name.startswith("X-Plex-"))
_PREFIX = "X-Plex-"
KEEPING = Keeping(
    outputs=frozenset(("http", container) for container in FORMATS),
    otherwise=(
        "add-transcode-target(type=videoProfile&context=static&protocol=http&container=mp4&videoCodec=h264"
        "&audioCodec=aac)+add-transcode-target(type=musicProfile&context=static&protocol=http&container=mp3"
        "&audioCodec=mp3)"
    ),
)


# --- queues --------------------------------------------------------------------------------------------------------


@routes.post("/downloadQueue", policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def own_queue(call: Call) -> Reply:
    """The queue of downloads of this person's app, made if there is none."""
    player = player_of(call)
    if not player.named:
        raise BadRequestError("X-Plex-Client-Identifier is missing")
    queue_id = await call.house.database.awrite(store.own, call.person_id, player.client_identifier)
    return await _queue_reply(call, await call.house.database.read(store.get, queue_id, call.person_id))


@routes.get(_QUEUE, policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def queue(call: Call) -> Reply:
    """A queue of downloads: its state, and how many there are."""
    return await _queue_reply(call, await call.house.database.read(store.get, call.number("queue_id"), call.person_id))


async def _queue_reply(call: Call, row: DownloadQueueRow) -> Reply:
    counts = await call.house.database.read(store.counts, row.id)
    about: dict[str, Value] = {"id": row.id, "itemCount": sum(counts.values()), "status": _state(counts)}
    return call.reply(Container({"size": 1}, [Node("DownloadQueue", about)]))


def _state(counts: dict[str, int]) -> str:
    """What is true of the whole queue: what goes on before what failed."""
    order = (Status.PROCESSING, Status.WAITING, Status.ERROR)
    return next((one.value for one in order if counts.get(one.value)), "done")


# --- what is put in ------------------------------------------------------------------------------------------------


@routes.post(
    f"{_QUEUE}/add",
    policy=Policy.SIGNED_IN,
    takes=(
        text("keys", "What to download, as keys of items.", required=True, many=True, example="/library/metadata/1"),
        *(one for one in TAKES if one.name in _ASKED),
    ),
    answers=Answer.CONTAINER,
)
async def add(call: Call) -> Reply:
    """Puts items into a queue, each as it is decided now; one that is there with the same parameters stays one."""
    database = call.house.database
    queue_id = call.number("queue_id")
    await database.read(store.get, queue_id, call.person_id)
    keys = _keys(call)
    asked = _asked(call)
    rows = [await _decided_row(call, key, asked) for key in keys]
    try:
        ids = await database.awrite(store.add, queue_id, call.person_id, rows)
    except QueueFull as error:
        raise ImpossibleError(str(error)) from None
    call.house.downloads.wake()
    added: list[Node | Rows] = [
        Node("AddedQueueItems", {"key": key, "id": id_}) for key, id_ in zip(keys, ids, strict=True)
    ]
    return call.reply(Container({"size": len(added)}, added))


def _keys(call: Call) -> list[str]:
    call.required("keys")
    found: dict[str, None] = {}
    for one in (part.strip() for value in call.values("keys") for part in value.split(",")):
        matched = _KEY.fullmatch(one)
        if matched is None:
            raise BadRequestError(f"keys: {one[:80]!r} is not the key of an item, such as /library/metadata/1")
        found[matched[1]] = None
    if len(found) > _MOST_KEYS:
        raise BadRequestError(f"keys: at most {_MOST_KEYS} at once")
    return list(found)


def _asked(call: Call) -> dict[str, str]:
    """The parameters of the decision as the app gives them, in the query or in headers."""
    found: dict[str, str] = {}
    for name in _ASKED:
        value = call.plex(name.removeprefix(_PREFIX)) if name.startswith(_PREFIX) else call.text(name)
        if value is not None:
            found[name] = value
    return found


async def _decide(call: Call, key: str, asked: dict[str, str]) -> Decided:
    return await decided(call.asking({**asked, "path": key}, without=_HEADERS), keeping=KEEPING)


async def _decided_row(call: Call, key: str, asked: dict[str, str], known: DownloadRow | None = None) -> DownloadRow:
    """What becomes of an item. Raises :class:`ApiError` when it is none that this person may have, or is asked for in
    a way that means nothing."""
    found = await _decide(call, key, asked)
    made = found.decision
    status, error, plan, part_id, size = Status.ERROR, None, None, None, 0
    if made.means is None:
        error = " ".join([made.general.text, *(reason.says for reason in made.reasons[-1:])])
    elif len(made.parts) != 1:
        error = "It lies in several files: download them one by one, with partIndex."
    else:
        shown = _part(found)
        part_id = shown.part.id
        if made.parts[0].direct:
            status, size = Status.AVAILABLE, shown.part.size_bytes
        else:
            status, plan = Status.WAITING, plans.written(_plan(found, shown))
    return DownloadRow(
        id=known.id if known is not None else 0,
        queue_id=known.queue_id if known is not None else 0,
        item_id=found.shown.item.id,
        part_id=part_id,
        asked=json.dumps(asked, sort_keys=True),
        status=status.value,
        verdict=json.dumps({name: value for name, value in verdicts(made).items() if value is not None}),
        plan=plan,
        error=error,
        size_bytes=size,
    )


def _part(found: Decided) -> PartShown:
    wanted = found.decision.parts[0].part_id
    parts = found.version.parts if found.version is not None else []
    shown = next((one for one in parts if one.part.id == wanted), None)
    if shown is None:
        raise NotFoundError
    return shown


def _plan(found: Decided, shown: PartShown) -> Plan:
    part, delivery = found.decision.parts[0], found.decision.delivery
    if delivery is None:
        raise NotFoundError
    return Plan(
        source=source_of(shown),
        source_bytes=shown.part.size_bytes,
        conversion=described(delivery, part, shown, context="static"),
        kbps=delivery.kbps,
        video=part.video[0] if part.video else None,
        audio=part.audio[0] if part.audio else None,
    )


# --- what is in ----------------------------------------------------------------------------------------------------


@routes.get(f"{_QUEUE}/items", policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def items(call: Call) -> Reply:
    """The downloads of a queue, with how far each is."""
    rows = await call.house.database.read(store.of_queue, call.number("queue_id"), call.person_id)
    return _items_reply(call, rows)


@routes.get(_SOME, policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def some_items(call: Call) -> Reply:
    """Downloads of a queue by their ids."""
    return _items_reply(call, await _named(call))


@routes.delete(_SOME, policy=Policy.SIGNED_IN, answers=Answer.NOTHING)
async def remove(call: Call) -> Reply:
    """Takes downloads out of a queue, with what was made for them."""
    ids = _ids(call)
    await call.house.database.awrite(store.remove, call.number("queue_id"), call.person_id, ids)
    await call.house.downloads.give_up(ids)
    return call.reply(Container({"size": 0}))


@routes.post(f"{_SOME}/restart", policy=Policy.SIGNED_IN, answers=Answer.NOTHING)
async def restart(call: Call) -> Reply:
    """Begins downloads again from the decision, with the parameters that they were asked for."""
    rows = await _named(call)
    again = [await _decided_row(call, _key(row), json.loads(row.asked), row) for row in rows]
    await call.house.database.awrite(store.begin_again, call.number("queue_id"), call.person_id, again)
    await call.house.downloads.give_up([row.id for row in rows])
    return call.reply(Container({"size": 0}))


def _ids(call: Call) -> list[int]:
    pieces = call.param("item_ids").split(",")
    if len(pieces) > store.MOST_DOWNLOADS or not all(re.fullmatch(r"\d{1,18}", one, re.ASCII) for one in pieces):
        raise BadRequestError("the ids of downloads are numbers with commas between them")
    return list(dict.fromkeys(map(int, pieces)))


async def _named(call: Call) -> list[DownloadRow]:
    return await call.house.database.read(store.some, call.number("queue_id"), call.person_id, _ids(call))


def _key(row: DownloadRow) -> str:
    return f"/library/metadata/{row.item_id}"


def _items_reply(call: Call, rows: Sequence[DownloadRow]) -> Reply:
    nodes: list[Node | Rows] = [_node(row, call.house.downloads.progress_of(row.id)) for row in rows]
    return call.reply(Container({"size": len(nodes)}, nodes))


def _node(row: DownloadRow, progress: Progress | None) -> Node:
    children: list[Node | Rows] = [Node("DecisionResult", json.loads(row.verdict), single=True)]
    if progress is not None:
        children.append(transcode_session(progress, of_item=True))
    about: dict[str, Value] = {
        "id": row.id,
        "queueId": row.queue_id,
        "key": _key(row),
        "status": row.status,
        "error": row.error,
        "size": row.size_bytes or None,
    }
    return Node("DownloadQueueItem", about, children)


# --- one download --------------------------------------------------------------------------------------------------


async def _one(call: Call) -> DownloadRow:
    queue_id, item_id = call.number("queue_id"), call.number("item_id")
    return (await call.house.database.read(store.some, queue_id, call.person_id, [item_id]))[0]


@routes.get(f"{_ONE}/decision", policy=Policy.SIGNED_IN, answers=Answer.ITEMS)
async def decision(call: Call) -> Reply:
    """How a download is made: the decision, as `decision` shows it."""
    row = await _one(call)
    try:
        found = await _decide(call, _key(row), json.loads(row.asked))
    except NotFoundError:
        raise BadRequestError("the item is not there any more, so there is no decision about it") from None
    return call.reply(as_container(found))


@routes.get(f"{_ONE}/media", policy=Policy.SIGNED_IN, answers=Answer.FILE)
async def media(call: Call) -> Reply:
    """The file of a download, whole or a range of it; 503 with `Retry-After` (-1: unknown) while it is made."""
    row = await _one(call)
    house = call.house
    if row.status in (Status.WAITING, Status.PROCESSING):
        return _not_yet(house.downloads.progress_of(row.id))
    if row.status != Status.AVAILABLE or row.part_id is None:
        raise NotFoundError(row.error or "It was not fetched for long and is there no more; begin it again.")
    found = await house.database.read(store_items.part_for_delivery, row.part_id, call.viewer)
    if found is None:
        raise NotFoundError
    _, path, item = found
    if row.plan is None:
        roots = await house.database.read(roots_of_item, item.section_id)
    else:
        try:
            path = os.fsencode(house.downloads.path_of(row))
        except PlanError as error:
            raise NotFoundError(str(error)) from None
        roots = [os.fsencode(house.downloads.folder)]
    await house.database.awrite(store.note_use, row.id, whole=False)  # from now on it does not go for want of use
    opened = await opened_media(path, roots)
    name = os.path.basename(path).decode("utf-8", "replace")  # noqa: PTH119  # bytes, as they lie on disk
    return FileReply(
        opened,
        receive=call.receive,
        request_headers=call.headers,
        content_type=media_type(path),
        download_name=name if row.plan is None else f"{item.title}{PurePath(name).suffix}",
        meter=_Meter(call, row.id, opened.size),
    )


def _not_yet(progress: Progress | None) -> Reply:
    left_s = -1
    if progress is not None and progress.speed > 0:
        left_s = max(int((progress.conversion.duration_ms - progress.made_ms) / 1000 / progress.speed), 1)
    page = UnavailableError("It is not made yet.").page()
    headers = [(b"retry-after", str(left_s).encode())]
    return Reply(status=HTTPStatus.SERVICE_UNAVAILABLE, body=page, media_type=HTML, headers=headers)


class _Meter:
    """Counts what is sent of a download, and notes when its end was."""

    def __init__(self, call: Call, download_id: int, size_bytes: int) -> None:
        self._database, self._download_id = call.house.database, download_id
        self._delivery = delivery_to(call)
        asked: Any = parse_range(call.headers.get("range", ""), size_bytes)
        wanted = asked if isinstance(asked, Range) else Range(0, size_bytes)
        self._left = wanted.stop - wanted.start
        self._to_the_end = wanted.stop == size_bytes

    def sent(self, size_bytes: int) -> bool:
        self._delivery.sent(size_bytes)
        self._left -= size_bytes
        if self._left <= 0 and self._to_the_end:
            self._database.write(store.note_use, self._download_id, whole=True)
        return True
