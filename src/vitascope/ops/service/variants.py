"""The variants of a package: one for each kind of accelerator, all under one version."""

from dataclasses import dataclass
from enum import StrEnum


class Variant(StrEnum):
    """Which accelerator a deployment is made for."""

    GENERIC = "generic"
    NVIDIA = "nvidia"
    INTEL = "intel"
    AMD = "amd"


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantSpec:
    """What a variant asks of the machine, and what it gives to the container."""

    variant: Variant
    requirement: str
    architectures: tuple[str, ...]
    notes: str
    driver: str | None = None
    """The kernel driver of the display device that the host must have."""
    devices: tuple[str, ...] = ()
    """Device nodes given to the container."""
    environment: tuple[tuple[str, str], ...] = ()


_BOTH = ("x86_64", "aarch64")
_X86 = ("x86_64",)

VARIANTS: dict[Variant, VariantSpec] = {
    spec.variant: spec
    for spec in (
        VariantSpec(
            variant=Variant.GENERIC,
            requirement="none (fallback)",
            architectures=_BOTH,
            notes="Software transcoding",
        ),
        VariantSpec(
            variant=Variant.NVIDIA,
            requirement="NVIDIA GPU",
            architectures=_X86,
            notes="NVENC/NVDEC (NVIDIA container runtime)",
            driver="nvidia",
            environment=(
                ("NVIDIA_VISIBLE_DEVICES", "all"),
                ("NVIDIA_DRIVER_CAPABILITIES", "compute,video,utility"),
            ),
        ),
        VariantSpec(
            variant=Variant.INTEL,
            requirement="Intel GPU (i915)",
            architectures=_X86,
            notes="Quick Sync via /dev/dri",
            driver="i915",
            devices=("/dev/dri",),
        ),
        VariantSpec(
            variant=Variant.AMD,
            requirement="AMD GPU (amdgpu)",
            architectures=_X86,
            notes="VAAPI via /dev/dri",
            driver="amdgpu",
            devices=("/dev/dri",),
        ),
    )
}
