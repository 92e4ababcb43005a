"""The logs and the database of the server as archives, for an owner who asks for help."""

import asyncio
import time

from vitascope.api.call import Call
from vitascope.api.describe import Answer
from vitascope.api.errors import UnavailableError
from vitascope.api.policy import Policy
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.api.zipped import ZipReply
from vitascope.ops.backup.errors import BackupError
from vitascope.ops.diagnostics import gather_database, gather_logs

routes = Routes()


def _name(what: str) -> str:
    return f"Vitascope {what} {time.strftime('%Y-%m-%d_%H-%M-%S')}.zip"


@routes.get("/diagnostics/logs", policy=Policy.OWNER, answers=Answer.FILE)
async def logs(call: Call) -> Reply:
    """The logs as a zip archive, without tokens and passwords."""
    found = await asyncio.to_thread(gather_logs, call.house.settings.support.logs)
    return ZipReply(_name("Logs"), found.members)


@routes.get("/diagnostics/databases", policy=Policy.OWNER, answers=Answer.FILE)
async def databases(call: Call) -> Reply:
    """The database as a zip archive, as it is at one moment, without passwords and tokens."""
    settings = call.house.settings
    try:
        found = await asyncio.to_thread(gather_database, settings.support, settings.database)
    except BackupError as error:
        raise UnavailableError(str(error)) from error
    return ZipReply(_name("Databases"), found.members, done=found.done)
