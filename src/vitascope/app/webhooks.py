"""Webhooks, put together: who is told needs items as the API shows them, and pictures as it makes them."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack

from vitascope.api.errors import ApiError
from vitascope.api.pictures import Photographer
from vitascope.api.render import Shape
from vitascope.api.render.items import item_rows
from vitascope.api.render.shown import Shown
from vitascope.core.model import ArtKind, ItemType, Viewer
from vitascope.egress import Fetcher
from vitascope.events import Bus
from vitascope.media.images import PhotoRequest
from vitascope.ops.preferences import Preferences
from vitascope.store.engine import Database
from vitascope.store.hydration import hydrate
from vitascope.store.items import get_item
from vitascope.store.rows import SectionRow
from vitascope.store.sections import list_sections
from vitascope.webhooks.service import Json, Sender, Webhooks

_SHAPE = Shape(detail=True, guids=True, dropped_elements=frozenset({"Media", "Chapter", "Field"}))
_THUMB = PhotoRequest(width=320, height=320, min_size=True)
_OWNER = Viewer(is_owner=True)


async def make_webhooks(
    stack: AsyncExitStack,
    database: Database,
    bus: Bus,
    preferences: Preferences,
    photographer: Photographer,
    fetcher: Fetcher,
    *,
    scanning: Callable[[], bool],
) -> Webhooks:
    """The webhooks of a running server; while it is ``scanning``, more of what is new may come."""

    async def describe(item_id: int, person_id: int) -> Json | None:
        # What a person may see was decided when they played it; the owner, who is told, sees everything.
        views = await database.read(hydrate, [item_id], Viewer(person_id=person_id, is_owner=True), full=True)
        if not views:
            return None
        sections: dict[int, SectionRow] = {row.id: row for row in await database.read(list_sections)}
        section = sections.get(views[0].item.section_id)
        ((plan, row),) = item_rows([Shown(views[0], section=section, full=True)], _SHAPE)
        kind = "" if section is None else section.kind
        return {"librarySectionType": "movie" if kind == "other" else kind, **plan.json(row)}

    async def picture(item_id: int) -> bytes | None:
        item = await database.read(get_item, item_id, _OWNER)
        while item is not None:
            try:
                found = await photographer.find(item.id, ArtKind.THUMB, _OWNER)
                return (await photographer.scaled(found, _THUMB)).data
            except ApiError:
                above = item.parent_id if item.type in (ItemType.TRACK, ItemType.EPISODE, ItemType.SEASON) else None
                item = None if above is None else await database.read(get_item, above, _OWNER)
        return None

    def sender() -> Sender:
        return Sender(
            title=preferences.text("FriendlyName") or socket.gethostname(), uuid=preferences.machine_identifier
        )

    webhooks = Webhooks(
        database,
        fetcher,
        enabled=lambda: preferences.flag("WebHooksEnabled"),
        sender=sender,
        describe=describe,
        picture=picture,
        scanning=scanning,
    )
    await webhooks.start(bus)
    loop = asyncio.get_running_loop()

    def changed(name: str, _value: object) -> None:
        if name == "WebHooksEnabled":
            loop.call_soon_threadsafe(lambda: loop.create_task(webhooks.renew()))

    preferences.listen(changed)
    stack.push_async_callback(webhooks.close)
    return webhooks
