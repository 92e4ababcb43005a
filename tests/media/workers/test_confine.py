import errno
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from vitascope.media.workers import confine, landlock


def run(program: list[bytes], *, arch: int, number: int) -> int:
    """A tiny interpreter of the classic BPF that the filter uses."""
    data = {0: number, 4: arch}
    accumulator, position = 0, 0
    while True:
        code, if_true, if_false, value = struct.unpack("=HBBI", program[position])
        position += 1
        match code:
            case 0x20:
                accumulator = data[value]
            case 0x15:
                position += if_true if accumulator == value else if_false
            case 0x35:
                position += if_true if accumulator >= value else if_false
            case 0x06:
                return int(value)


ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM


def test_the_filter_refuses_exactly_the_listed_calls() -> None:
    for machine, calls in confine._REFUSED_CALLS.items():
        arch = confine._AUDIT_ARCH[machine]
        refused = sorted(calls.values())
        program = confine._program(arch, refused, x32=machine == "x86_64")
        for number in range(512):
            expected = REFUSE if number in refused else ALLOW
            assert run(program, arch=arch, number=number) == expected, (machine, number)


def test_the_filter_refuses_foreign_call_tables() -> None:
    arch = confine._AUDIT_ARCH["x86_64"]
    program = confine._program(arch, [41], x32=True)
    assert run(program, arch=0x40000003, number=0) == REFUSE
    assert run(program, arch=arch, number=0x40000000) == REFUSE


@pytest.mark.skipif(landlock.version() < 1, reason="this kernel has no Landlock")
def test_a_folder_that_may_be_written_takes_regular_files_alone(tmp_path: Path) -> None:
    for name in ("folder", "temporary", "outside"):
        (tmp_path / name).mkdir()
    (tmp_path / "outside" / "secret").write_text("secret")
    script = (
        "import os, sys, vitascope.media.workers.confine as c\n"
        "folder, outside = sys.argv[1:]\n"
        "held = c.confine(c.Limits(writable=(folder,)), parent_pid=os.getppid())\n"
        "assert held.writes_refused\n"
        "def tried(name, work):\n"
        "    try:\n        work()\n        print(name)\n"
        "    except OSError:\n        pass\n"
        "tried('write', lambda: open(folder + '/a.part', 'w').write('x'))\n"
        "tried('rename', lambda: os.replace(folder + '/a.part', folder + '/a'))\n"
        "tried('symlink', lambda: os.symlink(outside + '/secret', folder + '/b'))\n"
        "tried('link', lambda: os.link(outside + '/secret', folder + '/c'))\n"
        "tried('mkdir', lambda: os.mkdir(folder + '/d'))\n"
        "tried('fifo', lambda: os.mkfifo(folder + '/e'))\n"
        "tried('outside', lambda: open(outside + '/f', 'w'))\n"
        "tried('move', lambda: os.rename(folder + '/a', outside + '/g'))\n"
        "tried('remove', lambda: os.unlink(folder + '/a'))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "folder"), str(tmp_path / "outside")]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split() == ["write", "rename", "remove"]


def test_confinement_without_privileges() -> None:
    script = (
        "import os, ctypes, vitascope.media.workers.confine as c\n"
        "if os.geteuid() == 0:\n    os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "held = c.confine(c.Limits(), parent_pid=os.getppid())\n"
        "signal = ctypes.c_int()\n"
        "ctypes.CDLL(None).prctl(2, ctypes.byref(signal), 0, 0, 0)\n"
        "print(held.dies_with_parent, held.system_calls_filtered, signal.value)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "9"]
