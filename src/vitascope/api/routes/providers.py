"""What the server offers: its one media provider, with the features that exist and the viewer's sections.

Modern apps read this instead of ``/library/sections`` and find everything else by the keys of the features. Other media
providers (of web services, say) are none of this server's; where metadata comes from is another family
(``/media/providers/metadata``).
"""

from vitascope.api.call import Call
from vitascope.api.describe import Answer, flag, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.listing import LIBRARY
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Reply
from vitascope.api.routes.sections import DEFAULT_TYPES
from vitascope.api.routes.server import what_it_can
from vitascope.api.routing import Routes
from vitascope.core.model import SectionKind
from vitascope.store.rows import SectionRow
from vitascope.store.sections import item_counts, list_sections, totals

routes = Routes()

_PLAYLIST_TYPES = {SectionKind.ARTIST.value: "audio", SectionKind.PHOTO.value: "photo"}


def _pivots(section: SectionRow, count: int | None) -> list[Node]:
    """The views of a section, as tabs."""
    key = f"/library/sections/{section.id}"
    playlists = f"/playlists?type=15&sectionID={section.id}&playlistType={_PLAYLIST_TYPES.get(section.kind, 'video')}"
    views: list[tuple[str, str, str, str, str, str]] = [
        ("recommended", f"/hubs/sections/{section.id}", "hub", "Recommended", "content.discover", "star"),
        ("library", f"{key}/all", "list", "Library", "content.library", "library"),
    ]
    if section.kind != SectionKind.PHOTO:
        views.append(("collections", f"{key}/collections", "list", "Collections", "content.collections", "stack"))
    views.append(("playlists", playlists, "list", "Playlists", "content.playlists", "playlist"))
    return [
        Node(
            "Pivot",
            {
                "id": name,
                "key": where,
                "type": kind,
                "title": title,
                "context": context,
                "symbol": symbol,
                "count": count if name == "library" else None,
            },
        )
        for name, where, kind, title, context, symbol in views
    ]


async def _section(call: Call, section: SectionRow) -> Node:
    count: int | None = None
    size: tuple[int | None, int | None] = (None, None)
    if call.viewer.sees_whole_sections:
        counts = await call.house.database.read(item_counts, section.id)
        count = counts.get(DEFAULT_TYPES[SectionKind(section.kind)], 0)
        if call.flag("includeStorage"):
            size = await call.house.database.read(totals, section.id)
    attributes: dict[str, Value] = {
        "agent": section.agent,
        "language": section.language,
        "refreshing": call.house.scans.is_scanning(section.id),
        "scanner": section.scanner,
        "uuid": section.uuid,
        "id": str(section.id),
        "key": f"/library/sections/{section.id}",
        "hubKey": f"/hubs/sections/{section.id}",
        "type": "movie" if section.kind == SectionKind.OTHER else section.kind,
        "title": section.title,
        "updatedAt": section.updated_at,
        "scannedAt": section.scanned_at,
        "durationTotal": size[0],
        "storageTotal": size[1],
    }
    return Node("Directory", attributes, _pivots(section, count))


def _features(content: list[Node]) -> list[Node]:
    """What the provider can be asked for; each key is a route of this server."""
    actions = [Node("Action", {"id": "removeFromContinueWatching", "key": "/actions/removeFromContinueWatching"})]
    timeline: dict[str, Value] = {
        "type": "timeline",
        "key": "/:/timeline",
        "scrobbleKey": "/:/scrobble",
        "unscrobbleKey": "/:/unscrobble",
    }
    return [
        Node("Feature", {"type": "content", "key": "/library/sections"}, content),
        Node("Feature", {"type": "search", "key": "/hubs/search"}),
        Node("Feature", {"type": "match", "key": "/library/matches"}),
        Node("Feature", {"type": "metadata", "key": "/library/metadata"}),
        Node("Feature", {"type": "rate", "key": "/:/rate"}),
        Node("Feature", {"type": "imagetranscoder", "key": "/photo/:/transcode"}),
        Node("Feature", {"type": "promoted", "key": "/hubs/promoted"}),
        Node("Feature", {"type": "continuewatching", "key": "/hubs/continueWatching"}),
        Node("Feature", {"type": "actions", "key": "/actions"}, actions),
        Node("Feature", {"type": "playlist", "key": "/playlists", "flavor": "universal"}),
        Node("Feature", {"type": "playqueue", "key": "/playQueues", "flavor": "universal"}),
        Node("Feature", {"type": "collection", "key": "/library/collections"}),
        Node("Feature", timeline),
        Node("Feature", {"type": "manage"}),
        Node("Feature", {"type": "queryParser"}),
        Node("Feature", {"type": "subscribe", "flavor": "download"}),
    ]


@routes.get(
    "/media/providers",
    policy=Policy.SIGNED_IN,
    takes=(flag("includeStorage", "Adds to each section how long (ms) and how large (bytes) it is in all."),),
    answers=Answer.CONTAINER,
)
async def media_providers(call: Call) -> Reply:
    """The server's one provider, with its features and the viewer's sections."""
    sections = [s for s in await call.house.database.read(list_sections) if call.viewer.may_see_section(s.id)]
    content = [Node("Directory", {"hubKey": "/hubs", "title": "Home"})]
    content += [await _section(call, section) for section in sections]
    provider = Node(
        "MediaProvider",
        {"identifier": LIBRARY, "title": "Library", "types": "video,audio,photo", "protocols": "stream,download"},
        _features(content),
    )
    attributes: dict[str, Value] = {"size": 1, "identifier": LIBRARY}
    return call.reply(Container(attributes | await what_it_can(call), [provider]))


@routes.post(
    "/media/providers",
    policy=Policy.OWNER,
    takes=(text("url", "Where the provider is.", required=True, example="https://provider.example"),),
    answers=Answer.NOTHING,
)
async def add_provider(call: Call) -> Reply:
    """Would add a media provider; refused: this server has one, its library."""
    call.required("url")
    raise BadRequestError(
        "No media provider is added to this server; one for metadata is registered at /media/providers/metadata."
    )


@routes.post("/media/providers/refresh", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def refresh_providers(call: Call) -> Reply:
    """Reads again what each metadata provider says about itself; one that does not answer is marked and kept."""
    await call.house.registry.refresh()
    return call.reply(Container({"size": 0}))


@routes.delete("/media/providers/{provider}", policy=Policy.OWNER, answers=Answer.NOTHING)
async def remove_provider(call: Call) -> Reply:
    """Would remove a media provider; the library stays, and there is no other."""
    if call.param("provider") == LIBRARY:
        raise BadRequestError("the library is not removed")
    raise NotFoundError
