"""``vitascope explain``: why something is played the way it is, step by step, as the running server decides it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from vitascope.cli.client import ServerClient
from vitascope.cli.failure import CommandError

_TYPES = ("1", "4", "10", "12", "13")
"""What plays by itself: films, episodes, tracks, clips, photographs."""
_STREAMS = {1: "video", 2: "audio", 3: "subtitle"}


def explain(config: Path, item: str, query: Mapping[str, str]) -> None:
    """Prints the decision about an item; ``query`` is what a client would ask with."""
    client = ServerClient(config)
    path = f"/library/metadata/{_item_id(client, item)}"
    found = client.get("/video/:/transcode/universal/decision", {"path": path, "explain": "1", **query})
    console = Console(soft_wrap=True, emoji=False)
    (shown,) = found["Metadata"]
    console.print(f"{shown['title']} (item {shown['ratingKey']})", markup=False, highlight=False)
    _tell_profile(console, found, query)
    for name, label in (
        ("general", ""),
        ("directPlay", "direct play: "),
        ("transcode", "conversion: "),
        ("mde", "MDE: "),
    ):
        if f"{name}DecisionCode" in found:
            said = f"{label}{found[f'{name}DecisionCode']} {found[f'{name}DecisionText']}"
            console.print(said, markup=False, highlight=False)
    if "availableBandwidth" in found:
        console.print(f"bandwidth: {found['availableBandwidth']} kbit/s", markup=False, highlight=False)
    for number, reason in enumerate(found.get("Reason", []), 1):
        console.print(f"{number:>3}. {reason['text']} [{reason['code']}]", markup=False, highlight=False)
    _tell_streams(console, shown)


def _item_id(client: ServerClient, item: str) -> str:
    """The item that a number, a key or a title means."""
    last = item.rstrip("/").rpartition("/")[2]
    if last.isdecimal() and (last == item or item.startswith("/library/metadata/")):
        return last
    found: list[dict[str, Any]] = []
    for kind in _TYPES:
        found += client.get("/library/all", {"type": kind, "title=": item}).get("Metadata", [])
    if not found:
        raise CommandError(f"nothing that plays is called {item!r}")
    if len(found) > 1:
        known = ", ".join(f"{one['ratingKey']} ({one['type']}, {one.get('year', '?')})" for one in found[:10])
        raise CommandError(f"several are called {item!r}; say which by its number: {known}")
    return str(found[0]["ratingKey"])


def _tell_profile(console: Console, found: Mapping[str, Any], query: Mapping[str, str]) -> None:
    profile = found["ClientProfile"]
    asked = query.get("X-Plex-Client-Profile-Name", "")
    note = f" (there is none called {asked!r})" if asked and asked.lower() != profile["name"].lower() else ""
    console.print(f"profile: {profile['name']}{note}", markup=False, highlight=False)
    for one in profile.get("Ignored", []):
        console.print(f"left out: {one['directive']}: {one['reason']}", markup=False, highlight=False)


def _tell_streams(console: Console, shown: Mapping[str, Any]) -> None:
    """What becomes of each stream of what is played."""
    table = Table(box=None, show_header=False)
    for media in shown.get("Media", []):
        for part in media.get("Part", []) if media.get("selected") else []:
            table.add_row("file", str(part["id"]), part["decision"], media.get("protocol", ""), media["container"])
            for stream in part.get("Stream", []):
                if stream["streamType"] in _STREAMS and "decision" in stream:
                    name = stream.get("displayTitle", stream.get("codec", ""))
                    kind = _STREAMS[stream["streamType"]]
                    table.add_row(kind, str(stream["id"]), stream["decision"], stream.get("location", ""), name)
    if table.row_count:
        console.print(table)
