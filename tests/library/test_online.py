"""What the service of metadata providers does with what an earlier server did not come to."""

import asyncio
from pathlib import Path

from tests.support.store_world import World

from vitascope.core.model import ItemType
from vitascope.egress import Fetcher
from vitascope.library.activities import ActivityBoard
from vitascope.library.online.posters import Posters
from vitascope.library.online.service import OnlineService
from vitascope.library.scanner import ScanService
from vitascope.metadata.online import Manner, ProviderClient
from vitascope.store import matches, providers
from vitascope.store.engine import Database
from vitascope.store.matches import State
from vitascope.store.providers import Described
from vitascope.store.reader import Reader
from vitascope.store.rows import ItemRow

PROVIDER = "tv.plex.agents.custom.a"


def nowhere(_r: Reader, _item: ItemRow) -> Manner:
    raise AssertionError("nothing is asked yet")


def test_what_a_scan_brought_just_before_a_restart_is_asked_about(sqlite_url: str, tmp_path: Path) -> None:
    async def run(database: Database) -> list[int]:
        client, board = ProviderClient(Fetcher(user_agent="test")), ActivityBoard()
        scans = ScanService(database, board, pref=lambda _: False)
        asked = asyncio.Event()

        class Writing(OnlineService):
            """Writes down what is to be asked, and asks nobody."""

            async def _ask_all(self) -> None:
                asked.set()

        online = Writing(database, client, scans, board, Posters(database, client, tmp_path), manner=nowhere)
        online.start()
        await asked.wait()
        await online.close()
        await scans.close()
        return [row.identity_id for row in await database.read(matches.waiting, State.ASK, 2**40, 10)]

    with Database(sqlite_url, readers=2) as database:
        world = World(db=database)
        described = Described(
            identifier=PROVIDER, title="A", uri="http://localhost/a", types="[1]", match_path="/m", metadata_path="/d"
        )
        world.write(providers.add_provider, described)
        section = world.section()
        world.write(providers.use_group, section.id, world.write(providers.add_group, "Group", PROVIDER))
        film = world.add(section, ItemType.MOVIE, "Film")
        assert asyncio.run(run(database)) == [film.identity_id]
