"""``vitascope webhook``: the webhooks of the running server, which is the one who tells them."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from vitascope.cli.client import ServerClient
from vitascope.cli.failure import CommandError


def show(config: Path) -> None:
    """Prints the webhooks."""
    found = ServerClient(config).get("/vitascope/webhooks")
    table = Table("id", "address", "last answer", "waiting")
    for hook in found.get("Webhook", []):
        answer = hook.get("error") or hook.get("status") or ""
        table.add_row(str(hook["id"]), hook["url"], str(answer), str(hook["waiting"]))
    Console(soft_wrap=True, emoji=False).print(table)
    if not found.get("enabled"):
        print("webhooks are off (the preference WebHooksEnabled)")


def add(config: Path, url: str) -> None:
    """Registers a webhook and prints its number."""
    made = ServerClient(config).call("POST", "/vitascope/webhooks", body={"url": url})
    print(made["Webhook"][0]["id"])


def remove(config: Path, number: int) -> None:
    """Forgets a webhook."""
    ServerClient(config).call("DELETE", f"/vitascope/webhooks/{number}")
    print(f"removed {number}")


def test(config: Path, number: int) -> None:
    """Sends a webhook a test, and says how it answered."""
    tried = ServerClient(config).call("POST", f"/vitascope/webhooks/{number}/test")
    if not tried["ok"]:
        raise CommandError(f"the webhook did not take it: {tried.get('error')}")
    print(f"it answers {tried['status']}")
