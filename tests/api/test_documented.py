"""What there is, is described: every route, setting, verb, option and variable has its line."""

import re
from pathlib import Path

import pytest
import typer.main

from vitascope.api.routes import FAMILIES
from vitascope.api.routing import Route, Router
from vitascope.cli.tree import app
from vitascope.core.model import SectionKind
from vitascope.ops import section_prefs
from vitascope.ops.catalogue import CATALOGUE
from vitascope.ops.unhonoured import UNHONOURED

DOCS = Path(__file__).resolve().parents[2] / "docs"
ROUTES = Router(FAMILIES).routes
API = (DOCS / "api.md").read_text("utf-8")
SETTINGS = (DOCS / "settings.md").read_text("utf-8")
CLI = (DOCS / "cli.md").read_text("utf-8")
_ROUTE_LINE = re.compile(
    r"^\| (GET|PUT|POST|DELETE|WS) \| `([^`]+)` \| (public|keyed|signed-in|owner) \| \S.* \|$", re.MULTILINE
)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_has_its_line(route: Route) -> None:
    assert (route.method, route.path, route.policy.value) in _ROUTE_LINE.findall(API)


def test_no_line_describes_a_route_that_is_gone() -> None:
    known = {(route.method, route.path, route.policy.value) for route in ROUTES}
    assert set(_ROUTE_LINE.findall(API)) == known


@pytest.mark.parametrize("name", [name for name, setting in CATALOGUE.items() if setting.listed])
def test_a_preference_has_its_line(name: str) -> None:
    assert f"\n| `{name}` | {CATALOGUE[name].kind.value} |" in SETTINGS


def test_a_preference_that_nothing_honours_has_none() -> None:
    assert [name for name in UNHONOURED if f"\n| `{name}` |" in SETTINGS] == []


@pytest.mark.parametrize("kind", list(SectionKind))
def test_a_sections_preference_has_its_line(kind: SectionKind) -> None:
    for name in section_prefs.catalogue(kind):
        assert re.search(rf"\n\| `{name}` \| [^|]*\b{kind.value}\b[^|]* \|", SETTINGS), name


def verbs() -> dict[str, list[tuple[str, str]]]:
    """Each verb with its options and their variables."""
    found: dict[str, list[tuple[str, str]]] = {}
    stack = [("vitascope", typer.main.get_command(app))]
    while stack:
        name, command = stack.pop()
        below = getattr(command, "commands", None)
        if below:
            stack += [(f"{name} {each}", one) for each, one in below.items()]
            continue
        found[name] = [
            (parameter.opts[0], str(parameter.envvar))
            for parameter in command.params
            if parameter.opts[0].startswith("--") and parameter.envvar
        ]
    return found


@pytest.mark.parametrize(("verb", "options"), verbs().items())
def test_a_verb_has_its_heading_and_its_options_their_lines(verb: str, options: list[tuple[str, str]]) -> None:
    heading = re.search(rf"^#+ `{verb}`$", CLI, re.MULTILINE)
    assert heading is not None
    section = re.split(r"^#", CLI[heading.end() :], maxsplit=1, flags=re.MULTILINE)[0]
    for option, variable in options:
        if option == "--config":
            continue  # said once for all
        assert f"| `{option}` | `{variable}` |" in section


def test_every_option_has_a_variable() -> None:
    command = typer.main.get_command(app)
    for verb in verbs():
        one = command
        for part in verb.split()[1:]:
            one = one.commands[part]  # type: ignore[attr-defined]  # a group's
        for parameter in one.params:
            if parameter.opts[0].startswith("--") and parameter.opts[0] != "--help":
                assert str(parameter.envvar).startswith("VITASCOPE_"), (verb, parameter.opts)


def test_the_settings_of_the_server_are_described_twice() -> None:
    for option, variable in verbs()["vitascope serve"]:
        assert re.search(rf"\| `{option}[^|]*` \| `{variable}` \|", SETTINGS), option
