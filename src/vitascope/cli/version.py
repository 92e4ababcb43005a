"""What ``vitascope --version`` says: the release, and for an image what it was built from.

The image's build leaves ``build.json`` beside the installed program; an installation from the wheel has none.
"""

import json
from pathlib import Path

from vitascope import __version__

BUILD_FILE = "build.json"


def version_line(path: Path) -> str:
    """One line: ``Vitascope 1.0.0``, with commit and date where they are known."""
    try:
        build = json.loads(path.read_text(encoding="utf-8"))
        return f"Vitascope {build['version']} (commit {build['commit']}, built {build['date']})"
    except (OSError, ValueError, KeyError, TypeError):
        return f"Vitascope {__version__}"
