"""``image``: container images, ours and others'."""

from typing import Annotated

import typer

app = typer.Typer(help="Container images.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def image() -> None:
    """Container images."""


@app.command("check")
def image_check(
    name: Annotated[str, typer.Argument(metavar="IMAGE", help="An archive, a folder, or the name of an image.")],
    contract: Annotated[
        str,
        typer.Option(
            "--contract",
            envvar="VITASCOPE_IMAGE_CONTRACT",
            help="A TOML file, or one that comes along: pms-docker, vitascope, plexd.",
        ),
    ] = "vitascope",
    platform: Annotated[
        str,
        typer.Option("--platform", envvar="VITASCOPE_IMAGE_PLATFORM", help="Of an image for several: linux/arm64."),
    ] = "",
) -> None:
    """Compare an image with a contract, item by item; exit code 1 when an item is not kept."""
    from vitascope.cli.image import check

    check(name, contract, platform or None)
