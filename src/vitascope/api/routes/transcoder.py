"""What of the transcoder is not there yet: asked for, it is answered with 501."""

from vitascope.api.absences import Absence, Said, declare
from vitascope.api.describe import State, integer, text
from vitascope.api.errors import NotMadeYetError
from vitascope.api.policy import Policy
from vitascope.api.routing import Routes

routes = Routes(State.LATER)

_KINDS = ("video", "music", "audio", "photo", "subtitles")
_OTHERS = ("photo", "subtitles")
_REASON = "This server does not make this yet."
_WHAT = text("path", "What to play, as the key of an item.", example="/library/metadata/1")
_WHERE = (_WHAT, integer("mediaIndex", "Which of its versions."), integer("partIndex", "Which part of that."))
_OPERATIONS = (
    *((kind, "GET", "subtitles", "Would convert subtitles; not made yet.", _WHERE) for kind in _KINDS),
    *((kind, "POST", "fallback", "Would go on in another way; not made yet.", ()) for kind in _KINDS),
    *((kind, "GET", "start", "Would convert a photograph or a subtitle; not made yet.", _WHERE) for kind in _OTHERS),
    *(
        (kind, "GET", "start.{ending}", "Would convert a photograph or a subtitle; not made yet.", _WHERE)
        for kind in _OTHERS
    ),
)

declare(
    routes,
    (
        Absence(
            method=method,
            path=f"/{kind}/:/transcode/universal/{name}",
            policy=Policy.SIGNED_IN,
            said=Said.REFUSED,
            what=what,
            takes=takes,
        )
        for kind, method, name, what, takes in _OPERATIONS
    ),
    refusal=NotMadeYetError,
    reason=_REASON,
)
