"""The board of checks: grace, keeping, hanging and breaking."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from vitascope.ops.health import Health, HealthBoard, Look, Observation, bad, good, nothing
from vitascope.ops.service import Engine, service_of

SERVICE = service_of(Engine.PLEX)
CHECKS = [check.id for check in SERVICE.checks]


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def saying(found: Observation) -> Look:
    async def look() -> Observation:
        return found

    return look


def board_of(clock: Clock, started: float | None = None, **looks: Look) -> HealthBoard:
    every = {check: saying(good()) for check in CHECKS}
    return HealthBoard(SERVICE, every | looks, started_at=lambda: started, clock=clock)


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def within_a_minute() -> None:
        async with asyncio.timeout(60):
            await test()

    asyncio.run(within_a_minute())


def test_the_words_are_those_of_the_document() -> None:
    async def test() -> None:
        web = (await board_of(Clock()).results())[0]
        assert (web.health, web.message) == (Health.SUCCESS, "The Plex web interface is ready")
        web = (await board_of(Clock(), web=saying(bad("503"))).results())[0]
        assert (web.health, web.message, web.detail) == (Health.FAILURE, "The Plex web interface is not ready", "503")
        web = (await board_of(Clock(), web=saying(nothing("No web"))).results())[0]
        assert (web.health, web.message) == (Health.DISABLED, "No web")

    run(test)


@pytest.mark.parametrize(
    ("age", "health"), [(0, Health.STARTING), (59.9, Health.STARTING), (60, Health.FAILURE), (-5, Health.FAILURE)]
)
def test_a_failure_within_a_minute_of_the_start_is_starting(age: float, health: Health) -> None:
    async def test() -> None:
        clock = Clock()
        board = board_of(clock, clock.now - age, web=saying(bad("503")), disk=saying(bad("full")))
        found = {result.spec.id: result.health for result in await board.results()}
        assert found["web"] is health
        assert found["disk"] is Health.FAILURE

    run(test)


def test_a_result_is_kept_for_a_while_and_a_failure_for_less() -> None:
    async def test() -> None:
        clock, looked, says = Clock(), 0, good()

        async def look() -> Observation:
            nonlocal looked
            looked += 1
            return says

        board = board_of(clock, transcoder=look)
        await board.results()
        clock.now += 3_600
        await board.results()
        assert looked == 1
        await board.results(fresh=True)
        assert looked == 2
        says = bad("no encoder")
        await board.results(fresh=True)
        clock.now += 59
        await board.results()
        assert looked == 3
        clock.now += 2
        await board.results()
        assert looked == 4

    run(test)


def test_what_hangs_is_waited_for_once_and_holds_nobody_up() -> None:
    async def test() -> None:
        looked, go_on = 0, asyncio.Event()

        async def look() -> Observation:
            nonlocal looked
            looked += 1
            await go_on.wait()
            return good("back")

        board = board_of(Clock(), sources=look)
        for _ in range(3):
            found = {one.spec.id: one for one in await board.results(wait_seconds=0.01)}
            assert found["sources"].health is Health.STARTING
            assert found["web"].health is Health.SUCCESS
        go_on.set()
        found = {one.spec.id: one for one in await board.results()}
        assert (found["sources"].health, found["sources"].detail, looked) == (Health.SUCCESS, "back", 1)
        await board.close()

    run(test)


def test_a_check_that_breaks_fails_alone(caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        async def look() -> Observation:
            raise ValueError("broken")

        found = {one.spec.id: one for one in await board_of(Clock(), disk=look).results()}
        assert (found["disk"].health, found["disk"].detail) == (Health.FAILURE, "broken")
        assert found["web"].health is Health.SUCCESS
        assert "the health check disk failed" in caplog.text

    run(test)


def test_who_wants_it_fresh_is_not_told_what_a_look_saw_that_began_before() -> None:
    async def test() -> None:
        says, looks, may_end = [bad("unplugged"), good()], 0, asyncio.Event()

        async def look() -> Observation:
            nonlocal looks
            looks += 1
            found = says[looks - 1]
            await may_end.wait()
            return found

        board = board_of(Clock(), disk=look)
        before = await board.results(wait_seconds=0)
        assert next(one for one in before if one.spec.id == "disk").detail == "is being looked at"
        while not looks:
            await asyncio.sleep(0)
        asked = [asyncio.ensure_future(board.results(fresh=True)) for _ in range(3)]
        await asyncio.sleep(0)
        may_end.set()
        for found in await asyncio.gather(*asked):
            assert next(one for one in found if one.spec.id == "disk").health is Health.SUCCESS
        assert looks == 2, "one look for all of them"
        await board.close()

    run(test)
