"""Our own: remotes that are mounted as folders. The original leaves that to its owner's own devices.

Keys and passwords come in a body, are kept in one file, and are in no answer.
"""

from vitascope.api.call import Call
from vitascope.api.describe import Answer
from vitascope.api.errors import ApiError, BadRequestError, ConflictError, NotFoundError, UnavailableError
from vitascope.api.forms import form, needed
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.sources.errors import RcloneMissing, SourceError, SourceExists, UnknownSource
from vitascope.sources.rclone.costs import costs
from vitascope.sources.rclone.flags import parse_flags, shown_flags
from vitascope.sources.rclone.registry import Wish
from vitascope.sources.rclone.source import DOWNLOAD_USD_PER_GB, STORAGE_USD_PER_GB, Source, checked_price
from vitascope.store import below

routes = Routes()


def _refusal(error: SourceError) -> ApiError:
    """How the API says what the room says."""
    match error:
        case UnknownSource():
            return NotFoundError(str(error))
        case SourceExists():
            return ConflictError(str(error))
        case RcloneMissing():
            return UnavailableError(str(error))
        case _:
            return BadRequestError(str(error))


async def _node(call: Call, source: Source) -> Node:
    service = call.house.sources
    standing = service.standing(source.name)
    usage = await service.usage(source.name)
    stored = await call.house.database.read(below.size_below, source.point)
    fetched = service.fetched_bytes(source.name)
    price = costs(stored, fetched, source.storage_usd_per_gb, source.download_usd_per_gb)
    return Node(
        "Source",
        {
            "name": source.name,
            "address": source.address,
            "type": source.kind,
            "mount": source.mount,
            "state": standing.state.value,
            "reason": standing.reason or None,
            "since": int(standing.since),
            "restarts": standing.restarts,
            "nextAt": None if standing.next_at is None else int(standing.next_at),
            "cacheBytes": None if usage is None else usage.cache_bytes,
            "cacheFiles": None if usage is None else usage.cache_files,
            "cacheFull": None if usage is None else usage.cache_full,
            "uploads": None if usage is None else usage.uploads,
            "storedBytes": stored,
            "fetchedBytes": fetched,
            "storagePrice": source.storage_usd_per_gb,
            "downloadPrice": source.download_usd_per_gb,
            "storageCost": round(price.storage_usd, 4),
            "downloadCost": round(price.download_usd, 4),
        },
        [
            *(Node("Option", {"name": name, "value": value}) for name, value in source.options.items()),
            *(Node("Flag", {"name": name, "value": value}) for name, value in shown_flags(source.flags).items()),
            *(Node("Risk", {"text": text}) for text in source.flags.risks()),
        ],
    )


@routes.get("/vitascope/sources", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def listed(call: Call) -> Reply:
    """The sources: how each is doing, what its cache holds, what was fetched this month, and what that costs."""
    service = call.house.sources
    children = [await _node(call, source) for source in service.sources()]
    return call.reply(Container({"size": len(children), "problem": service.problem or None}, list(children)))


@routes.post(
    "/vitascope/sources",
    policy=Policy.OWNER,
    answers=Answer.CONTAINER,
    body="`address` (`REMOTE:PATH`), `type`, `name`, `mount`, `option.NAME` for each option of the remote, `flag.NAME` "
    "for each flag of the mount, `storagePrice`, `downloadPrice`, and `check=0` to add it unasked; as JSON or a form.",
)
async def add(call: Call) -> Reply:
    """Adds a source and begins to mount it; the remote is asked first."""
    if any(name.startswith("option.") for name in call.query):
        raise BadRequestError("options belong into the body and not into the address: there may be secrets among them")
    values = await form(call)
    options = {name.removeprefix("option."): text for name, text in values.items() if name.startswith("option.")}
    flags = {name.removeprefix("flag."): text for name, text in values.items() if name.startswith("flag.")}
    try:
        wish = Wish(
            address=needed(values, "address"),
            kind=values.get("type", ""),
            name=values.get("name", ""),
            mount=values.get("mount", ""),
            options=options,
            flags=parse_flags(flags),
            storage_usd_per_gb=checked_price(values.get("storagePrice") or str(STORAGE_USD_PER_GB), "storagePrice"),
            download_usd_per_gb=checked_price(values.get("downloadPrice") or str(DOWNLOAD_USD_PER_GB), "downloadPrice"),
        )
        source = await call.house.sources.add(wish, ask_remote=values.get("check", "1") != "0")
    except SourceError as error:
        raise _refusal(error) from error
    return call.reply(Container({"size": 1}, [await _node(call, source)]), status=201)


@routes.put("/vitascope/sources", policy=Policy.OWNER, answers=Answer.NOTHING)
async def renew(call: Call) -> Reply:
    """Reads the list of sources again: what was added beside the server is mounted, what was removed unmounted."""
    await call.house.sources.renew()
    if call.house.sources.problem:
        raise ConflictError(call.house.sources.problem)
    return Reply()


@routes.post("/vitascope/sources/{name}/mount", policy=Policy.OWNER, answers=Answer.NOTHING)
async def mount(call: Call) -> Reply:
    """Mounts a source now instead of when its turn comes, or looks at it."""
    try:
        call.house.sources.retry(call.params["name"])
    except SourceError as error:
        raise _refusal(error) from error
    return Reply()


@routes.delete("/vitascope/sources/{name}", policy=Policy.OWNER, answers=Answer.NOTHING)
async def remove(call: Call) -> Reply:
    """Unmounts a source and forgets it. Nothing in its remote is deleted."""
    try:
        await call.house.sources.remove(call.params["name"])
    except SourceError as error:
        raise _refusal(error) from error
    return Reply()
