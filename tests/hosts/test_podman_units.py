"""The ``.container`` units, read by Podman's own generator (of Debian 13) and by systemd's tools."""

import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from tests.support.roots import need_roots, trixie_root
from tests.support.units import arguments, settings, verify

from vitascope.ops.bundles.model import BundleOptions, Host
from vitascope.ops.bundles.registry import make_bundle
from vitascope.ops.bundles.writing import write_bundle
from vitascope.ops.service import Engine, Variant

HOSTILE = '/srv/it\'s "50%" $HOME ${x} {{ z }} #c;d'
UNITS = {Host.QUADLET: "", Host.MMS: "units/"}


def generate(folder: Path) -> dict[str, str]:
    """What the generator makes of a folder of units, by their names."""
    need_roots()
    done = subprocess.run(
        [str(trixie_root() / "usr/libexec/podman/quadlet"), "-dryrun", "-user"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "QUADLET_UNIT_DIRS": str(folder), "HOME": "/root"},
    )
    assert done.returncode == 0, done.stderr
    _, *parts = re.split(r"^---(\S+\.service)---$", done.stdout, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def make(host: Host, options: BundleOptions, folder: Path) -> dict[str, str]:
    """The services that the generator makes of a bundle's units."""
    write_bundle(make_bundle(host, options), folder)
    return generate(folder / UNITS[host])


def run_line(text: str) -> list[str]:
    """The arguments of ``podman run``."""
    (start,) = settings(text)["Service.ExecStart"]
    found = arguments(start)
    assert found[:2] == ["/usr/bin/podman", "run"]
    return found[2:]


def values(flag: str, line: list[str]) -> list[str]:
    return [value for name, value in pairwise(line) if name == flag]


@pytest.mark.parametrize("engine", list(Engine))
def test_the_service_runs_the_line_of_the_document(engine: Engine, tmp_path: Path) -> None:
    made = make(Host.MMS, BundleOptions(engine=engine), tmp_path)
    assert set(made) == {"plex.service"}
    line = run_line(made["plex.service"])
    for flag, expected in {
        "--name": ["plex"],
        "--network": ["mms"],
        "--userns": ["keep-id:uid=0,gid=0"],
        "--group-add": ["keep-groups"],
        "--tmpfs": ["/run:U", "/transcode:U"],
        "--publish": ["32400:32400"],
        "-v": [
            "/home/mms/config/plex:/config:Z",
            "/home/mms/config/plex/plex-run.sh:/etc/services.d/plex/run",
            "/data/media/movies:/data/media/movies:ro",
            "/data/media/series:/data/media/series:ro",
            "/data/media/music:/data/media/music:ro",
        ],
        "--health-cmd": [
            "curl --connect-timeout 15 --max-time 100 -fsS http://localhost:32400/identity",
        ],
        "--health-interval": ["5s"],
        "--health-timeout": ["2s"],
        "--health-retries": ["20"],
        "--env-file": [str(tmp_path / "units/plex.env")],
    }.items():
        assert sorted(values(flag, line)) == sorted(expected), flag
    variables = {"TZ=America/New_York", "PLEX_UID=0", "PLEX_GID=0", "CHANGE_CONFIG_DIR_OWNERSHIP=false"}
    assert variables <= set(values("--env", line))
    assert line[-1] == f"{BundleOptions(engine=engine).service.image}:latest"
    assert "--rm" in line


@pytest.mark.parametrize("host", UNITS)
@pytest.mark.parametrize("engine", list(Engine))
def test_systemd_complains_about_nothing(host: Host, engine: Engine, tmp_path: Path) -> None:
    made = make(host, BundleOptions(engine=engine), tmp_path / "bundle")
    own = (tmp_path / "bundle" / UNITS[host]).iterdir()
    made |= {path.name: path.read_text() for path in own if path.suffix in {".service", ".timer", ".path"}}
    for name, text in made.items():
        (tmp_path / name).write_text(text)
    units = [tmp_path / name for name in made]
    assert len(units) == ((8 if engine is Engine.VITASCOPE else 6) if host is Host.MMS else 2)
    assert verify(*units, user=True) == []


@pytest.mark.parametrize("host", UNITS)
@pytest.mark.parametrize("variant", list(Variant))
def test_each_variant_gets_its_devices(host: Host, variant: Variant, tmp_path: Path) -> None:
    line = run_line(make(host, BundleOptions(variant=variant), tmp_path)["plex.service"])
    devices = {Variant.NVIDIA: ["nvidia.com/gpu=all"], Variant.INTEL: ["/dev/dri"], Variant.AMD: ["/dev/dri"]}
    assert values("--device", line) == devices.get(variant, [])
    nvidia = {"NVIDIA_VISIBLE_DEVICES=all", "NVIDIA_DRIVER_CAPABILITIES=compute,video,utility"}
    assert (nvidia <= set(values("--env", line))) is (variant is Variant.NVIDIA)


def test_paths_reach_podman_as_they_are(tmp_path: Path) -> None:
    options = BundleOptions(config_dir=HOSTILE, media=(f"{HOSTILE}/m", "/data/TV Shows"))
    made = make(Host.QUADLET, options, tmp_path / "bundle")
    text = made["plex.service"]
    assert sorted(values("-v", run_line(text))) == sorted(
        [
            f"{HOSTILE}:/config:Z",
            f"{HOSTILE}/m:{HOSTILE}/m:ro",
            "/data/TV Shows:/data/TV Shows:ro",
        ]
    )
    # The generator itself writes RequiresMountsFor= without quotes; systemd then ignores what it cannot read.
    for name, unit in made.items():
        (tmp_path / name).write_text(unit)
    for complaint in verify(tmp_path / "plex.service", user=True):
        assert "ignoring" in complaint
        assert any(word in complaint for word in ("Invalid syntax", "not absolute")), complaint


def test_a_network_of_its_own(tmp_path: Path) -> None:
    made = make(Host.QUADLET, BundleOptions(), tmp_path)
    assert set(made) == {"plex.service", "plex-network.service"}
    assert values("--network", run_line(made["plex.service"])) == ["plex"]
    assert "network create --ignore plex" in made["plex-network.service"]
    assert settings(made["plex.service"])["Unit.Requires"] == ["plex-network.service"]


@pytest.mark.parametrize(
    ("unit", "time"), [("plex-backup.timer", "03:00:00"), ("autodeploy-interactive.timer", "02:00:00")]
)
def test_timers_of_the_night(unit: str, time: str) -> None:
    text = make_bundle(Host.MMS, BundleOptions()).files[f"units/{unit}"].text
    (calendar,) = settings(text)["Timer.OnCalendar"]
    shown = subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, text=True, check=True).stdout
    assert f"Normalized form: *-*-* {time}" in shown


def test_a_key_that_the_generator_does_not_know_is_an_error(tmp_path: Path) -> None:
    write_bundle(make_bundle(Host.MMS, BundleOptions()), tmp_path)
    file = tmp_path / "units/plex.container"
    file.write_text(file.read_text().replace("UserNS=", "UserNamespace="))
    with pytest.raises(AssertionError, match="UserNamespace"):
        generate(tmp_path / "units")
