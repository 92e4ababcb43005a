"""The service around the server, for its owner: actions, tasks, health, the doctor, and metrics."""

from collections import Counter
from collections.abc import Sequence

from vitascope import __version__
from vitascope.api.call import Call
from vitascope.api.describe import Answer, flag, text
from vitascope.api.errors import ApiError, BadRequestError, ConflictError, NotFoundError, UnavailableError
from vitascope.api.forms import form
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.ops.actions import ActionError, InputError, UnknownActionError
from vitascope.ops.package_state import PackageStateError
from vitascope.ops.told import Told, action_told, check_told, dependency_told, finding_told, task_told
from vitascope.store.maintenance import size_bytes
from vitascope.store.sections import item_counts, list_sections

routes = Routes()

_SCRAPE_WAIT_SECONDS = 1.0


def _node(told: Told) -> Node:
    return Node(told.name, told.values, [_node(child) for child in told.children])


def _reply(call: Call, told: Sequence[Told]) -> Reply:
    return call.reply(Container({"size": len(told)}, [_node(one) for one in told]))


@routes.get("/vitascope/actions", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def show_actions(call: Call) -> Reply:
    """What the owner may have done, the input of each, and whether it can be run now."""
    return _reply(call, [action_told(action, obstacle) for action, obstacle in await call.house.operations.actions()])


@routes.post(
    "/vitascope/actions/{action_id}",
    policy=Policy.OWNER,
    answers=Answer.CONTAINER,
    body="A form, or a JSON object of texts: the action's fields.",
)
async def run_action(call: Call) -> Reply:
    """Runs an action with the input of the body; several choices of a field are separated by commas."""
    call.refuse_transient()
    given = {name: [value] for name, value in (await form(call)).items() if not name.startswith("X-Plex-")}
    try:
        result = await call.house.operations.registry.run(call.param("action_id"), given)
    except ActionError as error:
        raise _refused(error) from error
    return call.reply(Container({"size": 0, "action": result.action, "message": result.message}))


def _refused(error: ActionError) -> ApiError:
    match error:
        case UnknownActionError():
            return NotFoundError(str(error))
        case InputError():
            return BadRequestError(str(error))
        case _:
            return ConflictError(str(error))


@routes.get("/vitascope/tasks", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def show_tasks(call: Call) -> Reply:
    """What the owner should do, critical first, and the other services that must exist."""
    operations = call.house.operations
    try:
        told = [task_told(operations.service, task) for task in await operations.tasks()]
        told += [dependency_told(one) for one in await operations.dependencies()]
    except PackageStateError as error:
        raise UnavailableError(str(error)) from error
    return _reply(call, told)


@routes.get(
    "/vitascope/health",
    policy=Policy.OWNER,
    takes=(flag("fresh", "Looks at everything again."),),
    answers=Answer.CONTAINER,
)
async def show_health(call: Call) -> Reply:
    """The health checks; `fresh=1` looks at everything again."""
    return _reply(call, [check_told(one) for one in await call.house.operations.health(fresh=call.flag("fresh"))])


@routes.get(
    "/vitascope/doctor",
    policy=Policy.OWNER,
    takes=(
        text("proxy", "An address of a reverse proxy to look at beside the known ones. May be repeated.", many=True),
    ),
    answers=Answer.CONTAINER,
)
async def show_findings(call: Call) -> Reply:
    """What is wrong and how to put it right; each `proxy=` is an address to look at beside the known ones."""
    return _reply(call, [finding_told(one) for one in await call.house.operations.examine(call.values("proxy"))])


@routes.get("/metrics", policy=Policy.OWNER, answers=Answer.FILE)
async def metrics(call: Call) -> Reply:
    """Metrics for Prometheus, in its text format 0.0.4."""
    from vitascope.ops.metrics import MEDIA_TYPE, Snapshot, render  # only those who scrape pay for the library

    house, operations = call.house, call.house.operations
    sections = await house.database.read(list_sections)
    items: Counter[str] = Counter()
    for section in sections:
        for kind, count in (await house.database.read(item_counts, section.id)).items():
            items[kind.name.lower()] += count
    scans = house.scans.running()
    snapshot = Snapshot(
        version=__version__,
        started_at=house.started_at,
        checks=await operations.health(wait_seconds=_SCRAPE_WAIT_SECONDS),
        tasks=await operations.tasks(),
        items=items,
        sections=len(sections),
        scans=len(scans),
        scanned_files=sum(scan.progress.seen_files for scan in scans if scan.progress is not None),
        sessions=Counter(session.state.value for session in house.reports.sessions.sessions()),
        database_bytes=await house.database.read(size_bytes),
        backup_age_seconds=await operations.backup_age_seconds(),
    )
    return Reply(body=render(snapshot), media_type=MEDIA_TYPE)
