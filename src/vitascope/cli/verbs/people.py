"""``user``: people and their tokens."""

from typing import Annotated

import typer

from vitascope.cli.options import DEFAULT_CONFIG, Config

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
