"""From ids to answers: what every endpoint that shows items does with them.

A page is hydrated on a reader thread, at most a hundred items at a time; a list without paging is fetched in
such pieces, so that neither a reader nor the event loop is held for long whatever its length.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec
from starlette.types import Scope, Send

from vitascope.api.call import Call
from vitascope.api.render import Container, Node, Rows, Shape, Value
from vitascope.api.render.items import item_rows
from vitascope.api.render.shown import Shown
from vitascope.api.reply import JSON, XML, Header, Packer, Reply, accepts_gzip
from vitascope.core.model import ItemType, SectionKind
from vitascope.core.playback.languages import Wishes
from vitascope.library import collection_figures
from vitascope.media import reach
from vitascope.ops import item_prefs
from vitascope.store.extras import NO_FILE
from vitascope.store.hydration import hydrate
from vitascope.store.item_preferences import preferences
from vitascope.store.reader import Reader
from vitascope.store.rows import ItemRow, SectionRow
from vitascope.store.sections import list_sections
from vitascope.store.views import ItemView

PIECE = 100
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
        reviews=detail and call.flag("includeReviews"),
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
                if part.file.id == NO_FILE and part.file.path.startswith(b"http"):
                    continue  # whether it is there, only its own server knows
                path = part.location_path.rstrip(b"/") + b"/" + part.file.path
                found[part.part.id] = reach.is_readable(path)
    return found


async def shown_pieces(
    call: Call, ids: Sequence[int], shape: Shape, entries: Sequence[int] | None = None
) -> AsyncIterator[list[Shown]]:
    """The visible ones of these items, in this order, a piece at a time. Where the list is a playlist or a queue,
    ``entries`` has the number of each."""
    database = call.house.database
    sections: dict[int, SectionRow] = {}
    if shape.detail or shape.across_sections:
        sections = {row.id: row for row in await database.read(list_sections)}
    for start in range(0, len(ids), PIECE):
        views = await database.read(
            hydrate,
            ids[start : start + PIECE],
            call.viewer,
            full=shape.detail,
            guids=shape.guids,
            reviews=shape.reviews,
        )
        present = await asyncio.to_thread(_present, views) if shape.check_files else None
        wanted = await preferences_of(call, views, own=shape.detail)
        shown = [
            Shown(
                view,
                section=sections.get(view.item.section_id),
                full=shape.detail,
                present=present,
                wishes=wanted.wishes(view),
                flat=wanted.flat(view),
                settings=wanted.own(view) if shape.detail else None,
            )
            for view in views
        ]
        await _add_collections(call, shown)
        yield shown if entries is None else _numbered(shown, ids[start : start + PIECE], entries[start : start + PIECE])


def _show_of(view: ItemView) -> ItemRow | None:
    """The show that an item is, or belongs to."""
    if view.item.type == ItemType.SHOW:
        return view.item
    above = view.parent if view.item.type == ItemType.SEASON else view.grandparent
    return above if above is not None and above.type == ItemType.SHOW else None


class Wanted:
    """What people want of some items and their shows."""

    def __init__(self, stored: Mapping[int, Mapping[str, str]], sections: Mapping[int, SectionRow]) -> None:
        self._stored = stored
        self._sections = sections

    def own(self, view: ItemView) -> Mapping[str, str]:
        """An item's own preferences that differ from their defaults."""
        return self._stored.get(view.item.identity_id, {})

    def wishes(self, view: ItemView) -> Wishes | None:
        """In which languages an episode is to be heard and read."""
        show = _show_of(view)
        return None if show is None else item_prefs.wishes(self._stored.get(show.identity_id, {}))

    def flat(self, view: ItemView) -> bool:
        """Whether an item belongs to a show whose seasons are passed over."""
        show = _show_of(view)
        section = None if show is None else self._sections.get(show.section_id)
        if show is None or section is None:
            return False
        stored = self._stored.get(show.identity_id, {})
        return item_prefs.hides_seasons(stored, SectionKind(section.kind), section.prefs, show.child_count)


_NO_PREFERENCES = Wanted({}, {})


async def preferences_of(call: Call, views: Sequence[ItemView], *, own: bool) -> Wanted:
    """What is wanted of the shows that the items are or belong to; with ``own`` also of the items themselves."""
    wanted = {show.identity_id for view in views if (show := _show_of(view)) is not None}
    if own:
        wanted |= {view.item.identity_id for view in views if item_prefs.catalogue(ItemType(view.item.type))}
    if not wanted:
        return _NO_PREFERENCES
    return await call.house.database.read(_read_preferences, sorted(wanted))


def _read_preferences(r: Reader, identity_ids: Sequence[int]) -> Wanted:
    return Wanted(preferences(r, identity_ids), {row.id: row for row in list_sections(r)})


async def _add_collections(call: Call, shown: Sequence[Shown]) -> None:
    """Tell the collections among these items what is in them for the viewer."""
    found = [one.item for one in shown if one.type is ItemType.COLLECTION]
    if found:
        figures = await call.house.database.read(
            collection_figures.figures, call.house.positions, found, call.viewer, now=datetime.now(UTC)
        )
        for one in shown:
            one.collection = figures.get(one.item.id)


def _numbered(shown: Sequence[Shown], ids: Sequence[int], entries: Sequence[int]) -> list[Shown]:
    """The entries of a list, each with its number; one item may be several of them."""
    by_id = {one.item.id: one for one in shown}
    return [by_id[id_].entry(number) for id_, number in zip(ids, entries, strict=True) if id_ in by_id]


async def shown_items(
    call: Call, ids: Sequence[int], shape: Shape, entries: Sequence[int] | None = None
) -> list[Shown]:
    """The visible ones of these items, in this order."""
    return [item async for piece in shown_pieces(call, ids, shape, entries) for item in piece]


def _attributes(size: int, attributes: Mapping[str, Value] | None, offset: int, total: int | None) -> dict[str, Value]:
    made: dict[str, Value] = {"size": size}
    if total is not None:
        made |= {"totalSize": total, "offset": offset}
    return made | {"allowSync": 1, "identifier": LIBRARY, **MEDIA_TAGS, **(attributes or {})}


def shown_container(
    shown: Sequence[Shown],
    shape: Shape,
    *,
    attributes: Mapping[str, Value] | None = None,
    offset: int = 0,
    total: int | None = None,
) -> Container:
    """A container of items that are at hand."""
    return Container(_attributes(len(shown), attributes, offset, total), [Rows(item_rows(shown, shape))])


async def item_container(
    call: Call,
    ids: Sequence[int],
    shape: Shape,
    *,
    attributes: Mapping[str, Value] | None = None,
    offset: int = 0,
    total: int | None = None,
) -> Container:
    """A container of a few items; ``total`` is given when ``ids`` are one page of more."""
    shown = await shown_items(call, ids, shape)
    return shown_container(shown, shape, attributes=attributes, offset=offset, total=total)


def paging_headers(start: int, total: int) -> list[Header]:
    """The headers that tell a client where it is in a list."""
    return [
        (b"x-plex-container-start", str(start).encode()),
        (b"x-plex-container-total-size", str(total).encode()),
    ]


async def items_reply(
    call: Call,
    ids: Sequence[int],
    shape: Shape,
    *,
    attributes: Mapping[str, Value] | None = None,
    before: Sequence[Node] = (),
    offset: int = 0,
    total: int,
    entries: Sequence[int] | None = None,
) -> Reply:
    """The answer that lists these items, which are one part of ``total``; a long one is sent as it is made.

    ``before`` are elements that precede the items; ``entries`` are as in :func:`shown_pieces`.
    """
    headers = paging_headers(offset, total)
    paged = total if call.window.paged else None
    if len(ids) > PIECE:
        container = Container(_attributes(len(ids), attributes, offset, paged), list(before))
        return StreamedItems(call, container, ids, shape, headers, entries)
    shown = await shown_items(call, ids, shape, entries)
    container = shown_container(shown, shape, attributes=attributes, offset=offset, total=paged)
    container.children[:0] = before
    return call.reply(container, headers=headers)


async def paged_reply(
    call: Call,
    ids: Sequence[int],
    shape: Shape,
    *,
    attributes: Mapping[str, Value] | None = None,
) -> Reply:
    """The asked part of a list whose ids are all at hand."""
    window = call.window
    part = ids if window.size is None else ids[window.start : window.start + window.size]
    offset = window.start if window.paged else 0
    return await items_reply(call, part, shape, attributes=attributes, offset=offset, total=len(ids))


class StreamedItems(Reply):
    """A long list, sent piece by piece: neither the whole list nor the whole answer is ever in memory, and the loop is
    free between the pieces."""

    def __init__(
        self,
        call: Call,
        container: Container,
        ids: Sequence[int],
        shape: Shape,
        headers: Sequence[Header],
        entries: Sequence[int] | None = None,
    ) -> None:
        super().__init__()
        self._call = call
        self._container = container
        self._ids = ids
        self._shape = shape
        self._headers = headers
        self._entries = entries

    async def send(self, scope: Scope, send: Send, extra: Iterable[Header] = ()) -> None:
        """Sends the list."""
        kind = JSON if self._call.wants_json else XML
        packer = Packer() if accepts_gzip(scope) else None
        headers = [*self._headers, (b"content-type", kind), (b"vary", b"accept-encoding"), *extra]
        if packer is not None:
            headers.append((b"content-encoding", b"gzip"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if scope["method"] != "HEAD":
            async for text in self._json() if self._call.wants_json else self._xml():
                body = text if packer is None else packer.pack(text)
                if body:
                    await send({"type": "http.response.body", "body": body, "more_body": True})
                await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b"" if packer is None else packer.end()})

    async def _xml(self) -> AsyncIterator[bytes]:
        end = f"</{self._container.root}>\n".encode()
        # With something in it, so that the element is open.
        empty = Container(self._container.attributes, [*self._container.children, Rows(())], self._container.root)
        yield empty.xml().removesuffix(end)
        async for piece in shown_pieces(self._call, self._ids, self._shape, self._entries):
            out: list[str] = []
            Rows(item_rows(piece, self._shape)).xml(out)
            yield "".join(out).encode("utf-8", "ignore")
        yield end

    async def _json(self) -> AsyncIterator[bytes]:
        yield self._container.json().removesuffix(b"}}") + b',"Metadata":['
        comma = b""
        async for piece in shown_pieces(self._call, self._ids, self._shape, self._entries):
            for plan, item in item_rows(piece, self._shape):
                yield comma + msgspec.json.encode(plan.json(item))
                comma = b","
        yield b"]}}"
