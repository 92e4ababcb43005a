"""A small library on each engine, with two people."""

import pytest
from tests.support.store_world import World

from vitascope.store import people
from vitascope.store.engine import Database


@pytest.fixture
def world(database: Database) -> World:
    """An empty library; person 1 is its owner."""
    drawn = World(db=database)
    drawn.write(people.ensure_owner)
    return drawn
