"""Which variant suits a machine, and why: what ``--variant auto`` answers."""

from dataclasses import dataclass

from vitascope.media.hardware import Hardware
from vitascope.ops.service import VARIANTS, Variant, VariantSpec

_ORDER = (Variant.NVIDIA, Variant.INTEL, Variant.AMD)
"""A card that somebody bought comes before what is built into the processor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A variant, and the reason in one line for a person."""

    variant: Variant
    reason: str


def choose(hardware: Hardware) -> Choice:
    """The best variant that the machine fulfils; ``generic`` when it fulfils none."""
    missing = []
    for variant in _ORDER:
        spec = VARIANTS[variant]
        if spec.driver not in hardware.drivers and not (variant is Variant.NVIDIA and hardware.nvidia_version):
            continue
        lack = _lack(spec, hardware)
        if lack is None:
            return Choice(variant=variant, reason=_found(spec, hardware))
        missing.append(f"{spec.requirement}, but {lack}")
    if missing:
        return Choice(variant=Variant.GENERIC, reason="; ".join(missing))
    if hardware.drivers:
        driven = ", ".join(hardware.drivers)
        return Choice(variant=Variant.GENERIC, reason=f"no variant is for what drives the display here ({driven})")
    return Choice(variant=Variant.GENERIC, reason="no display device with a driver was found")


def _lack(spec: VariantSpec, hardware: Hardware) -> str | None:
    if hardware.architecture not in spec.architectures:
        return f"the machine is {hardware.architecture} and the variant needs {', '.join(spec.architectures)}"
    if spec.variant is Variant.NVIDIA:
        if hardware.nvidia_version is None:
            return "NVIDIA's own driver is not loaded"
        return None if hardware.nvidia_devices else "there is no /dev/nvidia0"
    return None if hardware.render_nodes else "there is no /dev/dri/renderD*"


def _found(spec: VariantSpec, hardware: Hardware) -> str:
    if spec.variant is Variant.NVIDIA:
        return f"{spec.requirement}: driver {hardware.nvidia_version}, {', '.join(hardware.nvidia_devices)}"
    nodes = ", ".join(display.node for display in hardware.displays if display.driver == spec.driver)
    return f"{spec.requirement}: {nodes}, {', '.join(hardware.render_nodes)}"
