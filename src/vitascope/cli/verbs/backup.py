"""``backup``: encrypted copies of everything a person did, and the way back."""

from pathlib import Path
from typing import Annotated

import typer

from vitascope.cli.options import DEFAULT_CONFIG, Config
from vitascope.ops.service import Engine

app = typer.Typer(help="Backups, and the way back.", no_args_is_help=True, rich_markup_mode=None)

_Folder = Annotated[
    Path | None,
    typer.Option("--to", envvar="VITASCOPE_BACKUP_DIR", help="The folder of the backups; <config>/backups otherwise."),
]
_Identity = Annotated[
    Path | None,
    typer.Option("--identity", envvar="VITASCOPE_BACKUP_IDENTITY_FILE", help="The file with the secret key of age."),
]
_Manager = Annotated[
    str,
    typer.Option(
        "--manager",
        envvar="VITASCOPE_MANAGER",
        help="What stops and starts the server: systemd-user:UNIT, systemd:UNIT, podman:NAME, compose:FILE#SERVICE.",
    ),
]
_Database = Annotated[
    str, typer.Option("--database", envvar="VITASCOPE_DATABASE", help="The postgresql:// URL of the server's database.")
]


_HERE = ("to", "recipient", "recipients_file", "unencrypted")


@app.command()
def create(
    context: typer.Context,
    config: Config = DEFAULT_CONFIG,
    to: _Folder = None,
    recipient: Annotated[
        list[str] | None,
        typer.Option(
            "--recipient", envvar="VITASCOPE_BACKUP_RECIPIENTS", help="An age or SSH key that can open it; several."
        ),
    ] = None,
    recipients_file: Annotated[
        list[Path] | None,
        typer.Option(
            "--recipients-file",
            envvar="VITASCOPE_BACKUP_RECIPIENTS_FILE",
            help="A file with such keys, one on each line.",
        ),
    ] = None,
    unencrypted: Annotated[
        bool,
        typer.Option("--unencrypted", envvar="VITASCOPE_BACKUP_UNENCRYPTED", help="Readable by whoever gets the file."),
    ] = False,
    engine: Annotated[
        Engine, typer.Option("--engine", envvar="VITASCOPE_ENGINE", help="Whose files these are.")
    ] = Engine.VITASCOPE,
    manager: _Manager = "none",
    database: _Database = "",
    keep: Annotated[
        str,
        typer.Option(
            "--keep", envvar="VITASCOPE_BACKUP_KEEP", help="Remove old ones: 7d,4w,12m keeps days, weeks, months."
        ),
    ] = "",
) -> None:
    """Make a backup."""
    from vitascope.cli.backup import CreateWish, create_backup

    create_backup(
        CreateWish(
            config=config.expanduser(),
            folder=to,
            recipients=tuple(recipient or ()),
            recipients_files=tuple(recipients_file or ()),
            unencrypted=unencrypted,
            engine=engine,
            manager=manager,
            database=database or None,
            keep=keep,
            here=engine is Engine.PLEX or any(_on_command_line(context, name) for name in _HERE),
        )
    )


def _on_command_line(context: typer.Context, name: str) -> bool:
    """Whether an option was written out; one from the environment is the server's setting too."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


@app.command("list")
def list_all(config: Config = DEFAULT_CONFIG, to: _Folder = None) -> None:
    """List the backups, and what is known of each."""
    from vitascope.cli.backup import list_backups

    list_backups(config.expanduser(), to)


@app.command()
def verify(
    backup: Annotated[str, typer.Argument(help="A file, or the name of one in the folder; the newest otherwise.")] = "",
    config: Config = DEFAULT_CONFIG,
    to: _Folder = None,
    identity: _Identity = None,
) -> None:
    """Read a backup whole, and open the database in it."""
    from vitascope.cli.backup import verify_backup

    verify_backup(config.expanduser(), to, backup, identity)


@app.command()
def drill(
    config: Config = DEFAULT_CONFIG, to: _Folder = None, identity: _Identity = None, database: _Database = ""
) -> None:
    """Restore the newest backup for practice, into a folder that is thrown away."""
    from vitascope.cli.backup import practise

    practise(config.expanduser(), to, identity, database or None)


@app.command()
def restore(
    backup: Annotated[str, typer.Argument(help="A file, or the name of one in the folder.")] = "",
    config: Config = DEFAULT_CONFIG,
    to: _Folder = None,
    identity: _Identity = None,
    engine: Annotated[
        Engine | None,
        typer.Option("--engine", envvar="VITASCOPE_ENGINE", help="Refuse a backup of the other one."),
    ] = None,
    manager: _Manager = "none",
    database: _Database = "",
    undo: Annotated[
        bool, typer.Option("--undo", envvar="VITASCOPE_BACKUP_UNDO", help="Put back what the last restore replaced.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", envvar="VITASCOPE_BACKUP_RESUME", help="Finish a restore that was interrupted.")
    ] = False,
) -> None:
    """Put the state of a backup in the place of the one in use."""
    from vitascope.cli.backup import RestoreWish, restore_backup

    restore_backup(
        RestoreWish(
            config=config.expanduser(),
            folder=to,
            backup=backup,
            identity=identity,
            engine=engine,
            manager=manager,
            database=database or None,
            undo=undo,
            resume=resume,
        )
    )
