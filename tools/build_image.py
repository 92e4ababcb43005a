"""Builds the server's image (``make image``): the wheel, then deploy/image/Dockerfile with buildah, podman or docker.

pip inside the build is configured as pip on this machine is: its settings go in as a secret, folders it reads wheels
from are mounted, and so is the certificate bundle. None of that stays in the image, and no address of an index is
written down anywhere.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = ROOT / "deploy" / "image" / "Dockerfile"
IMAGE = "localhost/vitascope:latest"

_PLACES = ("index-url", "extra-index-url", "find-links")
_TAKEN = (*_PLACES, "trusted-host", "proxy", "default-timeout", "retries")


class BuildError(Exception):
    """The image cannot be built; the message is for a person."""


def make_wheel(python: str = sys.executable) -> Path:
    """The wheel of this checkout, with the browser application inside, alone in ``dist``."""
    if not (ROOT / "src/vitascope/api/web/index.html").exists():
        raise BuildError("the browser application is not built: run `make web` first")
    folder = ROOT / "dist"
    for old in folder.glob("vitascope-*.whl"):
        old.unlink()
    subprocess.run([python, "-m", "hatchling", "build", "-t", "wheel"], cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("vitascope-*.whl"))


def pip_settings(python: str = sys.executable) -> dict[str, str]:
    """How pip finds packages on this machine: its files and its environment, the environment winning."""
    done = subprocess.run([python, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True)
    found: dict[str, str] = {}
    for line in sorted(done.stdout.splitlines(), key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        found[name.rpartition(".")[2]] = value.strip("'\"").replace("\\n", " ")
    return found


def local_folders(settings: Mapping[str, str]) -> list[Path]:
    """The folders of this machine that pip reads packages from; the files of an index lie beside its pages."""
    folders = set()
    for name in _PLACES:
        for place in settings.get(name, "").split():
            address = urlsplit(place)
            folder = Path(address.path)
            if address.scheme in ("", "file") and folder.is_dir():
                folders.add(folder if name == "find-links" else folder.parent)
    return sorted(folders)


def pip_conf(settings: Mapping[str, str], *, bundle: bool) -> str:
    """pip's configuration for inside the build."""
    lines = [f"{name} = {settings[name]}" for name in _TAKEN if settings.get(name)]
    if bundle:
        lines.append("cert = /run/secrets/ca.pem")
    return "\n".join(["[global]", *lines, ""])


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def build_arguments(version: str) -> dict[str, str]:
    """What the image says of itself."""
    return {
        "VERSION": version,
        "COMMIT": _git("rev-parse", "--short", "HEAD") or "none",
        "DATE": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def builder() -> list[str]:
    """The command that builds: what ``BUILDER`` names, else the first there is."""
    wanted = os.environ.get("BUILDER")
    for name in [wanted] if wanted else ["buildah", "podman", "docker"]:
        if shutil.which(name) is None:
            continue
        if name == "docker":
            return ["docker", "build"]
        if name == "podman":
            return ["podman", "build", "--format", "docker", "--layers", f"--ignorefile={DOCKERFILE}.dockerignore"]
        return ["buildah", "bud", "--format", "docker", "--layers", f"--ignorefile={DOCKERFILE}.dockerignore"]
    raise BuildError(f"no program to build with: {wanted or 'buildah, podman or docker'} is not installed")


def build(
    tag: str = IMAGE, *, arguments: Mapping[str, str], options: Sequence[str] = (), python: str = sys.executable
) -> None:
    """Builds the image from ``dist`` and the checkout. Raises :class:`BuildError` with what the builder said last."""
    command = builder()
    isolated = command[0] in ("buildah", "podman")
    if isolated and os.geteuid() == 0 and "BUILDAH_ISOLATION" not in os.environ:
        command.append("--isolation=chroot")  # works where control groups and limits are not ours to set
    settings = pip_settings(python)
    bundle = Path(settings.get("cert", ""))
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder) / "pip.conf"
        configuration.write_text(pip_conf(settings, bundle=bundle.is_file()), encoding="utf-8")
        command += ["--secret", f"id=pip.conf,src={configuration}"]
        if bundle.is_file():
            command += ["--secret", f"id=ca.pem,src={bundle}"]
        if isolated:
            command += [f"--volume={place}:{place}:ro" for place in local_folders(settings)]
        for name, value in arguments.items():
            command += ["--build-arg", f"{name}={value}"]
        command += [*options, "--tag", tag, "--file", str(DOCKERFILE), str(ROOT)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise BuildError(f"{command[0]} failed:\n{done.stdout[-6000:]}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tag", default=IMAGE)
    parser.add_argument("--platform", default="")
    parser.add_argument("--version", default="")
    chosen = parser.parse_args()
    try:
        wheel = make_wheel()
        arguments = build_arguments(chosen.version or wheel.name.split("-")[1])
        options = ["--platform", chosen.platform] if chosen.platform else []
        build(chosen.tag, arguments=arguments, options=options)
    except BuildError as error:
        print(f"build_image: {error}", file=sys.stderr)
        return 1
    print(f"built {chosen.tag}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
