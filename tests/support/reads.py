"""Which query parameters an endpoint reads by name, found in its source."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

_READERS = frozenset({"text", "required", "integer", "flag", "values", "names"})


def _literals(tree: ast.AST) -> Iterable[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        first = node.args[0]
        if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
            continue
        on = node.func.value
        of_call = isinstance(on, ast.Name) and on.id == "call" and node.func.attr in _READERS
        of_query = isinstance(on, ast.Attribute) and on.attr == "query" and node.func.attr == "get"
        if of_call or of_query:
            yield first.value


@cache
def parameters_read(function: Callable[..., Any]) -> frozenset[str]:
    """The names of the query parameters that a function itself reads by name."""
    return frozenset(_literals(ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))))
