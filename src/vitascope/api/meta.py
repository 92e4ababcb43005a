"""``Meta``: how a listing describes itself, so that clients can offer its filters and sorts.

Everything here comes from the catalogue of the query language: what is advertised is what works.
"""

from urllib.parse import quote

from vitascope.api.render import Node, Value
from vitascope.core.model import ItemType, SectionKind
from vitascope.core.query import Field, FieldKind, LibraryType, Sort, library_type, operators_of, types_of_section

_FILTER_KINDS = {FieldKind.BOOLEAN: "boolean", FieldKind.INTEGER: "integer"}


def _scoped(listed: LibraryType, key: str) -> str:
    return key if "." in key else f"{listed.prefix()}{key}"


def _filter(section_id: int, listed: LibraryType, field: Field, element: str = "Filter") -> Node:
    return Node(
        element,
        {
            "filter": field.key,  # bare, unlike a Field's: that is how clients look it up
            "filterType": _FILTER_KINDS.get(field.kind, "string"),
            "key": f"/library/sections/{section_id}/{field.key}?type={int(listed.type)}",
            "title": field.title,
            "type": "filter",
        },
    )


def _sort(section_id: int, listed: LibraryType, sort: Sort, *, default: bool, element: str = "Sort") -> Node:
    keys = ",".join(sort.keys) or sort.key
    backwards = ",".join(f"{part}:desc" if at == 0 else part for at, part in enumerate(keys.split(",")))
    first = f"/library/sections/{section_id}/firstCharacter?type={int(listed.type)}" if sort.first_character else None
    return Node(
        element,
        {
            "default": "asc" if default else None,
            "active": default or None,
            "activeDirection": "asc" if default else None,
            "defaultDirection": "desc" if sort.descending_first else "asc",
            "descKey": backwards,
            "firstCharacterKey": first,
            "key": keys,
            "title": sort.title,
        },
    )


def _field(listed: LibraryType, field: Field) -> Node:
    return Node(
        "Field",
        {
            "key": _scoped(listed, field.key),
            "title": field.title,
            "type": field.kind.value,
            "subType": field.sub_type,
        },
    )


def _type(section_id: int, listed: LibraryType, active: ItemType) -> Node:
    fields = [field for field in listed.fields.values() if field.advertised]
    attributes: dict[str, Value] = {
        "key": f"/library/sections/{section_id}/all?type={int(listed.type)}",
        "type": listed.name,
        "title": listed.title,
        "active": listed.type is active,
    }
    return Node("Type", attributes, [*detail_nodes(section_id, listed), *(_field(listed, field) for field in fields)])


def detail_nodes(section_id: int, listed: LibraryType) -> list[Node]:
    """The filters and sorts of a type, inside of what describes it."""
    sorts = [sort for sort in listed.sorts.values() if sort.advertised]
    fields = [field for field in listed.fields.values() if field.advertised and field.is_filter]
    children = [_filter(section_id, listed, field) for field in fields]
    return children + [_sort(section_id, listed, sort, default=sort.key == listed.default_sort) for sort in sorts]


def filter_nodes(section_id: int, listed: LibraryType) -> list[Node]:
    """The filters of a type, as a listing of their own."""
    fields = [field for field in listed.fields.values() if field.advertised and field.is_filter]
    return [_filter(section_id, listed, field, "Directory") for field in fields]


def sort_nodes(section_id: int, listed: LibraryType) -> list[Node]:
    """The sorts of a type, as a listing of their own."""
    sorts = [sort for sort in listed.sorts.values() if sort.advertised]
    return [
        _sort(section_id, listed, sort, default=sort.key == listed.default_sort, element="Directory") for sort in sorts
    ]


def meta_node(section_id: int, kind: SectionKind, active: ItemType, *, collections: bool = False) -> Node:
    """The ``Meta`` of a section's listing; for collections that of their own type."""
    listed = list(types_of_section(kind))
    collection = library_type(ItemType.COLLECTION)
    if collections and collection is not None:
        listed = [collection]
    kinds = list(FieldKind)
    field_types = [
        Node(
            "FieldType",
            {"type": field_kind.value},
            [Node("Operator", {"key": op.key, "title": op.title}) for op in operators_of(field_kind)],
        )
        for field_kind in kinds
        if field_kind is not FieldKind.GUID
    ]
    types = [_type(section_id, one, active) for one in listed]
    return Node("Meta", {}, [*types, *field_types], single=True)


def filter_address(section_id: int, item_type: ItemType, key: str, value: str | int) -> str:
    """The listing of what has one value: a value list's ``fastKey``."""
    return f"/library/sections/{section_id}/all?type={int(item_type)}&{key}={quote(str(value), safe='')}"
