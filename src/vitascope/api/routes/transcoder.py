"""The transcoder: to make a stream is answered with 501, since this version plays files as they are.

A client that asks for a conversion is told where the file itself is, instead of a stream that is none.
"""

from vitascope.api.absences import Absence, Said, declare
from vitascope.api.describe import State, integer, text
from vitascope.api.errors import NotMadeYetError
from vitascope.api.policy import Policy
from vitascope.api.routing import Routes

routes = Routes(State.LATER)

_KINDS = ("video", "music", "audio", "photo", "subtitles")
_REASON = "This server converts nothing yet; players read the file of a part itself (its `key`)."
_WHAT = text("path", "What to play, as the key of an item.", example="/library/metadata/1")
_WHERE = (_WHAT, integer("mediaIndex", "Which of its versions."), integer("partIndex", "Which part of that."))
_OPERATIONS = (
    ("GET", "start.{ending}", "Would begin a conversion; not made yet.", _WHERE),
    ("GET", "start", "Would begin a conversion; not made yet.", _WHERE),
    ("GET", "subtitles", "Would convert subtitles; not made yet.", _WHERE),
    ("POST", "fallback", "Would go on in another way; not made yet.", ()),
    ("GET", "ping", "Would keep a conversion alive; not made yet.", ()),
    ("GET", "stop", "Would end a conversion; not made yet.", ()),
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
        for kind in _KINDS
        for method, name, what, takes in _OPERATIONS
    ),
    refusal=NotMadeYetError,
    reason=_REASON,
)
