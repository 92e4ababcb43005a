"""What a person changes by hand: the fields and tags of items, read from a request and checked, without any I/O.

A request names fields (``title.value``, ``title.locked``) and tags (``genre[0].tag.tag``, ``genre[].tag.tag-``); what
comes out is one :class:`Edit`, every value of which an item can hold. What it does to rows is ``store.edits``'s.
"""

from vitascope.core.edits.errors import EditError
from vitascope.core.edits.fields import FIELDS, LOCK_ONLY, TAGS, Field
from vitascope.core.edits.parse import Above, Edit, FieldChange, TagChange, TagValue, is_edit, parse_edit

__all__ = [
    "FIELDS",
    "LOCK_ONLY",
    "TAGS",
    "Above",
    "Edit",
    "EditError",
    "Field",
    "FieldChange",
    "TagChange",
    "TagValue",
    "is_edit",
    "parse_edit",
]
