"""Options that most verbs share."""

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_CONFIG = Path("~/.local/share/vitascope")

Config = Annotated[
    Path,
    typer.Option("--config", envvar="VITASCOPE_CONFIG", help="The folder that /config is in the container image."),
]
