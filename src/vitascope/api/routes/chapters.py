"""Chapters of an item: read by everyone, written by the owner, with pictures of the film.

The published API only reads them. They are written as markers are: one at a time, by its id. The first change takes
over the file's; deleting all of them brings the file's back, as unlocking ``chapterSource`` in an edit does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from vitascope.api.call import Call
from vitascope.api.describe import Answer, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Rows, Shape
from vitascope.api.render.media import CHAPTER
from vitascope.api.render.shown import ChapterShown, chapters_shown
from vitascope.api.reply import Reply
from vitascope.api.routes.metadata import item_of
from vitascope.api.routing import Routes
from vitascope.core.chapters import Chapter, ChapterError, put, shown
from vitascope.core.edits.errors import EditError
from vitascope.core.edits.fields import line
from vitascope.store import chapters as store
from vitascope.store import items as store_items
from vitascope.store.errors import NotFound
from vitascope.store.hydration import hydrate, media_view
from vitascope.store.rows import ItemRow
from vitascope.store.views import MediaView, PartView

routes = Routes()

_title = line(255)
_CHANGE = (
    integer("startTimeOffset", "Where it begins, in milliseconds.", example=84000),
    integer("endTimeOffset", "Where it ends, in milliseconds; without it where the next begins.", example=127000),
    text("title", "Its name; also as `tag`.", example="The lighthouse"),
)
_PATH = "/library/metadata/{item_id:int}/chapter"


async def _shown(call: Call, item: ItemRow) -> list[ChapterShown]:
    views = await call.house.database.read(hydrate, [item.id], call.viewer, full=True)
    return chapters_shown(views[0]) if views else []


def _reply(call: Call, found: Sequence[ChapterShown]) -> Reply:
    plan = CHAPTER.plan(Shape(detail=True))
    return call.reply(Container({"size": len(found)}, [Rows([(plan, one) for one in found])]))


@routes.get(_PATH, policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def list_chapters(call: Call) -> Reply:
    """The chapters of an item."""
    return _reply(call, await _shown(call, await item_of(call)))


async def _playable(call: Call) -> ItemRow:
    item = await item_of(call)
    if item.duration_ms is None:
        raise BadRequestError("the item cannot be played: it has no chapters")
    return item


def _span(call: Call, item: ItemRow, before: Chapter | None) -> tuple[int, int | None]:
    """Where a chapter begins and ends; what is not said stays as it is."""
    start, end = call.integer("startTimeOffset"), call.integer("endTimeOffset")
    if start is None:
        if before is None:
            raise BadRequestError("startTimeOffset is missing")
        start = before.start_ms
    if end is None and before is not None and "endTimeOffset" not in call.query:
        end = before.end_ms if before.end_ms is not None and before.end_ms > start else None
    if start < 0:
        raise BadRequestError("startTimeOffset is before the beginning")
    if end is not None and end <= start:
        raise BadRequestError("endTimeOffset is not after startTimeOffset")
    length = item.duration_ms or 0
    if start >= length or (end or 0) > length:
        raise BadRequestError(f"the item is only {length} ms long")
    return start, end


def _named(call: Call, before: Chapter | None) -> str | None:
    asked = call.query.get("title", call.query.get("tag"))
    if asked is None:
        return None if before is None else before.title
    try:
        found = _title("title", asked)
    except EditError as error:
        raise BadRequestError(str(error)) from error
    return None if found is None else str(found)


async def _change(call: Call, item: ItemRow, how: Callable[[list[Chapter]], list[Chapter]]) -> None:
    try:
        await call.house.database.awrite(store.change, item.id, how)
    except ChapterError as error:
        raise BadRequestError(str(error)) from error
    except NotFound:
        raise NotFoundError from None
    await call.house.editing.told([item.id])


async def _put(call: Call, item: ItemRow, chapter_id: int | None) -> Reply:
    numbers: list[int] = []

    def how(found: list[Chapter]) -> list[Chapter]:
        before = _one(found, chapter_id) if chapter_id is not None else None
        numbers.append(chapter_id if chapter_id is not None else max((one.id for one in found), default=0) + 1)
        start, end = _span(call, item, before)
        return put(found, Chapter(id=numbers[-1], start_ms=start, end_ms=end, title=_named(call, before)))

    await _change(call, item, how)
    return _reply(call, [one for one in await _shown(call, item) if one.chapter.id == numbers[-1]])


def _one(found: Sequence[Chapter], chapter_id: int) -> Chapter:
    return next((one for one in found if one.id == chapter_id), None) or _missing()


def _missing() -> NoReturn:
    raise NotFoundError("The item has no such chapter.")


@routes.post(_PATH, policy=Policy.OWNER, takes=_CHANGE, answers=Answer.CONTAINER)
async def add_chapter(call: Call) -> Reply:
    """Adds a chapter."""
    return await _put(call, await _playable(call), None)


@routes.put(_PATH + "/{chapter_id:int}", policy=Policy.OWNER, takes=_CHANGE, answers=Answer.CONTAINER)
async def edit_chapter(call: Call) -> Reply:
    """Moves a chapter, or gives it another name; what is not said stays."""
    return await _put(call, await _playable(call), call.number("chapter_id"))


@routes.delete(_PATH + "/{chapter_id:int}", policy=Policy.OWNER, answers=Answer.NOTHING)
async def remove_chapter(call: Call) -> Reply:
    """Takes a chapter away."""
    item, gone = await item_of(call), call.number("chapter_id")

    def how(found: list[Chapter]) -> list[Chapter]:
        _one(found, gone)
        return [one for one in found if one.id != gone]

    await _change(call, item, how)
    return Reply()


@routes.delete(_PATH, policy=Policy.OWNER, answers=Answer.NOTHING)
async def forget_chapters(call: Call) -> Reply:
    """Forgets the chapters that the owner wrote: those of the file count again."""
    item = await item_of(call)
    try:
        await call.house.database.awrite(store.forget, item.id)
    except NotFound:
        raise NotFoundError from None
    await call.house.editing.told([item.id])
    return Reply()


# --- pictures --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The beginning of a chapter, in a file."""

    path: bytes
    root: bytes
    at_ms: int
    taken: Path | None
    """Where its picture lies, if it was taken before it was asked for."""


async def chapter_at(call: Call, media_id: int, number: int) -> Moment:
    """Where a chapter begins; 404 when there is none, or not for this person."""
    database = call.house.database
    media = await database.read(media_view, media_id, call.viewer)
    item = None if media is None else await database.read(store_items.get_item, media.media.item_id, call.viewer)
    if media is None or item is None:
        raise NotFoundError("There is no such chapter.")
    written = await database.read(store.written, item.identity_id)
    if written is not None:
        found = shown(written, item.duration_ms)
        moment = _in_parts(call, media, found[number - 1].start_ms) if 1 <= number <= len(found) else None
        if moment is not None:
            return moment
    else:
        for part in media.parts:
            of_file = store.chapters_of(part.part)
            if 1 <= number <= len(of_file):
                return _moment(call, part, of_file[number - 1].start_ms)
    raise NotFoundError("There is no such chapter.")


def _in_parts(call: Call, media: MediaView, at_ms: int) -> Moment | None:
    """The moment of an item in that one of its parts which plays then."""
    for part in media.parts:
        if part.part.duration_ms is None or at_ms < part.part.duration_ms:
            return _moment(call, part, at_ms)
        at_ms -= part.part.duration_ms
    return None


def _moment(call: Call, part: PartView, at_ms: int) -> Moment:
    path = part.location_path.rstrip(b"/") + b"/" + part.file.path
    content = part.file.fingerprint
    taken = None if content is None else call.house.bundles.chapter(content, at_ms)
    return Moment(path=path, root=part.location_path, at_ms=at_ms, taken=taken)


@routes.get(
    "/library/media/{media_id:int}/chapterImages/{chapter:int}",
    policy=Policy.SIGNED_IN,
    takes=(integer("at", "Where the chapter begins, so that the address changes with it; not read."),),
    answers=Answer.FILE,
)
async def chapter_image(call: Call) -> Reply:
    """A picture of the beginning of a chapter, taken from the film."""
    moment = await chapter_at(call, call.number("media_id"), call.number("chapter"))
    data = await call.house.photographer.frame(moment.path, moment.root, moment.at_ms, taken=moment.taken)
    return Reply(body=data, media_type=b"image/jpeg", headers=[(b"cache-control", b"private, max-age=2592000")])
