"""``status``, ``doctor`` and ``action``: how the server is, and what its owner may have done."""

from pathlib import Path
from typing import Annotated

import typer

from vitascope.cli.options import DEFAULT_CONFIG, Config
from vitascope.ops.service import Engine as EngineKind

app = typer.Typer(rich_markup_mode=None)
actions = typer.Typer(help="What the owner may have done.", no_args_is_help=True, rich_markup_mode=None)

Engine = Annotated[
    EngineKind, typer.Option("--engine", envvar="VITASCOPE_ENGINE", help="This server, or the original image.")
]
Manager = Annotated[
    str,
    typer.Option(
        "--manager",
        envvar="VITASCOPE_MANAGER",
        help="What runs it: systemd-user:UNIT, systemd:UNIT, podman:NAME, compose:FILE#SERVICE or none.",
    ),
]
Url = Annotated[
    str | None,
    typer.Option("--url", envvar="VITASCOPE_URL", help="Where it answers; http://127.0.0.1:32400 when left out."),
]
State = Annotated[
    Path | None,
    typer.Option("--state", envvar="VITASCOPE_STATE", help="The package's store.json; else in the support directory."),
]


@app.command()
def status(
    config: Config = DEFAULT_CONFIG,
    engine: Engine = EngineKind.VITASCOPE,
    manager: Manager = "none",
    url: Url = None,
    state: State = None,
) -> None:
    """Show what the server does, what its owner should do, and how healthy it is."""
    from vitascope.cli.operated import Operated
    from vitascope.cli.status import show_status

    show_status(Operated(config.expanduser(), engine=engine, manager=manager, url=url, state=state))


@app.command()
def doctor(
    config: Config = DEFAULT_CONFIG,
    engine: Engine = EngineKind.VITASCOPE,
    manager: Manager = "none",
    url: Url = None,
    state: State = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option("--proxy", envvar="VITASCOPE_DOCTOR_PROXY", help="An address to look at beside the known ones."),
    ] = None,
) -> None:
    """Look for what is wrong, say why, and name the command that puts it right."""
    from vitascope.cli.doctor import examine
    from vitascope.cli.operated import Operated

    examine(Operated(config.expanduser(), engine=engine, manager=manager, url=url, state=state), proxy or [])


@actions.command("list")
def action_list(
    config: Config = DEFAULT_CONFIG,
    engine: Engine = EngineKind.VITASCOPE,
    manager: Manager = "none",
    url: Url = None,
    state: State = None,
) -> None:
    """List the actions with their input, and whether they can be run now."""
    from vitascope.cli.action import show_actions
    from vitascope.cli.operated import Operated

    show_actions(Operated(config.expanduser(), engine=engine, manager=manager, url=url, state=state))


@actions.command("run")
def action_run(
    action: Annotated[str, typer.Argument(help="Which: link-account, media-sources or server-name.")],
    config: Config = DEFAULT_CONFIG,
    engine: Engine = EngineKind.VITASCOPE,
    manager: Manager = "none",
    url: Url = None,
    state: State = None,
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            envvar="VITASCOPE_ACTION_INPUT",
            help="field=value; a secret may be given as field=@FILE, or as field=- to be read from stdin.",
        ),
    ] = None,
) -> None:
    """Run an action."""
    from vitascope.cli.action import run_action
    from vitascope.cli.operated import Operated

    run_action(Operated(config.expanduser(), engine=engine, manager=manager, url=url, state=state), action, given or [])


@actions.command("environment")
def action_environment(
    config: Config = DEFAULT_CONFIG,
    engine: Engine = EngineKind.VITASCOPE,
    state: State = None,
) -> None:
    """Print the variables that the package gives to the server now, for an environment file: PLEX_CLAIM or nothing."""
    from vitascope.cli.action import show_environment
    from vitascope.cli.operated import Operated

    show_environment(Operated(config.expanduser(), engine=engine, state=state))
