"""What only this server has: what the command line talks to, and what the owner should know."""

from vitascope.api.call import Call
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.store.sections import list_sections, locations

routes = Routes()


@routes.get("/vitascope/status", policy=Policy.OWNER)
async def status(call: Call) -> Reply:
    """The server at a glance."""
    house = call.house
    roots = await house.database.read(locations)
    sections = await house.database.read(list_sections)
    children = [Node("Note", {"text": note}) for note in house.notes]
    children += [
        Node(
            "Away",
            {
                "path": root.path.decode("utf-8", "replace"),
                "librarySectionID": root.section_id,
                "reason": root.unavailable_reason,
            },
        )
        for root in roots
        if not root.available
    ]
    attributes: dict[str, Value] = {
        "size": len(children),
        "database": house.database.dialect,
        "sections": len(sections),
        "scans": len(house.scans.running()),
        "playing": len(house.playing.sessions()),
        "startedAt": house.started_at,
    }
    return call.reply(Container(attributes, list(children)))
