"""The tree of verbs, and how a mistake is told.

Typer makes the tree from functions; each verb's module is imported when it runs, so that ``vitascope serve`` does not
pay for what the others need. Messages of wrong usage are one line: they are read in logs of containers.
"""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from vitascope import __version__
from vitascope.cli.failure import CommandError
from vitascope.ops.settings import DEFAULT_PORT, SettingsError, make_settings

app = typer.Typer(
    name="vitascope",
    help="A personal media server that speaks the Plex Media Server API.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
user_app = typer.Typer(help="People and their tokens.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(user_app, name="user")

_DEFAULT_CONFIG = Path("~/.local/share/vitascope")

Config = Annotated[
    Path,
    typer.Option("--config", envvar="VITASCOPE_CONFIG", help="The folder that /config is in the container image."),
]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"Vitascope {__version__}")
        raise typer.Exit


@app.callback()
def common(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """A personal media server that speaks the Plex Media Server API."""


@app.command()
def serve(
    config: Config = _DEFAULT_CONFIG,
    host: Annotated[
        str, typer.Option("--host", envvar="VITASCOPE_HOST", help="Address to listen on; empty: all of them.")
    ] = "",
    port: Annotated[
        int, typer.Option("--port", envvar="VITASCOPE_PORT", help="Port to listen on; 0: any free one.")
    ] = DEFAULT_PORT,
    section: Annotated[
        list[str] | None,
        typer.Option(
            "--section",
            envvar="VITASCOPE_SECTION",
            help='A section to make when it is missing: "Movies=movie:/a,/b" (movie, show, artist, photo, other).',
        ),
    ] = None,
    database: Annotated[
        str, typer.Option("--database", envvar="VITASCOPE_DATABASE", help="A postgresql:// URL instead of SQLite.")
    ] = "",
    transcode_dir: Annotated[
        Path | None,
        typer.Option("--transcode-dir", envvar="VITASCOPE_TRANSCODE_DIR", help="Where conversions are written."),
    ] = None,
    log_to_stderr: Annotated[
        bool, typer.Option("--log-to-stderr", envvar="VITASCOPE_LOG_TO_STDERR", help="Write the log to stderr too.")
    ] = False,
) -> None:
    """Run the server."""
    settings = make_settings(
        config=config.expanduser(),
        host=host,
        port=port,
        database=database or None,
        transcode_dir=transcode_dir,
        sections=section or [],
        log_to_stderr=log_to_stderr,
        environment=os.environ,
    )
    from vitascope.cli.serve import run_server

    run_server(settings)


@app.command()
def scan(
    section: Annotated[str | None, typer.Argument(help="Title or number of a section; all when left out.")] = None,
    config: Config = _DEFAULT_CONFIG,
    path: Annotated[
        Path | None, typer.Option("--path", envvar="VITASCOPE_SCAN_PATH", help="Only this folder of the section.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", envvar="VITASCOPE_SCAN_FORCE", help="Read every file again.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", envvar="VITASCOPE_SCAN_WAIT", help="Wait for the end, and show how far it is.")
    ] = False,
) -> None:
    """Scan sections of the running server."""
    from vitascope.cli.scan import scan_sections

    scan_sections(config.expanduser(), section, path=path, force=force, wait=wait)


@app.command()
def status(config: Config = _DEFAULT_CONFIG) -> None:
    """Show what the running server does."""
    from vitascope.cli.status import show_status

    show_status(config.expanduser())


@app.command()
def doctor(config: Config = _DEFAULT_CONFIG) -> None:
    """Check the installation, the sections' folders and the files that could not be read."""
    from vitascope.cli.doctor import examine

    examine(config.expanduser())


@app.command()
def demo(
    directory: Annotated[Path, typer.Argument(help="Where to make it; it is created if it does not exist.")],
) -> None:
    """Make a demo library to look at: films, shows, music, a book, photos and home videos, all generated."""
    from vitascope.cli.demo import demo as make_demo

    make_demo(directory)


@user_app.command("add")
def user_add(
    name: Annotated[str, typer.Argument(help="The name to sign in with.")],
    config: Config = _DEFAULT_CONFIG,
    title: Annotated[str, typer.Option("--title", envvar="VITASCOPE_USER_TITLE", help="The name to show.")] = "",
    sections: Annotated[
        list[str] | None,
        typer.Option("--section", envvar="VITASCOPE_USER_SECTION", help="A section to share; all when left out."),
    ] = None,
    rating: Annotated[
        list[str] | None,
        typer.Option("--rating", envvar="VITASCOPE_USER_RATING", help="A content rating to allow; all when left out."),
    ] = None,
    exclude_label: Annotated[
        list[str] | None,
        typer.Option("--exclude-label", envvar="VITASCOPE_USER_EXCLUDE_LABEL", help="A label to hide."),
    ] = None,
) -> None:
    """Add a person."""
    from vitascope.cli.user import add

    add(config.expanduser(), name, title, sections or [], rating or [], exclude_label or [])


@user_app.command("list")
def user_list(config: Config = _DEFAULT_CONFIG) -> None:
    """List the people and their tokens."""
    from vitascope.cli.user import show

    show(config.expanduser())


@user_app.command("token")
def user_token(
    name: Annotated[str, typer.Argument(help="Whose token.")],
    config: Config = _DEFAULT_CONFIG,
    label: Annotated[str, typer.Option("--label", envvar="VITASCOPE_USER_LABEL", help="What it is for.")] = "",
    revoke: Annotated[
        int | None,
        typer.Option("--revoke", envvar="VITASCOPE_USER_REVOKE", help="Revoke the token of this number instead."),
    ] = None,
) -> None:
    """Make a token for a person and print it, this one time."""
    from vitascope.cli.user import token

    token(config.expanduser(), name, label, revoke)


@user_app.command("remove")
def user_remove(
    name: Annotated[str, typer.Argument(help="Who goes.")],
    config: Config = _DEFAULT_CONFIG,
) -> None:
    """Remove a person with their tokens and watch states."""
    from vitascope.cli.user import remove

    remove(config.expanduser(), name)


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
