"""Takes commands out of a page of documentation: fenced blocks that a comment marks, ``<!-- test: NAME -->``."""

import re
from pathlib import Path

_BLOCK = re.compile(r"^<!-- test: ([\w-]+) -->\n```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(page: Path) -> dict[str, list[str]]:
    """The commands of each marked block, in order; lines that go on are joined, comments left out."""
    found = {}
    for name, block in _BLOCK.findall(page.read_text("utf-8")):
        assert name not in found, f"{page} has two blocks called {name}"
        lines = block.replace("\\\n", " ").splitlines()
        found[name] = [" ".join(line.split()) for line in lines if line.strip() and not line.startswith("#")]
    return found
