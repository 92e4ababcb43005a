"""The butler: what he does at night, begun and stopped by hand."""

from vitascope.api.call import Call
from vitascope.api.describe import Answer, flag
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.jobs.butler import ButlerError, Task, UnknownTaskError

routes = Routes()


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


_ASYNC = flag("async", "Answers before it is done; it always does.")


@routes.put("/library/optimize", policy=Policy.OWNER, takes=(_ASYNC,), answers=Answer.NOTHING)
async def optimize(call: Call) -> Reply:
    """Begins to optimise the database, as the butler does; 202 when that runs already."""
    return begun(call, "OptimizeDatabase")


@routes.put("/library/clean/bundles", policy=Policy.OWNER, takes=(_ASYNC,), answers=Answer.NOTHING)
async def clean_bundles(call: Call) -> Reply:
    """Begins to tidy up pictures, as the butler does; 202 when that runs already."""
    return begun(call, "CleanOldBundles")
