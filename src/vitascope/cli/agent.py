"""``vitascope agent``: whether the agents of sections look up what is in them."""

from pathlib import Path

from vitascope.cli.client import ServerClient
from vitascope.cli.scan import chosen


def switch(config: Path, section: str, *, on: bool) -> None:
    """Switches the agent of a section on or off."""
    client = ServerClient(config)
    (one, *_) = chosen(client, section)
    client.call("PUT" if on else "DELETE", f"/vitascope/sections/{one['key']}/agent")
    print(f"{one['title']}: {one['agent']} is {'on' if on else 'off'}")
