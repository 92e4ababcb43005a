"""Optimized versions: what the owner wants made of films and shows, the queue of it, and what became of it.

Clients know it as a playlist of type 42, whose entries are called generators, and as play queue 1. Only the owner has
either. What is made, how and where it goes: :mod:`vitascope.playback.offline.optimiser` and what it names.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vitascope.api.call import Call
from vitascope.api.describe import Answer, flag, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.listing import LIBRARY, MEDIA_TAGS, shape_of, shown_items
from vitascope.api.optimising import item_of, settings_of, written
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows, Value
from vitascope.api.render.items import item_rows
from vitascope.api.render.shown import ConversionShown, Shown
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.core.naming.made_versions import PROXY_TYPE
from vitascope.core.playback import targets
from vitascope.core.playback.ladder import Size
from vitascope.core.playback.targets import MediaSettings
from vitascope.core.query.source_uri import SourceError, parse_source_uri
from vitascope.library import optimised as library
from vitascope.store import items as store_items
from vitascope.store import optimised as store
from vitascope.store import queues as store_queues
from vitascope.store.errors import NotFound
from vitascope.store.optimised import Status, TooMany
from vitascope.store.reader import Reader
from vitascope.store.rows import ConversionRow, GeneratorRow
from vitascope.store.sections import get_section, list_sections, locations

routes = Routes()

PLAYLIST = 0
"""The id of the list of optimized versions: no playlist of a person has it."""
_GENERATOR = "/playlists/{playlist_id:int}/items/{entry_id:int}"
_LONGEST = 1_000
_MOST_KBPS = 1_000_000
_BESIDE = -1
_STATES = {
    Status.WAITING: "pending",
    Status.PROCESSING: "pending",
    Status.DONE: "processed",
    Status.FAILED: "error",
    Status.DISABLED: "disabled",
}
TAKES = (
    integer("Item[type]", "Of the list of optimized versions: 42.", example=PROXY_TYPE),
    text("Item[title]", "What is wanted is called so.", example="Sunrise"),
    integer("Item[targetTagID]", "What for: the id of a tag of type 42.", example=2),
    text(
        "Item[target]", "The name of a target of the owner's own, or of one of those tags.", example="Custom: Android"
    ),
    text("Item[Device][profile]", "Of an own target: the player it is for.", choices=targets.PROFILES),
    text("Item[MediaSettings][videoResolution]", "The largest picture, as `WxH`; empty: as it is.", example="1280x720"),
    integer("Item[MediaSettings][maxVideoBitrate]", "The most that everything may take, in kbit/s.", example=4000),
    integer("Item[MediaSettings][videoQuality]", "In percent; the bit rate is what counts.", example=100),
    integer("Item[locationID]", "The folder of the section to put it into; -1: that of the original.", example=-1),
    text("Item[Location][uri]", "What of, as a source URI.", example="library://…/item/%2Flibrary%2Fmetadata%2F1"),
    text("Item[Policy][scope]", "`all`, or `count` for the first ones.", choices=("all", "count")),
    integer("Item[Policy][value]", "With `count`: how many.", example=5),
    flag("Item[Policy][unwatched]", "Only what the owner has not watched."),
)


def is_asked(call: Call) -> bool:
    """Whether a call to a playlist is about this one, and by its owner."""
    return call.number("playlist_id") == PLAYLIST and call.viewer.is_owner


def tags() -> Container:
    """The targets, as tags of type 42."""
    nodes = [
        Node("Directory", {"id": one.tag, "tag": one.title, "tagType": PROXY_TYPE, "filter": f"target={one.tag}"})
        for one in targets.TARGETS
    ]
    return Container({"size": len(nodes)}, list(nodes))


async def as_playlist(call: Call) -> Reply:
    """The one playlist of type 42; for others than the owner there is none."""
    if not call.viewer.is_owner:
        return call.reply(Container({"size": 0}))
    found = await call.house.database.read(store.all_generators)
    attributes: dict[str, Value] = {
        "ratingKey": str(PLAYLIST),
        "key": f"/playlists/{PLAYLIST}/items",
        "guid": f"com.plexapp.agents.none://{call.house.preferences.machine_identifier}",
        "type": "playlist",
        "title": "Optimized Versions",
        "summary": "",
        "smart": 0,
        "playlistType": "video",
        "leafCount": len(found),
        "duration": 0,
        "addedAt": call.house.started_at,
        "updatedAt": max((row.updated_at for row in found), default=call.house.started_at),
    }
    return call.reply(Container({"size": 1}, [Node("Playlist", attributes, json_name="Metadata")]))


# --- generators ----------------------------------------------------------------------------------------------------


def _read(r: Reader, ids: Sequence[int] | None) -> list[tuple[GeneratorRow, list[ConversionRow]]]:
    rows = store.all_generators(r) if ids is None else [store.generator(r, one) for one in ids]
    made = store.conversions_of(r, [row.id for row in rows])
    return [(row, [one for one in made if one.generator_id == row.id]) for row in rows]


def _node(row: GeneratorRow, made: Sequence[ConversionRow], sections: dict[str, int]) -> Node:
    settings = settings_of(row)
    counted = [one for one in made if one.status != Status.DISABLED]
    failed = sum(one.status == Status.FAILED for one in counted)
    done = sum(one.status == Status.DONE for one in counted)
    state = "pending" if done + failed < len(counted) else "failed" if failed else "complete"
    size = settings.resolution
    children = [
        Node(
            "Status",
            {
                "itemsCount": len(counted),
                "itemsCompleteCount": done + failed,
                "itemsSuccessfulCount": done,
                "totalSize": sum(one.size_bytes for one in counted),
                "state": state,
            },
            single=True,
        ),
        Node(
            "MediaSettings",
            {
                "videoQuality": settings.quality,
                "maxVideoBitrate": settings.kbps,
                "videoResolution": None if size is None else f"{size.width}x{size.height}",
                "subtitles": "none",
            },
            single=True,
        ),
        Node(
            "Policy",
            {
                "scope": "all" if row.most is None else "count",
                "value": row.most,
                "unwatched": row.unwatched,
            },
            single=True,
        ),
        Node("Location", {"uri": row.uri, "librarySectionID": sections.get(row.section_uuid)}, single=True),
        Node("Device", {"profile": row.profile}, single=True),
    ]
    about: dict[str, Value] = {
        "id": row.id,
        "type": PROXY_TYPE,
        "title": row.title,
        "target": row.target,
        "targetTagID": row.target_tag,
        "locationID": _BESIDE if row.location_id is None else row.location_id,
    }
    return Node("Item", about, children)


def _sections(r: Reader) -> dict[str, int]:
    return {row.uuid: row.id for row in list_sections(r)}


async def _reply(call: Call, ids: Sequence[int] | None) -> Reply:
    found = await call.house.database.read(_read, ids)
    sections = await call.house.database.read(_sections)
    nodes = [_node(row, made, sections) for row, made in found]
    return call.reply(Container({"size": len(nodes)}, list(nodes)))


async def listed(call: Call) -> Reply:
    """Everything that is wanted."""
    return await _reply(call, None)


async def generators_reply(call: Call) -> Reply:
    """The same, as generators of a playlist."""
    rows = await call.house.database.read(store.all_generators)
    nodes = [
        Node(
            "PlayQueueGenerator",
            {
                "id": row.id,
                "playlistID": PLAYLIST,
                "uri": row.uri,
                "createdAt": row.created_at,
                "updatedAt": row.updated_at,
                "type": PROXY_TYPE,
            },
        )
        for row in rows
    ]
    return call.reply(Container({"size": len(nodes)}, list(nodes)))


async def add(call: Call) -> Reply:
    """Wants something made; what that comes to waits in the queue when this answers."""
    row = await call.house.database.read(_asked, call)
    try:
        made = await call.house.database.awrite(store.add, row)
    except TooMany as error:
        raise BadRequestError(str(error)) from error
    await call.house.optimiser.look()
    return await _reply(call, [made])


def _asked(r: Reader, call: Call) -> GeneratorRow:
    """What a call wants made. Raises :class:`BadRequestError` and :class:`NotFoundError`."""
    kind = call.integer("Item[type]", PROXY_TYPE)
    if kind != PROXY_TYPE:
        raise BadRequestError(f"Item[type]: {PROXY_TYPE} are optimized versions, and nothing else is in this list")
    uri = call.required("Item[Location][uri]")
    try:
        source = parse_source_uri(uri, machine_identifier=call.house.preferences.machine_identifier)
    except SourceError as error:
        raise BadRequestError(f"Item[Location][uri]: {error}") from error
    item = library.root_of(r, source, call.viewer)
    if item is None:
        raise BadRequestError(
            "Item[Location][uri]: it names no film, show, season, episode or home video of this server"
        )
    section = get_section(r, item.section_id)
    if not library.can_be_made(item):
        raise BadRequestError(
            "Item[Location][uri]: versions are made of films, shows, seasons, episodes and home videos"
        )
    target, tag, profile, settings = _target(call)
    location_id = call.integer("Item[locationID]", _BESIDE)
    if location_id == _BESIDE:
        location_id = None
    elif location_id not in {one.id for one in locations(r, section.id)}:
        raise BadRequestError(f"Item[locationID]: {section.title} has no folder {location_id}")
    return GeneratorRow(
        id=0,
        identity_id=item.identity_id,
        title=_title(call) or item.title,
        target=target,
        target_tag=tag,
        uri=uri,
        section_uuid=section.uuid,
        profile=profile,
        settings=written(settings),
        most=_most(call),
        unwatched=call.flag("Item[Policy][unwatched]"),
        location_id=location_id,
    )


def _title(call: Call) -> str | None:
    title = call.text("Item[title]")
    if title is not None and (not title.strip() or len(title) > _LONGEST):
        raise BadRequestError(f"Item[title]: 1 to {_LONGEST} characters")
    return None if title is None else title.strip()


def _most(call: Call) -> int | None:
    scope = call.text("Item[Policy][scope]") or "all"
    if scope not in ("all", "count"):
        raise BadRequestError(f"Item[Policy][scope]: {scope[:80]!r} is neither all nor count")
    if scope == "all":
        return None
    value = call.integer("Item[Policy][value]")
    if value is None or not 1 <= value <= store.MOST_CONVERSIONS:
        raise BadRequestError(f"Item[Policy][value]: with scope=count a number from 1 to {store.MOST_CONVERSIONS}")
    return value


def _target(call: Call) -> tuple[str, int | None, str, MediaSettings]:
    """Name, id, profile and settings of what a version is for."""
    tag, name = call.integer("Item[targetTagID]"), (call.text("Item[target]") or "").strip()
    known = next((one for one in targets.TARGETS if one.title.casefold() == name.casefold()), None)
    if tag is not None:
        known = targets.of_tag(tag)
        if known is None:
            raise BadRequestError(f"Item[targetTagID]: there is no target {tag}; see /library/tags?type={PROXY_TYPE}")
    if known is not None:
        return known.title, known.tag, known.profile, known.settings
    profile = call.text("Item[Device][profile]")
    if profile not in targets.PROFILES:
        raise BadRequestError(f"Item[Device][profile]: one of {', '.join(targets.PROFILES)}")
    name = name or f"Custom: {profile}"
    if len(name) > _LONGEST:
        raise BadRequestError(f"Item[target]: at most {_LONGEST} characters")
    quality = call.integer("Item[MediaSettings][videoQuality]")
    kbps = _kbps(call)
    if quality is not None and not 0 <= quality <= 100:
        raise BadRequestError("Item[MediaSettings][videoQuality]: a number from 0 to 100")
    return name, None, profile, MediaSettings(quality=quality, kbps=kbps, resolution=_resolution(call))


def _kbps(call: Call) -> int | None:
    """Some clients send the rate as a number with decimals."""
    said = call.text("Item[MediaSettings][maxVideoBitrate]")
    if said is None:
        return None
    try:
        found = int(float(said))
    except (ValueError, OverflowError):
        found = 0
    if not 1 <= found <= _MOST_KBPS:
        raise BadRequestError(f"Item[MediaSettings][maxVideoBitrate]: a number from 1 to {_MOST_KBPS}, in kbit/s")
    return found


def _resolution(call: Call) -> Size | None:
    said = call.text("Item[MediaSettings][videoResolution]")
    if said is None:
        return None
    width, _, height = said.partition("x")
    if not (said.isascii() and width.isdecimal() and height.isdecimal() and len(said) < 12):
        raise BadRequestError("Item[MediaSettings][videoResolution]: the largest picture, such as 1280x720")
    size = Size(width=int(width), height=int(height))
    if min(size.width, size.height) < 16:
        raise BadRequestError("Item[MediaSettings][videoResolution]: at least 16x16")
    return size


@routes.get(_GENERATOR, policy=Policy.OWNER, answers=Answer.CONTAINER)
async def one(call: Call) -> Reply:
    """Optimized versions that are wanted: of what, for what, and how far they are."""
    return await _reply(call, [_number(call)])


def _number(call: Call) -> int:
    if call.number("playlist_id") != PLAYLIST:
        raise NotFoundError("only the list of optimized versions has generators")
    return call.number("entry_id")


@routes.put(_GENERATOR, policy=Policy.OWNER, answers=Answer.CONTAINER, takes=(TAKES[1],))
async def rename(call: Call) -> Reply:
    """Gives optimized versions another title."""
    generator_id = _number(call)
    await call.house.database.read(store.generator, generator_id)
    title = _title(call)
    if title is None:
        raise BadRequestError("Item[title] is missing: nothing else of it can be changed")
    await call.house.database.awrite(store.rename, generator_id, title)
    return await _reply(call, [generator_id])


async def remove(call: Call) -> Reply:
    """Wants it no more; what was made for it goes, the originals stay."""
    generator_id = call.number("entry_id")
    await call.house.database.read(store.generator, generator_id)
    await _remove(call, [generator_id])
    return await as_playlist(call)


async def _remove(call: Call, generator_ids: Sequence[int]) -> None:
    gone = await call.house.database.awrite(store.remove, generator_ids)
    await call.house.optimiser.give_up([row.id for row in gone])
    await call.house.shelf.take_away(gone)


_TYPE = integer("type", "What of: 42, optimized versions.", example=PROXY_TYPE)


@routes.get("/playlists/generators", policy=Policy.OWNER, answers=Answer.CONTAINER, takes=(_TYPE,))
async def all_generators(call: Call) -> Reply:
    """All optimized versions that are wanted."""
    return await listed(call)


@routes.delete("/playlists/generators", policy=Policy.OWNER, answers=Answer.CONTAINER, takes=(_TYPE,))
async def remove_all(call: Call) -> Reply:
    """Deletes all optimized versions, with what was made for them."""
    if call.integer("type") != PROXY_TYPE:
        raise BadRequestError(f"type: {PROXY_TYPE} are optimized versions, and there are no others")
    rows = await call.house.database.read(store.all_generators)
    await _remove(call, [row.id for row in rows])
    return await as_playlist(call)


# --- what they come to -----------------------------------------------------------------------------------------------


def _pairs(r: Reader, call: Call, rows: Sequence[ConversionRow]) -> list[tuple[int, ConversionRow, GeneratorRow]]:
    """The items of conversions, with what each is made for; without those that are not in the library."""
    generators = {row.id: row for row in store.all_generators(r)}
    found = []
    for row in rows:
        generator = generators[row.generator_id]
        item = item_of(r, row.identity_id, generator.section_uuid, call.viewer)
        if item is not None:
            found.append((item.id, row, generator))
    return found


async def _items_reply(call: Call, rows: Sequence[ConversionRow], attributes: dict[str, Value], **shape: Any) -> Reply:
    window = call.window
    part = rows if window.size is None else rows[window.start : window.start + window.size]
    pairs = await call.house.database.read(_pairs, call, part)
    wanted = replace(shape_of(call, across_sections=True), conversions=True, **shape)
    items = {one.item.id: one for one in await shown_items(call, list({pair[0]: None for pair in pairs}), wanted)}
    shown: list[Shown] = [
        items[item_id].converted(
            ConversionShown(
                number=row.id,
                generator_id=generator.id,
                playlist_id=PLAYLIST,
                target=generator.target,
                state=_STATES[Status(row.status)],
                context=row.context,
                person_id=call.person_id,
                person=call.requester.name,
            )
        )
        for item_id, row, generator in pairs
        if item_id in items
    ]
    about: dict[str, Value] = {"size": len(shown), "identifier": LIBRARY, **MEDIA_TAGS, **attributes}
    if window.paged:
        about |= {"totalSize": len(rows), "offset": window.start}
    return call.reply(Container(about, [Rows(item_rows(shown, wanted))]))


@routes.get(f"{_GENERATOR}/items", policy=Policy.OWNER, answers=Answer.ITEMS)
async def items(call: Call) -> Reply:
    """The items that optimized versions are made of, each with its `processingState`."""
    generator_id = _number(call)
    await call.house.database.read(store.generator, generator_id)
    return await _items_reply(call, await call.house.database.read(store.conversions_of, [generator_id]), {})


async def queue_reply(call: Call) -> Reply:
    """What is being made and what waits, in this order."""
    rows = await call.house.database.read(store.queue)
    about: dict[str, Value] = {"playQueueID": store_queues.CONVERSIONS, "playQueueTotalCount": len(rows)}
    return await _items_reply(call, rows, about, entries="playQueueItemID")


async def move(call: Call) -> Reply:
    """Moves a conversion that waits."""
    after = call.integer("after", -1)
    await call.house.database.awrite(store.move, call.number("entry_id"), -1 if after in (None, 0) else after)
    return await queue_reply(call)


@routes.put(f"{_GENERATOR}/{{item_id:int}}/{{action}}", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def act(call: Call) -> Reply:
    """Takes an item out of the queue (`disable`), or has its version made, again too (`enable`, `reprocess`)."""
    generator_id, action = _number(call), call.param("action")
    database = call.house.database
    if action not in ("enable", "reprocess", "disable"):
        raise BadRequestError(f"{action[:80]!r} is none of enable, reprocess and disable")
    row = await database.read(_of_item, call, generator_id, call.number("item_id"))
    if action == "disable":
        after = [Status.WAITING, Status.PROCESSING, Status.FAILED]
        if await database.awrite(store.change, row.id, Status.DISABLED, after=after):
            await call.house.optimiser.give_up([row.id])
    else:
        if row.status == Status.DONE:
            await call.house.shelf.take_away([row])
        await database.awrite(store.want_again, row.id)
        call.house.optimiser.wake()
    return await _reply(call, [generator_id])


def _of_item(r: Reader, call: Call, generator_id: int, item_id: int) -> ConversionRow:
    store.generator(r, generator_id)
    item = store_items.get_item(r, item_id, call.viewer)
    if item is None:
        raise NotFound(f"no item {item_id}")
    return store.of_item(r, generator_id, item.identity_id)


async def jobs(call: Call) -> list[Node]:
    """What is being made of it now, for the list of what goes on in the background."""
    job, conversion = call.house.optimiser.current, call.house.optimiser.conversion
    if job is None:
        return []
    item = await call.house.database.read(item_of, job.row.identity_id, job.generator.section_uuid, call.viewer)
    progress = None if conversion is None else conversion.progress
    left_s = None
    if progress is not None and progress.speed > 0:
        left_s = int((progress.conversion.duration_ms - progress.made_ms) / 1000 / progress.speed)
    about: dict[str, Value] = {
        "generatorID": job.generator.id,
        "type": "transcode",
        "key": f"/transcode/sessions/optimised-{job.row.id}",
        "progress": 0 if progress is None else round(progress.percent, 1),
        "speed": 0 if progress is None else round(progress.speed, 2),
        "remaining": left_s,
        "size": 0 if progress is None else progress.size_bytes,
        "title": job.title,
        "thumb": None
        if item is None or item.thumb_at is None
        else f"/library/metadata/{item.id}/thumb/{item.thumb_at}",
        "ratingKey": None if item is None else str(item.id),
        "targetTagID": job.generator.target_tag,
    }
    return [Node("TranscodeJob", about)]
