"""Edits of items by hand: their fields, tags and locks, one item or many at once."""

from urllib.parse import parse_qsl

from vitascope.api.call import Call
from vitascope.api.describe import Answer, Parameter, flag, integer, text
from vitascope.api.errors import BadRequestError, ConflictError, NotFoundError
from vitascope.api.ids import ids_of
from vitascope.api.policy import Policy
from vitascope.api.reply import Reply
from vitascope.api.routes.metadata import item_of
from vitascope.api.routes.playlists import edit_playlist
from vitascope.api.routes.sections import DEFAULT_TYPES, listing_of, section_of
from vitascope.api.routing import Routes
from vitascope.core.edits import Edit, EditError, is_edit, parse_edit
from vitascope.core.model import ItemType, SectionKind
from vitascope.library import editing, merging
from vitascope.library.collections import CollectionExists
from vitascope.library.refresh import refresh_items
from vitascope.store.items import get_items
from vitascope.store.visibility import NO_SECTION

routes = Routes()

_MOST_BODY = 4 * 1024 * 1024
_EVERYTHING = 1_000_000_000

EDIT: tuple[Parameter, ...] = (
    text("*.value", "What a field holds from now on: `title.value=…`; empty for nothing.", example="A title"),
    flag("*.locked", "Whether a field, or the tags of a type, stay as they are whatever files say; 1 with a value."),
    text("*[*].tag.tag", "A tag to add: `genre[0].tag.tag=Drama`.", many=True, example="Drama"),
    text("*[*].tagging.text", "Of a tag on these items: the character of an actor.", many=True),
    text("review[*].tag.tag", "Who wrote a review that is added or changed.", many=True, example="Ada Holm"),
    text("review[*].tagging.*", "Of that review: `text`, `source`, `image` or `link`.", many=True),
    text("*[].tag.tag-", "Tags to take away, separated by commas, each percent-encoded once more.", many=True),
    text("*[].tag", "Takes all tags of the type away."),
    text("artist.title.value", "The artist that tracks or albums go to; made when there is none."),
    integer("artist.id.value", "The same, by its id."),
    text("album.title.value", "The album that tracks go to, together with `artist.title.value`."),
    integer("album.id.value", "The same, by its id."),
)


async def _pairs(call: Call) -> list[tuple[str, str]]:
    """The parameters of the query and of a form in the body, which holds what an address is too short for."""
    body = await call.body(_MOST_BODY)
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not body or kind != "application/x-www-form-urlencoded":
        return call.pairs
    try:
        sent = parse_qsl(body.decode("utf-8"), keep_blank_values=True)
    except ValueError:
        raise BadRequestError("the body is not a form") from None
    if any("\0" in part for pair in sent for part in pair):
        raise BadRequestError("a NUL is part of no text")
    return [*call.pairs, *sent]


def _edit(pairs: list[tuple[str, str]]) -> Edit:
    try:
        return parse_edit(pairs)
    except EditError as error:
        raise BadRequestError(str(error)) from error


async def _make(
    call: Call, ids: list[int], edit: Edit, *, section_id: int | None = None, item_type: int | None = None
) -> Reply:
    found = await call.house.database.read(editing.places, ids)
    if edit.is_empty:
        return Reply()
    try:
        editing.check(edit, found, section_id=section_id, item_type=item_type)
        activity = await call.house.editing.edit(ids, edit, person_id=call.person_id)
    except (EditError, merging.MergeError) as error:
        raise BadRequestError(str(error)) from error
    except CollectionExists as error:
        raise ConflictError(str(error)) from error
    return Reply(headers=[] if activity is None else [(b"x-plex-activity", activity.encode())])


@routes.put(
    "/library/metadata/{ids}",
    policy=Policy.SIGNED_IN,
    takes=EDIT,
    answers=Answer.NOTHING,
    body="The same parameters as a form, for those that are too long for an address.",
)
async def edit_items(call: Call) -> Reply:
    """Edits items: their fields, tags and locks, all or nothing. The owner's, but for one's own playlists."""
    ids = ids_of(call.param("ids"))
    visible = await call.house.database.read(get_items, ids, call.viewer)
    if len(visible) < len(ids):
        raise NotFoundError
    own = [row.id for row in visible if row.section_id == NO_SECTION]
    if own:
        if len(ids) > 1:
            raise BadRequestError("playlists are edited one at a time")
        await edit_playlist(call, own[0])
        return Reply()
    Policy.OWNER.check(call.requester)
    return await _make(call, ids, _edit(await _pairs(call)))


@routes.put(
    "/library/sections/{section_id:int}/all",
    policy=Policy.OWNER,
    takes=(
        integer("type", "The type of the items; the section's own without it.", example=1),
        text("id", "The items, separated by commas; without it all that the query selects.", many=True, example="1,2"),
        text("filters", "A query of its own, encoded, that selects the items."),
        *EDIT,
    ),
    answers=Answer.NOTHING,
    body="The same parameters as a form, for lists of ids that are too long for an address.",
)
async def edit_section_items(call: Call) -> Reply:
    """Edits items of a section: those of `id`, or all that a query selects; many in batches, as an activity."""
    section = await section_of(call)
    pairs = await _pairs(call)
    edit = _edit(pairs)
    asked_type = call.integer("type")
    if asked_type is not None and asked_type not in set(ItemType):
        raise BadRequestError(f"type: there is no type {asked_type}")
    named = [value for name, value in pairs if name == "id"]
    if named:
        return await _make(call, ids_of(",".join(named)), edit, section_id=section.id, item_type=asked_type)
    query = [pair for pair in pairs if not is_edit(pair[0]) and pair[0] != "filters"]
    for name, value in pairs:
        if name == "filters":
            query += parse_qsl(value, keep_blank_values=True)
    listing = listing_of(call, query, DEFAULT_TYPES[SectionKind(section.kind)])
    page = await call.house.database.read(
        call.house.positions.page, listing, [section.id], call.viewer, start=0, size=_EVERYTHING
    )
    ids = [int(item_id) for item_id in page.ids]
    return await _make(call, ids, edit, section_id=section.id) if ids else Reply()


@routes.put(
    "/library/metadata/{item_id:int}/merge",
    policy=Policy.OWNER,
    takes=(text("ids", "The items that become part of this one, separated by commas.", many=True, required=True),),
    answers=Answer.NOTHING,
)
async def merge_items(call: Call) -> Reply:
    """Merges other items of one type and library into an item, with their versions and what people did."""
    item = await item_of(call)
    ids = ids_of(",".join(call.values("ids")))
    await call.house.database.read(editing.places, ids)
    try:
        await call.house.database.awrite(merging.merge, item.id, ids)
    except merging.MergeError as error:
        raise BadRequestError(str(error)) from error
    await call.house.editing.told([item.id])
    return Reply()


@routes.put("/library/metadata/{item_id:int}/split", policy=Policy.OWNER, answers=Answer.NOTHING)
async def split_item(call: Call) -> Reply:
    """Takes apart what was merged into an item; where nothing was, makes an item of each of its versions."""
    item = await item_of(call)
    done = await call.house.database.awrite(merging.split, item.id)
    await call.house.editing.told([item.id, *done.items])
    if done.scan:
        await refresh_items(call.house.database, call.house.scans, [item.id])
    return Reply()
