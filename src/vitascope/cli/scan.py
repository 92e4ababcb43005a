"""``vitascope scan``: has the running server scan, and shows how far it is."""

import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from vitascope.cli.client import ServerClient
from vitascope.cli.failure import CommandError

_ASK_SECONDS = 0.25


def chosen(client: ServerClient, wanted: str | None) -> list[dict[str, Any]]:
    """The sections of this title or number; all of them when none is named."""
    sections: list[dict[str, Any]] = client.get("/library/sections").get("Directory", [])
    if wanted is None:
        if not sections:
            raise CommandError("there is no section yet")
        return sections
    found = [one for one in sections if wanted == one["key"] or wanted.casefold() == one["title"].casefold()]
    if not found:
        raise CommandError(f"there is no section {wanted!r}")
    return found


def scan_sections(config: Path, section: str | None, *, path: Path | None, force: bool, wait: bool) -> None:
    """Starts scans; with ``wait`` stays until all have ended and tells what could not be read."""
    client = ServerClient(config)
    wanted = chosen(client, section)
    query = {"force": "1"} if force else {}
    if path is not None:
        query["path"] = str(path.absolute())
    for one in wanted:
        client.get(f"/library/sections/{one['key']}/refresh", query)
    console = Console(emoji=False)
    if not wait:
        console.print(f"scanning {', '.join(one['title'] for one in wanted)}", markup=False)
        return
    _watch(client, console, wanted)
    _tell_unreadable(client, console, wanted)


def _watch(client: ServerClient, console: Console, chosen: list[dict[str, Any]]) -> None:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[note]}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bars: dict[str, TaskID] = {
            str(one["key"]): progress.add_task(one["title"], total=100, note="") for one in chosen
        }
        while bars:
            time.sleep(_ASK_SECONDS)
            scans = {str(one["librarySectionID"]): one for one in client.get("/vitascope/status").get("Scan", [])}
            activities = {one["uuid"]: one for one in client.get("/activities").get("Activity", [])}
            for key, bar in list(bars.items()):
                scan = scans.get(key)
                if scan is None:
                    progress.update(bar, completed=100, note="done")
                    del bars[key]
                    continue
                activity = activities.get(scan["uuid"], {})
                speed = "waiting" if scan["waiting"] else f"{scan['filesPerSecond']} files/s"
                note = " ".join(part for part in (speed, str(activity.get("subtitle", ""))) if part)
                progress.update(bar, completed=max(int(activity.get("progress", 0)), 0), note=note)


def _tell_unreadable(client: ServerClient, console: Console, chosen: list[dict[str, Any]]) -> None:
    keys = {str(one["key"]) for one in chosen}
    files = [
        file
        for file in client.get("/vitascope/unreadable").get("File", [])
        if str(file.get("librarySectionID")) in keys
    ]
    if files:
        console.print(f"{len(files)} files could not be read:", markup=False)
    for file in files[:50]:
        console.print(f"  {file['path']}: {file['reason']}", markup=False)
