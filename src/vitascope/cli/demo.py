"""``vitascope demo``: makes a library to look at, with a progress bar, and says what it did."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn


def demo(
    directory: Annotated[Path, typer.Argument(help="Where to make it; it is created if it does not exist.")],
) -> None:
    """Make a demo library: films, shows, music, a book, photos and home videos, all generated here.

    It takes about a minute and 300 MB. A second run makes what is missing and touches nothing else.
    """
    from vitascope.media.demo import DemoError, make

    console = Console(stderr=True, emoji=False)
    columns = (
        TextColumn("Making the demo library"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    try:
        with Progress(*columns, console=console, transient=True) as bars:
            task = bars.add_task("", total=None)
            report = make(
                directory,
                progress=lambda label, done, total: bars.update(task, description=label, completed=done, total=total),
            )
    except DemoError as error:
        console.print(f"vitascope demo: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        console.print("vitascope demo: stopped; run it again to complete the library", markup=False, soft_wrap=True)
        raise typer.Exit(130) from None
    for path in report.kept:
        console.print(
            f"vitascope demo: left alone, not one of its own files: {path}",
            style="yellow",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    size = f"{report.total_bytes / 1e6:.0f} MB in {report.directory}"
    if report.made:
        typer.echo(f"Made {len(report.made)} files in {report.seconds:.0f} s; the library is {size}")
    else:
        typer.echo(f"Nothing to make: the library is complete, {size}")
