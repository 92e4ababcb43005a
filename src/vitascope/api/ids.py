"""Lists of ids in addresses and queries."""

from vitascope.api.call import whole
from vitascope.api.errors import BadRequestError

MOST_IDS = 100_000


def ids_of(text_: str) -> list[int]:
    """A list of ids separated by commas, each once."""
    try:
        found = list(dict.fromkeys(whole(part) for part in text_.split(",") if part.strip()))
    except ValueError:
        raise BadRequestError("id is no list of ids") from None
    if not found:
        raise BadRequestError("id names no item")
    if len(found) > MOST_IDS:
        raise BadRequestError(f"at most {MOST_IDS} items are edited at once")
    return found
