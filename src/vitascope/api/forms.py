"""Values that are sent in a body: JSON or a form, and for what is no secret in the query as well.

Passwords belong into a body, and are taken from nowhere else: addresses end up in histories, logs and ``Referer``
headers.
"""

from urllib.parse import parse_qsl

import msgspec

from vitascope.api.call import Call
from vitascope.api.errors import BadRequestError

_MOST_BODY = 16 * 1024
_BODY_ONLY = ("password", "ownerPassword")


async def form(call: Call) -> dict[str, str]:
    """The values of a request by name; the body wins over the query."""
    for name in _BODY_ONLY:
        if name in call.query:
            raise BadRequestError(f"{name} belongs into the body and not into the address")
    body = await call.body(most=_MOST_BODY)
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    sent: dict[str, str] = {}
    if body and kind == "application/json":
        try:
            sent = msgspec.json.decode(body, type=dict[str, str])
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise BadRequestError("the body is not a JSON object of texts") from None
    elif body:
        try:
            sent = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=50))
        except ValueError:
            raise BadRequestError("the body is not a form") from None
    if any("\0" in text for pair in sent.items() for text in pair):
        raise BadRequestError("a NUL is part of no text")
    return call.query | sent


def needed(values: dict[str, str], name: str) -> str:
    """A value that must be there. Raises :class:`BadRequestError`."""
    value = values.get(name, "")
    if not value:
        raise BadRequestError(f"{name} is missing")
    return value
