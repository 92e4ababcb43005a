"""How the owner arranges the hubs of a section: their order, where each is shown, and collections as hubs."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from vitascope.api.call import Call
from vitascope.api.describe import Answer, flag, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routes.sections import section_of
from vitascope.api.routing import Routes
from vitascope.library.hubs import managed
from vitascope.library.hubs.managed import HubError, Managed, UnknownHub, Visibility
from vitascope.store.writer import Writer

P = ParamSpec("P")
routes = Routes()

_SHOWN = (
    flag("promotedToRecommended", "Whether the hub is on the section's page; as it was when left out."),
    flag("promotedToOwnHome", "Whether it is on the owner's start page; as it was when left out."),
    flag("promotedToSharedHome", "Whether it is on everybody else's start page; as it was when left out."),
)
_AFTER = text("after", "The identifier of the hub it comes after; first when left out.", example="movie.genre")


def _node(hub: Managed) -> Node:
    home = {(True, True): "all", (True, False): "admin", (False, True): "shared"}
    return Node(
        "Hub",
        {
            "identifier": hub.identifier,
            "title": hub.title,
            "recommendationsVisibility": "all" if hub.recommended else "none",
            "homeVisibility": home.get((hub.own_home, hub.shared_home), "none"),
            "promotedToRecommended": hub.recommended,
            "promotedToOwnHome": hub.own_home,
            "promotedToSharedHome": hub.shared_home,
            "deletable": hub.collection is not None,
        },
    )


def _asked_flag(call: Call, name: str) -> bool | None:
    value = call.text(name)
    if value is None:
        return None
    if value.lower() not in {"0", "1", "true", "false"}:
        raise BadRequestError(f"{name} is 0 or 1, not {value!r}")
    return value.lower() in {"1", "true"}


def _visibility(call: Call) -> Visibility:
    return Visibility(
        recommended=_asked_flag(call, "promotedToRecommended"),
        own_home=_asked_flag(call, "promotedToOwnHome"),
        shared_home=_asked_flag(call, "promotedToSharedHome"),
    )


async def _edit(call: Call, change: Callable[Concatenate[Writer, P], None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Makes a change; 404 for a hub that is not there, 400 for what cannot be done."""

    def write(tx: Writer) -> None:
        change(tx, *args, **kwargs)

    try:
        await call.house.database.awrite(write)
    except UnknownHub as error:
        raise NotFoundError(str(error)) from error
    except HubError as error:
        raise BadRequestError(str(error)) from error


async def _list(call: Call, only: int | None = None) -> Reply:
    section = await section_of(call)
    found = await call.house.database.read(managed.hubs_of, section)
    nodes = [_node(hub) for hub in found if only is None or (hub.collection is not None and hub.collection.id == only)]
    return call.reply(Container({"size": len(nodes)}, list(nodes)))


@routes.get(
    "/hubs/sections/{section_id:int}/manage",
    policy=Policy.OWNER,
    takes=(integer("metadataItemId", "Only the hub of this collection.", example=42),),
    answers=Answer.CONTAINER,
)
async def manage(call: Call) -> Reply:
    """The hubs of a section in their order, with where each is shown."""
    return await _list(call, call.integer("metadataItemId"))


@routes.post(
    "/hubs/sections/{section_id:int}/manage",
    policy=Policy.OWNER,
    takes=(integer("metadataItemId", "The collection to make a hub of.", required=True, example=42), *_SHOWN),
    answers=Answer.CONTAINER,
)
async def create(call: Call) -> Reply:
    """Makes a hub of a collection."""
    section = await section_of(call)
    collection_id = call.integer("metadataItemId")
    if collection_id is None:
        raise BadRequestError("metadataItemId is missing")
    await _edit(call, managed.promote, section.id, collection_id, _visibility(call))
    return await _list(call, collection_id)


@routes.delete("/hubs/sections/{section_id:int}/manage", policy=Policy.OWNER, answers=Answer.NOTHING)
async def reset(call: Call) -> Reply:
    """Gives a section the hubs it had at first, and takes away those of collections."""
    section = await section_of(call)
    await _edit(call, managed.reset, section.id)
    return Reply()


@routes.put(
    "/hubs/sections/{section_id:int}/manage/move",
    policy=Policy.OWNER,
    takes=(text("identifier", "The hub to move.", required=True, example="movie.toprated"), _AFTER),
    answers=Answer.CONTAINER,
)
async def move(call: Call) -> Reply:
    """Puts a hub behind another one, or first."""
    section = await section_of(call)
    await _edit(call, managed.move, section.id, call.required("identifier"), call.text("after"))
    return await _list(call)


@routes.put(
    "/hubs/sections/{section_id:int}/manage/{identifier}/move",
    policy=Policy.OWNER,
    takes=(_AFTER,),
    answers=Answer.CONTAINER,
)
async def move_this(call: Call) -> Reply:
    """The same, with the hub in the path."""
    section = await section_of(call)
    await _edit(call, managed.move, section.id, call.param("identifier"), call.text("after"))
    return await _list(call)


@routes.put(
    "/hubs/sections/{section_id:int}/manage/{identifier}",
    policy=Policy.OWNER,
    takes=_SHOWN,
    answers=Answer.CONTAINER,
)
async def show(call: Call) -> Reply:
    """Says where a hub is shown."""
    section = await section_of(call)
    await _edit(call, managed.show, section.id, call.param("identifier"), _visibility(call))
    return await _list(call)


@routes.delete("/hubs/sections/{section_id:int}/manage/{identifier}", policy=Policy.OWNER, answers=Answer.NOTHING)
async def remove(call: Call) -> Reply:
    """Takes away the hub of a collection; the collection stays."""
    section = await section_of(call)
    await _edit(call, managed.remove, section.id, call.param("identifier"))
    return Reply()
