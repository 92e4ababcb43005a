"""Reads from the kernel which display devices there are, what drives them and whether they can be opened.

``/sys/class/drm/<card>/device/driver`` is a link to the driver, ``/dev/dri/renderD*`` are what VAAPI and Quick Sync
open; NVIDIA's own driver shows itself in ``/proc/driver/nvidia`` and ``/dev/nvidia*``. Nothing is opened and no program
is run, so this costs nothing and cannot hang. It says what *is* there, not that a conversion works: that is tried.
"""

import platform
import re
from dataclasses import dataclass
from pathlib import Path

_CARD = re.compile(r"(?:card|renderD)\d+")
_NVIDIA = re.compile(r"nvidia\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """A display device, by one of its nodes (``card0``, ``renderD128``)."""

    node: str
    driver: str
    """The kernel's name of it: ``i915``, ``amdgpu``, ``nouveau``, …; empty when none is bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """What was found."""

    architecture: str
    """As the kernel calls it: ``x86_64``, ``aarch64``."""
    displays: tuple[Display, ...] = ()
    render_nodes: tuple[str, ...] = ()
    """Paths of the render nodes that exist: ``/dev/dri/renderD128``."""
    nvidia_version: str | None = None
    """Of NVIDIA's own driver, when it is loaded."""
    nvidia_devices: tuple[str, ...] = ()
    """Paths of its devices that exist: ``/dev/nvidia0``."""

    @property
    def drivers(self) -> tuple[str, ...]:
        """The drivers of all displays, each once."""
        return tuple(sorted({display.driver for display in self.displays if display.driver}))


def detect(root: Path = Path("/"), *, architecture: str | None = None) -> Hardware:
    """Looks below ``root``, which is the machine's own unless a test says otherwise."""
    return Hardware(
        architecture=architecture or platform.machine(),
        displays=_displays(root / "sys/class/drm"),
        render_nodes=tuple(f"/dev/dri/{name}" for name in _names(root / "dev/dri") if name.startswith("renderD")),
        nvidia_version=_nvidia_version(root / "proc/driver/nvidia/version"),
        nvidia_devices=tuple(f"/dev/{name}" for name in _names(root / "dev") if _NVIDIA.fullmatch(name)),
    )


def _names(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return []


def _displays(folder: Path) -> tuple[Display, ...]:
    found = []
    for name in _names(folder):
        if not _CARD.fullmatch(name):
            continue  # connectors ("card0-HDMI-A-1") and "version"
        try:
            driver = (folder / name / "device" / "driver").readlink().name
        except OSError:
            driver = ""
        found.append(Display(node=name, driver=driver))
    return tuple(found)


def _nvidia_version(path: Path) -> str | None:
    """The number in a line such as ``NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu …``."""
    try:
        text = path.read_text("utf-8", errors="replace")
    except OSError:
        return None
    number = re.search(r"\b\d+\.\d+(?:\.\d+)?\b", text)
    return number.group() if number else "unknown"
