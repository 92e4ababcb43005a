"""JSON schemas of what is answered, made of the renderer's tables.

Numbers and flags are as lenient as clients of this API have to be: an attribute that is absent means "none", and where
the published description of the Plex Media Server allows a number or a text, so do we.
"""

from collections.abc import Iterable
from typing import Any

from vitascope.api.describe import Answer
from vitascope.api.render.items import table_of
from vitascope.api.render.table import Attribute, Children, Mixed, Table
from vitascope.core.model import ItemType

Schema = dict[str, Any]

_KINDS: dict[str, Schema] = {
    "number": {"type": ["number", "string"]},
    "count": {"type": "integer"},
    "text": {"type": "string"},
    "flag": {"type": ["boolean", "integer"]},
}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _properties(attributes: Iterable[Attribute[Any]]) -> dict[str, Schema]:
    return {attribute.name: _KINDS[attribute.kind] for attribute in attributes}


def _elements(table: Table[Any]) -> Iterable[tuple[str, Table[Any]]]:
    for children in table.children:
        if isinstance(children, Children):
            yield children.table.json_name or children.element, children.table
        elif isinstance(children, Mixed):
            for element, below in zip(children.elements, children.tables, strict=True):
                yield below.json_name or element, below


def _collect(name: str, table: Table[Any], into: dict[str, Schema]) -> None:
    """Adds the schema of an element, and of all below it. What several tables say of one element is united."""
    schema = into.setdefault(name, {"type": "object", "properties": {}})
    properties = schema["properties"]
    properties.update(_properties(table.attributes))
    for element, below in _elements(table):
        properties[element] = {"type": "array", "items": _ref(element)}
        _collect(element, below, into)


def _object(properties: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    made: Schema = {"type": "object", "properties": properties}
    if required:
        made["required"] = list(required)
    return made


def _wrapped(name: str) -> Schema:
    return _object({"MediaContainer": _ref(name)}, ("MediaContainer",))


_CONTAINER = _object(
    {
        "size": {"type": "integer", "description": "How many children this answer holds."},
        "totalSize": {"type": "integer", "description": "How many there are, when only a part was asked for."},
        "offset": {"type": "integer", "description": "Where this part begins."},
        "allowSync": {"type": ["boolean", "integer"]},
        "identifier": {"type": "string"},
        "librarySectionID": {"type": ["integer", "string"]},
        "librarySectionTitle": {"type": "string"},
        "librarySectionUUID": {"type": "string"},
    }
)
_HUB = _object(
    {
        "hubIdentifier": {"type": "string"},
        "hubKey": {"type": "string", "description": "The items of this answer, as one address."},
        "key": {"type": "string", "description": "The whole list, as an address that pages."},
        "title": {"type": "string"},
        "type": {"type": "string"},
        "context": {"type": "string"},
        "style": {"type": "string"},
        "size": {"type": "integer"},
        "more": {"type": ["boolean", "integer"]},
        "promoted": {"type": ["boolean", "integer"]},
        "random": {"type": ["boolean", "integer"]},
        "Metadata": {"type": "array", "items": _ref("Metadata")},
        "Directory": {"type": "array", "items": _ref("Directory")},
    }
)
_DIRECTORY = _object({"key": {"type": "string"}, "title": {"type": "string"}, "type": {"type": "string"}})
_SETTING = _object(
    {
        "id": {"type": "string"},
        "label": {"type": "string"},
        "summary": {"type": "string"},
        "type": {"type": "string", "enum": ["bool", "int", "text", "double"]},
        "default": {"type": ["string", "number", "boolean"]},
        "value": {"type": ["string", "number", "boolean"]},
        "hidden": {"type": ["boolean", "integer"]},
        "advanced": {"type": ["boolean", "integer"]},
        "group": {"type": "string"},
        "enumValues": {"type": "string", "description": "value:name|value:name"},
    },
    ("id", "type"),
)


def _container_of(**children: str) -> Schema:
    listed: dict[str, Schema] = {
        element: {"type": "array", "items": _ref(schema)} for element, schema in children.items()
    }
    return {"allOf": [_ref("MediaContainer"), _object(listed)]}


def components() -> dict[str, Schema]:
    """All schemas by name."""
    found: dict[str, Schema] = {}
    for kind in ItemType:
        _collect("Metadata", table_of(kind), found)
    # A directory that is no item (a section, a filter, a value) has a few attributes of its own.
    found["Directory"] = _DIRECTORY
    found["MediaContainer"] = _CONTAINER
    found["Hub"] = _HUB
    found["Setting"] = _SETTING
    found["Items"] = _container_of(Metadata="Metadata")
    found["Hubs"] = _container_of(Hub="Hub")
    found["Directories"] = _container_of(Directory="Directory")
    found["Settings"] = _container_of(Setting="Setting")
    return found


_CONTAINERS: dict[Answer, str] = {
    Answer.ITEMS: "Items",
    Answer.HUBS: "Hubs",
    Answer.DIRECTORY: "Directories",
    Answer.SETTINGS: "Settings",
    Answer.CONTAINER: "MediaContainer",
}


def answer_content(answer: Answer | None) -> dict[str, Any] | None:
    """The ``content`` of a good answer by media type; ``None`` when there is no body."""
    if answer is Answer.NOTHING:
        return None
    if answer is Answer.FILE:
        return {"*/*": {}}
    if answer is Answer.PAGE:
        return {"text/html": {}}
    if answer is Answer.EVENTS:
        return {"text/event-stream": {}}
    if answer is Answer.OBJECT:
        return {"application/json": {"schema": {"type": "object"}}, "text/xml": {}}
    name = _CONTAINERS.get(answer or Answer.CONTAINER, "MediaContainer")
    made: dict[str, Any] = {"schema": _wrapped(name)}
    example = EXAMPLES.get(answer or Answer.CONTAINER)
    if example is not None:
        made["example"] = {"MediaContainer": example}
    return {"application/json": made, "text/xml": {}}


_FILM = {
    "ratingKey": "1",
    "key": "/library/metadata/1",
    "guid": "plex://movie/5d776b59ad5437001f79c6f8",
    "type": "movie",
    "title": "Amber Coast",
    "summary": "A lighthouse, and who keeps it.",
    "year": 1979,
    "duration": 5_400_000,
    "Genre": [{"tag": "Drama"}],
}
EXAMPLES: dict[Answer, dict[str, Any]] = {
    Answer.ITEMS: {"size": 1, "totalSize": 1, "offset": 0, "Metadata": [_FILM]},
    Answer.HUBS: {
        "size": 1,
        "Hub": [
            {
                "hubIdentifier": "home.continue",
                "title": "Continue Watching",
                "type": "mixed",
                "key": "/hubs/continueWatching/items",
                "hubKey": "/library/metadata/1",
                "size": 1,
                "more": False,
                "Metadata": [_FILM],
            }
        ],
    },
    Answer.DIRECTORY: {"size": 1, "Directory": [{"key": "1", "title": "Movies", "type": "movie"}]},
    Answer.SETTINGS: {
        "size": 1,
        "Setting": [
            {
                "id": "FriendlyName",
                "label": "Friendly name",
                "summary": "What the server is called.",
                "type": "text",
                "default": "",
                "value": "Living Room",
                "group": "general",
            }
        ],
    },
    Answer.CONTAINER: {"size": 0},
}
