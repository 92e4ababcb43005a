"""A process that is killed at any moment leaves a whole database."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import func, select
from tests.support.store_world import World

from vitascope.store import check, schema
from vitascope.store.engine import Database

KILLS = 4

_WRITE = """
import itertools, random, sys
from tests.support.store_world import World
from vitascope.core.model import ItemType, TagType
from vitascope.store import changes, sections, states
from vitascope.store.engine import Database

dice = random.Random(int(sys.argv[2]))
with Database(sys.argv[1]) as db:
    world = World(db=db)
    world.numbers = itertools.count(dice.randrange(10**9))
    section = world.section("show")
    world.show(section, "The first one", seasons=1, episodes=1)
    print("writing", flush=True)
    while True:
        top, leaves = world.show(section, f"Show {dice.random()}", seasons=2, episodes=3)
        world.write(states.mark_watched, 1, dice.choice([top, *leaves]).id, True)
        if dice.random() < 0.5:
            world.write(changes.apply, Changes(delete=Deletes(items=[dice.choice([top, *leaves]).id])))
"""


def test_killed_at_random_moments(sqlite_url: str) -> None:
    seed = int(os.environ.get("VITASCOPE_TEST_SEED", time.time_ns() % 10**6))
    dice = random.Random(seed)
    root = Path(__file__).parents[2]
    for number in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", _WRITE, sqlite_url, str(seed + number)],
            cwd=root,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        with process:
            assert process.stdout.readline() == b"writing\n"
            time.sleep(dice.uniform(0.02, 0.7))
            process.send_signal(signal.SIGKILL)
        with Database(sqlite_url) as db:
            world = World(db=db)
            assert world.read(check.check) == [], f"seed {seed}, kill {number}"
            assert world.write(check.check_full_text) == []
    with Database(sqlite_url) as db, db.reader() as r:
        assert r.scalar(select(func.count()).select_from(schema.items)) > 0
