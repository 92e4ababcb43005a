"""Custom metadata providers, and groups of them that a section can use (``docs/providers.md``)."""

from collections.abc import Sequence
from dataclasses import dataclass

from vitascope.api.call import Call, whole
from vitascope.api.describe import Answer, integer, text
from vitascope.api.errors import BadRequestError, ConflictError, ForbiddenError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType, SectionKind
from vitascope.library.online.agents import UnfitAgent, group_of_agent, is_left
from vitascope.library.online.registry import RegistryError, types_of
from vitascope.store import providers
from vitascope.store.errors import NotFound
from vitascope.store.rows import GroupItemRow, GroupRow, ProviderRow, SectionRow

routes = Routes()

_MOST_TITLE = 200
PROVIDER_GROUP = integer(
    "metadataAgentProviderGroupId", "The group of metadata providers that the section uses; 0 or nothing: none."
)
_NEEDED = {SectionKind.MOVIE: ItemType.MOVIE, SectionKind.SHOW: ItemType.SHOW, SectionKind.ARTIST: ItemType.ARTIST}
_URI = text(
    "uri",
    "The address of the provider; its root document is read from there.",
    example="http://localhost/themoviedb/api",
)
_TITLE = text("title", "What the group is called.", example="TheMovieDatabase")


def _provider_node(row: ProviderRow) -> Node:
    return Node(
        "MetadataAgentProvider",
        {
            "id": row.id,
            "identifier": row.identifier,
            "title": row.title,
            "uri": row.uri,
            "agentType": "primary",
            "online": row.problem is None,
        },
        [Node("MetadataType", {"type": kind}) for kind in types_of(row)],
    )


def _item_node(row: GroupItemRow) -> Node:
    return Node(
        "MetadataAgentProviderGroupItem",
        {
            "id": row.id,
            "metadataAgentProviderGroupId": row.group_id,
            "metadataAgentProviderId": row.provider_id,
            "order": row.ordering,
        },
    )


def _group_node(group: GroupRow, items: Sequence[GroupItemRow]) -> Node:
    return Node(
        "MetadataAgentProviderGroup",
        {"id": group.id, "title": group.title, "primaryIdentifier": group.primary_identifier},
        [_item_node(item) for item in items],
    )


def _listed(call: Call, nodes: Sequence[Node]) -> Reply:
    return call.reply(Container({"size": len(nodes)}, list(nodes)))


# --- providers -------------------------------------------------------------------------------------------------


@routes.get(
    "/media/providers/metadata",
    policy=Policy.OWNER,
    takes=[integer("metadataTypes", "Only providers that know all of these item types.", many=True, example=1)],
    answers=Answer.CONTAINER,
)
async def list_providers(call: Call) -> Reply:
    """The registered metadata providers."""
    try:
        wanted = {whole(each) for each in call.names("metadataTypes")}
    except ValueError:
        raise BadRequestError("metadataTypes is no list of numbers") from None
    rows = await call.house.database.read(providers.list_providers)
    return _listed(call, [_provider_node(row) for row in rows if wanted <= set(types_of(row))])


@routes.post("/media/providers/metadata", policy=Policy.OWNER, takes=[_URI], answers=Answer.CONTAINER)
async def add_provider(call: Call) -> Reply:
    """Registers a metadata provider: its root document is fetched and has to describe one."""
    try:
        row = await call.house.registry.add(call.required("uri"))
    except RegistryError as error:
        raise BadRequestError(str(error)) from error
    except providers.Taken as error:
        raise ConflictError(f"a provider with the identifier {error} is registered already") from error
    return _listed(call, [_provider_node(row)])


@routes.get("/media/providers/metadata/{provider_id:int}", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def get_provider(call: Call) -> Reply:
    """One registered metadata provider."""
    row = await call.house.database.read(providers.get_provider, call.number("provider_id"))
    return _listed(call, [_provider_node(row)])


@routes.put("/media/providers/metadata/{provider_id:int}", policy=Policy.OWNER, takes=[_URI], answers=Answer.CONTAINER)
async def change_provider(call: Call) -> Reply:
    """Reads what a provider says about itself again, at another address when one is given."""
    try:
        row = await call.house.registry.describe_again(call.number("provider_id"), call.text("uri"))
    except RegistryError as error:
        raise BadRequestError(str(error)) from error
    except providers.Taken as error:
        raise ConflictError(f"a provider with the identifier {error} is registered already") from error
    except providers.InUse as error:
        raise BadRequestError(f"uri: another provider answers there, and a group uses {error}") from error
    return _listed(call, [_provider_node(row)])


@routes.delete("/media/providers/metadata/{provider_id:int}", policy=Policy.OWNER, answers=Answer.NOTHING)
async def delete_provider(call: Call) -> Reply:
    """Forgets a metadata provider that is in no group."""
    try:
        await call.house.database.awrite(providers.delete_provider, call.number("provider_id"))
    except providers.InUse as error:
        raise ForbiddenError(f"a group uses {error}: take it out there first") from error
    return Reply()


# --- groups ----------------------------------------------------------------------------------------------------


@routes.get("/media/providers/metadata/group", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def list_groups(call: Call) -> Reply:
    """All groups of metadata providers."""
    found = await call.house.database.read(providers.list_groups)
    return _listed(call, [_group_node(group, items) for group, items in found])


@routes.post(
    "/media/providers/metadata/group",
    policy=Policy.OWNER,
    takes=[
        _TITLE,
        text(
            "primaryIdentifier",
            "The provider whose guids the items of a section get.",
            required=True,
            example="tv.plex.agents.custom.themoviedb",
        ),
    ],
    answers=Answer.CONTAINER,
)
async def add_group(call: Call) -> Reply:
    """Makes a group with its primary provider in it."""
    title = _title(call.required("title"))
    try:
        group_id = await call.house.database.awrite(providers.add_group, title, call.required("primaryIdentifier"))
    except providers.Misplaced as error:
        raise BadRequestError(str(error)) from error
    return await _group(call, group_id)


@routes.get("/media/providers/metadata/group/{group_id:int}", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def get_group(call: Call) -> Reply:
    """One group of metadata providers."""
    return await _group(call, call.number("group_id"))


@routes.put(
    "/media/providers/metadata/group/{group_id:int}", policy=Policy.OWNER, takes=[_TITLE], answers=Answer.CONTAINER
)
async def rename_group(call: Call) -> Reply:
    """Gives a group another title."""
    group_id = call.number("group_id")
    await call.house.database.awrite(providers.rename_group, group_id, _title(call.required("title")))
    return await _group(call, group_id)


@routes.delete("/media/providers/metadata/group/{group_id:int}", policy=Policy.OWNER, answers=Answer.NOTHING)
async def delete_group(call: Call) -> Reply:
    """Forgets a group; sections that used it use none, and keep what they learned."""
    await call.house.database.awrite(providers.delete_group, call.number("group_id"))
    return Reply()


@routes.put(
    "/media/providers/metadata/group/{group_id:int}/items/{provider_id:int}",
    policy=Policy.OWNER,
    takes=[integer("after", "The group item behind which one that is there already is moved; -1: to the beginning.")],
    answers=Answer.CONTAINER,
)
async def place_in_group(call: Call) -> Reply:
    """Puts a provider into a group, or moves it there."""
    group_id, provider_id = call.number("group_id"), call.number("provider_id")
    after = call.integer("after")
    try:
        row = await call.house.database.awrite(providers.place, group_id, provider_id, after)
    except providers.Misplaced as error:
        raise BadRequestError(str(error)) from error
    return _listed(call, [_item_node(row)])


@routes.delete(
    "/media/providers/metadata/group/{group_id:int}/items/{provider_id:int}",
    policy=Policy.OWNER,
    answers=Answer.NOTHING,
)
async def take_out_of_group(call: Call) -> Reply:
    """Takes a provider out of a group; the primary one stays."""
    try:
        await call.house.database.awrite(providers.take_out, call.number("group_id"), call.number("provider_id"))
    except providers.InUse as error:
        raise ForbiddenError(f"{error} is the primary provider of this group") from error
    return Reply()


async def _group(call: Call, group_id: int) -> Reply:
    group, items = await call.house.database.read(providers.get_group, group_id)
    return _listed(call, [_group_node(group, items)])


def _title(text: str) -> str:
    cleaned = text.strip()
    if not cleaned or len(cleaned) > _MOST_TITLE:
        raise BadRequestError(f"title: a name of 1 to {_MOST_TITLE} characters")
    return cleaned


# --- sections --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskedGroup:
    """The group that a request gives a section; ``None``: it takes the one it had away."""

    group_id: int | None


async def asked_group(call: Call, kind: SectionKind, section: SectionRow | None = None) -> AskedGroup | None:
    """The group in a request about a section, by its number or by the agent that it names; ``None`` when it says
    nothing of either; 400 for one that does not fit."""
    name = PROVIDER_GROUP.name
    if name not in call.query:
        return await _group_of_agent(call, kind, section)
    group_id = call.integer(name, 0) or 0
    if group_id <= 0:
        return AskedGroup(None)
    needed = _NEEDED.get(kind)
    if needed is None:
        raise BadRequestError(f"{name}: what such a section holds is matched with nothing")
    try:
        group, _ = await call.house.database.read(providers.get_group, group_id)
    except NotFound:
        raise BadRequestError(f"{name}: there is no group {group_id}") from None
    primary = await call.house.database.read(providers.provider_named, group.primary_identifier)
    if primary is None or needed not in types_of(primary):
        raise BadRequestError(f"{name}: the primary provider of group {group_id} knows nothing of such items")
    return AskedGroup(group_id)


async def _group_of_agent(call: Call, kind: SectionKind, section: SectionRow | None) -> AskedGroup | None:
    """Of an agent that is new to the section: an owner who took the group away has not asked for it again by naming
    the agent that was there."""
    agent = call.text("agent")
    if agent is None or (section is not None and section.agent == agent):
        return None
    try:
        group_id = await group_of_agent(call.house.database, agent, kind)
    except UnfitAgent as error:
        raise BadRequestError(f"agent: {error}") from error
    if group_id is not None:
        return AskedGroup(group_id)
    left = section is not None and await is_left(call.house.database, section.id, agent)
    return AskedGroup(None) if left else None
