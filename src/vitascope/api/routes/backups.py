"""Backups: which there are, and making or looking at one. The work itself takes long, so it is started and watched."""

import asyncio

from vitascope.api.call import Call
from vitascope.api.describe import Answer, text
from vitascope.api.errors import BadRequestError, ConflictError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.ops.backup import records
from vitascope.ops.backup.errors import BackupError, NotHere
from vitascope.ops.backup.service import BusyError, Run

routes = Routes()


def _backup(backup: records.Backup) -> Node:
    look = backup.look
    return Node(
        "Backup",
        {
            "name": backup.name,
            "takenAt": int(backup.taken_at),
            "version": backup.version,
            "encrypted": backup.encrypted,
            "size": backup.size_bytes,
            "verifiedAt": look.at if look is not None else None,
            "good": look.ok if look is not None else None,
            "message": look.message if look is not None else None,
        },
    )


def _run(run: Run) -> Node:
    return Node(
        "Run",
        {
            "kind": run.kind,
            "uuid": run.activity_id,
            "running": run.running,
            "what": run.what,
            "progress": int(run.done * 100),
            "ok": run.ok,
            "name": run.name,
            "message": run.message,
        },
    )


@routes.get("/vitascope/backups", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def list_backups(call: Call) -> Reply:
    """The backups in the server's folder, newest first, how the last drill went, and what runs or ran last."""
    service = call.house.backups
    try:
        found = await asyncio.to_thread(records.find_backups, service.folder)
        drill = (await asyncio.to_thread(records.read_records, service.folder)).drill
    except OSError as error:
        raise NotFoundError(f"{service.folder}: {error.strerror}") from error
    children = [_backup(backup) for backup in found]
    if drill is not None:
        children.append(Node("Drill", {"name": drill.name, "at": drill.at, "ok": drill.ok, "message": drill.message}))
    if service.last is not None:
        children.append(_run(service.last))
    next_at = service.next_at
    attributes: dict[str, Value] = {
        "size": len(found),
        "folder": str(service.folder),
        "recipients": len(service.settings.recipients.texts),
        "nextAt": None if next_at is None else int(next_at),
    }
    return call.reply(Container(attributes, list(children)))


def _begin(call: Call, kind: str, name: str = "") -> Reply:
    try:
        run = call.house.backups.begin(kind, name)
    except BusyError as error:
        raise ConflictError(str(error)) from error
    except NotHere as error:
        raise NotFoundError(str(error)) from error
    except BackupError as error:
        raise BadRequestError(str(error)) from error
    return call.reply(Container({"size": 1}, [_run(run)]), status=202)


@routes.post("/vitascope/backups", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def make_backup(call: Call) -> Reply:
    """Begins a backup, as it is made each night."""
    return _begin(call, "create")


@routes.post(
    "/vitascope/backups/verify",
    policy=Policy.OWNER,
    takes=(text("name", "The backup's file name; the newest when it is left out."),),
    answers=Answer.CONTAINER,
)
async def verify_backup(call: Call) -> Reply:
    """Begins to read a backup whole (`name`; the newest when it is left out)."""
    return _begin(call, "verify", call.text("name") or "")


@routes.post("/vitascope/backups/drill", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def practise_restore(call: Call) -> Reply:
    """Begins to restore the newest backup for practice."""
    return _begin(call, "drill")
