"""``status`` and ``doctor``: how the server is."""

import typer

from vitascope.cli.options import DEFAULT_CONFIG, Config

app = typer.Typer(rich_markup_mode=None)


@app.command()
def status(config: Config = DEFAULT_CONFIG) -> None:
    """Show what the running server does."""
    from vitascope.cli.status import show_status

    show_status(config.expanduser())


@app.command()
def doctor(config: Config = DEFAULT_CONFIG) -> None:
    """Check the installation, the sections' folders and the files that could not be read."""
    from vitascope.cli.doctor import examine

    examine(config.expanduser())
