import errno
import struct
import subprocess
import sys

from vitascope.media.workers import confine


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
