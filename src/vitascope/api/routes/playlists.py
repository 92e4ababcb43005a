"""Playlists and the folders they lie in: made, listed, edited, deleted. Each person has their own and sees no other's.

A folder's items are the playlists that lie in it. The owner's list of optimized versions (``type=42``) is one more
(:mod:`.optimised`).
"""

from collections.abc import Sequence

from vitascope.api.call import Call
from vitascope.api.describe import (
    PAGING,
    Answer,
    flag,
    integer,
    text,
)
from vitascope.api.errors import BadRequestError
from vitascope.api.listing import LIBRARY, paging_headers, shape_of
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Value
from vitascope.api.render.playlists import playlist_rows
from vitascope.api.reply import Reply
from vitascope.api.routes import optimised
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType, MediaKind
from vitascope.core.naming import fold
from vitascope.core.query.source_uri import SourceError
from vitascope.library import playlists as rules
from vitascope.library import selection
from vitascope.library.playlists import Figured, PlaylistError
from vitascope.store import entries, queues
from vitascope.store import playlists as store
from vitascope.store.entries import TooManyEntries
from vitascope.store.playlists import Playlist, TooManyPlaylists
from vitascope.store.reader import Reader
from vitascope.store.writer import Writer

routes = Routes()

_CONVERSION_TYPE = 42
_LONGEST_TITLE = 1_000
_LONGEST_SUMMARY = 100_000
_PLAYLIST = "/playlists/{playlist_id:int}"

URI = text(
    "uri",
    "What it holds, as a source URI: `server://{machineIdentifier}/com.plexapp.plugins.library/library/metadata/1,2`.",
)
PLAYLIST_ID = integer("playlistID", "Takes what this playlist holds, in place of `uri`.")
QUEUE_ID = integer("playQueueID", "Takes what this play queue holds, in place of `uri`.")


async def playlist_of(call: Call) -> Playlist:
    """The playlist, or folder, in the path; 404 when there is none, or it is somebody else's."""
    return await call.house.database.read(store.get, call.number("playlist_id"), call.viewer)


def plain(playlist: Playlist) -> Playlist:
    """The same, if one may change what it holds; 400 for a smart one."""
    if playlist.row.smart:
        raise BadRequestError("a smart playlist is changed by its rules: send `uri`")
    return playlist


def _own(r: Reader, call: Call) -> list[Playlist]:
    """Everything the viewer made."""
    return store.get_many(r, store.of_person(r, call.person_id), call.viewer)


def figured(r: Reader, call: Call, found: Sequence[Playlist], everything: Sequence[Playlist]) -> list[Figured]:
    """Playlists with their figures; a folder counts what of ``everything`` lies in it."""
    shown = []
    for one in found:
        if one.is_folder:
            inside = sum(other.row.folder_id == one.id for other in everything)
            shown.append(Figured(playlist=one, item_count=inside))
        else:
            count, duration_ms = call.house.playlists.figures(r, one, call.viewer)
            shown.append(Figured(playlist=one, item_count=count, duration_ms=duration_ms))
    return shown


def _get(r: Reader, call: Call, playlist_id: int) -> Figured:
    found = store.get(r, playlist_id, call.viewer)
    return figured(r, call, [found], _own(r, call) if found.is_folder else ())[0]


def _get_many(r: Reader, call: Call, playlist_ids: Sequence[int]) -> list[Figured]:
    return [_get(r, call, playlist_id) for playlist_id in playlist_ids]


async def playlists_reply(call: Call, playlist_ids: Sequence[int], **attributes: Value) -> Reply:
    """Playlists in full."""
    found = await call.house.database.read(_get_many, call, playlist_ids)
    rows = playlist_rows(found, shape_of(call, detail=True))
    return call.reply(Container({"size": len(found), "identifier": LIBRARY, **attributes}, [rows]))


async def playlist_reply(call: Call, playlist_id: int, **attributes: Value) -> Reply:
    """A playlist in full."""
    return await playlists_reply(call, [playlist_id], **attributes)


# --- lists -----------------------------------------------------------------------------------------------------


def _of_section(r: Reader, found: list[Playlist], section_id: int) -> list[Playlist]:
    plain_ids = [one.id for one in found if not one.row.smart and not one.is_folder]
    holding = store.with_items_of(r, plain_ids, section_id)
    return [one for one in found if one.id in holding or _follows(one, section_id)]


def _follows(playlist: Playlist, section_id: int) -> bool:
    """Whether a smart playlist asks this section."""
    if playlist.row.content is None:
        return False
    try:
        source = selection.saved_source(playlist.row.content).source
    except SourceError:
        return False
    return getattr(source, "section_id", None) == section_id


def _wanted(r: Reader, call: Call, everything: list[Playlist]) -> list[Playlist]:
    """Those of the viewer's playlists that the query asks for."""
    found = everything
    asked = call.integer("type")
    kind, title = call.text("playlistType"), call.text("title")
    section_id = call.integer("sectionID")
    if kind is not None and kind not in set(MediaKind):
        raise BadRequestError(f"playlistType: {kind[:80]!r} is none of {', '.join(MediaKind)}")
    if asked is not None and asked not in (ItemType.PLAYLIST, ItemType.PLAYLIST_FOLDER):
        raise BadRequestError("type: 15 are playlists, 16 their folders, 42 conversions")
    narrowed = kind is not None or title is not None or section_id is not None or call.text("smart") is not None
    if asked is not None:
        found = [one for one in found if one.item.type == asked]
    elif narrowed:  # who looks for something does not want to look into every folder
        found = [one for one in found if not one.is_folder]
    else:
        found = [one for one in found if one.row.folder_id is None]
    if kind is not None:
        found = [one for one in found if one.row.kind == kind]
    if call.text("smart") is not None:
        found = [one for one in found if not one.is_folder and one.row.smart == call.flag("smart")]
    if title is not None:
        found = [one for one in found if fold(title) in one.item.title_folded]
    if section_id is not None:
        found = _of_section(r, found, section_id)
    return found


def _page(r: Reader, call: Call, folder: Playlist | None) -> tuple[list[Figured], int]:
    """The asked part of the viewer's list, or of what lies in a folder, and how much the whole holds. What is not shown
    is not counted, unless the order depends on it."""
    everything = _own(r, call)
    if folder is None:
        found = _wanted(r, call, everything)
    else:
        found = [one for one in everything if one.row.folder_id == folder.id]
    sort = call.text("sort") or "titleSort"
    counted = rules.needs_figures(sort)
    shown = figured(r, call, found, everything) if counted else [Figured(playlist=one) for one in found]
    try:
        ordered = rules.sorted_by(shown, sort)
    except PlaylistError as error:
        raise BadRequestError(str(error)) from error
    window = call.window
    part = ordered if window.size is None else ordered[window.start : window.start + window.size]
    if not counted:
        part = figured(r, call, [one.playlist for one in part], everything)
    return part, len(ordered)


async def _list_reply(call: Call, folder: Playlist | None = None, **attributes: Value) -> Reply:
    part, total = await call.house.database.read(_page, call, folder)
    window = call.window
    made: dict[str, Value] = {"size": len(part)}
    if window.paged:
        made |= {"totalSize": total, "offset": window.start}
    container = Container(
        made | {"allowSync": 1, "identifier": LIBRARY} | attributes, [playlist_rows(part, shape_of(call))]
    )
    return call.reply(container, headers=paging_headers(window.start, total))


@routes.get(
    "/playlists",
    "/playlists/all",
    policy=Policy.SIGNED_IN,
    answers=Answer.ITEMS,
    takes=(
        text("playlistType", "Only playlists of this kind.", choices=tuple(MediaKind)),
        integer("sectionID", "Only playlists that hold something of this section."),
        text("title", "Only playlists with this in their title."),
        flag("smart", "Only smart playlists, or with 0 only plain ones."),
        integer("type", "15: playlists without their folders; 16: folders; 42: background conversions.", example=15),
        text(
            "sort",
            "`titleSort` (the default), `addedAt`, `updatedAt`, `lastViewedAt`, `viewCount`, `mediaCount`, "
            "`duration`, `userRating`, with `:desc`.",
            example="mediaCount:asc",
        ),
        *PAGING,
    ),
)
async def playlists(call: Call) -> Reply:
    """The viewer's own playlists, and the folders they lie in."""
    if call.integer("type") == _CONVERSION_TYPE:
        return await optimised.as_playlist(call)
    return await _list_reply(call)


async def folder_reply(call: Call, folder: Playlist) -> Reply:
    """The playlists in a folder."""
    return await _list_reply(call, folder, title=folder.item.title, ratingKey=str(folder.id))


# --- one -------------------------------------------------------------------------------------------------------


@routes.get(_PLAYLIST, policy=Policy.SIGNED_IN, answers=Answer.ITEMS)
async def playlist(call: Call) -> Reply:
    """A playlist in full; of a smart one also its rules."""
    return await playlist_reply(call, call.number("playlist_id"))


def _kind(call: Call) -> MediaKind | None:
    """What kind of playlist is asked for; ``None`` when that is left to what goes in."""
    asked = call.text("type")
    if asked is None or asked == str(int(ItemType.PLAYLIST)):
        return None
    try:
        return MediaKind(asked)
    except ValueError:
        raise BadRequestError(f"type: {asked[:80]!r} is none of {', '.join(MediaKind)}") from None


def _title(call: Call, name: str = "title") -> str:
    title = call.required(name).strip()
    if not title or len(title) > _LONGEST_TITLE:
        raise BadRequestError(f"{name}: a playlist has a title of 1 to {_LONGEST_TITLE} characters")
    return title


def source_ids(r: Reader, call: Call) -> list[int]:
    """What the call's ``uri``, ``playlistID`` or ``playQueueID`` stands for; nothing where there is none."""
    named = [name for name in ("uri", "playlistID", "playQueueID") if call.text(name) is not None]
    if len(named) > 1:
        raise BadRequestError(f"{' and '.join(named)} are sent together; send one of them")
    queue_id = call.integer("playQueueID")
    if queue_id is not None:
        _, queue = queues.load(r, queue_id, call.viewer)
        return [item_id for _, item_id in queues.shown(r, queue.entries, call.viewer)]
    playlist_id = call.integer("playlistID")
    if playlist_id is not None:
        found = call.house.playlists.contents(r, store.get(r, playlist_id, call.viewer), call.viewer)
        ids: list[int] = found.item_ids.tolist()
        return ids
    uri = call.text("uri")
    if uri is None:
        return []
    machine = call.house.preferences.machine_identifier
    ids = rules.playable(r, call.house.positions, uri, machine, call.viewer)
    if not ids:
        raise PlaylistError("uri: there is nothing in it that can be played")
    return ids


def _gathered(r: Reader, call: Call, kind: MediaKind | None) -> tuple[list[int], MediaKind]:
    ids = source_ids(r, call)
    if not ids and kind is None:
        raise PlaylistError(f"type is missing: one of {', '.join(MediaKind)}")
    return ids, rules.fitting_kind(r, ids, kind) if ids or kind is None else kind


def _create(tx: Writer, call: Call, title: str, summary: str, kind: MediaKind, ids: list[int]) -> int:
    made = store.create(tx, person_id=call.person_id, title=title, kind=kind, summary=summary)
    if ids:
        entries.add(tx, made, call.viewer, ids)
    return made


async def _create_smart(call: Call, title: str, kind: MediaKind | None, summary: str) -> int:
    uri = call.required("uri")
    source = rules.smart_source(uri, call.house.preferences.machine_identifier)
    await call.house.database.read(rules.check_smart, call.house.positions, source, call.viewer)
    if kind is None:
        raise PlaylistError(f"type is missing: one of {', '.join(MediaKind)}")
    return await call.house.database.awrite(
        store.create, person_id=call.person_id, title=title, kind=kind, content=uri, summary=summary
    )


@routes.post(
    "/playlists",
    policy=Policy.SIGNED_IN,
    answers=Answer.ITEMS,
    takes=(
        text("title", "What it is called.", required=True, example="Sunday"),
        text("type", "What it plays; left out: what its items are. 16 makes a folder.", choices=(*MediaKind, "16")),
        flag("smart", "It follows `uri`, a query, whatever it gives."),
        text("summary", "A text about it."),
        URI,
        PLAYLIST_ID,
        QUEUE_ID,
    ),
)
async def create(call: Call) -> Reply:
    """Makes a playlist of the viewer's own: of items, of a query, or an empty one."""
    title, summary = _title(call), (call.text("summary") or "")[:_LONGEST_SUMMARY]
    database = call.house.database
    try:
        if call.text("type") == str(int(ItemType.PLAYLIST_FOLDER)):
            made = await database.awrite(
                store.create, person_id=call.person_id, title=title, kind=None, summary=summary
            )
        elif call.flag("smart"):
            made = await _create_smart(call, title, _kind(call), summary)
        else:
            ids, kind = await database.read(_gathered, call, _kind(call))
            made = await database.awrite(_create, call, title, summary, kind, ids)
    except (PlaylistError, TooManyPlaylists, TooManyEntries) as error:
        raise BadRequestError(str(error)) from error
    return await playlist_reply(call, made)


_LOCKABLE = ("title", "titleSort", "summary", "thumb", "art")


@routes.put(
    _PLAYLIST,
    policy=Policy.SIGNED_IN,
    answers=Answer.NOTHING,
    takes=(
        text("title.value", "What it is called from now on; also `title`."),
        text("titleSort.value", "What it is filed under; empty: its title. Also `titleSort`."),
        text("summary.value", "A text about it; also `summary`."),
        flag("title.locked", "Whether a field is locked; the same for `titleSort`, `summary`, `thumb`, `art`."),
        integer("folderID", "Puts it into this folder; 0 takes it out of the one it is in."),
    ),
)
async def edit(call: Call) -> Reply:
    """Edits a playlist's title, summary and locks, or puts it into a folder."""
    await edit_playlist(call, (await playlist_of(call)).id)
    return Reply()


async def edit_playlist(call: Call, playlist_id: int) -> None:
    """What a call that edits an item does when the item is a playlist."""

    def value(name: str) -> str | None:
        return call.query.get(f"{name}.value", call.query.get(name))

    title = None
    if value("title") is not None:
        title = _title(call, "title.value" if "title.value" in call.query else "title")
    title_sort, summary = value("titleSort"), value("summary")
    if title_sort is not None and len(title_sort) > _LONGEST_TITLE:
        raise BadRequestError(f"titleSort: at most {_LONGEST_TITLE} characters")
    if summary is not None and len(summary) > _LONGEST_SUMMARY:
        raise BadRequestError(f"summary: at most {_LONGEST_SUMMARY} characters")
    locks = {name: call.flag(f"{name}.locked") for name in _LOCKABLE if f"{name}.locked" in call.query}
    folder_id = call.integer("folderID")

    def write(tx: Writer) -> None:
        store.edit(tx, playlist_id, call.viewer, title=title, title_sort=title_sort, summary=summary, locks=locks)
        if folder_id is not None:
            store.move_into(tx, [playlist_id], call.viewer, folder_id or None)

    try:
        await call.house.database.awrite(write)
    except ValueError as error:
        raise BadRequestError(f"folderID: {error}") from error


@routes.delete(_PLAYLIST, policy=Policy.SIGNED_IN, answers=Answer.NOTHING)
async def delete(call: Call) -> Reply:
    """Deletes a playlist; what lies in a folder moves to the folder above."""
    await call.house.database.awrite(store.delete, call.number("playlist_id"), call.viewer)
    return Reply(status=204)
