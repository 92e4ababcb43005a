"""PostgreSQL in a container: Debian's own package on the base of the tests, built once for each state of this file."""

import hashlib
import subprocess
from pathlib import Path

from tests.support.roots import debian_base, need_roots

_NAME = "localhost/vitascope-test-postgres"
SOCKETS = "/sockets"
"""Where it listens in the container: nowhere else, and to everybody who reaches that folder."""
_RUN = (
    f"chown postgres {SOCKETS}; chmod 777 {SOCKETS}; cd /; "
    "as='setpriv --reuid=postgres --regid=postgres --clear-groups'; bin=$(echo /usr/lib/postgresql/*/bin); "
    "data=/var/lib/postgresql/tests; "
    "[ -e $data ] || $as $bin/initdb -D $data -U postgres -A trust -E UTF8 --locale=C; "
    f"exec $as $bin/postgres -D $data -c listen_addresses= -c unix_socket_directories={SOCKETS}"
)
_FILE = f"""FROM {{base}}
RUN apt-get update \\
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends postgresql \\
    && rm -rf /var/lib/apt/lists/*
STOPSIGNAL SIGINT
ENTRYPOINT ["/bin/sh", "-ec", "{_RUN}"]
"""


def postgres_image() -> str:
    """The name of the image, which podman has after this call. Skips the test where images cannot be built."""
    need_roots("podman", "buildah", "runc")
    image = f"{_NAME}:{hashlib.blake2b(Path(__file__).read_bytes(), digest_size=8).hexdigest()}"
    if subprocess.run(["podman", "image", "exists", image], check=False, capture_output=True).returncode:
        command = ["buildah", "bud", "--isolation", "chroot", "--format", "docker", "--pull-never", "-t", image]
        text = _FILE.format(base=debian_base())
        done = subprocess.run([*command, "-f", "-", "."], input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-4000:]
    return image
