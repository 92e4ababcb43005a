"""The units without containers, read by systemd's own tools. systemd is not PID 1 here: nothing is started."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.units import arguments, settings, verify, words

from vitascope.ops.bundles.model import BundleOptions, Host
from vitascope.ops.bundles.registry import make_bundle
from vitascope.ops.bundles.writing import write_bundle
from vitascope.ops.service import Engine, Variant

pytestmark = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")

HOSTILE = '/srv/it\'s "50%" $HOME ${x} a\\b #c;d'


@pytest.mark.parametrize("engine", list(Engine))
@pytest.mark.parametrize("variant", list(Variant))
def test_systemd_complains_about_nothing(engine: Engine, variant: Variant, tmp_path: Path) -> None:
    options = BundleOptions(engine=engine, variant=variant, media=("/data/media/movies", HOSTILE))
    write_bundle(make_bundle(Host.SYSTEMD, options), tmp_path)
    if engine is Engine.PLEX:  # a drop-in needs the unit that the original's package brings
        (tmp_path / "plexmediaserver.service").write_text("[Service]\nExecStart=/bin/true\n")
    units = [*tmp_path.glob("*.service"), *tmp_path.glob("*.timer")]
    assert len(units) == 3
    assert verify(*units) == []


def test_a_key_that_systemd_does_not_know_is_complained_about(tmp_path: Path) -> None:
    unit = tmp_path / "x.service"
    unit.write_text("[Service]\nExecStart=/bin/true\nProtectEverything=yes\n")
    assert any("ProtectEverything" in line for line in verify(unit))


@pytest.mark.parametrize("variant", list(Variant))
def test_the_service_is_confined(variant: Variant, tmp_path: Path) -> None:
    write_bundle(make_bundle(Host.SYSTEMD, BundleOptions(variant=variant)), tmp_path)
    done = subprocess.run(
        [
            "systemd-analyze",
            "security",
            "--offline=true",
            "--threshold=30",
            "--json=short",
            str(tmp_path / "plex.service"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    exposures = {each["json_field"]: float(each["exposure"] or 0) for each in json.loads(done.stdout)}
    assert exposures["CapabilityBoundingSet_CAP_SYS_ADMIN"] == 0
    assert exposures["UserOrDynamicUser"] == 0
    assert exposures["ProtectSystem"] == 0
    own = settings((tmp_path / "plex.service").read_text())
    if variant is Variant.GENERIC:
        assert own["Service.PrivateDevices"] == ["yes"]
    else:
        device = "char-nvidia rw" if variant is Variant.NVIDIA else "char-drm rw"
        assert device in own["Service.DeviceAllow"]
        assert own["Service.DevicePolicy"] == ["closed"]


def test_values_reach_the_program_as_they_are() -> None:
    bundle = make_bundle(Host.SYSTEMD, BundleOptions(config_dir=HOSTILE, media=(HOSTILE + "/m",)))
    unit = settings(bundle.files["plex.service"].text)
    (start,) = unit["Service.ExecStart"]
    assert arguments(start)[1:4] == ["serve", "--config", HOSTILE]
    (paths,) = unit["Service.ReadOnlyPaths"]
    assert [word.replace("%%", "%") for word in words(paths)] == [f"-{HOSTILE}/m"]
    (mounts,) = unit["Unit.RequiresMountsFor"]
    assert [word.replace("%%", "%") for word in words(mounts)] == [f"{HOSTILE}/m"]
    (backup,) = settings(bundle.files["plex-backup.service"].text)["Service.ExecStart"]
    assert HOSTILE in arguments(backup)


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="systemd-sysusers is not installed")
def test_the_user_is_made(tmp_path: Path) -> None:
    write_bundle(make_bundle(Host.SYSTEMD, BundleOptions(config_dir="/srv/50% of it")), tmp_path / "bundle")
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    file = tmp_path / "bundle/sysusers.d/plex.conf"
    subprocess.run(["systemd-sysusers", f"--root={root}", str(file)], check=True, capture_output=True)
    (line,) = [line for line in (root / "etc/passwd").read_text().splitlines() if line.startswith("plex:")]
    assert line.split(":")[4:6] == ["Media server", "/srv/50% of it"]


@pytest.mark.parametrize("engine", list(Engine))
def test_the_backup_is_made_at_three(engine: Engine) -> None:
    bundle = make_bundle(Host.SYSTEMD, BundleOptions(engine=engine))
    (timer,) = [file.text for path, file in bundle.files.items() if path.endswith(".timer")]
    (calendar,) = settings(timer)["Timer.OnCalendar"]
    shown = subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, text=True, check=True).stdout
    assert "Normalized form: *-*-* 03:00:00" in shown
