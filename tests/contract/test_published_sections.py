"""Every list of a section that the published description reads is there, on sections of every kind.

The table of operations asks only whether a route matches, and one that takes any name would let it say *works* of what
is never found. A module of its own: what draws requests for the whole description deletes sections too.
"""

import json

import pytest
from tests.api.families.conftest import Home
from tools import operations

_PATHS = json.loads(operations.PUBLISHED.read_text("utf-8"))["paths"]
_OF_A_SECTION = [
    path
    for path in _PATHS
    if path.startswith("/library/sections/{sectionId}") and path.count("{") == 1 and "get" in _PATHS[path]
]


@pytest.mark.parametrize("path", _OF_A_SECTION)
def test_what_is_read_of_a_section_is_there(home: Home, path: str) -> None:
    for section in home.sections.values():
        answer = home.http.get(path.format(sectionId=section))
        assert answer.status_code in (200, 400), (path, answer.status_code, answer.text)
