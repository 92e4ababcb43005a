"""How long work tells how far it is."""

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Told what is being done, and how far it is (0 to 1)."""


def silent(_what: str, _done: float) -> None:
    """For whoever does not want to know."""
