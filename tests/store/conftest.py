"""A small library drawn by hand, for every test of the store."""

import pytest
from tests.support.store_world import World

from vitascope.store.engine import Database


@pytest.fixture
def world(database: Database) -> World:
    """Adds items to an empty database, on each engine in turn."""
    return World(db=database)
