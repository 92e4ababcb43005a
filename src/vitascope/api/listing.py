"""From ids to answers: what every endpoint that shows items does with them.

A page is hydrated on a reader thread, at most some two hundred items at a time; a list without paging is fetched in
such pieces, so that neither a reader nor the event loop is held for long whatever its length.
"""

import asyncio
import os
from collections.abc import Mapping, Sequence

from vitascope.api.call import Call
from vitascope.api.render import Container, Rows, Shape, Value
from vitascope.api.render.items import item_rows
from vitascope.api.render.shown import Shown
from vitascope.api.reply import Header, Reply
from vitascope.store import items as store_items
from vitascope.store.rows import SectionRow
from vitascope.store.sections import list_sections
from vitascope.store.views import ItemView

PIECE = 200
LIBRARY = "com.plexapp.plugins.library"
MEDIA_TAGS: Mapping[str, Value] = {"mediaTagPrefix": "/system/bundle/media/flags/", "mediaTagVersion": 1}


def shape_of(call: Call, *, detail: bool = False, across_sections: bool = False) -> Shape:
    """What an answer carries of each item, by the call's include and exclude parameters."""
    only_fields = call.names("includeFields")
    only_elements = call.names("includeElements")
    strict = (call.plex("Pms-Api-Version") or "0") >= "1"
    return Shape(
        detail=detail,
        across_sections=across_sections,
        guids=detail or call.flag("includeGuids"),
        check_files=call.flag("checkFiles"),
        chapters=detail and call.flag("includeChapters"),
        markers=detail and call.flag("includeMarkers"),
        # Before version 1.0 of the API, "include" adds to what is there.
        added_fields=only_fields | call.names("includeOptionalFields"),
        only_fields=only_fields if strict and only_fields else None,
        dropped_fields=call.names("excludeFields"),
        only_elements=only_elements if strict and only_elements else None,
        dropped_elements=call.names("excludeElements"),
    )


def _present(views: Sequence[ItemView]) -> dict[int, bool]:
    """Which parts' files are there, by a look at the disk."""
    found: dict[int, bool] = {}
    for view in views:
        for media in view.media:
            for part in media.parts:
                path = part.location_path.rstrip(b"/") + b"/" + part.file.path
                found[part.part.id] = os.access(path, os.R_OK)
    return found


async def shown_items(call: Call, ids: Sequence[int], shape: Shape) -> list[Shown]:
    """The visible ones of these items, in this order."""
    database = call.house.database
    sections: dict[int, SectionRow] = {}
    if shape.detail or shape.across_sections:
        sections = {row.id: row for row in await database.read(list_sections)}
    made: list[Shown] = []
    for start in range(0, len(ids), PIECE):
        views = await database.read(
            store_items.hydrate, ids[start : start + PIECE], call.viewer, full=shape.detail, guids=shape.guids
        )
        present = await asyncio.to_thread(_present, views) if shape.check_files else None
        made += [
            Shown(view, section=sections.get(view.item.section_id), full=shape.detail, present=present)
            for view in views
        ]
        await asyncio.sleep(0)
    return made


async def item_container(
    call: Call,
    ids: Sequence[int],
    shape: Shape,
    *,
    attributes: Mapping[str, Value] | None = None,
    offset: int = 0,
    total: int | None = None,
) -> Container:
    """A container of items; ``total`` is given when ``ids`` are one page of more."""
    shown = await shown_items(call, ids, shape)
    return shown_container(shown, shape, attributes=attributes, offset=offset, total=total)


def shown_container(
    shown: Sequence[Shown],
    shape: Shape,
    *,
    attributes: Mapping[str, Value] | None = None,
    offset: int = 0,
    total: int | None = None,
) -> Container:
    """A container of items that are at hand."""
    made: dict[str, Value] = {"size": len(shown)}
    if total is not None:
        made |= {"totalSize": total, "offset": offset}
    made |= {"allowSync": 1, "identifier": LIBRARY, **MEDIA_TAGS, **(attributes or {})}
    return Container(made, [Rows(item_rows(shown, shape))])


def paging_headers(start: int, total: int) -> list[Header]:
    """The headers that tell a client where it is in a list."""
    return [
        (b"x-plex-container-start", str(start).encode()),
        (b"x-plex-container-total-size", str(total).encode()),
    ]


async def paged_reply(
    call: Call,
    ids: Sequence[int],
    shape: Shape,
    *,
    attributes: Mapping[str, Value] | None = None,
) -> Reply:
    """The asked part of a list whose ids are all at hand."""
    window = call.window
    if not window.paged:
        container = await item_container(call, ids, shape, attributes=attributes)
        return call.reply(container, headers=paging_headers(0, len(ids)))
    part = ids[window.start : window.start + (window.size or 0)]
    container = await item_container(call, part, shape, attributes=attributes, offset=window.start, total=len(ids))
    return call.reply(container, headers=paging_headers(window.start, len(ids)))
