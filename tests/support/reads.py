"""Which query parameters an endpoint reads: found in its source, and in that of the functions of the API it calls."""

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
    """The names of the query parameters that a function reads by name."""
    found: set[str] = set()
    seen: set[Any] = set()
    waiting: list[Any] = [function]
    while waiting:
        one = inspect.unwrap(waiting.pop())
        if one in seen:
            continue
        seen.add(one)
        tree = ast.parse(textwrap.dedent(inspect.getsource(one)))
        found.update(_literals(tree))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for name in names:
            other = one.__globals__.get(name)
            if inspect.isfunction(other) and other.__module__.startswith("vitascope.api"):
                waiting.append(other)
    return frozenset(found)
