"""Reviews in an edit: spelled as tags are, since to clients a review is one.

``review[0].tag.tag`` is who wrote it, ``review[0].tagging.text``, ``.source``, ``.image`` and ``.link`` are the rest.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from vitascope.core.edits.errors import EditError
from vitascope.core.edits.fields import line, prose, read_tag
from vitascope.core.reviews import ReviewChange, Written

NAME = "review"
_MOST = 100
_link = line(2_000)
_READ = {"text": prose(20_000), "source": line(200), "image": line(200)}


class Reviews:
    """What is said of reviews, gathered parameter by parameter."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, str | None]] = {}
        self._names: dict[str, str] = {}
        self.removed: list[str] = []
        self.clears = False

    def take(self, parameter: str, number: str, what: str, value: str) -> None:
        """One parameter ``review[number].what``, but for those that take reviews away."""
        if what == "tag.tag":
            name = read_tag(parameter, value)
            if name is None:
                raise EditError(f"{parameter} is empty: a review has somebody who wrote it")
            self._names[number or f"-{len(self._names)}"] = name
            return
        field = what.removeprefix("tagging.")
        if field == "link":
            read = _address(parameter, value)
        elif field in _READ:
            read = _text(_READ[field](parameter, value))
        else:
            raise EditError(f"{parameter} cannot be set")
        self._values.setdefault(number, {})[field] = read

    def change(self, locked: bool | None) -> ReviewChange | None:
        """All of it; ``None``: nothing was said. Raises :class:`EditError`."""
        nameless = self._values.keys() - self._names.keys()
        if nameless:
            raise EditError(f"{NAME}[{min(nameless)}].tag.tag is missing: who wrote it")
        if len(self._names) > _MOST:
            raise EditError(f"{NAME}: more than {_MOST} reviews")
        if not (self._names or self.removed or self.clears) and locked is None:
            return None
        return ReviewChange(
            clears=self.clears,
            put=tuple(self._put()),
            remove=tuple(dict.fromkeys(self.removed)),
            locked=True if locked is None else locked,
        )

    def _put(self) -> Iterable[Written]:
        for number, name in self._names.items():
            yield Written(tag=name, values=self._values.get(number, {}))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _address(parameter: str, value: str) -> str | None:
    found = _text(_link(parameter, value))
    if found is None:
        return None
    if not is_link(found):
        raise EditError(f"{parameter} is no address that begins with http:// or https://")
    return found


def is_link(text: str) -> bool:
    """Whether a text is an address of the web, which a person may be led to."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not set(text) & set(" \"'<>\\")
    except ValueError:
        return False
