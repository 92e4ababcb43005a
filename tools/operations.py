"""Writes the table of the published operations in ``docs/api.md``: which of them this server answers, and how.

``python tools/operations.py`` writes it; ``tests/api/test_description.py`` fails while it is out of date. What is asked
of the router is an address of each operation with something in every place, so a row says what a client would meet.
"""

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vitascope.api.describe import State
from vitascope.api.routes import FAMILIES
from vitascope.api.routing import Router

ROOT = Path(__file__).parents[1]
PUBLISHED = ROOT / "tests" / "contract" / "published.json"
DOCS = ROOT / "docs" / "api.md"
_BEGIN = "<!-- operations: begin -->"
_END = "<!-- operations: end -->"
_WORDS = {
    State.WORKS: "works",
    State.NO_TUNER: "empty, as without a tuner",
}
OPEN = "open"
_FILLED = {"ids": "1", "element": "thumb", "ext": "srt", "transcodeType": "video", "filename": "file.mkv"}


def operations() -> Iterable[tuple[str, str, str]]:
    """Tag, method and path of every published operation."""
    document = json.loads(PUBLISHED.read_text("utf-8"))
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield operation["tags"][0], method.upper(), path


def address(path: str, schemas: dict[str, Any] | None = None) -> str:
    """A path with something in each of its places."""
    wild = path.replace("start.*", "start.m3u8")
    return re.sub(r"\{(\w+)\}", lambda place: str((schemas or {}).get(place[1]) or _FILLED.get(place[1], "1")), wild)


def state_of(router: Router, method: str, path: str) -> str:
    """What a published operation meets here, in words."""
    route = router.find(method, address(path)).route or router.find("WS", address(path)).route
    return OPEN if route is None else _WORDS[route.state]


def table() -> str:
    """The table, by the tags of the published description."""
    router = Router(FAMILIES)
    by_tag: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for tag, method, path in operations():
        state = state_of(router, method, path)
        counts[state] = counts.get(state, 0) + 1
        by_tag.setdefault(tag, []).append(f"| {tag} | {method} | `{path}` | {state} |")
    total = ", ".join(f"{number} {state}" for state, number in sorted(counts.items(), key=lambda pair: -pair[1]))
    lines = [
        f"{sum(counts.values())} operations: {total}.",
        "",
        "| Family | Method | Path | State |",
        "|---|---|---|---|",
    ]
    lines += [line for tag in by_tag for line in by_tag[tag]]
    return "\n".join(lines)


def with_table(text: str) -> str:
    """The page with the table as it is now."""
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n\n{table()}\n\n{_END}{after}"


if __name__ == "__main__":
    DOCS.write_text(with_table(DOCS.read_text("utf-8")), "utf-8")
    sys.stdout.write(table().partition("\n")[0] + "\n")
