"""The root document of a provider: who it is, what it knows about, and where it is asked."""

import re
from dataclasses import dataclass

from vitascope.core.model import ItemType
from vitascope.metadata.online import values
from vitascope.metadata.online.errors import ProviderError

_IDENTIFIER = re.compile(r"tv\.plex\.agents\.[A-Za-z0-9._-]{1,150}")
_OURS = frozenset({"tv.plex.agents.movie", "tv.plex.agents.series", "tv.plex.agents.music"})
_PATH = re.compile(r"(?:/[A-Za-z0-9._~:@!$&'()*+,;=%-]+)+")
KNOWN_TYPES = (
    ItemType.MOVIE,
    ItemType.SHOW,
    ItemType.SEASON,
    ItemType.EPISODE,
    ItemType.ARTIST,
    ItemType.ALBUM,
    ItemType.TRACK,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """``types`` are those this server has use for, ``*_path`` stand below the provider's own address."""

    identifier: str
    title: str
    types: tuple[ItemType, ...]
    match_path: str
    metadata_path: str


def read_description(body: bytes) -> Description:
    """Raises :class:`ProviderError` that says what is missing."""
    provider = values.decoded(body).get("MediaProvider")
    if not isinstance(provider, dict):
        raise ProviderError("the answer has no MediaProvider")
    identifier = values.text(provider.get("identifier"), 200)
    if identifier is None or not _IDENTIFIER.fullmatch(identifier) or identifier in _OURS:
        raise ProviderError("identifier: it has to begin with tv.plex.agents.custom. and hold letters, digits, . - _")
    title = values.text(provider.get("title"), 200)
    if title is None:
        raise ProviderError("title: missing")
    types: list[ItemType] = []
    for each in values.objects(provider.get("Types")):
        number = values.whole(each.get("type"), 1, 100)
        schemes = [values.text(one.get("scheme")) for one in values.objects(each.get("Scheme"))]
        if schemes and identifier not in schemes:
            raise ProviderError("Types: the scheme of a provider's guids has to be its identifier")
        types += [kind for kind in KNOWN_TYPES if kind == number]
    if not types:
        raise ProviderError("Types: none that this server has use for (1 to 4, 8 to 10)")
    features = {values.text(each.get("type")): each.get("key") for each in values.objects(provider.get("Feature"))}
    return Description(
        identifier=identifier,
        title=title,
        types=tuple(dict.fromkeys(types)),
        match_path=_path(features, "match"),
        metadata_path=_path(features, "metadata"),
    )


def _path(features: dict[str | None, object], name: str) -> str:
    found = values.text(features.get(name), 300)
    if found is None:
        raise ProviderError(f"Feature: none of the type {name}")
    if not _PATH.fullmatch(found) or any(part in (".", "..") for part in found.split("/")):
        raise ProviderError(f"Feature {name}: the key is no path")
    return found
