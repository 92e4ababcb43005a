"""Sections made, changed, scanned and deleted by their owner."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress

from vitascope.api.call import Call
from vitascope.api.describe import Answer, flag, text
from vitascope.api.errors import BadRequestError
from vitascope.api.listing import LIBRARY, MEDIA_TAGS
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Value
from vitascope.api.reply import Reply
from vitascope.api.routes.metadata_agents import PROVIDER_GROUP, asked_group
from vitascope.api.routes.prefs import setting_node
from vitascope.api.routes.sections import (
    DEFAULT_TYPES,
    VIDEO_FILES_SCANNER,
    section_attributes,
    section_node,
    section_of,
)
from vitascope.api.routing import Routes
from vitascope.api.section_menu import menu_nodes
from vitascope.core.model import SectionKind
from vitascope.library import sections as library_sections
from vitascope.library import trash
from vitascope.library.scanner import ScanError
from vitascope.library.sections import SectionError
from vitascope.ops import section_prefs
from vitascope.ops.setting import PreferenceValueError
from vitascope.store import providers as store_providers
from vitascope.store import sections as store_sections
from vitascope.store.errors import NotFound
from vitascope.store.rows import SectionRow

routes = Routes()

_SECTION_PREF = re.compile(r"prefs\[(\w+)\]")


def asked_prefs(call: Call, kind: SectionKind) -> Callable[[str], str] | None:
    """What adds the preferences of the query (``prefs[name]=value``) to stored ones; ``None`` when it has none."""
    changes = {found[1]: value for name, value in call.pairs if (found := _SECTION_PREF.fullmatch(name))}
    return None if not changes else merging(kind, changes)


def merging(kind: SectionKind, changes: Mapping[str, str]) -> Callable[[str], str]:
    """What makes changes of stored preferences; it raises 400 for a value that does not fit."""

    def merged(stored: str) -> str:
        try:
            return section_prefs.merged(kind, stored, changes)
        except PreferenceValueError as error:
            raise BadRequestError(str(error)) from error

    return merged


def kind_of(api_type: str, scanner: str) -> SectionKind:
    """The kind of a section from what clients say; 400 for what is none."""
    if api_type == "movie" and scanner == VIDEO_FILES_SCANNER:
        return SectionKind.OTHER
    try:
        return SectionKind(api_type)
    except ValueError:
        raise BadRequestError(f"type {api_type!r}: there is no such kind of section") from None


@routes.post(
    "/library/sections",
    "/library/sections/all",
    policy=Policy.OWNER,
    takes=(
        text("name", "The section's title.", required=True, example="Movies"),
        text("type", "What it holds.", required=True, choices=("movie", "show", "artist", "photo")),
        text("agent", "The agent's id."),
        text("scanner", "The scanner's name.", example="Plex Movie"),
        text("language", "The language of titles and texts.", example="en-US"),
        text("location", "A folder of this machine. May be repeated.", many=True),
        text("prefs[*]", "A preference of the section: `prefs[hidden]=1`."),
        PROVIDER_GROUP,
    ),
    answers=Answer.DIRECTORY,
)
async def create_section(call: Call) -> Reply:
    """Makes a section of one or more folders, and scans it."""
    kind = kind_of(call.required("type"), call.text("scanner") or "")
    group = await asked_group(call, kind)
    prefs = asked_prefs(call, kind)
    try:
        saved = await library_sections.create(
            call.house.database,
            title=call.required("name"),
            kind=kind,
            paths=call.values("location"),
            language=call.text("language") or "en-US",
            agent=call.text("agent"),
            scanner=call.text("scanner"),
            prefs="{}" if prefs is None else prefs("{}"),
        )
    except SectionError as error:
        raise BadRequestError(str(error)) from error
    if group is not None:
        await call.house.database.awrite(store_providers.use_group, saved.section.id, group.group_id)
        call.house.online.scan_ended(saved.section.id)
    await call.house.sections_changed()
    await call.house.scans.start(saved.section.id)
    locations = await call.house.database.read(store_sections.locations, saved.section.id)
    node = section_node(call, saved.section, locations, group.group_id if group else None)
    return call.reply(Container({"size": 1, "allowSync": 0, "title1": "Plex Library"}, [node]), status=201)


@routes.put(
    "/library/sections/{section_id:int}",
    policy=Policy.OWNER,
    takes=(
        text("name", "The section's title."),
        text("agent", "The agent's id."),
        text("scanner", "The scanner's name.", example="Plex Movie"),
        text("language", "The language of titles and texts.", example="en-US"),
        text("location", "A folder of this machine. May be repeated.", many=True),
        text("prefs[*]", "A preference of the section: `prefs[hidden]=1`."),
        PROVIDER_GROUP,
    ),
    answers=Answer.NOTHING,
)
async def edit_section(call: Call) -> Reply:
    """Changes a section's name, language, agent, folders or preferences."""
    section = await section_of(call)
    asked = call.values("location")
    group = await asked_group(call, SectionKind(section.kind), section)
    try:
        await library_sections.edit(
            call.house.database,
            section.id,
            title=call.query.get("name"),
            paths=asked or None,
            language=call.text("language"),
            agent=call.text("agent"),
            scanner=call.text("scanner"),
            prefs=asked_prefs(call, SectionKind(section.kind)),
        )
    except SectionError as error:
        raise BadRequestError(str(error)) from error
    if group is not None:
        await call.house.database.awrite(store_providers.use_group, section.id, group.group_id)
        call.house.online.scan_ended(section.id)
    await _ask_anew(call, section)
    if asked:
        await call.house.sections_changed()
        await call.house.scans.start(section.id)
    return Reply()


@routes.delete("/library/sections/{section_id:int}", policy=Policy.OWNER, answers=Answer.NOTHING)
async def delete_section(call: Call) -> Reply:
    """Forgets a section; files stay, and so does what people did with them."""
    section = await section_of(call)
    async with call.house.scans.held_off(section.id):
        await library_sections.delete(call.house.database, section.id)
    await call.house.sections_changed()
    return Reply()


@routes.get(
    "/library/sections/{section_id:int}",
    policy=Policy.SIGNED_IN,
    takes=(flag("includeDetails", "Adds the types of items, with what they can be filtered and sorted by."),),
    answers=Answer.DIRECTORY,
)
async def one_section(call: Call) -> Reply:
    """The lists that a section can be browsed by, as a menu."""
    section = await section_of(call)
    kind = SectionKind(section.kind)
    children = list(menu_nodes(section.id, kind, DEFAULT_TYPES[kind], details=call.flag("includeDetails")))
    attributes: dict[str, Value] = {
        "size": len(children),
        "allowSync": 0,
        "content": "secondary",
        "identifier": LIBRARY,
        "title1": section.title,
        "viewGroup": "secondary",
    }
    return call.reply(Container(attributes | section_attributes(section) | dict(MEDIA_TAGS), list(children)))


@routes.get("/library/sections/{section_id:int}/prefs", policy=Policy.OWNER, answers=Answer.SETTINGS)
async def prefs(call: Call) -> Reply:
    """The preferences of a section."""
    section = await section_of(call)
    found = section_prefs.values(SectionKind(section.kind), section.prefs)
    children = [setting_node(setting, value) for setting, value in found]
    return call.reply(Container({"size": len(children)}, list(children)))


@routes.put(
    "/library/sections/{section_id:int}/prefs",
    policy=Policy.OWNER,
    takes=(text("*", "Any preference of the section, by its id."),),
    answers=Answer.NOTHING,
)
async def set_prefs(call: Call) -> Reply:
    """Sets preferences of a section."""
    section = await section_of(call)
    changes = {name: value for name, value in call.pairs if not name.startswith("X-Plex-")}
    await library_sections.edit(call.house.database, section.id, prefs=merging(SectionKind(section.kind), changes))
    await _ask_anew(call, section)
    return Reply()


async def _ask_anew(call: Call, before: SectionRow) -> None:
    """Has the audiobook agent asked again where what it is asked for is another thing now."""
    after = await call.house.database.read(store_sections.get_section, before.id)
    if section_prefs.of_books(before.prefs) != section_prefs.of_books(after.prefs):
        call.house.online.refresh_section(before.id)


@routes.get(
    "/library/sections/{section_id:int}/refresh",
    policy=Policy.OWNER,
    takes=(
        text("path", "Only this folder of the section."),
        flag("force", "Reads every file again, also those that did not change."),
    ),
    answers=Answer.NOTHING,
)
async def refresh(call: Call) -> Reply:
    """Scans a section, or the folder ``path`` of it; ``force=1`` reads every file again."""
    section = await section_of(call)
    try:
        activity = await call.house.scans.start(section.id, call.text("path"), force=call.flag("force"))
    except ScanError as error:
        raise BadRequestError(str(error)) from error
    if call.flag("force") and call.text("path") is None:
        call.house.online.refresh_section(section.id)
    return call.done(headers=[(b"x-plex-activity", activity.encode())])


@routes.post(
    "/library/sections/{section_id:int}/refresh",
    policy=Policy.OWNER,
    takes=(
        text("path", "Only this folder of the section."),
        flag("force", "Reads every file again, also those that did not change."),
    ),
    answers=Answer.NOTHING,
)
async def refresh_post(call: Call) -> Reply:
    """The same, as the published description has it."""
    return await refresh(call) or Reply()


@routes.delete("/library/sections/{section_id:int}/refresh", policy=Policy.OWNER, answers=Answer.NOTHING)
async def cancel_refresh(call: Call) -> Reply:
    """Stops a section's scan."""
    section = await section_of(call)
    call.house.scans.cancel(section.id)
    return Reply()


@routes.get(
    "/library/sections/all/refresh",
    policy=Policy.OWNER,
    takes=(flag("force", "Reads every file again, also those that did not change."),),
    answers=Answer.NOTHING,
)
async def refresh_all(call: Call) -> Reply:
    """Scans every section."""
    for section in await call.house.database.read(store_sections.list_sections):
        with suppress(NotFound):  # it was deleted meanwhile
            await call.house.scans.start(section.id, force=call.flag("force"))
    return Reply()


@routes.delete("/library/sections/all/refresh", policy=Policy.OWNER, answers=Answer.NOTHING)
async def cancel_all(call: Call) -> Reply:
    """Stops every scan."""
    for scan in call.house.scans.running():
        call.house.scans.cancel(scan.section_id)
    return Reply()


@routes.put("/library/sections/{section_id:int}/emptyTrash", policy=Policy.OWNER, answers=Answer.NOTHING)
async def empty_trash(call: Call) -> Reply:
    """Deletes the items of a section whose files are gone; never those whose folder is away."""
    section = await section_of(call)
    await trash.empty(call.house.database, section.id)
    return Reply()
