"""Every public method of python-plexapi is driven by a test here, or has nothing to do with a server."""

import importlib
from pathlib import Path

from tests.api.sweep import ledger


def _all_tests() -> None:
    for path in Path(__file__).parent.glob("test_*.py"):
        importlib.import_module(f"tests.api.sweep.{path.stem}")


def test_every_public_method_is_looked_at() -> None:
    _all_tests()
    missing = set(ledger.public_methods()) - ledger.COVERED - set(ledger.NOT_OF_THE_SERVER)
    assert sorted(missing) == []


def test_what_is_named_exists_and_is_named_once() -> None:
    _all_tests()
    known = set(ledger.public_methods())
    assert sorted((ledger.COVERED | set(ledger.NOT_OF_THE_SERVER)) - known) == []
    assert sorted(ledger.COVERED & set(ledger.NOT_OF_THE_SERVER)) == []
