"""The people and devices that a server knows, and the players and servers around it."""

from vitascope.api.call import Call
from vitascope.api.errors import NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routes.server import PMS_VERSION, friendly_name
from vitascope.api.routing import Routes
from vitascope.store import people

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


@routes.get("/accounts", policy=Policy.OWNER)
async def accounts(call: Call) -> Reply:
    """The people of this server."""
    found = await call.house.database.read(people.list_people)
    return call.reply(
        Container(
            {"size": len(found), "identifier": "com.plexapp.system.accounts"}, [_account(p.id, p.name) for p in found]
        )
    )


@routes.get("/accounts/{account_id:int}", policy=Policy.OWNER)
async def account(call: Call) -> Reply:
    """One of the people."""
    wanted = call.number("account_id")
    for person in await call.house.database.read(people.list_people):
        if person.id == wanted:
            return call.reply(Container({"size": 1}, [_account(person.id, person.name)]))
    raise NotFoundError


@routes.get("/devices", policy=Policy.OWNER)
async def devices(call: Call) -> Reply:
    """The devices that have called."""
    found = await call.house.database.read(people.list_devices)
    children = [
        Node(
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
        for device in found
    ]
    return call.reply(Container({"size": len(children), "identifier": "com.plexapp.system.devices"}, list(children)))


@routes.get("/clients", policy=Policy.SIGNED_IN)
async def clients(call: Call) -> Reply:
    """Players that can be remote-controlled; none are found yet."""
    return call.reply(Container({"size": 0}))


@routes.get("/servers", policy=Policy.SIGNED_IN)
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
