"""Deleting items with their files, where the owner allowed that (``allowMediaDeletion``).

A collection or a playlist is a list: deleting one deletes nothing that is on it, and needs no permission but its own.
"""

from collections.abc import Sequence

from vitascope.accounts.locality import came_through_a_proxy, parse_address
from vitascope.api.call import Call
from vitascope.api.describe import Answer, flag
from vitascope.api.errors import BadRequestError, ForbiddenError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routes.metadata import item_ids, item_of
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType
from vitascope.events import LibraryChanged
from vitascope.library import collections
from vitascope.library.erasing import Erased, NotErased
from vitascope.store import extras, playlists
from vitascope.store import items as store_items
from vitascope.store.rows import ItemRow
from vitascope.store.visibility import NO_SECTION

routes = Routes()

_PROXY = flag("proxy", "Changes nothing: an item goes with all of its versions, a version alone.")


def check_allowed(call: Call) -> None:
    """403 unless the owner allowed that files are deleted, and from here."""
    preferences = call.house.preferences
    if not preferences.flag("allowMediaDeletion"):
        raise ForbiddenError("allowMediaDeletion is off: this server deletes no files.")
    if not preferences.flag("allowMediaDeletionLanOnly"):
        return
    evidence = call.evidence
    if evidence is not None and evidence.own_socket:
        return
    address = parse_address((evidence.peer if evidence else None) or "")
    if address is None or not (address.is_private or address.is_loopback) or came_through_a_proxy(call.headers):
        raise ForbiddenError("allowMediaDeletionLanOnly is on, and this request comes from elsewhere.")


def _text(path: bytes) -> str:
    return path.decode("utf-8", "replace")


def _answer(call: Call, done: Erased) -> Reply:
    for section_id in {row.section_id for row in done.items}:
        call.house.bus.publish(LibraryChanged(section_id=section_id))
    if done.failed:
        still = "; ".join(f"{_text(path)}: {why}" for path, why in done.failed)
        total = len(done.files) + len(done.failed)
        raise BadRequestError(f"{len(done.files)} of {total} files were deleted. Still there: {still}")
    nodes = [Node("File", {"file": _text(path)}) for path in done.files]
    nodes += [Node("Folder", {"path": _text(path)}) for path in done.folders]
    return call.reply(Container({"size": len(nodes)}, list(nodes)))


def _of_type(rows: Sequence[ItemRow], kind: ItemType) -> list[int]:
    return [row.id for row in rows if row.type == kind]


@routes.delete("/library/metadata/{ids}", policy=Policy.OWNER, takes=(_PROXY,), answers=Answer.CONTAINER)
async def delete_items(call: Call) -> Reply:
    """Deletes items and their files, and answers what is gone. Of a collection or playlist only the list goes, of an
    extra that was added by its address only that it was."""
    ids = item_ids(call.param("ids"))
    rows = await call.house.database.read(store_items.get_items, ids, call.viewer)
    if not rows or len(rows) != len(ids):
        raise NotFoundError
    lists = _of_type(rows, ItemType.COLLECTION)
    own = [row.id for row in rows if row.section_id == NO_SECTION]
    added = await call.house.database.read(extras.added, [row.identity_id for row in rows])
    by_address = {row.id: row for row in rows if row.extra_type is not None and row.identity_id in added}
    rest = [row.id for row in rows if row.id not in {*lists, *own, *by_address}]
    if rest:
        check_allowed(call)
    for item_id in lists:
        await collections.throw_away(call.house.database, item_id)
    if by_address:
        await call.house.database.awrite(extras.forget, [row.identity_id for row in by_address.values()])
    for playlist_id in own:
        await call.house.database.awrite(playlists.delete, playlist_id, call.viewer)
    if not rest:
        return call.reply(Container({"size": 0}))
    try:
        return _answer(call, await call.house.eraser.items(rest))
    except NotErased as error:
        raise BadRequestError(f"Nothing was deleted: {error}") from error


@routes.delete(
    "/library/metadata/{item_id:int}/media/{media_id:int}",
    policy=Policy.OWNER,
    takes=(_PROXY,),
    answers=Answer.CONTAINER,
)
async def delete_version(call: Call) -> Reply:
    """Deletes one version of an item and its files; the item too, when it was the only one."""
    item = await item_of(call)
    check_allowed(call)
    try:
        done = await call.house.eraser.version(item.id, call.number("media_id"))
    except NotErased as error:
        raise BadRequestError(f"Nothing was deleted: {error}") from error
    if done is None:
        raise NotFoundError("The item has no such version.")
    return _answer(call, done)
