"""``auto`` takes what the machine fulfils, and says why."""

import pytest

from vitascope.media.hardware import Display, Hardware
from vitascope.ops.bundles.choosing import choose
from vitascope.ops.service import Variant


def machine(
    *drivers: str, architecture: str = "x86_64", render: bool = True, nvidia: str | None = None, devices: int = 0
) -> Hardware:
    return Hardware(
        architecture=architecture,
        displays=tuple(Display(node=f"card{number}", driver=driver) for number, driver in enumerate(drivers)),
        render_nodes=("/dev/dri/renderD128",) if render else (),
        nvidia_version=nvidia,
        nvidia_devices=tuple(f"/dev/nvidia{number}" for number in range(devices)),
    )


@pytest.mark.parametrize(
    ("hardware", "variant", "reason"),
    [
        (machine("i915"), Variant.INTEL, "Intel GPU (i915): card0, /dev/dri/renderD128"),
        (machine("amdgpu"), Variant.AMD, "AMD GPU (amdgpu): card0"),
        (machine("nvidia", nvidia="550.54", devices=1), Variant.NVIDIA, "driver 550.54, /dev/nvidia0"),
        (machine(render=False, nvidia="550.54", devices=2), Variant.NVIDIA, "/dev/nvidia0, /dev/nvidia1"),
        (machine("i915", "nvidia", nvidia="550.54", devices=1), Variant.NVIDIA, "NVIDIA GPU"),
        (machine("i915", "nvidia", nvidia="550.54"), Variant.INTEL, "Intel"),
        (machine("nvidia", render=False, nvidia="550.54"), Variant.GENERIC, "there is no /dev/nvidia0"),
        (machine("nvidia", render=False), Variant.GENERIC, "own driver is not loaded"),
        (machine("nouveau"), Variant.GENERIC, "(nouveau)"),
        (machine("i915", render=False), Variant.GENERIC, "there is no /dev/dri/renderD*"),
        (machine("amdgpu", architecture="aarch64"), Variant.GENERIC, "is aarch64 and the variant needs x86_64"),
        (machine(), Variant.GENERIC, "no display device with a driver"),
        (machine(""), Variant.GENERIC, "no display device with a driver"),
    ],
)
def test_choice(hardware: Hardware, variant: Variant, reason: str) -> None:
    choice = choose(hardware)
    assert choice.variant is variant
    assert reason in choice.reason
