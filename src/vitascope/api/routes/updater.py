"""Updates of the server. It looks for none and installs none: what it runs in does (a package, an image).

The answers are those of a server that is up to date, in the words of the original; what would install something is
refused, since that must not look as if it had worked.
"""

from vitascope.api.call import Call
from vitascope.api.describe import Answer, Parameter, flag
from vitascope.api.errors import BadRequestError
from vitascope.api.policy import Policy
from vitascope.api.render import Container
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes

routes = Routes()


def _check(call: Call, *parameters: Parameter) -> None:
    for parameter in parameters:
        if (call.text(parameter.name) or "0").lower() not in ("0", "1", "true", "false"):
            raise BadRequestError(f"{parameter.name} is 0 or 1")


_DOWNLOAD = flag("download", "Also fetches what was found; nothing is.")
_TONIGHT = flag("tonight", "Installs it with the work of the night.")
_SKIP = flag("skip", "Passes this version over.")


@routes.get("/updater/status", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def updater_status(call: Call) -> Reply:
    """The updates that wait: none, for the server looks for none by itself."""
    return call.reply(Container({"size": 0, "autoUpdateVersion": 1, "canInstall": 0, "checkedAt": 0, "status": 0}))


@routes.any("/updater/check", policy=Policy.OWNER, methods=("GET", "PUT"), takes=(_DOWNLOAD,), answers=Answer.NOTHING)
async def updater_check(call: Call) -> Reply:
    """Would look for updates; the server makes no outside connection that nobody switched on."""
    _check(call, _DOWNLOAD)
    return Reply()


@routes.put("/updater/apply", policy=Policy.OWNER, takes=(_TONIGHT, _SKIP), answers=Answer.NOTHING)
async def updater_apply(call: Call) -> Reply:
    """Would install an update; refused, since there is none, and the package or image is what is updated."""
    _check(call, _TONIGHT, _SKIP)
    raise BadRequestError("There is no update: this server is updated with its package or image.")
