"""What a worker process takes from itself before it touches a hostile file (design rule 4).

In order: it dies with its parent; limits on memory, open files, file size and core dumps; it has no network (an empty
network namespace where the kernel allows one); of root's capabilities it keeps only those that let it read files; it
may write nothing but temporary files; and a system-call filter refuses new sockets, other programs, tracing, mounting
and files by handle (with which root's right to read leads out of a container). Each step is best effort, since
containers take away different abilities; :func:`confine` reports what held, and tests show what does on this kernel.
"""

import ctypes
import errno
import os
import platform
import resource
import struct
import sys
from dataclasses import dataclass

from msgspec import Struct

from vitascope.media.workers.landlock import refuse_writes
from vitascope.media.workers.parent import end_with_parent

PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

# Numbers of the calls that are refused with EPERM, from the kernel's own tables.
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_REFUSED_CALLS = {
    "x86_64": {
        "socket": 41,
        "connect": 42,
        "bind": 49,
        "execve": 59,
        "ptrace": 101,
        "chroot": 161,
        "mount": 165,
        "process_vm_readv": 310,
        "process_vm_writev": 311,
        "unshare": 272,
        "open_by_handle_at": 304,
        "setns": 308,
        "bpf": 321,
        "execveat": 322,
        "io_uring_setup": 425,
        "pidfd_getfd": 438,
    },
    "aarch64": {
        "mount": 40,
        "chroot": 51,
        "unshare": 97,
        "ptrace": 117,
        "socket": 198,
        "bind": 200,
        "connect": 203,
        "execve": 221,
        "open_by_handle_at": 265,
        "setns": 268,
        "process_vm_readv": 270,
        "process_vm_writev": 271,
        "bpf": 280,
        "execveat": 281,
        "io_uring_setup": 425,
        "pidfd_getfd": 438,
    },
}
_X32_BIT = 0x40000000
_CAPABILITY_VERSION = 0x20080522
_KEPT_CAPABILITIES = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: media belong to whom they belong."""


class Limits(Struct, frozen=True, kw_only=True):
    """Resource limits of a worker."""

    memory_bytes: int = 4 * 1024**3
    open_files: int = 256
    file_size_bytes: int = 256 * 1024**2
    niceness: int = 0
    writable: tuple[str, ...] = ()
    """Folders in which regular files may be written, beside that for temporary ones. They exist already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """Which of the optional protections took hold."""

    dies_with_parent: bool
    no_network: bool
    capabilities_dropped: bool
    writes_refused: bool
    system_calls_filtered: bool


def confine(limits: Limits, *, parent_pid: int) -> Confinement:
    """Confine this process. Must run before threads start. Exits at once when the parent is already gone."""
    if limits.niceness:
        os.nice(limits.niceness)
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_NOFILE, limits.open_files)
    limit(resource.RLIMIT_FSIZE, limits.file_size_bytes)
    limit(resource.RLIMIT_AS, limits.memory_bytes)
    no_network = leave_network()
    capabilities_dropped = drop_capabilities()
    # After the user namespace, which makes the kernel forget it; and a parent may have died before it was asked.
    dies_with_parent = end_with_parent()
    if os.getppid() != parent_pid:
        sys.exit(1)
    return Confinement(
        dies_with_parent=dies_with_parent,
        no_network=no_network,
        capabilities_dropped=capabilities_dropped,
        writes_refused=no_new_privileges() and refuse_writes(limits.writable),
        system_calls_filtered=filter_system_calls(),
    )


def limit_cpu(seconds: int) -> None:
    """Let this process use ``seconds`` more of processor time; the kernel ends it after that (SIGXCPU, then KILL)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + max(1, seconds) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def limit(kind: int, value: int) -> None:
    """Sets a resource limit, or the hard one where that is narrower."""
    hard = resource.getrlimit(kind)[1]
    wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (wanted, wanted))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, argument: int) -> bool:
    return int(_libc().prctl(option, ctypes.c_ulong(argument), 0, 0, 0)) == 0


def leave_network() -> bool:
    """Enter an empty network namespace; without privileges this needs a user namespace as well."""
    unshare = _libc().unshare
    if unshare(CLONE_NEWNET) == 0:
        return True
    if ctypes.get_errno() != errno.EPERM or os.geteuid() == 0:
        return False
    return bool(unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)


def drop_capabilities() -> bool:
    """Keep of the capabilities this process has only those for reading files."""
    header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
    words = ctypes.create_string_buffer(24)
    libc = _libc()
    if libc.capget(header, words) != 0:
        return False
    # Two triples of 32 bits: effective, permitted and inheritable, for capabilities below 32 and above.
    low_effective, low_permitted, *_ = struct.unpack("=6I", words.raw)
    kept = struct.pack("=6I", low_effective & _KEPT_CAPABILITIES, low_permitted & _KEPT_CAPABILITIES, 0, 0, 0, 0)
    return bool(libc.capset(header, kept) == 0)


def no_new_privileges() -> bool:
    """No program that is started gains rights by its owner's or its file's."""
    return _prctl(PR_SET_NO_NEW_PRIVS, 1)


def filter_system_calls(*, leave: frozenset[str] = frozenset()) -> bool:
    """Has the kernel refuse what no decoder needs, but for the calls named in ``leave``; whether it does."""
    machine = platform.machine()
    if machine not in _REFUSED_CALLS or not no_new_privileges():
        return False
    refused = sorted(number for name, number in _REFUSED_CALLS[machine].items() if name not in leave)
    program = _program(_AUDIT_ARCH[machine], refused, x32=machine == "x86_64")
    instructions = ctypes.create_string_buffer(b"".join(program), 8 * len(program))
    # struct sock_fprog: a count, padding to a pointer, the pointer.
    header = ctypes.create_string_buffer(struct.pack("@HxxxxxxP", len(program), ctypes.addressof(instructions)))
    return int(_libc().prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0)) == 0


def _program(audit_arch: int, refused: list[int], *, x32: bool) -> list[bytes]:
    """A classic BPF program: allow everything except the refused calls and foreign call tables."""

    def statement(code: int, value: int) -> bytes:
        return struct.pack("=HBBI", code, 0, 0, value)

    def jump(code: int, value: int, if_true: int, if_false: int) -> bytes:
        return struct.pack("=HBBI", code, if_true, if_false, value)

    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | errno.EPERM
    checks: list[tuple[int, int]] = [(at_least, _X32_BIT)] if x32 else []
    checks += [(equal, number) for number in refused]
    program = [statement(load, 4), jump(equal, audit_arch, 0, len(checks) + 2), statement(load, 0)]
    program += [jump(code, value, len(checks) - place, 0) for place, (code, value) in enumerate(checks)]
    program += [statement(give, allow), statement(give, refuse)]
    return program
