"""Downloads that are converted first, and optimised versions: they come with conversions, which are not made yet."""

from vitascope.api.absences import Absence, Said, declare
from vitascope.api.describe import State, text
from vitascope.api.errors import NotMadeYetError
from vitascope.api.policy import Policy
from vitascope.api.routing import Routes

routes = Routes(State.LATER)

_REASON = "This server converts nothing yet; `download=1` on a part saves the file itself."
_QUEUE = "/downloadQueue/{queue_id:int}"
_ITEM = f"{_QUEUE}/item/{{item_id:int}}"
_ITEMS = f"{_QUEUE}/items"
_ONE = f"{_ITEMS}/{{item_id}}"
_KEYS = text("keys", "What to download, as keys of items.", required=True, many=True, example="/library/metadata/1")

declare(
    routes,
    (
        Absence(method=method, path=path, policy=Policy.SIGNED_IN, said=Said.REFUSED, what=what, takes=takes)
        for method, path, what, takes in (
            ("POST", "/downloadQueue", "Would make a queue of downloads; not made yet.", ()),
            ("GET", _QUEUE, "A queue of downloads; not made yet.", ()),
            ("POST", f"{_QUEUE}/add", "Would add to a queue of downloads; not made yet.", (_KEYS,)),
            ("GET", f"{_ITEM}/media", "The file of a download; not made yet.", ()),
            ("GET", f"{_ITEM}/decision", "How a download is converted; not made yet.", ()),
            ("GET", _ITEMS, "The downloads of a queue; not made yet.", ()),
            ("GET", _ONE, "Downloads of a queue; not made yet.", ()),
            ("DELETE", _ONE, "Would take downloads out of a queue; not made yet.", ()),
            ("POST", f"{_ONE}/restart", "Would begin a download again; not made yet.", ()),
        )
    ),
    refusal=NotMadeYetError,
    reason=_REASON,
)
