"""``make demo-podman``: the ``podman run`` line of document B, word for word but the image's name, by a user ``mms``.

The line is read from the page that goes through that document (docs/hosts/mms.md), the run script from the bundle that
is made for it. Podman is Debian 13's, in namespaces of its own (:mod:`tests.support.rootless`).
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support import rootless
from tests.support.running import ROOT

PAGE = ROOT / "docs" / "hosts" / "mms.md"
RUN_SCRIPT = ROOT / "src" / "vitascope" / "ops" / "bundles" / "mms" / "static" / "plex-run.sh"
ORIGINAL = "docker.io/plexinc/pms-docker:latest"

_SCRIPT = """
export PODMAN_IGNORE_CGROUPSV1_WARNING=1
podman load --quiet --input /mnt/image.tar
podman network create mms >/dev/null
mkdir -p config/plex
install -m 755 /mnt/plex-run.sh config/plex/plex-run.sh

# It asks for a terminal (-it): script is one.
(sleep 600 | script --quiet --command "bash /mnt/line.sh" /home/mms/terminal) >/dev/null 2>&1 &
for _ in $(seq 600); do
    podman healthcheck run test-plex >/dev/null 2>&1 && break
    sleep 0.2
done
podman healthcheck run test-plex && echo "HEALTHY"
echo "INSIDE $(podman exec test-plex curl -sf http://localhost:32400/identity | grep -c machineIdentifier=)"
echo "PUBLISHED $(curl -sf http://localhost:32400/identity | grep -c machineIdentifier=)"
echo "BY-NAME $(podman run --rm --network mms --entrypoint curl IMAGE -sf http://test-plex:32400/identity |
    grep -c machineIdentifier=)"
echo "ZONE $(podman exec test-plex date +%Z)"
echo "SERVER-UID $(podman exec test-plex sh -c \
    'for p in /proc/[0-9]*; do tr "\\0" " " <$p/cmdline | grep -q "vitascope serv[e]" && stat -c %u $p; done; true')"
echo "OWNER $(stat -c %u:%g "config/plex/Library/Application Support/Plex Media Server/Preferences.xml")"
echo "TMPFS $(podman exec test-plex stat -f -c %T /run /transcode | sort -u | tr '\\n' ' ')"
podman exec test-plex touch /data/media/movies/x 2>/dev/null || echo "MEDIA-READ-ONLY"
podman logs --tail 50 test-plex 2>&1 | sed 's/^/LOG /'
podman stop --time 30 test-plex >/dev/null && echo "STOPPED"
"""


def line(image: str) -> str:
    """The document's line for another image."""
    found = re.search(
        r"^podman run --rm -it \\\n(?:  .*\\\n)*  " + re.escape(ORIGINAL) + "$", PAGE.read_text(), re.MULTILINE
    )
    assert found is not None, f"{PAGE} has no podman run line any more"
    return found[0].replace(ORIGINAL, image)


def run(image: str) -> str:
    """Runs it, and returns what was seen, one word and its value on each line. The image is podman's (of root)."""
    with tempfile.TemporaryDirectory(prefix="vitascope-demo-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        work.chmod(0o755)
        command = [
            "podman",
            "image",
            "save",
            "--quiet",
            "--format",
            "docker-archive",
            "--output",
            str(work / "image.tar"),
        ]
        subprocess.run([*command, image], check=True, capture_output=True)
        shutil.copy(RUN_SCRIPT, work / "plex-run.sh")
        (work / "line.sh").write_text(line(image) + "\n")
        return rootless.as_mms(_SCRIPT.replace("IMAGE", image), work, seconds=280)


def main() -> int:
    from tests.support import image, roots
    from tests.support.containers import podman_configured

    reason = roots.why_not("podman", "buildah", "runc")
    if reason is not None:
        print(f"demo-podman: {reason}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, podman_configured(Path(folder)):
        print(line("localhost/vitascope:latest"), end="\n\n")
        print(run(image.server_image()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
