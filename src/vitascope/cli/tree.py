"""The tree of verbs, and how a mistake is told.

Typer makes the tree from functions; each verb's module is imported when it runs, so that ``vitascope serve`` does not
pay for what the others need. Messages of wrong usage are one line: they are read in logs of containers.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from vitascope.cli.failure import CommandError
from vitascope.cli.verbs import (
    agent,
    backup,
    bundle,
    image,
    libraries,
    looking,
    people,
    playing,
    playlist,
    serving,
    source,
    update,
    webhook,
)
from vitascope.cli.version import BUILD_FILE, version_line
from vitascope.ops.settings import SettingsError

app = typer.Typer(
    name="vitascope",
    help="A personal media server that speaks the Plex Media Server API.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for family in (serving, libraries, looking, playing, bundle):
    app.add_typer(family.app)
app.add_typer(people.claiming)
app.add_typer(people.app, name="user")
app.add_typer(backup.app, name="backup")
app.add_typer(looking.actions, name="action")
app.add_typer(image.app, name="image")
app.add_typer(agent.app, name="agent")
app.add_typer(webhook.app, name="webhook")
app.add_typer(source.app, name="source")
app.add_typer(playlist.app, name="playlist")
app.add_typer(update.app, name="update")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(version_line(Path(sys.prefix) / BUILD_FILE))
        raise typer.Exit


@app.callback()
def common(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """A personal media server that speaks the Plex Media Server API."""


def run(arguments: list[str]) -> int:
    """Runs a command line and returns its exit code."""
    try:
        code = app(args=arguments, prog_name="vitascope", standalone_mode=False)
    except typer.TyperException as error:
        message = error.format_message()
        if message.startswith("Usage:"):
            print(message)  # no verb at all: the list of them is the answer
        else:
            print(f"vitascope: {' '.join(message.split())}", file=sys.stderr)
        return 2
    except SettingsError as error:
        print(f"vitascope: {error}", file=sys.stderr)
        return 2
    except CommandError as error:
        print(f"vitascope: {error}", file=sys.stderr)
        return error.exit_code
    except typer.Exit as error:
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return 130
    return code if isinstance(code, int) else 0
