"""The rest of the transcoder: the selected subtitle as text, and another way of playing.

Some televisions ask for the subtitle of whatever they play and stumble over an error: where there is none, or one that
is drawn and not written, the answer is an empty text.
"""

from vitascope.api.call import Call
from vitascope.api.deciding import DETAIL
from vitascope.api.describe import Answer
from vitascope.api.errors import ImpossibleError, NotFoundError
from vitascope.api.listing import shown_items
from vitascope.api.play_request import TAKES, asked
from vitascope.api.policy import Policy
from vitascope.api.render.shown import MediaShown, StreamShown
from vitascope.api.reply import Reply
from vitascope.api.routes.streaming import KINDS, SESSION, sessions_meant, universal
from vitascope.api.routes.streams import is_picture, subtitle_file
from vitascope.api.routing import Routes
from vitascope.core.model import StreamType

routes = Routes()

_EMPTY = b"application/x-subrip"
_SUBTITLES = (
    *universal("subtitles", (*KINDS, "subtitles")),
    *universal("start", ("subtitles",)),
    *universal("start.{ending}", ("subtitles",)),
)


async def _selected(call: Call) -> StreamShown | None:
    """The subtitle that this person reads with what a call names."""
    wanted = asked(call)
    shown = await shown_items(call, [wanted.item_id], DETAIL)
    if not shown:
        raise NotFoundError
    versions = [media for media in shown[0].media if isinstance(media, MediaShown)]
    version, part = wanted.request.media_index or 0, wanted.request.part_index or 0
    if version >= len(versions) or part >= len(versions[version].parts):
        raise NotFoundError("there is no such version or part")
    streams = versions[version].parts[part].streams
    return next((one for one in streams if one.selected and one.info.type is StreamType.SUBTITLE), None)


@routes.get(*_SUBTITLES, policy=Policy.SIGNED_IN, takes=TAKES, answers=Answer.FILE)
async def selected_subtitle(call: Call) -> Reply:
    """The selected subtitle of what is played, as text (SRT); empty where there is none that is text."""
    found = await _selected(call)
    if found is None or is_picture(found.row):
        return Reply(media_type=_EMPTY)
    return await subtitle_file(call, found.row, "srt")


@routes.post(*universal("fallback"), policy=Policy.SIGNED_IN, takes=SESSION, answers=Answer.NOTHING)
async def fall_back(call: Call) -> Reply:
    """Asks for another way of making a stream; there is none, since devices that fail are left by themselves: 412."""
    if not sessions_meant(call):
        raise NotFoundError("there is no such session, or it has ended")
    raise ImpossibleError("There is no other way: what fails on a device goes on with the processor by itself.")
