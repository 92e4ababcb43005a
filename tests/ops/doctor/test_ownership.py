"""Files of the wrong owner: what they look like inside and outside of real namespaces, and who can give them back."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.running import ROOT

from vitascope.ops.doctor import Verdict
from vitascope.ops.doctor.id_maps import IdMap, parse_subids, unshare_map
from vitascope.ops.doctor.ownership import Whose, check_ownership

HOST = IdMap.parse("0 0 4294967295")
NESTED = IdMap.parse("0 0 1\n1 1 65536")
LENT = unshare_map(3000, parse_subids("mms:100000:65536", ["mms"]))
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="giving files to others needs root")

needs_namespaces = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("newuidmap") is None, reason="needs root and newuidmap (Debian: uidmap)"
)

LOOK = """
import json, sys
from pathlib import Path
from vitascope.ops.doctor.ownership import Whose, check_ownership
folder = Path(sys.argv[1])
found = check_ownership(folder, Whose.here(folder, etc=Path(sys.argv[2])))
print(json.dumps([[one.verdict, one.message, one.remedy] for one in found]))
"""


def whose(uid: int = 3000, own: IdMap = HOST, lent: IdMap | None = LENT) -> Whose:
    return Whose(uid=uid, gid=uid, own_map=own, own_groups=own, lent=lent, lent_groups=lent)


def test_files_of_whoever_runs_the_server_are_good(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").touch()
    (found,) = check_ownership(tmp_path, whose(os.geteuid()))
    assert (found.verdict, "all 3 files" in found.message) == (Verdict.GOOD, True)
    assert list(check_ownership(tmp_path / "gone", whose())) == []


@needs_root
def test_what_the_documents_command_did_is_explained_and_undone(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "Preferences.xml"):
        path.touch()
        os.chown(path, 102_999, 102_999)
    (found,) = check_ownership(tmp_path, whose())
    assert found.verdict is Verdict.BAD
    assert "102999, which is 3000 inside podman unshare (100000 + 3000 - 1 = 102999)" in found.message
    assert found.remedy == f"podman unshare chown -R 0:0 {tmp_path}"


@needs_root
def test_files_of_root_only_root_gives_back(tmp_path: Path) -> None:
    os.chown(tmp_path, 3000, 3000)
    (tmp_path / "made by root").touch()
    (found,) = check_ownership(tmp_path, whose())
    assert "root (0)" in found.message
    assert found.remedy == f"sudo chown -R 3000:3000 {tmp_path}"


@needs_root
def test_without_lent_numbers_there_is_no_podman_unshare(tmp_path: Path) -> None:
    os.chown(tmp_path, 102_999, 102_999)
    (found,) = check_ownership(tmp_path, whose(lent=None))
    assert found.remedy == f"sudo chown -R 3000:3000 {tmp_path}"


@needs_root
def test_root_expects_the_owner_of_the_folder(tmp_path: Path) -> None:
    os.chown(tmp_path, 3000, 3001)
    (tmp_path / "a").touch()
    found = Whose.here(tmp_path)
    assert (found.uid, found.gid) == (3000, 3001)
    assert [one.verdict for one in check_ownership(tmp_path, found)] == [Verdict.BAD]


# --- real namespaces -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ordinary() -> list[str]:
    """An interpreter with our package that an ordinary user can run."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    places = f"{ROOT / 'src'}:{sysconfig.get_paths()['purelib']}"
    for program in (sys.executable, f"/usr/bin/{version}"):
        command = ["env", f"PYTHONPATH={places}", "PYTHONDONTWRITEBYTECODE=1", program]
        tried = (
            subprocess.run(
                [*command, "-c", "import vitascope.ops.doctor.ownership"],
                user=3000,
                group=3000,
                extra_groups=[],
                cwd="/",
                capture_output=True,
                check=False,
            )
            if Path(program).exists()
            else None
        )
        if tried is not None and tried.returncode == 0:
            return command
    pytest.skip("no interpreter here can be run by an ordinary user")


@pytest.fixture
def config() -> Iterator[Path]:
    """A configuration folder of the user 3000 with a file of the user 102999 in it, and an ``etc`` beside it."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))  # that of pytest is closed to others
    folder.chmod(0o755)
    (folder / "etc").mkdir()
    for name in ("subuid", "subgid"):
        (folder / "etc" / name).write_text("mms:100000:65536\n3000:100000:65536\n")
    (folder / "etc" / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\nmms:x:3000:3000::/nonexistent:/bin/sh\n")
    (folder / "etc" / "group").write_text("root:x:0:\nmms:x:3000:\n")
    made = folder / "plex"
    made.mkdir()
    os.chown(made, 3000, 3000)
    (made / "Preferences.xml").touch()
    os.chown(made / "Preferences.xml", 102_999, 102_999)
    yield made
    shutil.rmtree(folder)


@needs_root
def test_an_ordinary_user_on_the_host(ordinary: list[str], config: Path) -> None:
    done = subprocess.run(
        [*ordinary, "-c", LOOK, str(config), str(config.parent / "etc")],
        user=3000,
        group=3000,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    ((verdict, message, remedy),) = json.loads(done.stdout)
    assert verdict == "bad"
    assert "100000 + 3000 - 1 = 102999" in message
    assert remedy == f"podman unshare chown -R 0:0 {config}"


# In a mount namespace of its own the machine has a user "mms" to whom numbers are lent; as that user, newuidmap (which
# unshare calls) makes the namespace that podman unshare makes.
AS_MMS = """
set -e
for name in passwd group subuid subgid; do mount --bind "$1/$name" "/etc/$name"; done
shift
exec setpriv --reuid 3000 --regid 3000 --clear-groups unshare --user --map-root-user --map-auto "$@"
"""


def in_podman_unshare(etc: Path, command: list[str]) -> str:
    """What a command prints that the user mms runs as ``podman unshare`` would."""
    script = ["unshare", "--mount", "sh", "-c", AS_MMS, "sh", str(etc), *command]
    return subprocess.run(script, cwd="/", capture_output=True, text=True, check=True, timeout=60).stdout


@needs_namespaces
def test_inside_a_rootless_container_the_command_is_for_its_host(ordinary: list[str], config: Path) -> None:
    found = json.loads(in_podman_unshare(config.parent / "etc", [*ordinary, "-c", LOOK, str(config), "/etc"]))
    (bad, remark) = found
    assert "3000, which is 102999 on the host (100000 + 3000 - 1 = 102999)" in bad[1]
    assert bad[2] == f"on the host: podman unshare chown -R 0:0 {config}"
    assert remark[1] == "the server runs as 0 in this container, which is 3000 on the host"


@needs_namespaces
def test_the_remedy_really_gives_the_files_back(config: Path) -> None:
    # What podman unshare does, with the map that it makes of the user's numbers.
    command = f"podman unshare chown -R 0:0 {config}".removeprefix("podman unshare ").split()
    in_podman_unshare(config.parent / "etc", command)
    assert {path.stat().st_uid for path in (config, config / "Preferences.xml")} == {3000}
    # And what the document's command did.
    in_podman_unshare(config.parent / "etc", ["chown", "-R", "3000:3000", str(config)])
    assert {path.stat().st_uid for path in (config, config / "Preferences.xml")} == {102_999}


@needs_root
def test_a_keep_id_container_speaks_in_the_numbers_of_podman_unshare(tmp_path: Path) -> None:
    os.chown(tmp_path, 3000, 3000)
    bad, remark = check_ownership(tmp_path, whose(0, NESTED, None))
    assert bad.remedy == f"on the host: podman unshare chown -R 0:0 {tmp_path}"
    assert remark.message == "the server runs as 0 in this container, which is 0 in podman unshare"
