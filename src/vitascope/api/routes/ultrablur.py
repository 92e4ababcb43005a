"""UltraBlur: the colours of a picture, and the soft background that a client shows behind it; and artwork at random.

The colours of an item's own pictures are part of the item (``UltraBlurColors``); these routes answer for any picture of
this server. Random artwork is drawn from the sections' positions, so it costs the same in a section of any size.
"""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from vitascope.api.call import Call, whole
from vitascope.api.describe import Answer, flag, integer, text
from vitascope.api.errors import ApiError, BadRequestError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routes.art import blur_request, own_path, picture_at
from vitascope.api.routes.sections import DEFAULT_TYPES, section_of
from vitascope.api.routing import Routes
from vitascope.core.model import SectionKind
from vitascope.core.query import parse_listing
from vitascope.media.images.tasks import paint_ultrablur
from vitascope.media.workers import TaskError
from vitascope.store import items as store_items
from vitascope.store.rows import SectionRow
from vitascope.store.sections import list_sections

routes = Routes()

_SHOWN = 100
_DRAWN = 4
"""So many windows of a section are looked at, since not every item has a picture."""
_CORNERS = tuple(
    text(name, f"The colour of the {where} corner, six hexadecimal digits.", required=True, example="3f280a")
    for name, where in (
        ("topLeft", "upper left"),
        ("topRight", "upper right"),
        ("bottomRight", "lower right"),
        ("bottomLeft", "lower left"),
    )
)


@routes.get(
    "/services/ultrablur/colors",
    policy=Policy.SIGNED_IN,
    takes=(text("url", "A picture of this server.", required=True, example="/library/metadata/34/art/1715112805"),),
    answers=Answer.CONTAINER,
)
async def colors(call: Call) -> Reply:
    """The four colours of a picture."""
    path, _, query = own_path(call.required("url"), call.headers.get("host")).partition("?")
    found = await picture_at(call, path, query)
    if found is None:
        raise NotFoundError("There is no such picture.")
    made = (await call.house.photographer.colours(found)).colors
    corners = {
        "topLeft": made.top_left,
        "topRight": made.top_right,
        "bottomRight": made.bottom_right,
        "bottomLeft": made.bottom_left,
    }
    return call.reply(Container({"size": 1}, [Node("UltraBlurColors", dict(corners))]))


@routes.get(
    "/services/ultrablur/image",
    policy=Policy.SIGNED_IN,
    takes=(
        *_CORNERS,
        integer("width", "Width in pixels, 320 to 3840; 1280.", example=1280),
        integer("height", "Height in pixels, 240 to 2160; 720.", example=720),
        flag("noise", "Hides the steps of the gradients."),
    ),
    answers=Answer.FILE,
)
async def image(call: Call) -> Reply:
    """A background made of four colours, as PNG."""
    request = blur_request(dict(parse_qsl(call.raw_query, keep_blank_values=True)))
    try:
        made = await call.house.workers.run(paint_ultrablur, request)
    except TaskError as error:
        raise ApiError(f"The background cannot be painted: {error}") from error
    return Reply(body=made.data, media_type=b"image/png", headers=[(b"cache-control", b"private, max-age=2592000")])


# --- at random -------------------------------------------------------------------------------------------------


async def _random_art(call: Call, section: SectionRow) -> list[Node]:
    """Backgrounds of a section: a few windows of its items, wherever they fall."""
    listing = parse_listing(
        [("sort", "titleSort")], default_type=DEFAULT_TYPES[SectionKind(section.kind)], now=datetime.now(UTC)
    )
    database, positions = call.house.database, call.house.positions

    async def window(start: int) -> tuple[Sequence[int], int]:
        page = await database.read(positions.page, listing, [section.id], call.viewer, start=start, size=_SHOWN)
        return page.ids, page.total

    ids, total = await window(0)
    found = list(ids)
    if total > _SHOWN:
        found = []
        for _ in range(_DRAWN):
            ids, _ = await window(random.randrange(max(total - _SHOWN, 1)))  # noqa: S311 - nothing secret
            found += [item_id for item_id in ids if item_id not in set(found)]
    rows = await database.read(store_items.get_items, found, call.viewer)
    return [
        Node(
            "Photo",
            {"title": row.title, "type": "image", "key": f"/library/metadata/{row.id}/art/{row.art_at}"},
            json_name="Metadata",
        )
        for row in rows
        if row.art_at is not None
    ]


def _drawn(call: Call, nodes: list[Node]) -> Reply:
    random.shuffle(nodes)
    nodes = nodes[:_SHOWN]
    return call.reply(Container({"size": len(nodes)}, list(nodes)))


@routes.get("/library/sections/{section_id:int}/arts", policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def section_arts(call: Call) -> Reply:
    """Backgrounds of the items of a section, at most a hundred, at random."""
    return _drawn(call, await _random_art(call, await section_of(call)))


@routes.get(
    "/library/randomArtwork",
    policy=Policy.SIGNED_IN,
    takes=(text("sections", "The sections to draw from; all that the viewer sees.", many=True, example="1,2"),),
    answers=Answer.CONTAINER,
)
async def random_artwork(call: Call) -> Reply:
    """Backgrounds of several sections, at most a hundred, at random: for screen savers."""
    try:
        wanted = {whole(part) for value in call.values("sections") for part in value.split(",") if part}
    except ValueError:
        raise BadRequestError("sections: this is no list of ids") from None
    nodes: list[Node] = []
    for section in await call.house.database.read(list_sections):
        if wanted and section.id not in wanted:
            continue
        if call.viewer.may_see_section(section.id):
            nodes += await _random_art(call, section)
    return _drawn(call, nodes)
