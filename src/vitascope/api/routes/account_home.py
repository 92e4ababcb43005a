"""This server as the account home of others: the exchange of claim tokens in the form of plex.tv's, and what follows.

``/api/claim/exchange`` answers like the service that the original container asks, so one client serves both.
"""

from urllib.parse import unquote
from xml.sax.saxutils import escape, quoteattr

from vitascope.accounts.home import CALLER_HEADER
from vitascope.api.call import Call
from vitascope.api.describe import Answer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.forms import form, needed
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routes.claim import answering
from vitascope.api.routing import Routes
from vitascope.store import ownership

routes = Routes()


def _peer(call: Call) -> str | None:
    return call.evidence.peer if call.evidence else None


@routes.post(
    "/api/claim/exchange",
    policy=Policy.PUBLIC,
    takes=(text("token", "A claim token that was made for a server.", required=True),),
    answers=Answer.CONTAINER,
)
async def exchange(call: Call) -> Reply:
    """Links another server that presents a claim token made for it; the owner's name, and a token of that server."""
    identifier = call.plex("Client-Identifier")
    if identifier is None:
        raise BadRequestError("X-Plex-Client-Identifier is missing")
    async with answering():
        linked = await call.house.gate.home.exchange(
            call.required("token"),
            client_identifier=identifier,
            name=unquote(call.plex("Device-Name") or ""),
            own_identifier=call.house.preferences.machine_identifier,
            peer=_peer(call),
        )
    name = linked.owner
    answer = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<user username={quoteattr(name)} title={quoteattr(name)}>"
        f"<username>{escape(name)}</username><email></email>"
        f"<authentication-token>{escape(linked.token)}</authentication-token></user>\n"
    )
    return Reply(status=201, body=answer.encode(), headers=[(b"cache-control", b"no-store")])


@routes.post(
    "/api/claim/verify",
    policy=Policy.PUBLIC,
    answers=Answer.NOTHING,
    body="A form, or a JSON object of texts: `name` and `password`.",
)
async def verify(call: Call) -> Reply:
    """Whether a name and a password are the owner's; asked by a linked server with its token."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise BadRequestError("the token of a linked server is missing")
    sent = await form(call)
    async with answering():
        await call.house.gate.home.verify(
            token,
            needed(sent, "name"),
            needed(sent, "password"),
            peer=_peer(call),
            caller=call.headers.get(CALLER_HEADER.lower(), ""),
        )
    return Reply(status=204)


@routes.get("/vitascope/servers", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def show_servers(call: Call) -> Reply:
    """The servers that have their owner from here."""
    found = await call.house.database.read(ownership.list_servers)
    children = [
        Node(
            "Server",
            {
                "id": row.id,
                "name": row.name,
                "machineIdentifier": row.client_identifier,
                "linkedAt": row.linked_at,
            },
        )
        for row in found
    ]
    return call.reply(Container({"size": len(children)}, list(children)))


@routes.delete("/vitascope/servers/{server_id:int}", policy=Policy.OWNER, answers=Answer.NOTHING)
async def unlink_server(call: Call) -> Reply:
    """Vouches for the owner to a server no more."""
    if not await call.house.database.awrite(ownership.unlink_server, call.number("server_id")):
        raise NotFoundError
    return Reply()
