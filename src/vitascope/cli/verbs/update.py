"""``update``: newer versions of the containers of this machine, and the way back."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Newer versions of the containers of this machine, and the way back.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_GROUPS, _STATE = Path("~/.config/vitascope/updates"), Path("~/.local/state/vitascope/updates")

_Group = Annotated[
    str, typer.Option("--group", envvar="VITASCOPE_UPDATE_GROUP", help="Which services: a folder below --groups.")
]
_Groups = Annotated[
    Path, typer.Option("--groups", envvar="VITASCOPE_UPDATE_GROUPS", help="The folder with a folder for each group.")
]
_State = Annotated[
    Path,
    typer.Option("--state", envvar="VITASCOPE_UPDATE_STATE", help="Where updates are written down, and their copies."),
]
_Member = Annotated[str, typer.Option("--member", envvar="VITASCOPE_UPDATE_MEMBER", help="One of the group alone.")]


@app.command()
def check(
    group: _Group = "interactive", groups: _Groups = _GROUPS, state: _State = _STATE, member: _Member = ""
) -> None:
    """Look for newer versions, and fetch them; nothing is installed."""
    from vitascope.cli.update import Place, check_group

    check_group(Place(group=group, groups=groups, state=state, member=member))


@app.command()
def run(
    group: _Group = "interactive",
    groups: _Groups = _GROUPS,
    state: _State = _STATE,
    member: _Member = "",
    install: Annotated[
        bool,
        typer.Option(
            "--install", envvar="VITASCOPE_UPDATE_INSTALL", help="Also what the group does not install by itself."
        ),
    ] = False,
    no_wait: Annotated[
        bool,
        typer.Option("--no-wait", envvar="VITASCOPE_UPDATE_NO_WAIT", help="Put it off at once when somebody watches."),
    ] = False,
    wished: Annotated[
        bool,
        typer.Option(
            "--wished", envvar="VITASCOPE_UPDATE_WISHED", help="Only what was asked for through the server, at once."
        ),
    ] = False,
    again: Annotated[
        bool,
        typer.Option("--again", envvar="VITASCOPE_UPDATE_AGAIN", help="Also what was rolled back or passed over."),
    ] = False,
) -> None:
    """Update the members of a group, one by one; one that does not become healthy is rolled back."""
    from vitascope.cli.update import Place, run_updates

    place = Place(group=group, groups=groups, state=state, member=member)
    run_updates(place, install=install, no_wait=no_wait, wished=wished, again=again)


@app.command()
def resume(
    group: _Group = "interactive", groups: _Groups = _GROUPS, state: _State = _STATE, member: _Member = ""
) -> None:
    """Finish what a run that was killed left behind, and nothing else."""
    from vitascope.cli.update import Place, resume_updates

    resume_updates(Place(group=group, groups=groups, state=state, member=member))


@app.command()
def status(
    group: _Group = "interactive", groups: _Groups = _GROUPS, state: _State = _STATE, member: _Member = ""
) -> None:
    """Show what runs, what waits, and how the last run went."""
    from vitascope.cli.update import Place, show_status

    show_status(Place(group=group, groups=groups, state=state, member=member))


@app.command()
def rollback(
    group: _Group = "interactive",
    groups: _Groups = _GROUPS,
    state: _State = _STATE,
    member: _Member = "",
    yes: Annotated[
        bool,
        typer.Option(
            "--yes", envvar="VITASCOPE_UPDATE_YES", help="What was done since the update is set aside with it."
        ),
    ] = False,
) -> None:
    """Put the version and the files of before the last update of a member back."""
    from vitascope.cli.update import Place, roll_back

    roll_back(Place(group=group, groups=groups, state=state, member=member), yes=yes)
