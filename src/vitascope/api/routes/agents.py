"""The agents that a section may name, and their settings."""

from vitascope.api.call import Call
from vitascope.api.errors import NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes

routes = Routes()


_AGENTS = (
    ("tv.plex.agents.movie", "Vitascope Movie", (1,)),
    ("tv.plex.agents.series", "Vitascope Series", (2,)),
    ("tv.plex.agents.music", "Vitascope Music", (8, 9)),
    ("com.plexapp.agents.imdb", "Local files (films)", (1,)),
    ("com.plexapp.agents.thetvdb", "Local files (shows)", (2,)),
    ("com.plexapp.agents.localmedia", "Local files", (1, 2, 8, 9)),
    ("com.plexapp.agents.none", "Personal media", (1, 2, 8, 9, 13)),
)


@routes.get("/system/agents", policy=Policy.OWNER)
async def agents(call: Call) -> Reply:
    """The agents a section may name. All of them read what lies beside the media."""
    wanted = call.integer("mediaType")
    children = [
        Node(
            "Agent",
            {"name": name, "enabled": 1, "hasAttribution": 0, "hasPrefs": 0, "identifier": identifier, "primary": 1},
            [
                Node("MediaType", {"name": "", "mediaType": kind}, [Node("Language", {"code": "en"})])
                for kind in kinds
                if wanted is None or kind == wanted
            ],
        )
        for identifier, name, kinds in _AGENTS
        if wanted is None or wanted in kinds
    ]
    return call.reply(Container({"size": len(children), "identifier": "com.plexapp.system"}, list(children)))


@routes.get("/:/plugins/{agent}/prefs", policy=Policy.OWNER)
async def agent_prefs(call: Call) -> Reply:
    """The settings of an agent."""
    agent = call.param("agent")
    if agent not in {identifier for identifier, _, _ in _AGENTS}:
        raise NotFoundError
    country = Node(
        "Setting",
        {
            "id": "country",
            "label": "Country of content ratings",
            "summary": "Kept for files taken over; ratings are shown as the files name them.",
            "type": "enum",
            "default": "0",
            "value": "0",
            "hidden": 0,
            "advanced": 0,
            "group": "",
            "enumValues": "0:as in the files",
        },
    )
    children = [country] if agent == "com.plexapp.agents.imdb" else []
    return call.reply(Container({"size": len(children)}, list(children)))
