"""The people and devices that a server knows, and the players and servers around it."""

from vitascope.api.call import Call
from vitascope.api.describe import Answer
from vitascope.api.errors import NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routes.server import PMS_VERSION, friendly_name
from vitascope.api.routing import Routes
from vitascope.store import people
from vitascope.store.rows import DeviceRow

routes = Routes()


def _account(person_id: int, name: str) -> Node:
    return Node(
        "Account",
        {
            "id": person_id,
            "key": f"/accounts/{person_id}",
            "name": name,
            "defaultAudioLanguage": "en",
            "autoSelectAudio": 1,
            "defaultSubtitleLanguage": "en",
            "subtitleMode": 0,
            "thumb": "",
        },
    )


@routes.get("/accounts", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def accounts(call: Call) -> Reply:
    """The people of this server."""
    found = await call.house.database.read(people.list_people)
    return call.reply(
        Container(
            {"size": len(found), "identifier": "com.plexapp.system.accounts"}, [_account(p.id, p.name) for p in found]
        )
    )


@routes.get("/accounts/{account_id:int}", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def account(call: Call) -> Reply:
    """One of the people."""
    wanted = call.number("account_id")
    for person in await call.house.database.read(people.list_people):
        if person.id == wanted:
            return call.reply(Container({"size": 1}, [_account(person.id, person.name)]))
    raise NotFoundError


def _device(device: DeviceRow) -> Node:
    return Node(
        "Device",
        {
            "id": device.id,
            "key": f"/devices/{device.id}",
            "name": device.name or device.product,
            "platform": device.platform,
            "clientIdentifier": device.client_identifier,
            "createdAt": device.created_at,
        },
    )


async def _one_device(call: Call) -> DeviceRow:
    wanted = call.number("device_id")
    found = (await call.house.database.read(people.devices_by_id, [wanted])).get(wanted)
    if found is None:
        raise NotFoundError
    return found


@routes.get("/devices", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def devices(call: Call) -> Reply:
    """The devices that have called."""
    children = [_device(device) for device in await call.house.database.read(people.list_devices)]
    return call.reply(Container({"size": len(children), "identifier": "com.plexapp.system.devices"}, list(children)))


@routes.get("/devices/{device_id:int}", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def device(call: Call) -> Reply:
    """One of the devices."""
    found = _device(await _one_device(call))
    return call.reply(Container({"size": 1, "identifier": "com.plexapp.system.devices"}, [found]))


@routes.delete("/devices/{device_id:int}", policy=Policy.OWNER, answers=Answer.NOTHING)
async def forget_device(call: Call) -> Reply:
    """Forgets a device until it calls again. What was played on it stays in the history; its tokens stay valid."""
    found = await _one_device(call)
    await call.house.database.awrite(people.delete_device, found.id)
    call.house.devices.forget(found.client_identifier)
    return Reply()


@routes.get("/clients", policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def clients(call: Call) -> Reply:
    """Players that can be remote-controlled; none are found yet."""
    return call.reply(Container({"size": 0}))


@routes.get("/servers", policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def servers(call: Call) -> Reply:
    """This server, as a list."""
    host, port = call.scope.get("server") or ("127.0.0.1", call.house.settings.port)
    host = host.removeprefix("::ffff:")  # one socket serves both: an IPv4 address is shown as one
    node = Node(
        "Server",
        {
            "name": friendly_name(call),
            "host": host,
            "address": host,
            "port": port,
            "machineIdentifier": call.house.preferences.machine_identifier,
            "version": PMS_VERSION,
        },
    )
    return call.reply(Container({"size": 1}, [node]))
