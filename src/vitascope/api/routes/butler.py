"""The butler: what he does at night, begun and stopped by hand."""

from vitascope.api.call import Call
from vitascope.api.describe import Answer, flag
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.core.expiry import Rule
from vitascope.jobs.butler import ButlerError, Task, UnknownTaskError
from vitascope.library.expiring import Foreseen, foresee
from vitascope.store.expiring import UNWATCHED, WATCHED
from vitascope.store.items import get_items
from vitascope.store.rows import ItemRow

routes = Routes()

_EXPIRING = "DeleteExpiredEpisodes"


def _node(task: Task) -> Node:
    return Node(
        "ButlerTask",
        {
            "name": task.name,
            "interval": task.interval_days,
            "scheduleRandomized": task.randomized,
            "enabled": task.enabled() and task.obstacle() is None,
            "title": task.title,
            "description": task.description,
        },
    )


@routes.get("/butler", policy=Policy.OWNER, answers=Answer.OBJECT)
async def tasks(call: Call) -> Reply:
    """What is done at night, and which of it is switched on; only what there is work for is listed."""
    return call.reply(Container({}, [_node(task) for task in call.house.butler.tasks.values()], root="ButlerTasks"))


@routes.post("/butler", policy=Policy.OWNER, answers=Answer.NOTHING)
async def begin_all(call: Call) -> Reply:
    """Begins what is switched on and has its turn today, one task after the other."""
    await call.house.butler.begin_all()
    return Reply()


@routes.delete("/butler", policy=Policy.OWNER, answers=Answer.NOTHING)
async def stop_all(call: Call) -> Reply:
    """Stops whatever runs."""
    call.house.butler.stop_all()
    return Reply()


def begun(call: Call, name: str) -> Reply:
    """Begins a task: 200 when it was begun, 202 when it runs already."""
    try:
        activity_id = call.house.butler.begin(name)
    except UnknownTaskError as error:
        raise NotFoundError(str(error)) from error
    except ButlerError as error:
        raise BadRequestError(str(error)) from error
    if activity_id is None:
        return Reply(status=202)
    return Reply(headers=[(b"x-plex-activity", activity_id.encode())] if activity_id else [])


@routes.post("/butler/{task}", policy=Policy.OWNER, answers=Answer.NOTHING)
async def begin_task(call: Call) -> Reply:
    """Begins one task at once, switched on or not; 202 when it runs already, 400 when it cannot be done."""
    return begun(call, call.param("task"))


@routes.delete("/butler/{task}", policy=Policy.OWNER, answers=Answer.NOTHING)
async def stop_task(call: Call) -> Reply:
    """Stops one task."""
    try:
        call.house.butler.stop(call.param("task"))
    except UnknownTaskError as error:
        raise NotFoundError(str(error)) from error
    return Reply()


def _show(foreseen: Foreseen, episodes: list[ItemRow]) -> Node:
    wish = foreseen.show.wish
    policies = {Rule.UNWATCHED: (UNWATCHED, wish.unwatched), Rule.WATCHED: (WATCHED, wish.watched)}
    children = []
    for row in episodes:
        policy, value = policies[foreseen.episodes[row.id]]
        about = {
            "ratingKey": str(row.id),
            "key": f"/library/metadata/{row.id}",
            "type": "episode",
            "title": row.title,
            "parentIndex": row.parent_index,
            "index": row.index_number,
            "addedAt": row.added_at,
            "policy": policy,
            "policyValue": value,
        }
        children.append(Node("Video", about, json_name="Metadata"))
    return Node(
        "Directory",
        {
            "ratingKey": str(foreseen.show.item_id),
            "key": f"/library/metadata/{foreseen.show.item_id}/children",
            "type": "show",
            "title": foreseen.show.title,
            "size": len(children),
        },
        children,
    )


@routes.get("/butler/DeleteExpiredEpisodes/preview", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def what_expires(call: Call) -> Reply:
    """Which episodes ``DeleteExpiredEpisodes`` would delete in the coming night, by show, each with the preference of
    the show that says so; ``at`` is the time of that night, ``enabled`` whether files may be deleted at all."""
    house = call.house
    at = int(max(house.butler.next_night(_EXPIRING), house.database.clock()))
    shows: list[Node | Rows] = []
    for foreseen in await foresee(house.database, at):
        rows = {row.id: row for row in await house.database.read(get_items, list(foreseen.episodes), call.viewer)}
        shows.append(_show(foreseen, [rows[item_id] for item_id in foreseen.episodes if item_id in rows]))
    enabled = house.preferences.flag("allowMediaDeletion")
    return call.reply(Container({"size": len(shows), "at": at, "enabled": enabled}, shows))


_ASYNC = flag("async", "Answers before it is done; it always does.")


@routes.put("/library/optimize", policy=Policy.OWNER, takes=(_ASYNC,), answers=Answer.NOTHING)
async def optimize(call: Call) -> Reply:
    """Begins to optimise the database, as the butler does; 202 when that runs already."""
    return begun(call, "OptimizeDatabase")


@routes.put("/library/clean/bundles", policy=Policy.OWNER, takes=(_ASYNC,), answers=Answer.NOTHING)
async def clean_bundles(call: Call) -> Reply:
    """Begins to tidy up pictures, as the butler does; 202 when that runs already."""
    return begun(call, "CleanOldBundles")
