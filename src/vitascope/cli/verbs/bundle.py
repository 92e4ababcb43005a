"""``bundle``: deployments for the hosts there are."""

from pathlib import Path
from typing import Annotated

import typer

from vitascope.ops.bundles.model import BundleOptions, Host
from vitascope.ops.service import Engine

app = typer.Typer(rich_markup_mode=None)
_DEFAULT = BundleOptions()


@app.command()
def bundle(
    host: Annotated[Host, typer.Argument(help="What runs the server.")],
    engine: Annotated[
        Engine, typer.Option("--engine", envvar="VITASCOPE_BUNDLE_ENGINE", help="This server, or the original image.")
    ] = Engine.VITASCOPE,
    variant: Annotated[
        str,
        typer.Option(
            "--variant",
            envvar="VITASCOPE_BUNDLE_VARIANT",
            help="The accelerator: auto, generic, nvidia, intel or amd; auto looks at this machine.",
        ),
    ] = "auto",
    output: Annotated[
        Path | None,
        typer.Option("--output", envvar="VITASCOPE_BUNDLE_OUTPUT", help="Where to write it; stdout when left out."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", envvar="VITASCOPE_BUNDLE_FORCE", help="Change files that say something else.")
    ] = False,
    name: Annotated[
        str, typer.Option("--name", envvar="VITASCOPE_BUNDLE_NAME", help="Of the container and its unit.")
    ] = _DEFAULT.name,
    image: Annotated[
        str, typer.Option("--image", envvar="VITASCOPE_BUNDLE_IMAGE", help="With tag; the engine's when left out.")
    ] = "",
    domain: Annotated[
        str, typer.Option("--domain", envvar="VITASCOPE_BUNDLE_DOMAIN", help="Under which a proxy serves it.")
    ] = _DEFAULT.domain,
    config_dir: Annotated[
        str,
        typer.Option("--config-dir", envvar="VITASCOPE_BUNDLE_CONFIG_DIR", help="The host's folder for /config."),
    ] = _DEFAULT.config_dir,
    media: Annotated[
        list[str] | None,
        typer.Option("--media", envvar="VITASCOPE_BUNDLE_MEDIA", help="A folder with media; may be given repeatedly."),
    ] = None,
    backup_dir: Annotated[
        str,
        typer.Option("--backup-dir", envvar="VITASCOPE_BUNDLE_BACKUP_DIR", help="The host's folder for backups."),
    ] = _DEFAULT.backup_dir,
    timezone: Annotated[
        str, typer.Option("--timezone", envvar="VITASCOPE_BUNDLE_TIMEZONE", help="Europe/Zurich, say.")
    ] = _DEFAULT.timezone,
    prefix: Annotated[
        str,
        typer.Option("--prefix", envvar="VITASCOPE_BUNDLE_PREFIX", help="Below which path a proxy serves it: /plex."),
    ] = _DEFAULT.prefix,
    backend: Annotated[
        str, typer.Option("--backend", envvar="VITASCOPE_BUNDLE_BACKEND", help="Where a proxy reaches it.")
    ] = _DEFAULT.backend,
    acme_email: Annotated[
        str,
        typer.Option(
            "--acme-email", envvar="VITASCOPE_BUNDLE_ACME_EMAIL", help="Whom the certificate authority writes to."
        ),
    ] = _DEFAULT.acme_email,
) -> None:
    """Write the files that a host needs to run the server."""
    from vitascope.cli.bundle import write

    write(
        host,
        engine=engine,
        variant=variant,
        output=output,
        force=force,
        name=name,
        image=image,
        domain=domain,
        config_dir=config_dir,
        media=tuple(media) if media else _DEFAULT.media,
        backup_dir=backup_dir,
        timezone=timezone,
        prefix=prefix,
        backend=backend,
        acme_email=acme_email,
    )
