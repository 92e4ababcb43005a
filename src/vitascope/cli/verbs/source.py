"""``source``: remotes that are mounted as folders."""

from typing import Annotated

import typer

from vitascope.cli.failure import CommandError
from vitascope.cli.options import DEFAULT_CONFIG, Config

app = typer.Typer(help="Remotes that are mounted as folders.", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(help="The source.")]


@app.command("add")
def source_add(
    address: Annotated[str, typer.Argument(metavar="REMOTE:PATH", help="The remote and a path in it: b2:bucket.")],
    config: Config = DEFAULT_CONFIG,
    kind: Annotated[
        str,
        typer.Option("--type", envvar="VITASCOPE_SOURCE_TYPE", help="The remote's type; its name when left out."),
    ] = "",
    name: Annotated[
        str,
        typer.Option("--name", envvar="VITASCOPE_SOURCE_NAME", help="The source's name; the last part of the path."),
    ] = "",
    mount: Annotated[
        str,
        typer.Option("--mount", envvar="VITASCOPE_SOURCE_MOUNT", help="Where; a folder mnt/NAME of the configuration."),
    ] = "",
    way: Annotated[
        str,
        typer.Option(
            "--way",
            envvar="VITASCOPE_SOURCE_WAY",
            help="mount needs FUSE; direct reads from rclone's own server and cannot write; auto mounts where it can.",
        ),
    ] = "auto",
    options: Annotated[
        list[str] | None,
        typer.Option("--option", envvar="VITASCOPE_SOURCE_OPTION", help="An option of the remote: NAME=VALUE."),
    ] = None,
    secrets: Annotated[
        list[str] | None,
        typer.Option("--secret", envvar="VITASCOPE_SOURCE_SECRET", help="A secret option to ask for, or to pipe in."),
    ] = None,
    secret_files: Annotated[
        list[str] | None,
        typer.Option("--secret-file", envvar="VITASCOPE_SOURCE_SECRET_FILE", help="A secret option: NAME=FILE."),
    ] = None,
    flags: Annotated[
        list[str] | None,
        typer.Option(
            "--flag",
            envvar="VITASCOPE_SOURCE_FLAG",
            help="A flag of the mount: NAME=VALUE, or NAME to switch it on. allow-other shows the files to everybody "
            "on this machine; allow-non-empty hides what is in the folder.",
        ),
    ] = None,
    storage_price: Annotated[
        str,
        typer.Option(
            "--storage-price", envvar="VITASCOPE_SOURCE_STORAGE_PRICE", help="US dollars per GB kept for a month."
        ),
    ] = "",
    download_price: Annotated[
        str,
        typer.Option("--download-price", envvar="VITASCOPE_SOURCE_DOWNLOAD_PRICE", help="US dollars per GB fetched."),
    ] = "",
    check: Annotated[
        bool,
        typer.Option("--check/--no-check", envvar="VITASCOPE_SOURCE_CHECK", help="Ask the remote before it is added."),
    ] = True,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", envvar="VITASCOPE_SOURCE_DRY_RUN", help="Print the command, change nothing.")
    ] = False,
) -> None:
    """Add a source. Secrets are asked for, or read from a pipe or a file."""
    from vitascope.cli.source import Given, add

    given = Given(
        address=address,
        kind=kind,
        name=name,
        mount=mount,
        way=way,
        options=options or [],
        secrets=secrets or [],
        secret_files=secret_files or [],
        flags=flags or [],
        storage_price=storage_price,
        download_price=download_price,
    )
    add(config.expanduser(), given, check=check, dry_run=dry_run)


@app.command("set")
def source_set(
    name: Name,
    config: Config = DEFAULT_CONFIG,
    options: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            envvar="VITASCOPE_SOURCE_SET_OPTION",
            help="An option of the remote: NAME=VALUE; NAME= takes it away.",
        ),
    ] = None,
    secrets: Annotated[
        list[str] | None,
        typer.Option(
            "--secret", envvar="VITASCOPE_SOURCE_SET_SECRET", help="A secret option to ask for, or to pipe in."
        ),
    ] = None,
    secret_files: Annotated[
        list[str] | None,
        typer.Option("--secret-file", envvar="VITASCOPE_SOURCE_SET_SECRET_FILE", help="A secret option: NAME=FILE."),
    ] = None,
    flags: Annotated[
        list[str] | None,
        typer.Option(
            "--flag",
            envvar="VITASCOPE_SOURCE_SET_FLAG",
            help="A flag of the mount: NAME=VALUE, NAME to switch it on, NAME=false to switch it off.",
        ),
    ] = None,
    new_name: Annotated[
        str,
        typer.Option("--name", envvar="VITASCOPE_SOURCE_SET_NAME", help="Another name for it, alone."),
    ] = "",
    way: Annotated[
        str,
        typer.Option("--way", envvar="VITASCOPE_SOURCE_SET_WAY", help="How it is read: mount, direct, or auto."),
    ] = "",
    storage_price: Annotated[
        str,
        typer.Option(
            "--storage-price",
            envvar="VITASCOPE_SOURCE_SET_STORAGE_PRICE",
            help="US dollars per GB kept for a month.",
        ),
    ] = "",
    download_price: Annotated[
        str,
        typer.Option(
            "--download-price", envvar="VITASCOPE_SOURCE_SET_DOWNLOAD_PRICE", help="US dollars per GB fetched."
        ),
    ] = "",
    check: Annotated[
        bool,
        typer.Option(
            "--check/--no-check",
            envvar="VITASCOPE_SOURCE_SET_CHECK",
            help="Ask the remote with new options before they are kept.",
        ),
    ] = True,
) -> None:
    """Change a source: what is not named stays. It is mounted anew where needed, once nobody plays from it."""
    from vitascope.cli.source import Given, change, rename

    if new_name:
        if options or secrets or secret_files or flags or way or storage_price or download_price:
            raise CommandError("--name: a source is renamed alone", exit_code=2)
        rename(config.expanduser(), name, new_name)
        return
    given = Given(
        options=options or [],
        secrets=secrets or [],
        secret_files=secret_files or [],
        flags=flags or [],
        way=way,
        storage_price=storage_price,
        download_price=download_price,
    )
    change(config.expanduser(), name, given, check=check)


@app.command("list")
def source_list(config: Config = DEFAULT_CONFIG) -> None:
    """List the sources."""
    from vitascope.cli.source import show

    show(config.expanduser())


@app.command("status")
def source_status(config: Config = DEFAULT_CONFIG) -> None:
    """Show how the sources are doing, what was fetched this month, and what that costs."""
    from vitascope.cli.source import status

    status(config.expanduser())


@app.command("mount")
def source_mount(
    name: Name,
    config: Config = DEFAULT_CONFIG,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", envvar="VITASCOPE_SOURCE_MOUNT_DRY_RUN", help="Print the very command instead."),
    ] = False,
) -> None:
    """Mount a source now, instead of when its turn comes."""
    from vitascope.cli.source import mount

    mount(config.expanduser(), name, dry_run=dry_run)


@app.command("remove")
def source_remove(name: Name, config: Config = DEFAULT_CONFIG) -> None:
    """Forget a source. Nothing in its remote is deleted."""
    from vitascope.cli.source import remove

    remove(config.expanduser(), name)
