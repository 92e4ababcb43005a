"""``compose.yaml``, read by docker-compose 1.29."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from vitascope.ops.bundles.model import BundleOptions, Host
from vitascope.ops.bundles.registry import make_bundle
from vitascope.ops.bundles.writing import write_bundle
from vitascope.ops.service import Engine, Variant

pytestmark = pytest.mark.skipif(shutil.which("docker-compose") is None, reason="docker-compose is not installed")

HOSTILE = '/srv/it\'s "50%" $HOME ${x-y} {{ z }} #c'


def read(options: BundleOptions, folder: Path, **variables: str) -> dict[str, Any]:
    """The service, as docker-compose understands it."""
    write_bundle(make_bundle(Host.COMPOSE, options), folder)
    done = subprocess.run(
        ["docker-compose", "-f", str(folder / "compose.yaml"), "config"],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), **variables},
    )
    assert done.returncode == 0, done.stderr
    service: dict[str, Any] = yaml.safe_load(done.stdout)["services"]["plex"]
    return service


@pytest.mark.parametrize("engine", list(Engine))
def test_the_service_is_that_of_the_image(engine: Engine, tmp_path: Path) -> None:
    service = read(BundleOptions(engine=engine), tmp_path, PLEX_CLAIM="claim-x")
    assert (
        service["image"]
        == ("localhost/vitascope" if engine is Engine.VITASCOPE else "docker.io/plexinc/pms-docker") + ":latest"
    )
    assert service["container_name"] == "plex"
    assert [(port["published"], port["target"]) for port in service["ports"]] == [(32400, 32400)]
    assert service["environment"]["PLEX_CLAIM"] == "claim-x"
    assert service["environment"]["TZ"] == "America/New_York"
    assert service["healthcheck"]["test"][-1] == "http://localhost:32400/identity"
    assert (service["healthcheck"]["interval"], service["healthcheck"]["retries"]) == ("5s", 20)
    writable = [volume["target"] for volume in service["volumes"] if not volume.get("read_only")]
    assert writable == ["/config"]


@pytest.mark.parametrize("variant", list(Variant))
def test_each_variant_gets_its_devices(variant: Variant, tmp_path: Path) -> None:
    service = read(BundleOptions(variant=variant), tmp_path)
    devices = service.get("devices", [])
    assert devices == (["/dev/dri:/dev/dri"] if variant in {Variant.INTEL, Variant.AMD} else [])
    if variant is Variant.NVIDIA:
        (reserved,) = service["deploy"]["resources"]["reservations"]["devices"]
        assert (reserved["driver"], reserved["capabilities"]) == ("nvidia", ["gpu"])
        assert service["environment"]["NVIDIA_DRIVER_CAPABILITIES"] == "compute,video,utility"
        assert service["environment"]["NVIDIA_VISIBLE_DEVICES"] == "all"
    else:
        assert "deploy" not in service


def test_paths_stay_what_they_are(tmp_path: Path) -> None:
    service = read(BundleOptions(config_dir=HOSTILE, media=(HOSTILE + "/m",)), tmp_path)
    # What docker-compose prints is a file for docker-compose again: $$ means $.
    found = [volume["source"].replace("$$", "$") for volume in service["volumes"]]
    assert found == [HOSTILE, HOSTILE + "/m"]


def test_the_example_of_variables_is_read(tmp_path: Path) -> None:
    write_bundle(make_bundle(Host.COMPOSE, BundleOptions()), tmp_path)
    (tmp_path / ".env").write_text((tmp_path / ".env.example").read_text().replace("PLEX_UID=1000", "PLEX_UID=3000"))
    assert read(BundleOptions(), tmp_path)["environment"]["PLEX_UID"] == "3000"
