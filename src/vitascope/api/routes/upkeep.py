"""Reading items and sections again, analysing them, and clearing away what was made of them.

To analyse is to open the files again, which a forced scan of their folders does. What is made of files (pictures for
seeking, markers) is begun here for some items.
"""

from vitascope.api.call import Call
from vitascope.api.describe import Answer, Parameter, flag, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.ids import ids_of
from vitascope.api.policy import Policy
from vitascope.api.render import Container
from vitascope.api.reply import Header, Reply
from vitascope.api.routes.prefs import setting_node
from vitascope.api.routes.sections import section_of
from vitascope.api.routing import Routes
from vitascope.core.model import SectionKind
from vitascope.library.clearing import delete_markers, delete_previews
from vitascope.library.refresh import refresh_items
from vitascope.ops import section_prefs
from vitascope.store import sections as store_sections
from vitascope.store.items import get_items

routes = Routes()

_MOST_IDS = 200
_KINDS = {
    1: SectionKind.MOVIE,
    2: SectionKind.SHOW,
    8: SectionKind.ARTIST,
    13: SectionKind.PHOTO,
    14: SectionKind.PHOTO,
}


def _activities(started: list[str]) -> list[Header]:
    return [(b"x-plex-activity", activity.encode()) for activity in started[:1]]


async def items_of(call: Call) -> list[int]:
    """The items in the path; 404 when one of them is not there, or not for this person."""
    ids = ids_of(call.param("ids"))
    if len(ids) > _MOST_IDS:
        raise BadRequestError(f"at most {_MOST_IDS} items are read again at once")
    if len(await call.house.database.read(get_items, ids, call.viewer)) < len(ids):
        raise NotFoundError
    return ids


@routes.put(
    "/library/metadata/{ids}/refresh",
    policy=Policy.OWNER,
    takes=(
        text("agent", "Accepted and passed over: the section says which agent there is."),
        flag("markUpdated", "Accepted and passed over: an item that changed says so."),
        flag("force", "Accepted and passed over: files are always read again."),
    ),
    answers=Answer.NOTHING,
)
async def refresh(call: Call) -> Reply:
    """Reads the files, tags and pictures of items again."""
    ids = await items_of(call)
    started = await refresh_items(call.house.database, call.house.scans, ids)
    await call.house.online.refresh(await call.house.database.read(get_items, ids, call.viewer))
    return Reply(headers=_activities(started))


@routes.put(
    "/library/metadata/{ids}/analyze",
    policy=Policy.OWNER,
    takes=(
        integer("thumbOffset", "Accepted and passed over: frames are chosen by what they show."),
        integer("artOffset", "Accepted and passed over, too."),
    ),
    answers=Answer.NOTHING,
)
async def analyze(call: Call) -> Reply:
    """Opens the files of items again: streams, chapters, bit rates."""
    ids = await items_of(call)
    return Reply(headers=_activities(await refresh_items(call.house.database, call.house.scans, ids)))


_FORCE: tuple[Parameter, ...] = (
    flag("force", "Does it again where it was done."),
    flag("manual", "A person asked for it."),
    text("threshold", "How sure the detector has to be."),
)


def _makes(name: str, what: str) -> None:
    @routes.put(f"/library/metadata/{{ids}}/{name}", policy=Policy.OWNER, takes=_FORCE, answers=Answer.NOTHING)
    async def make(call: Call) -> Reply:
        ids = await items_of(call)
        return Reply(headers=_activities([call.house.derived.begin(name, ids, again=call.flag("force"))]))

    make.__doc__ = f"Begins to make {what} of items and of what lies below them."


for _name, _what in (
    ("index", "preview pictures for seeking"),
    ("chapterThumbs", "pictures of the chapters"),
    ("intro", "markers of the intros"),
    ("credits", "markers of the credits"),
    ("addetect", "markers of the breaks of advertisements"),
    ("voiceActivity", "maps of where somebody speaks"),
):
    _makes(_name, _what)


@routes.put("/library/sections/{section_id:int}/analyze", policy=Policy.OWNER, answers=Answer.NOTHING)
async def analyze_section(call: Call) -> Reply:
    """Opens every file of a section again."""
    section = await section_of(call)
    return Reply(headers=_activities([await call.house.scans.start(section.id, force=True)]))


@routes.post(
    "/library/sections/refresh",
    policy=Policy.OWNER,
    takes=(flag("force", "Reads every file again, also those that did not change."),),
    answers=Answer.NOTHING,
)
async def refresh_everything(call: Call) -> Reply:
    """Scans every section."""
    rows = await call.house.database.read(store_sections.list_sections)
    started = [await call.house.scans.start(row.id, force=call.flag("force")) for row in rows]
    return Reply(headers=_activities(started))


@routes.delete("/library/sections/{section_id:int}/indexes", policy=Policy.OWNER, answers=Answer.NOTHING)
async def delete_indexes(call: Call) -> Reply:
    """Deletes the preview pictures of a section; they are made again as the preferences say."""
    section = await section_of(call)
    await delete_previews(call.house.database, call.house.bundles, section.id)
    return Reply()


@routes.delete("/library/sections/{section_id:int}/intros", policy=Policy.OWNER, answers=Answer.NOTHING)
async def delete_intros(call: Call) -> Reply:
    """Deletes the intros that were found in a section; those that were set by hand stay."""
    section = await section_of(call)
    await delete_markers(call.house.database, section.id, "intro")
    return Reply()


@routes.get(
    "/library/sections/prefs",
    policy=Policy.OWNER,
    takes=(
        integer("type", "The type of the items that the section is to hold.", required=True, example=1),
        text("agent", "The agent it is to have; all have the same preferences."),
    ),
    answers=Answer.SETTINGS,
)
async def prefs_of_a_kind(call: Call) -> Reply:
    """The preferences that a new section of this kind will have."""
    asked = call.integer("type")
    kind = None if asked is None else _KINDS.get(asked)
    if kind is None:
        raise BadRequestError("type: 1 movies, 2 shows, 8 music, 13 photos")
    found = section_prefs.values(kind, "{}")
    return call.reply(Container({"size": len(found)}, [setting_node(setting, value) for setting, value in found]))


@routes.delete("/library/caches", policy=Policy.OWNER, answers=Answer.NOTHING)
async def delete_caches(call: Call) -> Reply:
    """Forgets what was worked out for lists and hubs; the next request works it out anew."""
    call.house.positions.forget()
    call.house.values.forget()
    return Reply()
