"""``agent``: whether what is in a section is looked up."""

from typing import Annotated

import typer

from vitascope.cli.options import DEFAULT_CONFIG, Config

app = typer.Typer(help="Agents that look up what is in a section.", no_args_is_help=True, rich_markup_mode=None)

Section = Annotated[str, typer.Argument(help="Title or number of the section.")]


@app.command("on")
def agent_on(section: Section, config: Config = DEFAULT_CONFIG) -> None:
    """Let the agent that a section names look up what is in it."""
    from vitascope.cli.agent import switch

    switch(config.expanduser(), section, on=True)


@app.command("off")
def agent_off(section: Section, config: Config = DEFAULT_CONFIG) -> None:
    """Have the agent of a section ask nobody any more; what was learned stays."""
    from vitascope.cli.agent import switch

    switch(config.expanduser(), section, on=False)
