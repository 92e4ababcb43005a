"""``scan`` and ``demo``: what is done with libraries."""

from pathlib import Path
from typing import Annotated

import typer

from vitascope.cli.options import DEFAULT_CONFIG, Config

app = typer.Typer(rich_markup_mode=None)


@app.command()
def scan(
    section: Annotated[str | None, typer.Argument(help="Title or number of a section; all when left out.")] = None,
    config: Config = DEFAULT_CONFIG,
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
def demo(
    directory: Annotated[Path, typer.Argument(help="Where to make it; it is created if it does not exist.")],
) -> None:
    """Make a demo library to look at: films, shows, music, a book, photos and home videos, all generated."""
    from vitascope.cli.demo import demo as make_demo

    make_demo(directory)
