"""What the settings of graphics devices say of this machine."""

from vitascope.api.routes.prefs import with_hardware
from vitascope.media.transcoding.abilities import Ability, Report
from vitascope.ops.catalogue import CATALOGUE

NODE, OTHER = "/dev/dri/renderD128", "/dev/dri/renderD129"


def shown(name: str, *abilities: Ability) -> tuple[str, str | None]:
    setting = with_hardware(CATALOGUE[name], Report(abilities=abilities))
    return setting.summary.removeprefix(CATALOGUE[name].summary).strip(), setting.enum_values


def proved(name: str, device: str = "") -> Ability:
    return Ability(name=name, program="/usr/bin/ffmpeg", device=device)


def test_what_is_not_tried_yet_is_said_to_be_so() -> None:
    assert shown("HardwareAcceleratedCodecs") == ("It is still being tried.", None)
    assert shown("HardwareDevicePath") == ("", None)


def test_a_machine_without_a_device() -> None:
    tried = (proved("h264"), Ability(name="h264 vaapi", reason="there is no device"))
    assert shown("HardwareAcceleratedCodecs", *tried) == ("No device here proved that it can.", None)
    assert shown("HardwareDevicePath", *tried) == ("", None)


def test_each_device_with_what_it_proved() -> None:
    tried = (
        proved("h264"),
        proved("h264 nvenc"),
        proved("hevc nvenc"),
        proved("h264 qsv", NODE),
        proved("h264 vaapi", NODE),
        proved("hevc vaapi", NODE),
        proved("av1 vaapi", OTHER),
        Ability(name="vp9 vaapi", reason="no"),
    )
    words, _ = shown("HardwareAcceleratedCodecs", *tried)
    assert words == (
        f"Proved here: NVENC (h264, hevc), QSV {NODE} (h264), VAAPI {NODE} (h264, hevc), VAAPI {OTHER} (av1)."
    )
    _, choices = shown("HardwareDevicePath", *tried)
    assert choices == f":the first that works|{NODE}:QSV (h264) and VAAPI (h264, hevc)|{OTHER}:VAAPI (av1)"


def test_other_settings_are_as_they_are() -> None:
    setting = CATALOGUE["FriendlyName"]
    assert with_hardware(setting, Report(abilities=(proved("h264 vaapi", NODE),))) is setting
