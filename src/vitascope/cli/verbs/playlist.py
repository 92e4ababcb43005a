"""``playlist``: the owner's playlists in and out of M3U files."""

from pathlib import Path
from typing import Annotated

import typer

from vitascope.cli.options import DEFAULT_CONFIG, Config

app = typer.Typer(help="Playlists in and out of M3U files.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def playlist_list(config: Config = DEFAULT_CONFIG) -> None:
    """List the owner's playlists."""
    from vitascope.cli.playlist import show

    show(config.expanduser())


@app.command("export")
def playlist_export(
    playlist: Annotated[str, typer.Argument(help="Its title, or its id where several are called so.")],
    file: Annotated[Path | None, typer.Argument(help="The M3U file to write; left out: standard output.")] = None,
    force: Annotated[
        bool, typer.Option("--force", envvar="VITASCOPE_PLAYLIST_FORCE", help="Write over a file that is there.")
    ] = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Write a playlist as an M3U file, with the paths of this machine."""
    from vitascope.cli.playlist import export

    export(config.expanduser(), playlist, file, force=force)


@app.command("import")
def playlist_import(
    path: Annotated[Path, typer.Argument(help="An M3U file, or a folder of them, that the server may read.")],
    section: Annotated[
        str | None,
        typer.Option(
            "--section",
            envvar="VITASCOPE_PLAYLIST_SECTION",
            help="The section that is meant where files are in several.",
        ),
    ] = None,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep",
            envvar="VITASCOPE_PLAYLIST_KEEP",
            help="Leave a playlist that was imported from the same file before.",
        ),
    ] = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Make playlists of M3U files; one that was imported from the same file before is replaced."""
    from vitascope.cli.playlist import take

    take(config.expanduser(), path, section, keep=keep)
