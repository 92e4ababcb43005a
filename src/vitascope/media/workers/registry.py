"""The named, typed functions that worker processes can run.

A task is a function of one msgspec-encodable argument. Its types are read from its annotations once, so that both
sides of the pipe encode and decode without guessing and a worker never evaluates anything it was not given by name::

    @task("probe")
    def probe(args: ProbeArgs) -> ProbedFile: ...

    pool.submit(probe, ProbeArgs(path=b"..."))

The wire name carries the module (``vitascope.media.probe.tasks:probe``): a worker imports it when it is first asked,
so a room that adds tasks needs nobody's permission, and a worker that only probes never loads libvips.
"""

import importlib
from collections.abc import Callable
from typing import Any, Generic, TypeVar, get_type_hints

import msgspec

from vitascope.media.workers.failure import Failure, Reason

A = TypeVar("A")
R = TypeVar("R")
A_contra = TypeVar("A_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)


class Task(Generic[A_contra, R_co]):
    """A registered function with its codecs. Calling it runs it in this process (as tests and workers do)."""

    __slots__ = ("_argument_decoder", "_encoder", "_function", "_result_decoder", "name", "wire_name")

    def __init__(self, name: str, function: Callable[[A_contra], R_co]) -> None:
        hints = get_type_hints(function)
        result_type = hints.pop("return")
        if len(hints) != 1:
            raise TypeError(f"task {name!r} must take exactly one annotated argument")
        self.name = name
        self.wire_name = f"{function.__module__}:{name}"
        self._function = function
        self._encoder = msgspec.msgpack.Encoder()
        self._argument_decoder: msgspec.msgpack.Decoder[A_contra] = msgspec.msgpack.Decoder(next(iter(hints.values())))
        self._result_decoder: msgspec.msgpack.Decoder[R_co] = msgspec.msgpack.Decoder(result_type)

    def __call__(self, argument: A_contra) -> R_co:
        return self._function(argument)

    def __repr__(self) -> str:
        return f"<Task {self.wire_name}>"

    def encode_argument(self, argument: A_contra) -> bytes:
        return self._encoder.encode(argument)

    def outcome_of(self, answer: bytes | Failure) -> R_co | Failure:
        """The result in a worker's answer; an answer that is not what the task promises is a failure too."""
        if isinstance(answer, Failure):
            return answer
        try:
            return self._result_decoder.decode(answer)
        except msgspec.DecodeError as error:
            return Failure(reason=Reason.ERROR, detail=f"the worker's answer is malformed: {error}")

    def run_encoded(self, payload: bytes) -> bytes:
        """Decode the argument, run, encode the result: what a worker does."""
        return self._encoder.encode(self._function(self._argument_decoder.decode(payload)))


_tasks: dict[str, Task[Any, Any]] = {}


def task(name: str) -> Callable[[Callable[[A], R]], Task[A, R]]:
    """Register a function of one argument as the task ``name`` of its module."""

    def register(function: Callable[[A], R]) -> Task[A, R]:
        made = Task(name, function)
        if made.wire_name in _tasks:
            raise ValueError(f"task {made.wire_name} is registered twice")
        _tasks[made.wire_name] = made
        return made

    return register


def find(wire_name: str) -> Task[Any, Any]:
    """The task of that wire name; imports its module when it is not loaded yet. Raises ``LookupError``."""
    found = _tasks.get(wire_name)
    if found is None:
        importlib.import_module(wire_name.partition(":")[0])
        found = _tasks.get(wire_name)
    if found is None:
        raise LookupError(f"no task {wire_name}")
    return found
