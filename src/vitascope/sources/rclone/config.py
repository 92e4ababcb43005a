"""``rclone.conf``: the one file with secrets, and nobody else's.

It lies in the support directory, readable by its owner alone, and is replaced as a whole or not at all. rclone may
write into it too (a token it renewed), so what is not being changed is taken over line by line.

Before a file takes its place, rclone itself says what it reads in it: anything but what was meant is refused. That
holds for quirks of its format that nobody thought of.
"""

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from vitascope.sources.errors import InvalidSource
from vitascope.sources.rclone.kinds import Kinds
from vitascope.sources.rclone.program import ask
from vitascope.sources.rclone.remotes import Remote

Sections = dict[str, dict[str, str]]


def read_sections(path: Path) -> Sections:
    """The sections of a configuration of ours, values as they stand there. A file that is missing has none."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    sections: Sections = {}
    current: dict[str, str] | None = None
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("[") and stripped.endswith("]"):
            current = sections.setdefault(stripped[1:-1], {})
        elif current is not None and "=" in stripped and stripped[0] not in "#;":
            name, _, value = stripped.partition("=")
            current[name.strip()] = value.strip()
    return sections


def written(sections: Mapping[str, Mapping[str, str]]) -> bytes:
    """The text of a configuration."""
    blocks = [
        "\n".join([f"[{name}]", *(f"{option} = {value}" for option, value in values.items())]) + "\n"
        for name, values in sections.items()
    ]
    return "\n".join(blocks).encode()


def section_of(remote: Remote, kinds: Kinds, program: Path, home: Path) -> dict[str, str]:
    """The lines of a remote, with those obscured that rclone wants obscured. Asks rclone."""
    known = kinds.options(remote.kind)
    lines = {"type": remote.kind, **remote.options}
    for option, value in remote.secrets.items():
        lines[option] = ask(program, home, "obscure", "-", sent=value).strip() if known[option].is_password else value
    return lines


@contextmanager
def candidate(folder: Path, sections: Sections, program: Path) -> Iterator[Path]:
    """A configuration that is not in use yet, in a file that goes away again. Raises :class:`InvalidSource` when rclone
    reads anything else in it than ``sections``."""
    path = folder / f".candidate-{secrets.token_hex(8)}.new"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(written(sections))
        if json.loads(ask(program, folder, "config", "dump", "--config", str(path))) != sections:
            raise InvalidSource("an option holds something that rclone reads otherwise than it was meant")
        yield path
    finally:
        with suppress(FileNotFoundError):
            path.unlink()


def secrets_in(sections: Sections, kinds: Kinds) -> frozenset[str]:
    """Every secret of a configuration, as it stands there: what must never be in a log."""
    return frozenset(
        value
        for values in sections.values()
        if values.get("type", "") in kinds
        for option, value in values.items()
        if (known := kinds.options(values["type"]).get(option)) is not None and known.is_secret
    )
