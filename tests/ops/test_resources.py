"""How busy the machine is, read from a real /proc."""

import os
import subprocess
import sys

from vitascope.ops.resources import Resources, Usage, between, look, tree


def test_memory_of_children_counts() -> None:
    alone = tree(os.getpid())[1]
    with subprocess.Popen(
        [sys.executable, "-c", "x = bytearray(64 << 20); print('ready', flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        more = tree(os.getpid())[1]
        child.communicate(b"\n")
    assert (more - alone) * os.sysconf("SC_PAGE_SIZE") > 60 << 20


def test_what_is_used_is_less_than_there_is() -> None:
    usage = look(os.getpid())
    assert 0 < usage.process_bytes < usage.host_used_bytes < usage.host_bytes
    assert usage.host_idle_ticks < usage.host_ticks


def test_percent_of_the_machine() -> None:
    before = Usage(
        host_ticks=1_000, host_idle_ticks=800, process_ticks=10, host_bytes=400, host_used_bytes=100, process_bytes=8
    )
    after = Usage(
        host_ticks=1_200, host_idle_ticks=900, process_ticks=60, host_bytes=400, host_used_bytes=200, process_bytes=10
    )
    found = between(before, after, 7)
    assert (found.at, found.host_cpu, found.process_cpu) == (7, 50, 25)
    assert (found.host_memory, found.process_memory) == (50, 2.5)
    assert between(after, before, 7).process_cpu == 0  # a child that ended takes its time with it


def test_the_first_look_only_begins() -> None:
    resources = Resources(clock=lambda: 5.0)
    resources.sample()
    assert resources.samples() == []
    resources.sample()
    (sample,) = resources.samples()
    assert sample.at == 5
    assert 0 < sample.process_memory <= 100
