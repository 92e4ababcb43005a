"""How loud a stream is over time, as clients draw it: a level for every tenth of a second."""

import struct
from collections.abc import Sequence
from itertools import pairwise

from vitascope.api.call import Call
from vitascope.api.describe import Answer, integer
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routes.streams import media_path, stream_of
from vitascope.api.routing import Routes
from vitascope.core.model import StreamType
from vitascope.library.loudness import NotMeasured
from vitascope.store.files import file_of_part

routes = Routes()

_SUBSAMPLE = (integer("subsample", "How many levels are wanted, over the whole length; all of them.", example=128),)


async def _levels(call: Call) -> list[float]:
    stream = await stream_of(call)
    if stream.type != StreamType.AUDIO or stream.index_number is None:
        raise NotFoundError("Only sound has loudness.")
    wanted = call.integer("subsample", call.integer("subSample"))
    if wanted is not None and wanted < 1:
        raise BadRequestError("subsample must be 1 or more")
    path = await media_path(call, stream)
    found = await call.house.database.read(file_of_part, stream.part_id)
    if found is None:
        raise NotFoundError
    file, duration_ms = found
    try:
        row = await call.house.loudness.of(file, path, stream.index_number, duration_ms)
    except NotMeasured as error:
        raise NotFoundError(f"There are no levels: {error}.") from error
    every = [value / 10 for value in struct.unpack(f"<{len(row.levels) // 2}h", row.levels)]
    return every if wanted is None else _fewer(every, wanted)


def _fewer(levels: Sequence[float], wanted: int) -> list[float]:
    """As many as wanted, each the mean of its stretch."""
    if wanted >= len(levels):
        return list(levels)
    edges = [at * len(levels) // wanted for at in range(wanted + 1)]
    stretches = [levels[start:stop] for start, stop in pairwise(edges)]
    return [round(sum(stretch) / len(stretch), 1) for stretch in stretches]


@routes.get(
    "/library/streams/{stream_id:int}/levels", policy=Policy.SIGNED_IN, takes=_SUBSAMPLE, answers=Answer.CONTAINER
)
async def levels(call: Call) -> Reply:
    """The loudness of a stream in dB for every tenth of a second; measured when first asked for."""
    found = await _levels(call)
    nodes = [Node("Level", {"v": value}) for value in found]
    return call.reply(Container({"size": len(nodes), "totalSamples": str(len(nodes))}, list(nodes)))


@routes.get("/library/streams/{stream_id:int}/loudness", policy=Policy.SIGNED_IN, takes=_SUBSAMPLE, answers=Answer.FILE)
async def loudness(call: Call) -> Reply:
    """The loudness of a stream in dB for every tenth of a second, a number on each line."""
    lines = "".join(f"{value:.1f}\n" for value in await _levels(call))
    return Reply(body=lines.encode(), media_type=b"text/plain;charset=utf-8")
