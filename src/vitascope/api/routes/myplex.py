"""The account that the server belongs to, in the words of the original."""

from vitascope.api.call import Call
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Value
from vitascope.api.reply import Reply
from vitascope.api.routes.server import is_claimed
from vitascope.api.routing import Routes

routes = Routes()


@routes.get("/myplex/account", policy=Policy.OWNER)
async def myplex_account(call: Call) -> Reply:
    """The account the server belongs to."""
    claimed = is_claimed(call)
    attributes: dict[str, Value] = {
        "signInState": "ok" if claimed else "none",
        "username": call.house.preferences.text("PlexOnlineUsername"),
        "mappingState": "unknown",
        "mappingError": "",
        "privateAddress": "",
        "publicAddress": "",
        "publicPort": 0,
        "subscriptionActive": 0,
        "subscriptionFeatures": "",
        "subscriptionState": "Unknown",
    }
    return call.reply(Container(attributes, root="MyPlex"))


@routes.put("/myplex/refreshReachability", policy=Policy.OWNER)
async def refresh_reachability(call: Call) -> Reply:
    """Would look from outside whether the server can be reached; it asks nobody, so nothing happens."""
    return call.reply(Container({"size": 0}))
