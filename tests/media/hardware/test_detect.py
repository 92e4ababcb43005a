"""The machine as its kernel shows it, drawn as a tree of files."""

from pathlib import Path

from vitascope.media.hardware import Display, detect


def card(root: Path, name: str, driver: str | None) -> None:
    device = root / "sys/class/drm" / name / "device"
    device.mkdir(parents=True)
    if driver is not None:
        (device / "driver").symlink_to(f"../../../../bus/pci/drivers/{driver}")


def node(root: Path, path: str, text: str = "") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def test_an_empty_machine_has_nothing(tmp_path: Path) -> None:
    found = detect(tmp_path, architecture="aarch64")
    assert (found.architecture, found.displays, found.render_nodes) == ("aarch64", (), ())
    assert (found.nvidia_version, found.nvidia_devices, found.drivers) == (None, (), ())


def test_a_card_is_told_with_its_driver_and_connectors_are_not(tmp_path: Path) -> None:
    card(tmp_path, "card0", "i915")
    card(tmp_path, "renderD128", "i915")
    card(tmp_path, "card0-HDMI-A-1", "i915")
    card(tmp_path, "card1", None)
    node(tmp_path, "sys/class/drm/version")
    node(tmp_path, "dev/dri/renderD128")
    node(tmp_path, "dev/dri/card0")
    found = detect(tmp_path)
    assert found.displays == (
        Display(node="card0", driver="i915"),
        Display(node="card1", driver=""),
        Display(node="renderD128", driver="i915"),
    )
    assert found.render_nodes == ("/dev/dri/renderD128",)
    assert found.drivers == ("i915",)


def test_nvidias_own_driver(tmp_path: Path) -> None:
    node(
        tmp_path,
        "proc/driver/nvidia/version",
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024\n"
        "GCC version:  gcc version 12.2.0\n",
    )
    for name in ("nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm"):
        node(tmp_path, f"dev/{name}")
    found = detect(tmp_path)
    assert found.nvidia_version == "550.54.14"
    assert found.nvidia_devices == ("/dev/nvidia0", "/dev/nvidia1")


def test_a_version_that_says_nothing_is_still_a_driver(tmp_path: Path) -> None:
    (tmp_path / "proc/driver/nvidia").mkdir(parents=True)
    (tmp_path / "proc/driver/nvidia/version").write_bytes(b"\xff\xfe")
    assert detect(tmp_path).nvidia_version == "unknown"


def test_this_machine_can_be_looked_at() -> None:
    assert detect().architecture
