"""What a section can be filtered by: value lists, letters and folders."""

import asyncio
import base64
import os
from collections.abc import Sequence

from vitascope.api.call import Call
from vitascope.api.describe import LISTING, Answer, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.files import is_below
from vitascope.api.listing import shape_of, shown_items
from vitascope.api.meta import filter_address
from vitascope.api.optimised import shown as optimised
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows
from vitascope.api.render.item_children import FILTERS
from vitascope.api.render.items import item_rows
from vitascope.api.reply import Reply
from vitascope.api.routes.sections import DEFAULT_TYPES, asked_listing, section_attributes, section_of
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType, SectionKind, TagType
from vitascope.core.naming.made_versions import PROXY_TYPE
from vitascope.core.query import Field, FieldKind, library_type, types_of_section
from vitascope.library.scan.known import hash16
from vitascope.media import reach
from vitascope.media.probe.languages import language_name
from vitascope.store import items as store_items
from vitascope.store import tags
from vitascope.store.rows import LocationRow, SectionRow
from vitascope.store.sections import list_sections, locations

routes = Routes()

_LANGUAGES = frozenset({FieldKind.AUDIO_LANGUAGE, FieldKind.SUBTITLE_LANGUAGE})


def _asked_field(call: Call, section: SectionRow, name: str) -> tuple[ItemType, Field] | None:
    """A field and the type of items that it is asked of: the section's own, else the first below it that has it (of
    a show's or an artist's files only their episodes or tracks know). ``None``: only other sections have it; 404 for a
    name that none has."""
    asked = call.integer("type")
    if asked is not None and asked not in set(ItemType):
        raise BadRequestError(f"there is no type {asked}")
    kind = SectionKind(section.kind)
    below = () if asked is not None else (listed.type for listed in types_of_section(kind))
    for item_type in (DEFAULT_TYPES[kind] if asked is None else ItemType(asked), *below):
        listed = library_type(item_type)
        if listed is not None and name in listed.fields:
            return item_type, listed.fields[name]
    if any(name in listed.fields for kind in SectionKind for listed in types_of_section(kind)):
        return None
    raise NotFoundError(f"There is no filter {name}.")


@routes.get(
    "/library/sections/{section_id:int}/firstCharacter",
    policy=Policy.SIGNED_IN,
    takes=(integer("type", "The number of the type of items; the section's own when it is left out.", example=1),),
    answers=Answer.DIRECTORY,
)
@routes.get(
    "/library/sections/{section_id:int}/firstCharacters",
    policy=Policy.SIGNED_IN,
    takes=(integer("type", "The number of the type of items; the section's own when it is left out.", example=1),),
    answers=Answer.DIRECTORY,
)
async def first_characters(call: Call) -> Reply:
    """The letters under which the titles of a listing are filed, with how many there are of each."""
    section = await section_of(call)
    listing = asked_listing(call, DEFAULT_TYPES[SectionKind(section.kind)])
    found = await call.house.database.read(call.house.values.first_characters, listing, [section.id], call.viewer)
    children = [Node("Directory", {"size": value.count, "key": value.key, "title": value.title}) for value in found]
    return call.reply(Container({"size": len(children), **section_attributes(section)}, list(children)))


# --- folders ---------------------------------------------------------------------------------------------------


def _folder_key(location: LocationRow, below: bytes) -> str:
    name = base64.urlsafe_b64encode(below).decode().rstrip("=")
    return f"/library/sections/{location.section_id}/folder?parent={location.id}.{name}"


def _asked_folder(call: Call, roots: Sequence[LocationRow]) -> tuple[LocationRow, bytes] | None:
    """The folder that ``parent`` names; ``None`` for the top."""
    parent = call.text("parent")
    if parent is None:
        return (roots[0], b"") if len(roots) == 1 else None
    number, _, name = parent.partition(".")
    try:
        below = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4))
    except ValueError:
        raise BadRequestError("parent names no folder") from None
    if b"\0" in below:
        raise BadRequestError("parent names no folder")
    for root in roots:
        if str(root.id) == number:
            return root, below
    raise NotFoundError


def _subfolders(root: bytes, below: bytes) -> list[bytes]:
    """The folders inside a folder, by a look at the disk."""
    path = os.path.join(root, below) if below else root  # noqa: PTH118  # bytes, as they lie on disk
    if not is_below(path + b"/", [root]) and os.path.realpath(path) != os.path.realpath(root):
        raise NotFoundError
    try:
        with reach.scandir(path) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith(b"."))
    except OSError:
        return []


@routes.get(
    "/library/sections/{section_id:int}/folder",
    policy=Policy.SIGNED_IN,
    takes=(*LISTING, text("parent", "The folder, by the key of its Directory; the top when it is left out.")),
    answers=Answer.ITEMS,
)
async def folder(call: Call) -> Reply:
    """A section as it lies on disk: the folders of a folder, and the items whose files are in it."""
    section = await section_of(call)
    database = call.house.database
    roots = await database.read(locations, section.id)
    found = _asked_folder(call, roots)
    children: list[Node | Rows] = []
    size = 0
    if found is None:
        for root in roots:
            title = root.path.decode("utf-8", "replace")
            children.append(Node("Directory", {"key": _folder_key(root, b""), "title": title}, json_name="Metadata"))
        size = len(roots)
    else:
        root, below = found
        names = await asyncio.to_thread(_subfolders, root.path, below)
        for name in names:
            inside = below + b"/" + name if below else name
            title = name.decode("utf-8", "replace")
            children.append(Node("Directory", {"key": _folder_key(root, inside), "title": title}, json_name="Metadata"))
        ids = await database.read(store_items.items_in_folder, section.id, root.id, hash16(below), call.viewer)
        shape = shape_of(call)
        shown = await shown_items(call, ids, shape)
        children.append(Rows(item_rows(shown, shape)))
        size = len(names) + len(shown)
    return call.reply(Container({"size": size, **section_attributes(section)}, children))


# --- value lists -----------------------------------------------------------------------------------------------


@routes.get(
    "/library/sections/{section_id:int}/{field}",
    policy=Policy.SIGNED_IN,
    takes=(integer("type", "The number of the type of items; the section's own when it is left out.", example=1),),
    answers=Answer.DIRECTORY,
)
async def values(call: Call) -> Reply:
    """What a filter of a section can be set to: ``genre``, ``year``, ``decade``, ``actor`` and so on."""
    section = await section_of(call)
    name = call.param("field")
    asked = _asked_field(call, section, name)
    if asked is None:
        return call.reply(Container({"size": 0, **section_attributes(section)}))
    item_type, field = asked
    children: list[Node] = []
    if field.kind is not FieldKind.BOOLEAN:
        found = await call.house.database.read(call.house.values.of_field, [section.id], item_type, field, call.viewer)
        children = [
            Node(
                "Directory",
                {
                    "fastKey": filter_address(section.id, item_type, name, value.key),
                    "key": value.key,
                    "title": language_name(value.key) or value.title if field.kind in _LANGUAGES else value.title,
                    "type": name,
                    "thumb": value.thumb,
                    "count": value.count,
                },
            )
            for value in found
        ]
    attributes = {"size": len(children), "title2": field.title, **section_attributes(section)}
    return call.reply(Container(attributes, list(children)))


@routes.get(
    "/library/tags",
    policy=Policy.SIGNED_IN,
    takes=(integer("type", "The number of the type of tags.", required=True, example=1),),
    answers=Answer.DIRECTORY,
)
async def library_tags(call: Call) -> Reply:
    """The tags of one type in all sections, with how many items carry each."""
    asked = call.integer("type")
    if asked == PROXY_TYPE:
        return call.reply(optimised.tags())
    if asked not in set(TagType):
        return call.reply(Container({"size": 0}))
    kind = TagType(asked)
    counts: dict[int, int] = {}
    names: dict[int, str] = {}
    for section in await call.house.database.read(list_sections):
        if not call.viewer.may_see_section(section.id):
            continue
        item_type = DEFAULT_TYPES[SectionKind(section.kind)]
        for value in await call.house.database.read(tags.values, section.id, item_type, kind, call.viewer):
            counts[value.id] = counts.get(value.id, 0) + value.item_count
            names[value.id] = value.tag
    children = [
        Node(
            "Directory",
            {
                "id": tag_id,
                "tag": names[tag_id],
                "tagType": int(kind),
                "filter": f"{FILTERS.get(kind, 'tag')}={tag_id}",
                "count": number,
            },
        )
        for tag_id, number in sorted(counts.items(), key=lambda pair: names[pair[0]].casefold())
    ]
    return call.reply(Container({"size": len(children)}, list(children)))
