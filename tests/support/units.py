"""Reads lines of units as systemd does (systemd.syntax(7), systemd.service(5)), to see what became of a value."""

import re
import subprocess
from collections import defaultdict
from pathlib import Path

_ESCAPES = {"n": "\n", "t": "\t", "s": " ", "\\": "\\", '"': '"', "'": "'"}


def words(line: str) -> list[str]:
    """The words of a line, quotes and escapes taken away."""
    found: list[str] = []
    current: list[str] | None = None
    quote = ""
    position = 0
    while position < len(line):
        char = line[position]
        position += 1
        if char == "\\" and position < len(line):
            following = line[position]
            position += 1
            if following == "x":
                current = [*(current or []), chr(int(line[position : position + 2], 16))]
                position += 2
            else:
                current = [*(current or []), _ESCAPES[following]]
        elif quote:
            if char == quote:
                quote = ""
            else:
                current = [*(current or []), char]
        elif char in "\"'":
            quote = char
            current = current or []
        elif char.isspace():
            if current is not None:
                found.append("".join(current))
            current = None
        else:
            current = [*(current or []), char]
    assert not quote, f"a quote that is not closed: {line}"
    return found if current is None else [*found, "".join(current)]


def arguments(line: str) -> list[str]:
    """The arguments of a command line. Specifiers that name folders and units may be in it, variables may not."""
    read = []
    for word in words(line):
        assert set(re.findall(r"%(.)", word)) <= set("%tNhE"), f"a specifier: {word}"
        assert "$" not in word.replace("$$", ""), f"a variable: {word}"
        read.append(word.replace("%%", "%").replace("$$", "$"))
    return read


def settings(text: str) -> dict[str, list[str]]:
    """All settings of a unit, as ``Section.Key``, with their values in order."""
    found: dict[str, list[str]] = defaultdict(list)
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and line[0] not in "#;":
            key, _, value = line.partition("=")
            found[f"{section}.{key}"].append(value)
    return dict(found)


def verify(*units: Path, user: bool = False) -> list[str]:
    """What ``systemd-analyze verify`` complains about; its exit code is 0 even for keys it does not know."""
    done = subprocess.run(
        ["systemd-analyze", *(["--user"] if user else []), "verify", *map(str, units)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "SYSTEMD_LOG_LEVEL": "warning", "XDG_RUNTIME_DIR": "/tmp", "HOME": "/root"},
    )
    # The program is not installed where the unit says, on the machine that tests.
    return [line for line in done.stderr.splitlines() if "is not executable: No such file" not in line]
