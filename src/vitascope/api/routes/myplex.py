"""The account that the server belongs to, in the words of the original.

What plex.tv is to the original is here whoever the server belongs to: an owner of its own, or an account home
(:mod:`vitascope.accounts.linking`). Nothing of this asks anybody outside unless the owner set such a home.
"""

from vitascope.api.call import Call
from vitascope.api.describe import Answer, text
from vitascope.api.errors import BadRequestError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Value
from vitascope.api.reply import Reply
from vitascope.api.routes.claim import answering
from vitascope.api.routes.server import is_claimed
from vitascope.api.routing import Routes
from vitascope.core.model import OWNER_PERSON_ID
from vitascope.store import people

routes = Routes()


async def _account(call: Call) -> Reply:
    claimed = is_claimed(call)
    username = call.house.preferences.text("PlexOnlineUsername")
    if claimed and not username:
        username = (await call.house.database.read(people.person, OWNER_PERSON_ID)).name
    attributes: dict[str, Value] = {
        "authToken": "",
        "username": username,
        "mappingState": "unknown",
        "mappingError": "",
        "mappingErrorMessage": "",
        "signInState": "ok" if claimed else "none",
        "publicAddress": "",
        "publicPort": 0,
        "privateAddress": "",
        "privatePort": call.house.settings.port,
        "subscriptionFeatures": "",
        "subscriptionActive": 0,
        "subscriptionState": "Unknown",
    }
    return call.reply(Container(attributes, root="MyPlex"))


@routes.get("/myplex/account", policy=Policy.OWNER, answers=Answer.OBJECT)
async def myplex_account(call: Call) -> Reply:
    """The account the server belongs to. Its token is never shown."""
    return await _account(call)


@routes.put("/myplex/account", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def map_port(_: Call) -> Reply:
    """Would map a port of the router; refused, since this server asks no router for one."""
    raise BadRequestError("No port is mapped here: write the outside address into customConnections.")


@routes.delete("/myplex/account", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def unclaim(call: Call) -> Reply:
    """Gives the server up: it belongs to nobody, and every token of its owner ends."""
    call.refuse_transient()
    gate = call.house.gate
    if not gate.ownership.claimed:
        return await _account(call)
    await gate.ownership.release()
    call.house.preferences.keep_account(token="", username="", mail="")
    call.house.accounts.forget()
    await gate.ownership.load()
    return await _account(call)


@routes.post(
    "/myplex/claim",
    policy=Policy.OWNER,
    takes=(text("token", "A claim token of the account home.", required=True, example="claim-xxxxxxxxxxxxxxxxxxxx"),),
    answers=Answer.CONTAINER,
)
async def claim(call: Call) -> Reply:
    """Exchanges a claim token at the account home, and so gives an unclaimed server to its account."""
    call.refuse_transient()
    async with answering():
        await call.house.gate.linker.link(call.required("token"))
    call.house.accounts.forget()
    return await _account(call)


@routes.put("/myplex/refreshReachability", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def refresh_reachability(call: Call) -> Reply:
    """Would look from outside whether the server can be reached; it asks nobody, so nothing happens."""
    return call.reply(Container({"size": 0}))
