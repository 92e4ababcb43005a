"""The command line: one module per verb family, imported only when its verb is used.

A wrong flag or value ends with one line and exit code 2; a failure with one line and exit code 1.
"""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """The ``vitascope`` command."""
    from vitascope.cli.tree import run

    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))
