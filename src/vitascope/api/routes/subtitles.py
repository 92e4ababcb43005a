"""Subtitles of an item: handed in, taken away, shown earlier or later.

What is handed in is read in a worker first, lies below ``Metadata/`` and never in a media folder, and belongs to the
item's identity. A subtitle that lies beside the media is deleted only where media may be deleted.
"""

import asyncio
from typing import Literal, cast

from vitascope.api.call import Call
from vitascope.api.describe import Answer, flag, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container
from vitascope.api.render.shown import info_of
from vitascope.api.reply import Reply
from vitascope.api.routes.deletion import check_allowed
from vitascope.api.routes.metadata import item_of
from vitascope.api.routes.streams import STREAM_PATHS, stream_of
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType, StreamInfo, StreamType
from vitascope.core.naming.subtitles import SubtitleName, parse_subtitle
from vitascope.egress import EgressError, Limits, Reach
from vitascope.library import keeping
from vitascope.library.erasing import NotErased
from vitascope.media.probe.languages import Language, parse_language
from vitascope.media.subtitles.tasks import SidecarArgs, count_cues
from vitascope.media.workers import TaskError
from vitascope.store import choices, uploads

routes = Routes()

_MOST_BYTES = 16 * 1024 * 1024
_LONGEST_TITLE = 255
_MOST_OFFSET_MS = 24 * 3600 * 1000
_FORMATS = ("srt", "vtt", "ass", "ssa", "smi")
_CODECS = {"vtt": "webvtt"}
_WITH_SUBTITLES = (ItemType.MOVIE, ItemType.EPISODE, ItemType.CLIP)
_SUBTITLES = "/library/metadata/{item_id:int}/subtitles"

Format = Literal["srt", "vtt", "ass", "ssa", "smi"]


def _format(call: Call, title: str) -> Format:
    asked = (call.text("format") or title.rpartition(".")[2]).lower().lstrip(".")
    asked = {"webvtt": "vtt", "subrip": "srt"}.get(asked, asked)
    if asked not in _FORMATS:
        raise BadRequestError(f"format is none of {', '.join(_FORMATS)}")
    return cast("Format", asked)


def _language(call: Call, named: SubtitleName | None) -> Language | None:
    asked = call.text("language")
    if asked is None:
        return parse_language(named.language_tag) if named else None
    language = parse_language(asked)
    if language is None:
        raise BadRequestError(f"language: {asked!r} is none that is known")
    return language


async def _bytes(call: Call) -> bytes:
    url = call.text("url")
    if url is None:
        return await call.body(_MOST_BYTES)
    try:
        answer = await call.house.fetcher.get(url, reach=Reach.OWNER_CHOSEN, limits=Limits(largest_bytes=_MOST_BYTES))
    except EgressError as error:
        raise BadRequestError(f"url: {error}") from error
    if not answer.ok:
        raise BadRequestError(f"url: the other server answers {answer.status}")
    return answer.body


@routes.post(
    _SUBTITLES,
    policy=Policy.OWNER,
    takes=(
        text("title", "What it is called; a file's name tells the language too.", example="film.en.srt"),
        text("format", "Its format; by default the ending of the title.", choices=_FORMATS),
        text("language", "Its language: a code, a tag or an English name.", example="en"),
        flag("forced", "Whether it only translates what is foreign."),
        flag("hearingImpaired", "Whether it describes sounds too."),
        text("url", "Where it is fetched from; without it, it is the body."),
    ),
    answers=Answer.NOTHING,
    body="The bytes of a subtitle file.",
)
async def add_subtitle(call: Call) -> Reply:
    """Hands in a subtitle of a film or episode: every version of it has it from now on."""
    item = await item_of(call)
    if item.type not in _WITH_SUBTITLES:
        raise BadRequestError("only what is filmed has subtitles")
    title = call.text("title") or ""
    if len(title) > _LONGEST_TITLE:
        raise BadRequestError(f"title: at most {_LONGEST_TITLE} letters")
    format_ = _format(call, title)
    stem = title.removesuffix(f".{format_}")
    named = parse_subtitle(f"{stem.replace('/', ' ')}.{format_}", [stem.partition(".")[0]]) if "." in stem else None
    language = _language(call, named)
    data = await _bytes(call)
    try:
        cues = await call.house.workers.run(count_cues, SidecarArgs(data=data, source=format_))
    except TaskError as error:
        raise BadRequestError(f"this is no subtitle that can be read: {error}") from error
    if not cues:
        raise BadRequestError("there is no subtitle in it")
    name = await asyncio.to_thread(keeping.keep, call.house.photographer.metadata, data, format_)
    codec = _CODECS.get(format_, format_)
    info = StreamInfo(
        type=StreamType.SUBTITLE,
        codec=codec,
        format=codec,
        language_code=language.code if language else None,
        language_tag=language.tag if language else None,
        title=stem or None,
        forced=call.flag("forced") or (named is not None and named.forced),
        hearing_impaired=call.flag("hearingImpaired") or (named is not None and named.hearing_impaired),
        upload=name,
    )
    await call.house.database.awrite(uploads.add_subtitle, item.id, info)
    return Reply()


@routes.get(
    _SUBTITLES,
    policy=Policy.SIGNED_IN,
    takes=(
        text("language", "The language that is looked for.", example="en"),
        integer("hearingImpaired", "0 rather without sounds, 1 rather with, 2 only with, 3 only without."),
        integer("forced", "0 rather whole, 1 rather forced, 2 only forced, 3 only whole."),
    ),
    answers=Answer.CONTAINER,
)
async def find_subtitles(call: Call) -> Reply:
    """Subtitles that providers have of an item: there is no provider of subtitles, so none are found."""
    await item_of(call)
    return call.reply(Container({"size": 0}))


@routes.put(
    _SUBTITLES,
    policy=Policy.OWNER,
    takes=(text("key", "One of those that were found.", required=True),),
    answers=Answer.NOTHING,
)
async def take_subtitle(call: Call) -> Reply:
    """Takes a subtitle that a provider has: no provider has any, so there is none of any key."""
    await item_of(call)
    call.required("key")
    raise NotFoundError("No provider of subtitles is there, so none has this one.")


# --- streams ---------------------------------------------------------------------------------------------------


@routes.delete(*STREAM_PATHS, policy=Policy.OWNER, answers=Answer.NOTHING)
async def delete_stream(call: Call) -> Reply:
    """Deletes a subtitle that was handed in, or, where media may be deleted, one that lies beside the media."""
    stream = await stream_of(call)
    if info_of(stream).upload is not None:
        await call.house.database.awrite(uploads.remove_subtitle, stream.id)
        return Reply()
    if stream.file_id is None or stream.index_number is not None or stream.type != StreamType.SUBTITLE:
        raise BadRequestError("It lies inside the media file, and is not deleted.")
    check_allowed(call)
    try:
        await call.house.eraser.sidecar(stream.file_id)
    except NotErased as error:
        raise BadRequestError(f"Nothing was deleted: {error}") from error
    return Reply()


@routes.put(
    *STREAM_PATHS,
    policy=Policy.OWNER,
    takes=(
        integer(
            "offset", "How much later it is shown, in milliseconds; negative: earlier.", required=True, example=-500
        ),
    ),
    answers=Answer.NOTHING,
)
async def move_stream(call: Call) -> Reply:
    """Shows a subtitle earlier or later than its file says, to everybody."""
    stream = await stream_of(call)
    offset = call.integer("offset")
    if offset is None:
        raise BadRequestError("offset is missing")
    if abs(offset) > _MOST_OFFSET_MS:
        raise BadRequestError("offset: more than a day")
    if stream.type != StreamType.SUBTITLE:
        raise BadRequestError("only subtitles can be moved")
    await call.house.database.awrite(choices.set_offset, stream, offset)
    return Reply()
