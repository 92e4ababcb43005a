"""How optimized versions look: what is wanted, what it came to, and what is being made."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vitascope.api.call import Call
from vitascope.api.listing import LIBRARY, MEDIA_TAGS, shape_of, shown_items
from vitascope.api.optimised.asked import BESIDE
from vitascope.api.optimised.hands import item_of, settings_of
from vitascope.api.render import Container, Node, Rows, Value
from vitascope.api.render.items import item_rows
from vitascope.api.render.shown import ConversionShown, Shown
from vitascope.api.reply import Reply
from vitascope.core.naming.made_versions import PROXY_TYPE
from vitascope.core.playback import targets
from vitascope.store import optimised as store
from vitascope.store.optimised import Status
from vitascope.store.reader import Reader
from vitascope.store.rows import ConversionRow, GeneratorRow
from vitascope.store.sections import list_sections

PLAYLIST = 0
"""The id of the list of optimized versions: no playlist of a person has it."""
_STATES = {
    Status.WAITING: "pending",
    Status.PROCESSING: "pending",
    Status.DONE: "processed",
    Status.FAILED: "error",
    Status.DISABLED: "disabled",
}


def tags() -> Container:
    """The targets, as tags of type 42."""
    nodes = [
        Node("Directory", {"id": one.tag, "tag": one.title, "tagType": PROXY_TYPE, "filter": f"target={one.tag}"})
        for one in targets.TARGETS
    ]
    return Container({"size": len(nodes)}, list(nodes))


def _read(r: Reader, ids: Sequence[int] | None) -> list[tuple[GeneratorRow, list[ConversionRow]]]:
    rows = store.all_generators(r) if ids is None else [store.generator(r, one) for one in ids]
    made: dict[int, list[ConversionRow]] = {row.id: [] for row in rows}
    for one in store.conversions_of(r, list(made)):
        made[one.generator_id].append(one)
    return [(row, made[row.id]) for row in rows]


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
        "locationID": BESIDE if row.location_id is None else row.location_id,
    }
    return Node("Item", about, children)


def _sections(r: Reader) -> dict[str, int]:
    return {row.uuid: row.id for row in list_sections(r)}


async def reply(call: Call, ids: Sequence[int] | None) -> Reply:
    """These generators, each with its state; ``None``: all. Raises :class:`NotFound`."""
    found = await call.house.database.read(_read, ids)
    sections = await call.house.database.read(_sections)
    nodes = [_node(row, made, sections) for row, made in found]
    return call.reply(Container({"size": len(nodes)}, list(nodes)))


def _pairs(r: Reader, call: Call, rows: Sequence[ConversionRow]) -> list[tuple[int, ConversionRow, GeneratorRow]]:
    """The items of conversions, with what each is made for; without those that are not in the library."""
    generators = {row.id: row for row in store.all_generators(r)}
    found = []
    for row in rows:
        generator = generators.get(row.generator_id)
        if generator is None:
            continue
        item = item_of(r, row.identity_id, generator.section_uuid, call.viewer)
        if item is not None:
            found.append((item.id, row, generator))
    return found


async def items_reply(call: Call, rows: Sequence[ConversionRow], attributes: dict[str, Value], **shape: Any) -> Reply:
    """The items of conversions, a page of them."""
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
                reason=row.error,
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
