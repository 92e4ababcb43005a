"""Subtitles and lyrics as files: those beside the media, and text taken out of it or of its tags.

``/library/streams/{id}`` sends a sidecar as it is; ``format`` (or a name's ending) asks for another text format, and
``encoding`` for UTF-8. A text stream inside a film is taken out by a worker; pictures of subtitles cannot be text.
"""

import asyncio
from typing import Literal, cast

from vitascope.api import subtitle_files
from vitascope.api.call import Call
from vitascope.api.describe import Answer, flag, text
from vitascope.api.errors import ApiError, BadRequestError, NotFoundError, NotMadeYetError
from vitascope.api.files import is_below, media_type
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.api.subtitle_files import beside, file_of, is_file, source_of
from vitascope.core.model import StreamType
from vitascope.media.probe.tasks import FileArgs, lyrics
from vitascope.media.subtitles import parse_lyrics
from vitascope.media.subtitles.tasks import SidecarArgs, SubtitleArgs, sidecar, subtitle
from vitascope.media.workers import TaskError
from vitascope.store import items
from vitascope.store.rows import StreamRow
from vitascope.store.sections import roots_of_item

routes = Routes()

_TARGETS = ("srt", "vtt", "ass")
_SPELLINGS = {"webvtt": "vtt", "subrip": "srt", "ssa": "ass"}
_IMAGES = ("pgs", "vobsub", "dvb_subtitle", "dvd_subtitle", "hdmv_pgs_subtitle", "xsub")

Target = Literal["srt", "vtt", "ass"]
STREAM_PATHS = ("/library/streams/{stream_id:int}", "/library/streams/{stream_id:int}.{ending}")


async def stream_of(call: Call) -> StreamRow:
    """The stream in the path; 404 when there is none, or not for this person."""
    found = await call.house.database.read(items.stream, call.number("stream_id"), call.viewer)
    if found is None:
        raise NotFoundError
    return found


def _target(call: Call) -> Target | None:
    asked = (call.text("format") or call.params.get("ending") or "").lower()
    asked = _SPELLINGS.get(asked, asked)
    if not asked:
        return None
    if asked not in _TARGETS:
        raise BadRequestError(f"format is none of {', '.join(_TARGETS)}")
    return cast("Target", asked)


def _text(body: str, ending: str) -> Reply:
    kind = media_type(f".{ending}").partition(";")[0]
    return Reply(body=body.encode("utf-8", "replace"), media_type=f"{kind};charset=utf-8".encode())


def _lyrics(call: Call, text: str) -> Reply:
    found = parse_lyrics(text)
    lines = []
    for line in found.lines:
        attributes: dict[str, Value] = {"startOffset": line.start_ms}
        lines.append(Node("Line", attributes, [Node("Span", {"startOffset": line.start_ms, "text": line.text})]))
    node = Node("Lyrics", {"timed": found.timed, "minLines": 2, "provider": "local"}, lines)
    return call.reply(Container({"size": 1}, [node]))


async def _of_lyrics(call: Call, stream: StreamRow) -> Reply:
    if stream.file_id is None:
        name, text = f".{stream.codec}".encode(), await _embedded_lyrics(call, stream)
    else:
        name, data = await beside(call, stream.file_id)
        text = await _sidecar_text(call, SidecarArgs(data=data))
    ending = call.params.get("ending")
    if ending in ("lrc", "txt") or call.text("format") in ("lrc", "txt"):
        return Reply(body=text.encode("utf-8", "replace"), media_type=media_type(name).encode())
    return _lyrics(call, text)


async def _sidecar_text(call: Call, args: SidecarArgs) -> str:
    """The text of a file beside the media, read and converted where a strange one does no harm."""
    try:
        return await call.house.workers.run(sidecar, args)
    except TaskError as error:
        raise ApiError(f"The file cannot be read: {error}") from error


async def _embedded_lyrics(call: Call, stream: StreamRow) -> str:
    try:
        text = await call.house.workers.run(lyrics, FileArgs.of(await media_path(call, stream)))
    except TaskError as error:
        raise ApiError(f"The lyrics cannot be taken out: {error}") from error
    if text is None:
        raise NotFoundError("The file has no lyrics any more.")
    return text


@routes.get(
    *STREAM_PATHS,
    policy=Policy.SIGNED_IN,
    takes=(
        text("format", "The text format wanted; by default that of the file.", choices=_TARGETS),
        text("encoding", "Asks for UTF-8; the file's own otherwise.", example="utf-8"),
        flag("autoAdjustSubtitle", "A subtitle file that nobody moved is fitted to where somebody speaks."),
    ),
    answers=Answer.FILE,
)
async def stream_file(call: Call) -> Reply:
    """A subtitle or lyrics stream as a file."""
    stream = await stream_of(call)
    if stream.type == StreamType.LYRICS:
        return await _of_lyrics(call, stream)
    if stream.type != StreamType.SUBTITLE:
        raise NotFoundError("Only subtitles and lyrics are files of their own.")
    target = _target(call)
    if is_picture(stream):
        raise NotMadeYetError("These subtitles are pictures; they can only be shown with the film.")
    return await subtitle_file(call, stream, target)


def is_picture(stream: StreamRow) -> bool:
    """The subtitle is drawn, not written."""
    return stream.codec in _IMAGES


async def subtitle_file(call: Call, stream: StreamRow, target: Target | None) -> Reply:
    """A subtitle of text, shown as much later as ``subtitle_files.offset_ms`` says; ``target``: in another format than
    its own."""
    offset_ms = await subtitle_files.offset_ms(call, stream)
    if not is_file(stream):
        return await _inside(call, stream, target or "srt", offset_ms)
    name, data = await file_of(call, stream)
    ending = name.rpartition(b".")[2].decode("ascii", "ignore").lower()
    if target is None and call.text("encoding") is None and not offset_ms:
        return Reply(body=data, media_type=media_type(name).partition(";")[0].encode())
    source = source_of(name)
    if target is None or target == ending or source is None:
        return _text(await _sidecar_text(call, SidecarArgs(data=data, source=source, offset_ms=offset_ms)), ending)
    args = SidecarArgs(data=data, source=source, target=target, offset_ms=offset_ms)
    return _text(await _sidecar_text(call, args), target)


async def media_path(call: Call, stream: StreamRow) -> bytes:
    """The file that a stream lies in, when it really is in its section's folders."""
    found = await call.house.database.read(items.part_for_delivery, stream.part_id, call.viewer)
    if found is None:
        raise NotFoundError
    _, path, item = found
    roots = await call.house.database.read(roots_of_item, item.section_id)
    if not await asyncio.to_thread(is_below, path, roots):
        raise NotFoundError
    return path


async def _inside(call: Call, stream: StreamRow, target: Target, offset_ms: int) -> Reply:
    if stream.index_number is None:
        raise NotFoundError
    path = await media_path(call, stream)
    try:
        text = await call.house.workers.run(subtitle, SubtitleArgs.of(path, stream.index_number, target, offset_ms))
    except TaskError as error:
        raise ApiError(f"The subtitles cannot be taken out: {error}") from error
    return _text(text, target)
