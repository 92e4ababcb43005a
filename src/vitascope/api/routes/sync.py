"""What apps ask of the synchronisation of old, as a server whose apps have nothing to synchronise answers."""

from vitascope.api.absences import Absence, Said, declare
from vitascope.api.errors import BadRequestError
from vitascope.api.policy import Policy
from vitascope.api.routing import Routes

routes = Routes()

_ITEM = "/sync/items/{item_id}"

declare(
    routes,
    (
        Absence(method=method, path=path, policy=Policy.SIGNED_IN, said=said, what=what)
        for method, path, said, what in (
            ("PUT", "/sync/refreshSynclists", Said.NONE, "Would read what apps want to keep: nothing is listed."),
            ("PUT", "/sync/refreshContent", Said.NONE, "Would make what apps want to keep: there is nothing."),
            ("GET", "/sync/items", Said.NONE, "What apps keep: nothing."),
            ("GET", _ITEM, Said.UNKNOWN, "One thing that an app keeps: there is none."),
            ("PUT", "/sync/{client}/item/{rating_key}/downloaded", Said.UNKNOWN, "Would note that an app has it."),
        )
    ),
    refusal=BadRequestError,
    reason="There is nothing to synchronise: apps save files with `download=1`.",
)
