"""Updates of the server, made by the machine that runs its container (:mod:`vitascope.ops.updates`).

The server installs none itself. What the updater of its machine wrote into the support directory is shown in the words
of the original, and what the owner wishes is left there for it. Where no updater looks, the answers are those of a
server that is up to date, and installing is refused.
"""

import asyncio

from vitascope import __version__
from vitascope.api.call import Call
from vitascope.api.describe import Answer, Parameter, flag
from vitascope.api.errors import BadRequestError, UnavailableError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows, Value
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.ops.updates.board import Kind, MemberNote, Release, ReleaseState
from vitascope.ops.updates.view import NotWished

routes = Routes()


def _check(call: Call, *parameters: Parameter) -> list[bool]:
    said = []
    for parameter in parameters:
        text = (call.text(parameter.name) or "0").lower()
        if text not in ("0", "1", "true", "false"):
            raise BadRequestError(f"{parameter.name} is 0 or 1")
        said.append(text in ("1", "true"))
    return said


_DOWNLOAD = flag("download", "Also fetches what is found; the updater always does.")
_TONIGHT = flag("tonight", "Installs it when the updater runs next.")
_SKIP = flag("skip", "Passes this version over; nothing when `tonight` is set too.")


def _release(release: Release) -> Node:
    return Node(
        "Release",
        {
            "key": f"/updater/status/{release.image[:12]}",
            "version": release.version,
            "added": "",
            "fixed": "",
            "downloadURL": "",
            "state": release.state,
            "message": release.message or None,
        },
    )


@routes.get("/updater/status", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def updater_status(call: Call) -> Reply:
    """The update that waits or failed, as the updater of the machine told it."""
    shown = await asyncio.to_thread(call.house.updater.shown)
    found: list[Node | Rows] = [] if shown.release is None else [_release(shown.release)]
    failed = shown.release is not None and shown.release.state is ReleaseState.ERROR
    attributes: dict[str, Value] = {
        "size": len(found),
        "autoUpdateVersion": 1,
        "canInstall": shown.can_install,
        "checkedAt": shown.checked_at,
        "status": int(failed),
    }
    return call.reply(Container(attributes, found))


@routes.get("/vitascope/updates", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def updates(call: Call) -> Reply:
    """Our own: everything the updater of the machine told: its group with times and members, what an update is doing
    step by step, how the last one ended; and what can be asked of it. ``managed`` is false where no updater looks."""
    updater = call.house.updater
    notice = await asyncio.to_thread(updater.notice)
    attributes: dict[str, Value] = {"version": __version__, "managed": notice is not None}
    if notice is None:
        return call.reply(Container({"size": 0, **attributes}, []))
    shown = await asyncio.to_thread(updater.shown)
    own = notice.own()
    attributes |= {
        "group": notice.group,
        "member": notice.member,
        "schedule": notice.schedule,
        "latest": notice.latest,
        "automatic": notice.automatic,
        "atOnce": notice.at_once,
        "checkedAt": notice.checked_at,
        "seenAt": notice.seen_at,
        "step": own.step or None,
        "outcome": own.outcome or None,
        "message": own.message or None,
        "at": own.at or None,
    }
    nodes: list[Node | Rows] = [] if shown.release is None else [_release(shown.release)]
    nodes += [_member(one) for one in notice.members]
    return call.reply(Container({"size": len(nodes), **attributes}, nodes))


def _member(one: MemberNote) -> Node:
    return Node(
        "Member",
        {
            "name": one.name,
            "version": one.running,
            "newer": one.newer or None,
            "step": one.step or None,
            "outcome": one.outcome or None,
            "message": one.message or None,
            "at": one.at or None,
        },
    )


@routes.any("/updater/check", policy=Policy.OWNER, methods=("GET", "PUT"), takes=(_DOWNLOAD,), answers=Answer.NOTHING)
async def updater_check(call: Call) -> Reply:
    """Asks the updater of the machine to look now, where it can be told; it looks each night anyway."""
    _check(call, _DOWNLOAD)
    try:
        await asyncio.to_thread(call.house.updater.check)
    except OSError as error:
        raise UnavailableError(f"Updates/ cannot be written: {error.strerror}") from error
    return Reply()


@routes.put("/updater/apply", policy=Policy.OWNER, takes=(_TONIGHT, _SKIP), answers=Answer.NOTHING)
async def updater_apply(call: Call) -> Reply:
    """Asks the updater of the machine to install the update, or to pass it over; refused where none looks."""
    tonight, skip = _check(call, _TONIGHT, _SKIP)
    kind = Kind.TONIGHT if tonight else Kind.SKIP if skip else Kind.NOW
    try:
        await asyncio.to_thread(call.house.updater.apply, kind)
    except NotWished as error:
        raise BadRequestError(str(error)) from error
    except OSError as error:
        raise UnavailableError(f"Updates/ cannot be written: {error.strerror}") from error
    return Reply()
