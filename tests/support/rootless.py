"""Podman of Debian 13, run by an ordinary user with namespaces of their own, as on the host that document B describes.

Debian 12's podman does not know ``keep-id:uid=0,gid=0``, and user namespaces are refused inside a plain chroot. So the
Debian 13 root is laid under an overlay and entered by ``pivot_root``, in namespaces of its own for mounts, processes
and network: what happens in there touches nothing outside, and is gone when it ends. The user is ``mms``, uid 3000.
"""

import subprocess
import textwrap
from pathlib import Path

from tests.support import roots

_ENTER = """
set -e
mount --make-rprivate /
mkdir -p "$WORK/upper" "$WORK/work" "$WORK/root" "$WORK/home"
mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$WORK/upper,workdir=$WORK/work" "$WORK/root"
cd "$WORK/root"
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mkdir -p home/mms old
mount --bind "$WORK/home" home/mms
mount --bind "$WORK" mnt
cp --remove-destination "$(readlink -f /etc/resolv.conf)" etc/resolv.conf
ip link set lo up
pivot_root . old
umount -l /old
mount --make-rshared /
exec /bin/bash /mnt/inside.sh
"""

_INSIDE = """
set -e
groupadd --gid 3000 mms
useradd --uid 3000 --gid 3000 --home-dir /home/mms --no-create-home --shell /bin/bash mms
echo mms:100000:65536 >/etc/subuid
echo mms:100000:65536 >/etc/subgid
mkdir -p /run/user/3000 /etc/containers /data/media/movies /data/media/series /data/media/music
chown mms:mms /home/mms /run/user/3000
chmod 666 /dev/fuse /dev/net/tun
cat >/etc/containers/containers.conf <<'CONF'
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
default_rootless_network_cmd = "slirp4netns"
CONF
echo '{"default": [{"type": "insecureAcceptAnything"}]}' >/etc/containers/policy.json
cat >/run/user/3000/script.sh <<'SCRIPT'
cd
PREPARED
SCRIPT
exec setpriv --reuid 3000 --regid 3000 --init-groups --reset-env env XDG_RUNTIME_DIR=/run/user/3000 TERM=xterm \\
    bash -e /run/user/3000/script.sh
"""


def as_mms(script: str, work: Path, *, seconds: int = 300) -> str:
    """Runs a shell script as ``mms`` in there and returns what it printed; ``work`` is ``/mnt`` inside."""
    (work / "inside.sh").write_text(_INSIDE.replace("PREPARED", textwrap.dedent(script)))
    done = subprocess.run(
        ["unshare", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child", "bash", "-c", _ENTER],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LOWER": str(roots.trixie_root()), "WORK": str(work)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=seconds,
    )
    assert done.returncode == 0, done.stdout[-8000:]
    return done.stdout
