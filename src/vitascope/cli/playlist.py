"""``vitascope playlist``: the owner's playlists in and out of M3U files, by the running server.

An import is read by the server, which may run as somebody else, so its path must be one that the server may read. An
export is written here, whole or not at all, and over a file that is there only when asked to.
"""

import os
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from vitascope.cli.client import ServerClient
from vitascope.cli.failure import CommandError

_FOLDER = "playlistFolder"


def _all(client: ServerClient) -> list[dict[str, Any]]:
    """All playlists, those in folders with the folder's title before theirs."""
    found: list[dict[str, Any]] = []
    waiting: list[tuple[str, str]] = [("/playlists", "")]
    while waiting:
        path, above = waiting.pop(0)
        for one in client.get(path).get("Metadata", []):
            title = f"{above}{one['title']}"
            if one.get("type") == _FOLDER:
                waiting.append((f"/playlists/{one['ratingKey']}/items", f"{title}/"))
            else:
                found.append(one | {"title": title})
    return found


def show(config: Path) -> None:
    """Prints the playlists."""
    table = Table("id", "title", "kind", "entries")
    for one in _all(ServerClient(config)):
        kind = f"{one.get('playlistType', '')}{' (smart)' if one.get('smart') else ''}"
        table.add_row(str(one["ratingKey"]), one["title"], kind, str(one.get("leafCount", "")))
    Console(soft_wrap=True, emoji=False).print(table)


def export(config: Path, wanted: str, target: Path | None, *, force: bool) -> None:
    """Writes a playlist, named by its id or title, to a file; without one to the standard output."""
    if target is not None and target.exists() and not force:
        raise CommandError(f"{target} is there already; --force writes over it")
    client = ServerClient(config)
    one = _chosen(_all(client), wanted)
    data = client.download(f"/vitascope/playlists/{one['ratingKey']}/m3u")
    if target is None:
        sys.stdout.buffer.write(data)
        return
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        partial.write_bytes(data)
        partial.replace(target)
    except OSError as error:
        raise CommandError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
    print(f"wrote {target}")


def _chosen(playlists: list[dict[str, Any]], wanted: str) -> dict[str, Any]:
    for fits in (
        [one for one in playlists if str(one["ratingKey"]) == wanted],
        [one for one in playlists if one["title"] == wanted],
        [one for one in playlists if one["title"].casefold() == wanted.casefold()],
    ):
        if len(fits) > 1:
            ids = ", ".join(str(one["ratingKey"]) for one in fits)
            raise CommandError(f"{len(fits)} playlists are called {wanted!r}: say which by its id ({ids})")
        if fits:
            return fits[0]
    raise CommandError(f"there is no playlist {wanted!r} (list them with: vitascope playlist list)")


def take(config: Path, source: Path, section: str | None, *, keep: bool) -> None:
    """Makes playlists of an M3U file, or of those in a folder."""
    client = ServerClient(config)
    query = {"path": str(source.absolute()), "force": "0" if keep else "1"}
    if section is not None:
        query["sectionID"] = _section(client, section)
    made = client.call("POST", "/playlists/upload", query)
    for one in made.get("Metadata", []):
        print(f"{one['ratingKey']} {one['title']} ({one.get('leafCount', 0)})")
    added, asked = int(made.get("leafCountAdded", 0)), int(made.get("leafCountRequested", 0))
    if added < asked:
        print(f"{asked - added} of {asked} entries were not found in the library", file=sys.stderr)


def _section(client: ServerClient, wanted: str) -> str:
    for one in client.get("/library/sections").get("Directory", []):
        if wanted == one["key"] or wanted.casefold() == one["title"].casefold():
            return str(one["key"])
    raise CommandError(f"there is no section {wanted!r}")
