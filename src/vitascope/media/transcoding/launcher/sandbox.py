"""What an ffmpeg may do, taken from it between the fork and the start of the program.

It reads its own input, the libraries and fonts of the system and nothing else; it writes to its pipe and nothing else;
it has no network, but for a :mod:`.passage` to the source that its file lies in where that is not on this machine; no
capability but to read files, no new privileges; limits on memory, open files and written files, no core dumps; it is
the first to go when memory runs out. Each step is best effort, since containers take away different abilities, but for
the passage, without which it does not begin: ``vitascope doctor`` says which hold.
"""

import os
import resource
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from vitascope.media.transcoding.launcher.messages import Order
from vitascope.media.workers.confine import filter_system_calls, limit, no_new_privileges
from vitascope.media.workers.landlock import open_only
from vitascope.media.workers.parent import end_with_parent

_OPEN_FILES = 256
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt", "/nix/store", "/etc/ld.so.cache")
_SYSTEM = (
    *("/etc/fonts", "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "/var/cache/fontconfig"),
    *("/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/usr/share/zoneinfo", "/usr/share/locale"),
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu", "/sys/fs/cgroup"),
)
_DEVICE_KNOWLEDGE = ("/sys", "/proc", "/usr/share/libdrm", "/usr/share/vulkan", "/etc/vulkan", "/etc/OpenCL")
_PROGRAMS = ("/bin", "/usr/bin", "/usr/lib", "/usr/local/bin", "/opt", "/nix/store", "/run/current-system")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_GRAPHICS = ("/dev/dri", "/dev/shm")  # noqa: S108  # not a temporary file: where graphics drivers share memory


def environment() -> dict[str, str]:
    """Nothing of the server's but what finds libraries and speaks a language."""
    kept = ("LD_LIBRARY_PATH", "LANG", "LC_ALL", "LIBVA_DRIVER_NAME", "LIBVA_DRIVERS_PATH", "NVIDIA_VISIBLE_DEVICES")
    found = {name: os.environ[name] for name in kept if name in os.environ}
    return {"AV_LOG_FORCE_NOCOLOR": "1", "FONTCONFIG_PATH": "/etc/fonts", **found}


def enter(order: Order, program: str, *, parent_pid: int) -> tuple[bool, bool, bool]:
    """Confines this process, which has one thread. Whether it dies with its parent, is confined to its files, and has
    its calls filtered. Exits when the parent is gone already."""
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    os.umask(0o077)
    with suppress(OSError):
        os.nice(order.niceness)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800")
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    if not order.devices:
        limit(resource.RLIMIT_FSIZE, 0)
        limit(resource.RLIMIT_AS, order.memory_bytes)
    dies = end_with_parent()
    if os.getppid() != parent_pid:
        os._exit(1)
    no_new_privileges()
    confined = open_only(
        readable=[*order.readable, *_LIBRARIES, *_SYSTEM, *(_DEVICE_KNOWLEDGE if order.devices else ())],
        programs=[program, *_loaders(), *(_PROGRAMS if _is_script(program) else ())],
        devices=[*_DEVICES, *(_graphics() if order.devices else ())],
    )
    leave = {"execve", "execveat"} | ({"socket", "connect", "bind"} if order.devices else set())
    if order.source:
        leave |= {"socket", "connect"}  # which the passage to the source decides about
    return dies, confined, filter_system_calls(leave=frozenset(leave))


def _is_script(program: str) -> bool:
    """Some systems wrap ffmpeg in a script, which starts the shell and then the real one."""
    with suppress(OSError), Path(program).open("rb") as file:
        return file.read(2) == b"#!"
    return False


def _loaders() -> Sequence[str]:
    """The dynamic loaders, which the kernel starts in front of a program that is not static."""
    return (
        "/lib64/ld-linux-x86-64.so.2",
        "/lib/ld-linux-aarch64.so.1",
        "/lib/ld-linux-armhf.so.3",
        "/lib/ld-musl-x86_64.so.1",
    )


def _graphics() -> list[str]:
    with suppress(OSError):
        return [*_GRAPHICS, *(str(node) for node in Path("/dev").iterdir() if node.name.startswith("nvidia"))]
    return list(_GRAPHICS)
