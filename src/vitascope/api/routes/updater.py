"""Updates of the server: it looks for none by itself."""

from vitascope.api.call import Call
from vitascope.api.policy import Policy
from vitascope.api.render import Container
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes

routes = Routes()


@routes.get("/updater/status", policy=Policy.OWNER)
async def updater_status(call: Call) -> Reply:
    """Updates that wait: the server never looks for any by itself."""
    return call.reply(Container({"size": 0, "canInstall": 0, "checkedAt": 0, "status": 0}))


@routes.put("/updater/check", policy=Policy.OWNER)
async def updater_check(_: Call) -> Reply:
    """Would look for updates; the server makes no outside connection that nobody switched on."""
    return Reply()
