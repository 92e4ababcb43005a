"""The worker process: ``python -m vitascope.media.workers.child FD DOOR_FD PARENT_PID LIMITS MODULE…``.

It takes batches of calls from an inherited socket, runs each and answers. Results are held back for a few
milliseconds so that thousands of small probes a second do not cost a system call each; a slow call is never delayed
by this, because whatever is held back is sent before the wait for the next batch and whenever it grows old.
"""

import importlib
import signal
import socket
import sys
import time

import msgspec

from vitascope.media.reach import dial, door, table
from vitascope.media.workers import wire
from vitascope.media.workers.confine import Limits, confine, limit_cpu
from vitascope.media.workers.failure import Failure, failure_of
from vitascope.media.workers.registry import find

HOLD_BACK_S = 0.01


def serve(connection: socket.socket) -> None:
    """Answer batches until the pool closes the connection."""
    while True:
        try:
            batch = wire.receive_batch(connection)
        except wire.DisconnectedError:
            return
        limit_cpu(batch.cpu_limit_s)
        if batch.points is not None:
            table.put(batch.points)
        held: list[wire.Answer] = []
        sent_at = time.monotonic()
        for index, call in enumerate(batch.calls):
            held.append(_answer(index, call))
            if time.monotonic() - sent_at > HOLD_BACK_S:
                wire.send(connection, wire.Results(held))
                held, sent_at = [], time.monotonic()
        if held:
            wire.send(connection, wire.Results(held))


def _answer(index: int, call: wire.Call) -> wire.Answer:
    failure: Failure
    try:
        return wire.Answer(index, find(call.task).run_encoded(call.argument))
    except Exception as error:  # noqa: BLE001 - parsers of hostile files raise anything; one file fails, not the worker
        failure = failure_of(error)
    return wire.Answer(index, None, failure)


def main(arguments: list[str]) -> None:
    # Ctrl-C in a terminal reaches the whole group; when workers end is for their pool to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    descriptor, door_descriptor, parent_pid, limits, *modules = arguments
    confine(msgspec.json.decode(limits.encode(), type=Limits), parent_pid=int(parent_pid))
    dial.use(door.Door(int(door_descriptor)).ask)
    with socket.socket(fileno=int(descriptor)) as connection:
        connection.setblocking(True)
        for module in modules:
            importlib.import_module(module)
        wire.send(connection, wire.Results([]))
        serve(connection)


if __name__ == "__main__":
    main(sys.argv[1:])
