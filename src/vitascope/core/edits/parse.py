"""The parameters of ``PUT /library/metadata/{ids}`` and ``PUT /library/sections/{id}/all`` become one edit.

==============================  ==================================================================================
``title.value=X``               the field holds X, and is locked unless ``title.locked=0`` says otherwise
``title.locked=1``              the field stays as it is, whatever files say; ``0`` leaves it to the next refresh
``genre[0].tag.tag=X``          the items carry X as well (numbers join a tag with what follows about it)
``actor[0].tagging.text=X``     of a tag on these items: the character of an actor
``review[0].tag.tag=X``         the review by X, with ``review[0].tagging.text``, ``.source``, ``.image``, ``.link``
``genre[].tag.tag-=X,Y``        the items no longer carry X and Y; each is percent-encoded once more
``genre[].tag``                 the items no longer carry any genre
``artist.title.value=X``        tracks and albums go to another artist; tracks name ``album.title.value`` as well
==============================  ==================================================================================

Other parameters are passed over, since they say which items are meant. A field or tag nobody knows is an error.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from vitascope.core.edits import reviews
from vitascope.core.edits.errors import EditError
from vitascope.core.edits.fields import ALIASES, FIELDS, LOCK_ONLY, TAGS, Value, line, read_role, read_tag
from vitascope.core.model import TagType
from vitascope.core.reviews import ReviewChange

_MOST_TAGS = 500
_FIELD = re.compile(r"(\w+)\.(value|locked)")
_TAG = re.compile(r"(\w+)\[(\d*)\]\.(tag\.tag-?|tag|tagging\.\w+)")
_ABOVE = re.compile(r"(artist|album)\.(title|id)(?:\.(value|id|locked))?")
_title = line(500, indexed=True, needed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """What happens to one field."""

    sets: bool = False
    """It gets ``value``; else it keeps what it holds."""
    value: Value = None
    locked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TagValue:
    """A tag, and of an actor the character."""

    tag: str
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagChange:
    """What happens to the tags of one type."""

    clears: bool = False
    """All that are there go first."""
    add: tuple[TagValue, ...] = ()
    remove: tuple[str, ...] = ()
    locked: bool = True

    @property
    def changes(self) -> bool:
        """Whether any tag comes or goes."""
        return self.clears or bool(self.add) or bool(self.remove)


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """The artist or album that items go to: by its title, or by its id."""

    title: str | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """All that one request changes."""

    fields: dict[str, FieldChange] = field(default_factory=dict)
    """By name in the API; the aliases are resolved."""
    tags: dict[TagType, TagChange] = field(default_factory=dict)
    reviews: ReviewChange | None = None
    locks: dict[str, bool] = field(default_factory=dict)
    """What can only be locked and unlocked."""
    artist: Above | None = None
    album: Above | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.fields or self.tags or self.reviews or self.locks or self.artist or self.album)


def is_edit(name: str) -> bool:
    """Whether a parameter says what is edited, and not which items."""
    return any(pattern.fullmatch(name) for pattern in (_ABOVE, _FIELD, _TAG))


class _Gathering:
    """The parameters by field and tag, before they are joined."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.locks: dict[str, bool] = {}
        self.tags: dict[tuple[str, str], str] = {}
        self.texts: dict[tuple[str, str], str | None] = {}
        self.removed: dict[str, list[str]] = {}
        self.cleared: set[str] = set()
        self.above: dict[str, dict[str, str]] = {}
        self.reviews = reviews.Reviews()

    def take(self, name: str, value: str) -> None:
        if (above := _ABOVE.fullmatch(name)) is not None:
            if above[3] != "locked":
                self.above.setdefault(above[1], {})["id" if "id" in (above[2], above[3]) else "title"] = value
        elif (plain := _FIELD.fullmatch(name)) is not None:
            self._field(name, plain[1], plain[2], value)
        elif (tag := _TAG.fullmatch(name)) is not None:
            self._tag(name, tag[1], tag[2], tag[3], value)

    def _field(self, parameter: str, name: str, what: str, value: str) -> None:
        name = ALIASES.get(name, name)
        if what == "locked":
            if name not in FIELDS and name not in TAGS and name not in LOCK_ONLY and name != reviews.NAME:
                raise EditError(f"{parameter}: there is no such field")
            if value not in ("0", "1", "true", "false", "True", "False"):
                raise EditError(f"{parameter} is neither 0 nor 1")
            self.locks[FIELDS[name].name if name in FIELDS else name] = value in ("1", "true", "True")
        elif name in FIELDS:
            self.values[FIELDS[name].name] = value
        elif name not in LOCK_ONLY:
            raise EditError(f"{parameter}: there is no such field")

    def _tag(self, parameter: str, name: str, number: str, what: str, value: str) -> None:
        name = ALIASES.get(name, name)
        if name == reviews.NAME and what == "tag":
            self.reviews.clears = True
            return
        if name == reviews.NAME and what != "tag.tag-":
            self.reviews.take(parameter, number, what, value)
            return
        if name not in TAGS and name != reviews.NAME:
            raise EditError(f"{parameter}: there is no such tag")
        if what == "tag.tag-":
            # the client encodes each name once more, so that one may hold a comma
            into = self.reviews.removed if name == reviews.NAME else self.removed.setdefault(name, [])
            into.extend(found for part in value.split(",") if (found := read_tag(parameter, unquote(part))) is not None)
        elif what == "tag":
            self.cleared.add(name)
        elif what == "tag.tag":
            found = read_tag(parameter, value)
            if found is not None:
                self.tags[name, number or f"-{len(self.tags)}"] = found
        elif what == "tagging.text":
            self.texts[name, number] = read_role(parameter, value)
        else:
            raise EditError(f"{parameter} cannot be set")


def parse_edit(pairs: Iterable[tuple[str, str]]) -> Edit:
    """The edit that these query parameters ask for. Raises :class:`EditError`, naming the parameter."""
    gathered = _Gathering()
    for name, value in pairs:
        gathered.take(name, value)
    fields = {
        name: FieldChange(
            sets=True, value=FIELDS[name].read(f"{name}.value", value), locked=gathered.locks.get(name, True)
        )
        for name, value in gathered.values.items()
    }
    for name, locked in gathered.locks.items():
        if name in FIELDS and name not in fields:
            fields[name] = FieldChange(locked=locked)
    return Edit(
        fields=fields,
        tags=_tags(gathered),
        reviews=gathered.reviews.change(gathered.locks.get(reviews.NAME)),
        locks={name: locked for name, locked in gathered.locks.items() if name in LOCK_ONLY},
        artist=_above(gathered, "artist"),
        album=_above(gathered, "album"),
    )


def _tags(gathered: _Gathering) -> dict[TagType, TagChange]:
    found: dict[TagType, TagChange] = {}
    for name, kind in TAGS.items():
        add: dict[str, TagValue] = {}
        for (of, number), tag in gathered.tags.items():
            if of == name:
                add.setdefault(tag, TagValue(tag=tag, text=gathered.texts.get((of, number))))
        remove = tuple(dict.fromkeys(gathered.removed.get(name, ())))
        if len(add) > _MOST_TAGS or len(remove) > _MOST_TAGS:
            raise EditError(f"{name}: more than {_MOST_TAGS} tags")
        if add or remove or name in gathered.cleared or name in gathered.locks:
            found[kind] = TagChange(
                clears=name in gathered.cleared,
                add=tuple(add.values()),
                remove=remove,
                locked=gathered.locks.get(name, True),
            )
    return found


def _above(gathered: _Gathering, which: str) -> Above | None:
    said = gathered.above.get(which)
    if said is None:
        return None
    title = said.get("title")
    if title is not None:
        return Above(title=str(_title(f"{which}.title.value", title)))
    try:
        number = int(said["id"])
    except ValueError:
        raise EditError(f"{which}.id.value is not an id") from None
    if not 0 < number < 2**63:
        raise EditError(f"{which}.id.value is not an id")
    return Above(id=number)
