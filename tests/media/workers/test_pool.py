import asyncio
import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from vitascope.media.workers import Failure, Limits, Reason, TaskError, WorkerPool, landlock


def wait_until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_submit_gives_typed_results(pool: WorkerPool, tasks: ModuleType) -> None:
    assert pool.submit(tasks.double, 21).result() == 42


def test_map_yields_every_argument_once(pool: WorkerPool, tasks: ModuleType) -> None:
    outcomes = list(pool.map_unordered(tasks.double, range(1000)))
    assert sorted(outcomes) == [(number, number * 2) for number in range(1000)]


def test_map_reads_its_input_only_as_far_ahead_as_needed(pool: WorkerPool, tasks: ModuleType) -> None:
    read = 0

    def numbers() -> Iterator[int]:
        nonlocal read
        for number in range(1_000_000):
            read += 1
            yield number

    outcomes = pool.map_unordered(tasks.double, numbers())
    for _ in range(10):
        next(outcomes)
    assert read < 1000


def test_closing_the_iterator_withdraws_the_rest(pool: WorkerPool, tasks: ModuleType) -> None:
    outcomes = pool.map_unordered(tasks.double, range(10_000))
    next(outcomes)
    assert isinstance(outcomes, Generator)
    outcomes.close()
    assert pool.submit(tasks.double, 1).result() == 2


def test_a_worker_that_dies_takes_one_file_with_it(pool: WorkerPool, tasks: ModuleType) -> None:
    outcomes = dict(pool.map_unordered(tasks.die_on_13, range(100)))
    failure = outcomes.pop(13)
    assert failure == Failure(reason=Reason.CRASHED, detail="worker ended by SIGSEGV")
    assert outcomes == {number: number for number in range(100) if number != 13}


def test_a_call_that_hangs_is_ended(tasks: ModuleType) -> None:
    with WorkerPool(2, timeout_s=2) as pool:  # of which the others need next to nothing
        outcomes = dict(pool.map_unordered(tasks.hang_on_13, range(10, 18)))
    failure = outcomes.pop(13)
    assert isinstance(failure, Failure)
    assert failure.reason is Reason.TIMEOUT
    assert len(outcomes) == 7
    assert all(number == outcome for number, outcome in outcomes.items())


def test_a_file_whose_worker_died_is_tried_again_alone(pool: WorkerPool, tasks: ModuleType, tmp_path: Path) -> None:
    assert pool.submit(tasks.die_once, str(tmp_path / "marker")).result() == "survived"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("media", Reason.DAMAGED),
        ("missing", Reason.MISSING),
        ("memory", Reason.MEMORY),
        ("anything", Reason.ERROR),
    ],
)
def test_exceptions_become_failures_and_the_worker_lives(
    single: WorkerPool, tasks: ModuleType, kind: str, reason: Reason
) -> None:
    before = single.submit(tasks.pid, None).result()
    with pytest.raises(TaskError) as caught:
        single.submit(tasks.raise_error, kind).result()
    assert caught.value.reason is reason
    assert single.submit(tasks.pid, None).result() == before


def test_an_answer_of_the_wrong_type_is_a_failure(pool: WorkerPool, tasks: ModuleType) -> None:
    with pytest.raises(TaskError, match="malformed"):
        pool.submit(tasks.wrong_result, None).result()


def test_run_from_coroutines(pool: WorkerPool, tasks: ModuleType) -> None:
    async def main() -> Sequence[object]:
        results: list[object] = await asyncio.gather(*(pool.run(tasks.double, number) for number in range(50)))
        return results

    assert asyncio.run(main()) == [number * 2 for number in range(50)]


def test_a_cancelled_coroutine_leaves_the_pool_usable(tasks: ModuleType) -> None:
    async def main(pool: WorkerPool) -> int:
        waiting = [asyncio.ensure_future(pool.run(tasks.double, number)) for number in range(5)]
        await asyncio.sleep(0)
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        result: int = await pool.run(tasks.double, 8)
        return result

    with WorkerPool(1, timeout_s=20) as pool:
        assert asyncio.run(main(pool)) == 16


def test_an_interrupt_from_the_terminal_leaves_workers_to_their_pool(single: WorkerPool, tasks: ModuleType) -> None:
    pid = single.submit(tasks.pid, None).result()
    os.kill(pid, signal.SIGINT)
    assert single.submit(tasks.pid, None).result() == pid


def test_workers_end_when_idle_and_start_again(tasks: ModuleType) -> None:
    with WorkerPool(1, idle_s=0.1) as pool:
        first = pool.submit(tasks.pid, None).result()
        wait_until(lambda: not pool.worker_pids)
        assert not alive(first)
        assert pool.submit(tasks.pid, None).result() != first


def test_close_ends_workers_and_fails_what_waits(tasks: ModuleType) -> None:
    pool = WorkerPool(1)
    pid = pool.submit(tasks.pid, None).result()
    hanging = [pool.submit(tasks.hang_on_13, 13) for _ in range(3)]
    pool.close()
    for future in hanging:
        with pytest.raises(TaskError) as caught:
            future.result(timeout=60)
        assert caught.value.reason is Reason.CLOSED
    assert not alive(pid)
    with pytest.raises(TaskError, match="closed"):
        pool.submit(tasks.double, 1).result()


def test_submit_waits_while_the_queue_is_full(tasks: ModuleType) -> None:
    pool = WorkerPool(1, max_queued=2)
    held = [pool.submit(tasks.hang_on_13, 13) for _ in range(2)]
    third_queued = threading.Event()

    def third() -> None:
        future = pool.submit(tasks.double, 1)
        third_queued.set()
        with pytest.raises(TaskError):
            future.result()

    thread = threading.Thread(target=third)
    thread.start()
    assert not third_queued.wait(0.2)
    pool.close()
    thread.join()
    assert all(future.done() for future in held)


def test_memory_is_limited(tasks: ModuleType) -> None:
    with WorkerPool(1, limits=Limits(memory_bytes=1024**3)) as pool:
        assert pool.submit(tasks.allocate, 1024**2).result() == 1024**2
        with pytest.raises(TaskError) as caught:
            pool.submit(tasks.allocate, 2 * 1024**3).result()
    assert caught.value.reason is Reason.MEMORY


def test_gentle_workers_are_niced(tasks: ModuleType) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    with WorkerPool(1, niceness=5) as pool:
        assert pool.submit(tasks.niceness, None).result() == min(19, own + 5)


def test_workers_reach_no_network_and_no_program(pool: WorkerPool, tasks: ModuleType) -> None:
    assert pool.submit(tasks.open_socket, None).result() in {"PermissionError", "OSError"}
    assert pool.submit(tasks.run_program, None).result() == "PermissionError"


def test_workers_write_nothing_but_temporary_files(pool: WorkerPool, tasks: ModuleType, tmp_path: Path) -> None:
    if landlock.version() < 1:
        pytest.skip("this kernel has no Landlock")
    mine = Path.home() / ".not-to-be-written"
    assert pool.submit(tasks.write_file, str(mine)).result() == "PermissionError"
    assert not mine.exists()
    assert pool.submit(tasks.write_file, str(tmp_path / "temporary")).result() == "written"
    assert pool.submit(tasks.write_file, os.devnull).result() == "written"


def test_workers_open_nothing_by_handle(pool: WorkerPool, tasks: ModuleType) -> None:
    assert pool.submit(tasks.open_by_handle, None).result() == errno.EPERM


def test_workers_keep_no_capability_but_reading_files(pool: WorkerPool, tasks: ModuleType) -> None:
    assert pool.submit(tasks.capabilities, None).result() & ~0b110 == 0


def test_workers_do_not_inherit_secrets(tasks: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLEX_CLAIM", "claim-secret")
    with WorkerPool(1) as pool:
        assert "PLEX_CLAIM" not in pool.submit(tasks.environment, None).result()


@pytest.mark.usefixtures("tasks")
def test_workers_die_with_their_parent(tmp_path: Path) -> None:
    script = (
        "import time, worker_tasks\n"
        "from vitascope.media.workers import WorkerPool\n"
        "pool = WorkerPool(1)\n"
        "print(pool.submit(worker_tasks.pid, None).result(), flush=True)\n"
        "pool.submit(worker_tasks.hang_on_13, 13)\n"
        "time.sleep(3600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=tmp_path) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert alive(pid)
        parent.kill()
        parent.wait()
    wait_until(lambda: not alive(pid))
