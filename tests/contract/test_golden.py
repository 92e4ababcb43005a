"""What clients read is there: every answer has the elements and attributes of the golden file, which was written from
what clients were seen to read."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.api.families.conftest import Home

_FILE: dict[str, Any] = json.loads((Path(__file__).parent / "golden.json").read_text("utf-8"))
GOLDEN: list[dict[str, Any]] = _FILE["answers"]
VALUES: dict[str, re.Pattern[str]] = {name: re.compile(pattern) for name, pattern in _FILE["values"].items()}


@pytest.fixture(scope="module")
def places(home: Home) -> dict[str, str]:
    """What stands for the names in braces."""
    return {
        "movies": str(home.sections["Movies"]),
        "music": str(home.sections["Music"]),
        "film": str(home.section("Movies").get("Amber Coast").ratingKey),
        "show": str(home.section("TV Shows").get("Harbour Lights").ratingKey),
        "collection": str(home.section("Movies").collection("Coast").ratingKey),
    }


@pytest.mark.parametrize("expected", GOLDEN, ids=lambda expected: expected["path"])
def test_what_clients_read_is_there(home: Home, places: dict[str, str], expected: dict[str, Any]) -> None:
    answer = home.xml.get(expected["path"].format(**places))
    assert answer.status_code == 200, answer.text
    root = ElementTree.fromstring(answer.content)  # noqa: S314  # of our own server
    for named, attributes in expected.items():
        if named == "path":
            continue
        element = named.rstrip("*")
        found = [root] if element == root.tag else list(root.iter(element))
        assert found, f"no {element}"
        for attribute in attributes:
            values = [one.attrib[attribute] for one in found if attribute in one.attrib]
            assert values, f"{element} has no {attribute}: {found[0].attrib}"
            if attribute in VALUES:
                odd = [value for value in values if VALUES[attribute].fullmatch(value) is None]
                assert not odd, f"{attribute} of {element}: {odd[:3]}"
