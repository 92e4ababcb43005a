"""``user``: people, their passwords and tokens; ``claim-token``: how the server comes to an owner."""

from pathlib import Path
from typing import Annotated

import typer

from vitascope.cli.options import DEFAULT_CONFIG, Config

claiming = typer.Typer(rich_markup_mode=None)
app = typer.Typer(help="People and their tokens.", no_args_is_help=True, rich_markup_mode=None)


@app.command("add")
def user_add(
    name: Annotated[str, typer.Argument(help="The name to sign in with.")],
    config: Config = DEFAULT_CONFIG,
    title: Annotated[str, typer.Option("--title", envvar="VITASCOPE_USER_TITLE", help="The name to show.")] = "",
    sections: Annotated[
        list[str] | None,
        typer.Option("--section", envvar="VITASCOPE_USER_SECTION", help="A section to share; all when left out."),
    ] = None,
    rating: Annotated[
        list[str] | None,
        typer.Option("--rating", envvar="VITASCOPE_USER_RATING", help="A content rating to allow; all when left out."),
    ] = None,
    exclude_label: Annotated[
        list[str] | None,
        typer.Option("--exclude-label", envvar="VITASCOPE_USER_EXCLUDE_LABEL", help="A label to hide."),
    ] = None,
) -> None:
    """Add a person."""
    from vitascope.cli.user import add

    add(config.expanduser(), name, title, sections or [], rating or [], exclude_label or [])


@app.command("list")
def user_list(config: Config = DEFAULT_CONFIG) -> None:
    """List the people and their tokens."""
    from vitascope.cli.user import show

    show(config.expanduser())


@app.command("token")
def user_token(
    name: Annotated[str, typer.Argument(help="Whose token.")],
    config: Config = DEFAULT_CONFIG,
    label: Annotated[str, typer.Option("--label", envvar="VITASCOPE_USER_LABEL", help="What it is for.")] = "",
    revoke: Annotated[
        int | None,
        typer.Option("--revoke", envvar="VITASCOPE_USER_REVOKE", help="Revoke the token of this number instead."),
    ] = None,
) -> None:
    """Make a token for a person and print it, this one time."""
    from vitascope.cli.user import token

    token(config.expanduser(), name, label, revoke)


@app.command("remove")
def user_remove(
    name: Annotated[str, typer.Argument(help="Who goes.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Remove a person with their tokens and watch states."""
    from vitascope.cli.user import remove

    remove(config.expanduser(), name)


@app.command("password")
def user_password(
    name: Annotated[str, typer.Argument(help="Whose password.")],
    config: Config = DEFAULT_CONFIG,
    file: Annotated[
        Path | None,
        typer.Option("--file", envvar="VITASCOPE_USER_PASSWORD_FILE", help="Read it from this file; else it is asked."),
    ] = None,
) -> None:
    """Give a person a password to sign in with."""
    from vitascope.cli.user import set_password

    set_password(config.expanduser(), name, file)


@app.command("reset")
def user_reset(
    config: Config = DEFAULT_CONFIG,
    file: Annotated[
        Path | None,
        typer.Option("--file", envvar="VITASCOPE_USER_RESET_FILE", help="Read the new password from this file."),
    ] = None,
    sign_out: Annotated[
        bool,
        typer.Option("--sign-out", envvar="VITASCOPE_USER_RESET_SIGN_OUT", help="End all tokens of the owner too."),
    ] = False,
) -> None:
    """Give the owner a new password and print it: for when the old one is lost."""
    from vitascope.cli.user import reset

    reset(config.expanduser(), file, sign_out=sign_out)


@app.command("accept")
def user_accept(
    number: Annotated[int | None, typer.Argument(help="Which one; left out, they are listed.")] = None,
    config: Config = DEFAULT_CONFIG,
    name: Annotated[
        str, typer.Option("--person", envvar="VITASCOPE_USER_ACCEPT_PERSON", help="Whose token it becomes.")
    ] = "owner",
) -> None:
    """Accept the token of a tool that was set up for the server taken over."""
    from vitascope.cli.user import accept

    accept(config.expanduser(), number, name)


@claiming.command("claim-token")
def claim_token(
    config: Config = DEFAULT_CONFIG,
    another: Annotated[
        bool,
        typer.Option(
            "--for-server",
            envvar="VITASCOPE_CLAIM_TOKEN_FOR_SERVER",
            help="For another server, which shall have the owner of this one.",
        ),
    ] = False,
) -> None:
    """Print a claim token: good for one use within four minutes."""
    from vitascope.cli.user import claim_token as mint

    mint(config.expanduser(), another_server=another)
