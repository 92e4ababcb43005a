"""One renderer for everything: tables of attributes and typed rows in, XML or JSON out.

An element that is sent in numbers (a video, a track, a stream) has a table of its attributes
(:mod:`~vitascope.api.render.table`); the table feeds XML and JSON, and says which attributes there are. What is sent
once is a plain :class:`~vitascope.api.render.document.Node`.
"""

from vitascope.api.render.document import Container, Node, Rows, Value
from vitascope.api.render.table import Attribute, Children, Shape, Table, flag, number, text

__all__ = [
    "Attribute",
    "Children",
    "Container",
    "Node",
    "Rows",
    "Shape",
    "Table",
    "Value",
    "flag",
    "number",
    "text",
]
