"""One file by its address, as a file manager or a player that was handed it asks for it.

Of a file in a library its item is shown; when it is not known yet, its folder is scanned first. The original shows
others too, for a while and in no library. Here whatever is shown lies in a library, so that watch state, deletion and
the right to see it have one meaning.
"""

import asyncio

from vitascope.api.call import Call
from vitascope.api.describe import DETAIL, Answer, flag, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.file_addresses import items_at, lies_below, path_of, roots_above
from vitascope.api.policy import Policy
from vitascope.api.reply import Reply
from vitascope.api.routes.metadata import details_of
from vitascope.api.routing import Routes
from vitascope.library.scanner import ScanError

routes = Routes()

_PATIENCE_S = 30.0
"""Clients give up soon after."""


@routes.post(
    "/library/file",
    policy=Policy.OWNER,
    takes=(
        text("url", "The file: `file:///…`, or its absolute path.", required=True, example="file:///data/Film.mkv"),
        text("virtualFilePath", "Accepted and passed over: what a file is, its own path says."),
        flag("computeHashes", "Accepted and passed over: no hashes of others' services are made."),
        flag("ingestNonMatches", "Accepted and passed over: what no service knows is shown as well."),
        *DETAIL,
    ),
    answers=Answer.ITEMS,
)
async def show_file(call: Call) -> Reply:
    """The item that a file is part of, in full. What is new is scanned first; 202 where that takes long."""
    path = path_of(call.required("url"))
    roots = await roots_above(call, path)
    if not roots or not await asyncio.to_thread(lies_below, path, [root.path for root in roots]):
        raise BadRequestError("url: no file in one of the libraries; make a library of its folder first")
    found = await items_at(call, path)
    if not found:
        try:
            activity = await call.house.scans.start(roots[0].section_id, path)
        except ScanError as error:
            raise BadRequestError(f"url: {error}") from error
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await call.house.scans.result(activity)
        except TimeoutError:
            return Reply(status=202, headers=[(b"x-plex-activity", activity.encode())])
        found = await items_at(call, path)
    if not found:
        raise NotFoundError("the file is nothing that this library shows")
    return await details_of(call, [row.id for row in found])
