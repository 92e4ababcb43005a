"""A registry of images on this machine alone (Debian's ``docker-registry``), into which images are published as their
makers do."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.containers import podman

_CONFIGURATION = """version: 0.1
log: {{level: info}}
storage:
  filesystem: {{rootdirectory: {folder}}}
http: {{addr: "127.0.0.1:0"}}
"""
_INSECURE = """unqualified-search-registries = []
[[registry]]
location = "{address}"
insecure = true
"""
_LISTENS = re.compile(r"listening on (127\.0\.0\.1:\d+)")
_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """The running registry."""

    address: str

    def publish(self, image: str, name: str) -> None:
        """Publishes a local image under a name, and forgets it here: whoever wants it has to fetch it."""
        podman("push", "--quiet", image, f"{self.address}/{name}")
        podman("rmi", "--force", image)

    def point(self, name: str, version: str) -> None:
        """Has a name stand for what is published under another."""
        source, target = f"docker://{self.address}/{version}", f"docker://{self.address}/{name}"
        plain = ["--src-tls-verify=false", "--dest-tls-verify=false"]
        subprocess.run(["skopeo", "copy", "--quiet", *plain, source, target], check=True, capture_output=True)

    def digest(self, name: str) -> str:
        """The identifier that an image of this name has once it was fetched."""
        command = ["skopeo", "inspect", "--raw", "--tls-verify=false", f"docker://{self.address}/{name}"]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found = re.search(r'"config":\s*\{[^}]*"digest":\s*"sha256:([0-9a-f]{64})"', said)
        assert found is not None, said
        return found[1]


@contextmanager
def registry(folder: Path) -> Iterator[Registry]:
    """Starts a registry, and has podman speak to it without TLS meanwhile. Skips where there is none."""
    if shutil.which("docker-registry") is None or shutil.which("skopeo") is None:
        pytest.skip("docker-registry or skopeo is not on this machine")
    configuration, log = folder / "registry.yml", folder / "registry.log"
    configuration.write_text(_CONFIGURATION.format(folder=folder / "images"))
    with log.open("wb") as said:
        process = subprocess.Popen(["docker-registry", "serve", configuration], stdout=said, stderr=said)
    try:
        deadline = time.monotonic() + _SECONDS
        while (found := _LISTENS.search(log.read_text())) is None:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.02)
        allowed = folder / "registries.conf"
        allowed.write_text(_INSECURE.format(address=found[1]))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CONTAINERS_REGISTRIES_CONF", str(allowed))
            yield Registry(address=found[1])
    finally:
        process.terminate()
        process.wait(_SECONDS)
