"""Makes sure that the real programs the tests run are on this machine.

As root on Debian, what is missing is installed. Elsewhere it is named, and the tests that need it are skipped loudly
(pytest prints why). The server itself needs none of these: ``pip install`` brings all it runs.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Program:
    name: str
    package: str
    why: str
    places: tuple[str, ...] = ()

    def present(self) -> bool:
        if shutil.which(self.name):
            return True
        return any(found for place in self.places for found in Path("/").glob(place.lstrip("/")))


PROGRAMS = (
    Program("ffmpeg", "ffmpeg", "the second ffmpeg the server must get along with, and encoders for test files"),
    Program("ffprobe", "ffmpeg", "a judge of what the server serves"),
    Program("mpv", "mpv", "a player of the streams that are made"),
    Program("chromium", "chromium", "the browser tests"),
    Program(
        "nginx",
        "nginx-core",
        "a reverse proxy of the bundles, and what direct play is measured against",
        ("/usr/sbin/nginx",),
    ),
    Program("caddy", "caddy", "a reverse proxy of the bundles"),
    Program("nix-instantiate", "nix-bin", "reads and evaluates the deployment for NixOS"),
    Program("openssl", "openssl", "a client of TLS that can be told what to offer, and maker of certificates"),
    Program("pebble", "pebble", "an authority that makes certificates for domains (ACME)"),
    Program("sshd", "openssh-server", "the tunnel through which a fresh server is set up", ("/usr/sbin/sshd",)),
    Program("ssh", "openssh-client", "the other end of that tunnel"),
    Program("postgres", "postgresql", "the second engine of the store", ("/usr/lib/postgresql/*/bin/postgres",)),
    Program("age", "age", "opens backups beside us, and makes keys"),
    Program("zstd", "zstd", "unpacks backups beside us"),
    Program("docker-compose", "docker-compose", "services of a compose file"),
    Program("rsync", "rsync", "copies volumes into and out of a backup, as StartOS does"),
    Program("strace", "strace", "shows that the server connects to nobody, and which files it opens"),
    Program("fusermount3", "fuse3", "mounts remotes as folders, and ends such mounts"),
    Program("ip", "iproute2", "an address in a network of the test's own", ("/usr/sbin/ip",)),
    Program("unshare", "util-linux", "a server in a network of its own, or in none"),
    Program("newuidmap", "uidmap", "user namespaces of an ordinary user, as podman makes them"),
    Program("setpriv", "util-linux", "starts PostgreSQL as its own user"),
    Program("mmdebstrap", "mmdebstrap", "makes the Debian roots that containers and generators run in"),
    Program("podman", "podman", "runs the images, and containers that are really stopped and started"),
    Program("buildah", "buildah", "builds the images"),
    Program(
        "runc",
        "runc",
        "the container runtime that needs neither systemd nor one version of control groups",
        ("/usr/sbin/runc",),
    ),
    Program("netavark", "netavark", "networks between containers", ("/usr/lib/podman/netavark",)),
    Program("aardvark-dns", "aardvark-dns", "names of containers", ("/usr/lib/podman/aardvark-dns",)),
    Program("iptables", "iptables", "published ports of containers", ("/usr/sbin/iptables",)),
    Program("skopeo", "skopeo", "looks at images and archives, and publishes them in a registry"),
    Program("docker-registry", "docker-registry", "a registry of images, from which updates are fetched"),
    Program("systemd-analyze", "systemd", "reads the units of the deployments"),
    Program("go", "golang-go", "runs the templates of the Helm chart"),
    Program(
        "sprig",
        "golang-github-masterminds-sprig-dev",
        "the functions that Helm's templates use",
        ("/usr/share/gocode/src/github.com/Masterminds/sprig",),
    ),
    Program(
        "yaml.v3",
        "golang-gopkg-yaml.v3-dev",
        "writes what those templates make",
        ("/usr/share/gocode/src/gopkg.in/yaml.v3",),
    ),
)


def main() -> int:
    missing = [program for program in PROGRAMS if not program.present()]
    if not missing:
        return 0
    packages = sorted({program.package for program in missing})
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing for the tests: {', '.join(packages)}", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "-qq", "update"], check=True, env=environment)
        subprocess.run(
            ["apt-get", "-qq", "-y", "--no-install-recommends", "install", *packages],
            check=True,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        missing = [program for program in PROGRAMS if not program.present()]
    for program in missing:
        print(f"MISSING: {program.name} (package {program.package}): {program.why}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
