"""The agents and scanners that a section may name, and the settings of agents.

Every agent reads what lies beside the media: the names of the original, and the older ones that scripts still send, are
aliases of what this server does for the kind of section; those for audiobooks switch the built-in provider on. Where
else metadata comes from is set by groups of metadata providers.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vitascope.api.call import Call
from vitascope.api.describe import Answer, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Reply
from vitascope.api.routes.prefs import setting_node
from vitascope.api.routing import Routes
from vitascope.core.agents import AUDIOBOOKS, AUDNEXUS
from vitascope.library.online.registry import types_of
from vitascope.ops.catalogue import CATALOGUE
from vitascope.ops.plugins import Plugin, plugins
from vitascope.ops.setting import PreferenceValueError
from vitascope.store.providers import list_providers

routes = Routes()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Agent:
    identifier: str
    name: str
    kinds: tuple[int, ...]
    has_prefs: bool = False
    bundles: tuple[Plugin, ...] = ()
    """Plug-ins that are there and whose work it does."""


_AGENTS = {
    one.identifier: one
    for one in (
        _Agent(identifier="tv.plex.agents.movie", name="Vitascope Movie", kinds=(1,)),
        _Agent(identifier="tv.plex.agents.series", name="Vitascope Series", kinds=(2,)),
        _Agent(identifier="tv.plex.agents.music", name="Vitascope Music", kinds=(8, 9)),
        _Agent(identifier="com.plexapp.agents.imdb", name="Local files (films)", kinds=(1,), has_prefs=True),
        _Agent(identifier="com.plexapp.agents.themoviedb", name="Local files (films and shows)", kinds=(1, 2)),
        _Agent(identifier="com.plexapp.agents.thetvdb", name="Local files (shows)", kinds=(2,)),
        _Agent(identifier="com.plexapp.agents.localmedia", name="Local files", kinds=(1, 2, 8, 9)),
        _Agent(identifier="com.plexapp.agents.none", name="Personal media", kinds=(1, 2, 8, 9, 13)),
        *(
            _Agent(identifier=identifier, name=name, kinds=(8, 9))
            for identifier, name in (
                (AUDIOBOOKS, "Audiobooks (asks Audnexus and Audible)"),
                (AUDNEXUS, "Audnexus (the same: asks Audnexus and Audible)"),
            )
        ),
    )
}
_SCANNERS: dict[int, tuple[str, ...]] = {
    1: ("Plex Movie", "Plex Video Files Scanner"),
    2: ("Plex TV Series",),
    8: ("Plex Music",),
    13: ("Plex Photo Scanner",),
}
_COUNTRY = "country"
_COUNTRY_OF_IMDB = "ImdbAgentCountry"


def _languages() -> list[Node]:
    return [Node("Language", {"code": "en"})]


def _node(agent: _Agent, kind: int | None) -> Node:
    """An agent; asked for one kind of media, its languages stand in it, and else in each of its kinds."""
    kinds = [Node("MediaType", {"name": "", "mediaType": one}, _languages()) for one in agent.kinds]
    return Node(
        "Agent",
        {
            "name": agent.name,
            "enabled": 1,
            "hasAttribution": 0,
            "hasPrefs": agent.has_prefs,
            "identifier": agent.identifier,
            "primary": agent.identifier.startswith("tv.plex.") or agent.identifier.endswith(".none"),
        },
        [*(kinds if kind is None else _languages()), *(_bundle_node(each) for each in agent.bundles)],
    )


def _bundle_node(plugin: Plugin) -> Node:
    said: dict[str, Value] = {"name": plugin.name, "path": str(plugin.path), "identifier": plugin.identifier or None}
    return Node("Bundle", said | {"mappedTo": plugin.mapped_to, "problem": plugin.problem or None})


async def _with_bundles(call: Call, agents: Sequence[_Agent]) -> tuple[list[_Agent], list[Plugin]]:
    """The agents with the plug-ins whose work they do, and the plug-ins that nothing stands in for."""
    settings = call.house.settings
    found = await asyncio.to_thread(plugins, settings.support, settings.container.plugins)
    mapped = [replace(one, bundles=tuple(each for each in found if each.mapped_to == one.identifier)) for one in agents]
    return mapped, [each for each in found if each.mapped_to is None]


def _agent(call: Call) -> _Agent:
    try:
        return _AGENTS[call.param("agent")]
    except KeyError:
        raise NotFoundError from None


def _reply(call: Call, children: list[Node]) -> Reply:
    return call.reply(Container({"size": len(children), "identifier": "com.plexapp.system"}, list(children)))


@routes.get("/system", policy=Policy.OWNER, answers=Answer.DIRECTORY)
async def system(call: Call) -> Reply:
    """What a section is made with, as directories."""
    return _reply(call, [Node("Directory", {"key": key, "title": key.title()}) for key in ("agents", "scanners")])


_MEDIA_TYPE = integer("mediaType", "Only those for this type: 1 films, 2 shows, 8 artists, 13 photos.", example=1)


@routes.get("/system/agents", policy=Policy.OWNER, takes=(_MEDIA_TYPE,), answers=Answer.CONTAINER)
async def agents(call: Call) -> Reply:
    """The agents a section may name, which read what lies beside the media, and the registered metadata providers; with
    each the bundles in ``Plug-ins`` whose work it does, and behind them those that nothing stands in for."""
    kind = call.integer("mediaType")
    registered = [
        _Agent(identifier=row.identifier, name=row.title, kinds=tuple(types_of(row)))
        for row in await call.house.database.read(list_providers)
        if row.identifier not in _AGENTS
    ]
    agents, others = await _with_bundles(call, [*_AGENTS.values(), *registered])
    nodes = [_node(one, kind) for one in agents if kind is None or kind in one.kinds]
    return _reply(call, [*nodes, *(_bundle_node(each) for each in others)])


@routes.get("/system/agents/{agent}", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def agent(call: Call) -> Reply:
    """One agent."""
    (found,), _ = await _with_bundles(call, [_agent(call)])
    return _reply(call, [_node(found, None)])


@routes.get(
    "/system/scanners",
    policy=Policy.OWNER,
    takes=(integer("type", "Only those for this type: 1 films, 2 shows, 8 artists, 13 photos.", example=1),),
    answers=Answer.CONTAINER,
)
async def scanners(call: Call) -> Reply:
    """The scanners a section may name."""
    kind = call.integer("type")
    children = [
        Node("Scanner", {"name": name, "type": one}, _languages())
        for one, names in _SCANNERS.items()
        for name in names
        if kind is None or kind == one
    ]
    return _reply(call, children)


@routes.get("/:/plugins/{agent}/prefs", policy=Policy.OWNER, answers=Answer.SETTINGS)
async def agent_prefs(call: Call) -> Reply:
    """The settings of an agent."""
    found = _agent(call)
    shown = replace(CATALOGUE[_COUNTRY_OF_IMDB], id=_COUNTRY, hidden=False)
    made = setting_node(shown, call.house.preferences.get(_COUNTRY_OF_IMDB))
    country = replace(made, attributes={**made.attributes, "type": "enum"})
    return _reply(call, [country] if found.has_prefs else [])


_TAKEN = (text(_COUNTRY, "Whose release dates and content ratings providers are asked for; 46: United States."),)


@routes.put("/:/plugins/{agent}/prefs", policy=Policy.OWNER, takes=_TAKEN, answers=Answer.NOTHING)
@routes.any(
    "/:/plugins/{agent}/prefs/set",
    policy=Policy.OWNER,
    methods=("GET", "PUT"),
    takes=_TAKEN,
    answers=Answer.NOTHING,
)
async def set_agent_prefs(call: Call) -> Reply:
    """Sets an agent's settings; 400 for a value that is none of its choices."""
    found = _agent(call)
    for name, value in call.pairs:
        if name.startswith("X-Plex-"):
            continue
        if name != _COUNTRY or not found.has_prefs:
            raise BadRequestError(f"{found.identifier} has no setting {name}")
        try:
            call.house.preferences.set({_COUNTRY_OF_IMDB: value})
        except PreferenceValueError as error:
            raise BadRequestError(f"{_COUNTRY}: {value!r} is none of its choices") from error
    return Reply()
