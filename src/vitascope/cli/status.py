"""``vitascope status``: the running server at a glance."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from vitascope.cli.client import ServerClient


def show_status(config: Path) -> None:
    """Prints what runs, what plays and what is away."""
    client = ServerClient(config)
    root = client.get("/")
    found = client.get("/vitascope/status")
    console = Console()
    console.print(f"{root['friendlyName']} ({root['machineIdentifier']})", markup=False)
    table = Table(show_header=False, box=None)
    for label, name in (("database", "database"), ("sections", "sections"), ("scans", "scans"), ("playing", "playing")):
        table.add_row(label, str(found[name]))
    console.print(table)
    for activity in client.get("/activities").get("Activity", []):
        console.print(f"{activity['title']}: {activity['progress']} % {activity['subtitle']}", markup=False)
    for place in found.get("Away", []):
        console.print(f"away: {place['path']} ({place['reason']})", markup=False)
    for note in found.get("Note", []):
        console.print(f"note: {note['text']}", markup=False)
