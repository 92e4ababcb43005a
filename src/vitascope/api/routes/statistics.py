"""Statistics for dashboards: what was delivered to whom, how busy the machine is, how often things were played."""

import time
from collections.abc import Iterable

from vitascope.api.call import Call
from vitascope.api.describe import Answer, flag, integer
from vitascope.api.errors import BadRequestError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows
from vitascope.api.reply import Reply
from vitascope.api.routes.history import compared
from vitascope.api.routing import Routes
from vitascope.store import people, statistics
from vitascope.store.statistics import Asked, Timespan

routes = Routes()

_TIMESPAN = integer(
    "timespan", "The width of each sum: 1 months, 2 weeks, 3 days, 4 hours, 5 minutes, 6 seconds.", example=6
)
_FILTERS = (
    _TIMESPAN,
    integer("accountID", "Of this person alone."),
    integer("deviceID", "Of this device alone."),
    integer("at", "The beginning of the sum, epoch seconds; also `at>=`, `at<=`, `>>=`, `<<=` and `!=`."),
)


def _timespan(call: Call, default: Timespan) -> Timespan:
    number = call.integer("timespan", int(default))
    try:
        return Timespan(number or 0)
    except ValueError:
        raise BadRequestError(f"timespan: {number} is not between 1 and 6") from None


def _asked(call: Call, default: Timespan) -> Asked:
    return Asked(
        timespan=_timespan(call, default),
        person_id=call.integer("accountID"),
        device_id=call.integer("deviceID"),
        lan=call.flag("lan") if call.text("lan") is not None else None,
        times=compared(call, "at"),
        bytes=compared(call, "bytes"),
        now=int(time.time()),
    )


async def _who(call: Call, person_ids: Iterable[int], device_ids: Iterable[int | None]) -> list[Node | Rows]:
    """The people and devices that an answer speaks of."""
    database = call.house.database
    wanted = set(person_ids)
    members = [row for row in await database.read(people.list_people) if row.id in wanted]
    devices = await database.read(people.devices_by_id, [number for number in set(device_ids) if number])
    nodes: list[Node | Rows] = [
        Node(
            "Device",
            {
                "id": row.id,
                "name": row.name,
                "platform": row.platform,
                "clientIdentifier": row.client_identifier,
                "createdAt": row.created_at,
            },
        )
        for row in devices.values()
    ]
    nodes += [
        Node("Account", {"id": row.id, "key": f"/accounts/{row.id}", "name": row.name, "thumb": ""}) for row in members
    ]
    return nodes


@routes.get(
    "/statistics/bandwidth",
    policy=Policy.OWNER,
    takes=(
        *_FILTERS,
        integer("bytes", "How much was delivered; also with comparisons, as `at`."),
        flag("lan", "In the own network alone, or (0) outside of it alone."),
    ),
    answers=Answer.CONTAINER,
)
async def bandwidth(call: Call) -> Reply:
    """How many bytes of media were delivered to whom, by spans of time."""
    asked = _asked(call, Timespan.SECONDS)
    await call.house.bandwidth.flush()
    rows = await call.house.database.read(statistics.delivered, asked)
    children = await _who(call, (row.person_id for row in rows), (row.device_id for row in rows))
    children += [
        Node(
            "StatisticsBandwidth",
            {
                "accountID": row.person_id,
                "deviceID": row.device_id,
                "timespan": row.timespan,
                "at": row.at,
                "lan": row.lan,
                "bytes": row.bytes,
            },
        )
        for row in rows
    ]
    return call.reply(Container({"size": len(rows)}, children))


@routes.get("/statistics/resources", policy=Policy.OWNER, takes=(_TIMESPAN,), answers=Answer.CONTAINER)
async def resources(call: Call) -> Reply:
    """How busy the machine and the server were in the last hour, in percent of the machine; samples are of seconds."""
    timespan = _timespan(call, Timespan.SECONDS)
    samples = call.house.resources.samples() if timespan is Timespan.SECONDS else []
    children: list[Node | Rows] = [
        Node(
            "StatisticsResources",
            {
                "timespan": int(timespan),
                "at": sample.at,
                "hostCpuUtilization": sample.host_cpu,
                "processCpuUtilization": sample.process_cpu,
                "hostMemoryUtilization": sample.host_memory,
                "processMemoryUtilization": sample.process_memory,
            },
        )
        for sample in samples
    ]
    return call.reply(Container({"size": len(children)}, children))


@routes.get("/statistics/media", policy=Policy.OWNER, takes=_FILTERS, answers=Answer.CONTAINER)
async def media(call: Call) -> Reply:
    """How often things were played, and for how long, by spans of time, person, device and type."""
    asked = _asked(call, Timespan.DAYS)
    rows = await call.house.database.read(statistics.plays, asked)
    children = await _who(call, (row.person_id for row in rows), (row.device_id for row in rows))
    children += [
        Node(
            "StatisticsMedia",
            {
                "accountID": row.person_id,
                "deviceID": row.device_id,
                "timespan": int(asked.timespan),
                "at": row.at,
                "metadataType": row.item_type,
                "count": row.count,
                "duration": row.duration_ms // 1000,
            },
        )
        for row in rows
    ]
    return call.reply(Container({"size": len(rows)}, children))
