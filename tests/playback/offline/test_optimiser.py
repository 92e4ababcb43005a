"""What becomes of a version that is taken out, and wanted again, while it is being made."""

import asyncio
from pathlib import Path

from tests.support import conversions as kit
from tests.support.store_world import World

from vitascope.core.model import ItemType
from vitascope.library.activities import ActivityBoard
from vitascope.media.transcoding.whole_files import gathering_pool
from vitascope.playback.offline.converter import Converter
from vitascope.playback.offline.optimiser import Optimiser
from vitascope.playback.offline.plans import Plan
from vitascope.playback.transcode.room import Room
from vitascope.store import optimised as store
from vitascope.store.engine import Database
from vitascope.store.optimised import Status
from vitascope.store.rows import ConversionRow, GeneratorRow


class Hands:
    """Whoever decides takes as long as a test wants."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[int] = asyncio.Queue()
        self.may_decide = asyncio.Event()

    async def mend(self) -> None:
        """There is nothing."""

    async def look(self, generator_id: int | None = None) -> None:
        """It is as it is."""

    async def title(self, row: ConversionRow) -> str:
        return f"version {row.id}"

    async def plan(self, row: ConversionRow, generator: GeneratorRow) -> Plan | None:
        assert generator.id == row.generator_id
        self.asked.put_nowait(row.id)
        await self.may_decide.wait()
        return None

    async def put(self, row: ConversionRow, generator: GeneratorRow, plan: Plan, made: Path) -> None:
        raise AssertionError(f"{row} of {generator} is as wanted: nothing like {plan} is made, nor {made}")


def test_one_that_is_wanted_again_before_it_is_given_up_is_made_all_the_same(sqlite_url: str, tmp_path: Path) -> None:
    async def work(database: Database) -> str:
        world = World(db=database)
        film = world.add(world.section(), ItemType.MOVIE, "Film")
        row = GeneratorRow(0, film.identity_id, "Film", "Mobile", None, "", "", "", "{}")
        generator = await database.awrite(store.add, row)
        await database.awrite(store.want, generator, [film.identity_id])
        (conversion,) = await database.read(store.conversions_of, [generator])
        folder = tmp_path / "made"
        folder.mkdir()
        with gathering_pool(folder, niceness=0) as pool:
            async with kit.workshop(tmp_path) as shop:
                converter = Converter(shop.producer, pool, room=Room(folder))
                optimiser, hands = Optimiser(database, folder, converter, ActivityBoard()), Hands()
                optimiser.start(hands)
                assert await hands.asked.get() == conversion.id
                await optimiser.give_up([conversion.id])  # of somebody who took it out before it was wanted again
                assert await hands.asked.get() == conversion.id
                hands.may_decide.set()
                while (found := await database.read(store.conversion, conversion.id)) is not None:
                    if found.status not in (Status.WAITING, Status.PROCESSING):
                        break
                    await asyncio.sleep(0.002)
                await optimiser.close()
        assert found is not None
        return found.status

    with Database(sqlite_url, readers=2) as database:
        assert asyncio.run(work(database)) == Status.DONE
