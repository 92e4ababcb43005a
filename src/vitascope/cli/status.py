"""``vitascope status``: a server at a glance: what it does, what its owner should do, how healthy it is."""

from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from vitascope.cli.client import NoServerError
from vitascope.cli.operated import Operated
from vitascope.ops.service import Engine

_MARKS = {"success": "ok      ", "starting": "starting", "failure": "FAILS   ", "disabled": "-       "}


def show_status(operated: Operated) -> None:
    """Prints it; where our server does not run, what can be seen from outside, and then it fails."""
    console = Console(soft_wrap=True, emoji=False)
    if operated.is_ours_running:
        _show_ours(operated, console)
    _show_tasks(operated.tasks(), operated.dependencies(), console)
    _show_health(operated.checks(), console)
    if operated.service.engine is Engine.VITASCOPE and not operated.is_ours_running:
        raise NoServerError(operated.client.config)


def _show_ours(operated: Operated, console: Console) -> None:
    root = operated.client.get("/")
    found = operated.client.get("/vitascope/status")
    console.print(f"{root['friendlyName']} ({root['machineIdentifier']})", markup=False)
    table = Table(show_header=False, box=None)
    for label in ("database", "sections", "scans", "playing"):
        table.add_row(label, str(found[label]))
    console.print(table)
    for activity in operated.client.get("/activities").get("Activity", []):
        console.print(f"{activity['title']}: {activity['progress']} % {activity['subtitle']}", markup=False)
    for place in found.get("Away", []):
        console.print(f"away: {place['path']} ({place['reason']})", markup=False)
    _show_expiring(operated.client.get("/butler/DeleteExpiredEpisodes/preview"), console)
    for note in found.get("Note", []):
        console.print(f"note: {note['text']}", markup=False)


def _show_expiring(found: dict[str, Any], console: Console) -> None:
    """What the coming night deletes, a line for each show; nothing where files may not be deleted."""
    if not found["enabled"]:
        return
    night = datetime.fromtimestamp(found["at"]).astimezone().strftime("%Y-%m-%d %H:%M")
    for show in found.get("Directory", []):
        episodes = ", ".join(f"S{one.get('parentIndex', 0):02}E{one.get('index', 0):02}" for one in show["Metadata"])
        console.print(f"deleted from {night} on: {show['title']} {episodes}", markup=False, highlight=False)


def _show_tasks(tasks: list[dict[str, Any]], dependencies: list[dict[str, Any]], console: Console) -> None:
    for task in tasks:
        console.print(
            f"task ({task['severity']}): {task['actionName']}: {task['reason']} "
            f"(vitascope action run {task['action']} --input …)",
            markup=False,
            highlight=False,
        )
    for one in dependencies:
        console.print(f"depends on {one['title']} {one['version']} ({one['kind']})", markup=False, highlight=False)


def _show_health(checks: list[dict[str, Any]], console: Console) -> None:
    for check in checks:
        detail = f" ({check['detail']})" if check.get("detail") else ""
        console.print(
            f"{_MARKS[check['state']]}  {check['name']}: {check['message']}{detail}", markup=False, highlight=False
        )
