"""Addresses in a provider's answer: of pictures and a theme of an item, and of the people who took part in it.

They are kept as they are said and fetched only through :mod:`vitascope.egress`: a client never sees one.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from vitascope.core.model import ArtKind
from vitascope.metadata.online import values

PERSON = "person"
"""The kind of a picture of somebody who took part, beside those of :class:`~vitascope.core.model.ArtKind`."""
_MOST_OF_A_KIND = 30
_MOST_PEOPLE = 200
_LONGEST = 2_000
_IMAGES = {
    "coverPoster": ArtKind.THUMB,
    "snapshot": ArtKind.THUMB,
    "background": ArtKind.ART,
    "backgroundSquare": ArtKind.SQUARE_ART,
    "clearLogo": ArtKind.CLEAR_LOGO,
    "banner": ArtKind.BANNER,
}
_DIRECT = {"thumb": ArtKind.THUMB, "art": ArtKind.ART, "banner": ArtKind.BANNER, "theme": ArtKind.THEME}
_CREDITS = ("Role", "Director", "Writer", "Producer")


class Picture(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The address of a picture or a theme."""

    kind: str
    """A value of :class:`~vitascope.core.model.ArtKind`, or :data:`PERSON`."""
    url: str
    cache_key: str | None = None
    """Its name below ``Metadata/`` once it was fetched."""
    name: str | None = None
    """Whose picture it is, of a person."""

    @property
    def label(self) -> str:
        """A name for it that is the same as long as the address is, and tells nothing of it."""
        return hashlib.sha1(self.url.encode(), usedforsecurity=False).hexdigest()


def pictures_said(said: dict[str, Any]) -> Iterator[Picture]:
    """Of an item: each kind in the order of the answer, what stands in ``thumb``, ``art`` … first; then the people."""
    named: list[tuple[ArtKind | None, object]] = [(kind, said.get(name)) for name, kind in _DIRECT.items()]
    named += [(_IMAGES.get(str(each.get("type"))), each.get("url")) for each in values.objects(said.get("Image"))]
    seen: set[tuple[ArtKind, str]] = set()
    number: Counter[ArtKind] = Counter()
    for kind, url in named:
        address = _address(url)
        if kind is None or address is None or (kind, address) in seen or number[kind] == _MOST_OF_A_KIND:
            continue
        seen.add((kind, address))
        number[kind] += 1
        yield Picture(kind=kind.value, url=address)
    yield from _people(said)


def _people(said: dict[str, Any]) -> Iterator[Picture]:
    found: dict[str, str] = {}
    for element in _CREDITS:
        for each in values.objects(said.get(element)):
            name, address = values.text(each.get("tag"), 200), _address(each.get("thumb"))
            if name is not None and address is not None and len(found) < _MOST_PEOPLE:
                found.setdefault(name, address)
    for name, address in found.items():
        yield Picture(kind=PERSON, url=address, name=name)


def _address(value: object) -> str | None:
    """An address whole, or none: one that is cut short leads elsewhere."""
    found = values.text(value, _LONGEST + 1)
    return found if found is not None and len(found) <= _LONGEST else None
