"""What is made of a content, by whoever wants it: once, also when two want it at the same time."""

import asyncio

from vitascope.library.derived.making import Run, Workshop
from vitascope.store.derived import Subject
from vitascope.store.engine import Database


class Maker:
    """Makes something in two pieces."""

    kind = "pieces"
    made_with = "1"
    least_ms = 0
    only_with_chapters = False

    def __init__(self) -> None:
        self.pieces: list[int] = []
        self.begun, self.may_go_on = asyncio.Event(), asyncio.Event()

    async def make(self, _subject: Subject, _run: Run) -> bytes | None:
        self.pieces.append(1)
        self.begun.set()
        await self.may_go_on.wait()
        self.pieces.append(2)
        return bytes(self.pieces)

    async def after(self, _subject: Subject) -> None:
        """Nothing more."""


class Unhurried:
    """A run that nobody stops."""

    def show(self, done: float, what: str = "") -> None:
        """Nobody looks."""

    async def step(self) -> None:
        await asyncio.sleep(0)


def test_what_two_want_at_once_is_made_once(database: Database) -> None:
    subject = Subject(
        file_id=1,
        fingerprint=b"f" * 16,
        root=b"/films",
        relative=b"a.mkv",
        item_id=1,
        part_id=1,
        title="A",
        duration_ms=1,
    )

    async def run() -> None:
        workshop, maker = Workshop(database), Maker()
        both = [asyncio.create_task(workshop.make(maker, subject, Unhurried())) for _ in range(2)]
        await maker.begun.wait()
        for _ in range(3):  # the other one has looked, too
            await database.read(lambda _r: None)
        maker.may_go_on.set()
        first, second = await asyncio.gather(*both)
        assert first == second
        assert first is not None
        assert first.value == bytes((1, 2))

    asyncio.run(run())
