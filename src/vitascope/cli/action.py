"""``vitascope action``: the actions of a server, and what came of one."""

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from vitascope.cli.failure import CommandError
from vitascope.cli.operated import Operated
from vitascope.ops.actions import UnknownActionError
from vitascope.ops.actions.registry import find_action
from vitascope.ops.service import FieldKind, Service

_MOST_BYTES = 64 * 1024


def show_actions(operated: Operated) -> None:
    """Prints the actions with their input."""
    console = Console(soft_wrap=True, emoji=False)
    for action in operated.actions():
        console.print(f"{action['id']}: {action['name']} ({action['availability']})", markup=False, highlight=False)
        console.print(f"    {action['description']}", markup=False, highlight=False)
        for field in action.get("Field", []):
            choices = ", ".join(choice["value"] for choice in field.get("Choice", []))
            kind = f" of {choices}" if choices else ""
            optional = "" if field["required"] else " (optional)"
            line = f"    --input {field['id']}=…{kind}{optional}: {field['description']}"
            console.print(line, markup=False, highlight=False)
        if not action["available"]:
            console.print(f"    not now: {action['obstacle']}", markup=False, highlight=False)


def run_action(operated: Operated, action: str, inputs: Sequence[str]) -> None:
    """Runs an action and prints what came of it."""
    print(operated.run(action, read_inputs(operated.service, action, inputs)))


def show_environment(operated: Operated) -> None:
    """Prints ``NAME=value`` lines, or nothing."""
    for name, value in operated.environment().items():
        print(f"{name}={value}")


def read_inputs(service: Service, action_id: str, inputs: Sequence[str]) -> dict[str, list[str]]:
    """The values by field. A secret need not stand on the command line, where every user of the machine can read it:
    ``field=@FILE`` and ``field=-`` (stdin) are read.

    Raises:
        CommandError: for an unknown action, a text without ``=``, or a file that cannot be read.
    """
    try:
        action = find_action(service, action_id)
    except UnknownActionError as error:
        raise CommandError(str(error), exit_code=2) from error
    secrets = {field.id for field in action.fields if field.kind is FieldKind.SECRET}
    given: dict[str, list[str]] = {}
    for text in inputs:
        name, equals, value = text.partition("=")
        if not equals:
            raise CommandError(f"--input {text}: write it as field=value", exit_code=2)
        given.setdefault(name, []).append(_secret(name, value) if name in secrets else value)
    return given


def _secret(name: str, value: str) -> str:
    if value == "-":
        return sys.stdin.readline(_MOST_BYTES).rstrip("\r\n")
    if not value.startswith("@"):
        return value
    try:
        with Path(value[1:]).expanduser().open("r", encoding="utf-8") as file:
            return file.read(_MOST_BYTES).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{name}: {value[1:]} cannot be read: {error}", exit_code=2) from error
