"""What the server offers: its media providers, with their features and the viewer's sections."""

from vitascope.api.call import Call
from vitascope.api.listing import LIBRARY
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Reply
from vitascope.api.routes.server import PMS_VERSION, friendly_name
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType
from vitascope.store.sections import item_counts, list_sections, totals

routes = Routes()


@routes.get("/media/providers", policy=Policy.SIGNED_IN)
async def media_providers(call: Call) -> Reply:
    """The server's one provider, with its features and the viewer's sections."""
    sections = [s for s in await call.house.database.read(list_sections) if call.viewer.may_see_section(s.id)]
    content: list[Node] = [Node("Directory", {"hubKey": "/hubs", "title": "Home"})]
    for section in sections:
        key = f"/library/sections/{section.id}"
        api_type = "movie" if section.kind == "other" else section.kind
        counts: dict[ItemType, int] | None = None
        size: tuple[int | None, int | None] = (None, None)
        if call.viewer.sees_whole_sections:
            counts = await call.house.database.read(item_counts, section.id)
            if call.flag("includeStorage"):
                size = await call.house.database.read(totals, section.id)
        content.append(
            Node(
                "Directory",
                {
                    "agent": section.agent,
                    "language": section.language,
                    "refreshing": call.house.scans.is_scanning(section.id),
                    "scanner": section.scanner,
                    "uuid": section.uuid,
                    "id": str(section.id),
                    "key": key,
                    "hubKey": f"/hubs/sections/{section.id}",
                    "type": api_type,
                    "title": section.title,
                    "updatedAt": section.updated_at,
                    "scannedAt": section.scanned_at,
                    "durationTotal": size[0],
                    "storageTotal": size[1],
                },
                [
                    Node(
                        "Pivot",
                        {
                            "id": "recommended",
                            "key": f"/hubs/sections/{section.id}",
                            "type": "hub",
                            "title": "Recommended",
                            "context": "content.discover",
                            "symbol": "star",
                        },
                    ),
                    Node(
                        "Pivot",
                        {
                            "id": "library",
                            "key": f"{key}/all",
                            "type": "list",
                            "title": "Library",
                            "context": "content.library",
                            "symbol": "library",
                            "count": None if counts is None else sum(counts.values()),
                        },
                    ),
                ],
            )
        )
    features = [
        Node("Feature", {"key": "/library/sections", "type": "content"}, content),
        Node("Feature", {"key": "/hubs/search", "type": "search"}),
        Node("Feature", {"key": "/library/metadata", "type": "metadata"}),
        Node("Feature", {"key": "/:/rate", "type": "rate"}),
        Node("Feature", {"key": "/photo/:/transcode", "type": "imagetranscoder"}),
        Node("Feature", {"key": "/hubs/promoted", "type": "promoted"}),
        Node("Feature", {"key": "/hubs/continueWatching", "type": "continuewatching"}),
        Node(
            "Feature",
            {"key": "/actions", "type": "actions"},
            [Node("Action", {"id": "removeFromContinueWatching", "key": "/actions/removeFromContinueWatching"})],
        ),
        Node(
            "Feature",
            {"key": "/:/timeline", "scrobbleKey": "/:/scrobble", "type": "timeline", "unscrobbleKey": "/:/unscrobble"},
        ),
        Node("Feature", {"type": "queryParser"}),
    ]
    provider = Node(
        "MediaProvider",
        {
            "identifier": LIBRARY,
            "title": "Library",
            "types": "video,audio,photo",
            "protocols": "stream,download",
        },
        features,
    )
    attributes: dict[str, Value] = {
        "size": 1,
        "friendlyName": friendly_name(call),
        "identifier": LIBRARY,
        "machineIdentifier": call.house.preferences.machine_identifier,
        "version": PMS_VERSION,
    }
    return call.reply(Container(attributes, [provider]))
