"""``webhook``: who is told of what happens on the server."""

from typing import Annotated

import typer

from vitascope.cli.options import DEFAULT_CONFIG, Config

app = typer.Typer(help="Webhooks: who is told of what happens.", no_args_is_help=True, rich_markup_mode=None)

Number = Annotated[int, typer.Argument(help="The number of the webhook.")]


@app.command("list")
def webhook_list(config: Config = DEFAULT_CONFIG) -> None:
    """List the webhooks and how each last answered."""
    from vitascope.cli.webhook import show

    show(config.expanduser())


@app.command("add")
def webhook_add(
    url: Annotated[str, typer.Argument(help="Where to send what happens.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Register a webhook and print its number."""
    from vitascope.cli.webhook import add

    add(config.expanduser(), url)


@app.command("remove")
def webhook_remove(number: Number, config: Config = DEFAULT_CONFIG) -> None:
    """Forget a webhook."""
    from vitascope.cli.webhook import remove

    remove(config.expanduser(), number)


@app.command("test")
def webhook_test(number: Number, config: Config = DEFAULT_CONFIG) -> None:
    """Send a webhook a test, and say how it answered."""
    from vitascope.cli.webhook import test

    test(config.expanduser(), number)
