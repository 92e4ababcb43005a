"""``vitascope bundle`` from the command line."""

import subprocess
from pathlib import Path

import pytest
from tests.support.running import command, environment


def bundle(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command("bundle", *arguments), capture_output=True, text=True, check=False, timeout=60, env=environment()
    )


def test_auto_says_why_and_the_files_are_shown() -> None:
    done = bundle("quadlet", "--engine", "plex")
    assert done.returncode == 0
    assert done.stderr.startswith("Variant ")
    assert "==> plex.container <==\n" in done.stdout
    assert "Image=docker.io/plexinc/pms-docker:latest\n" in done.stdout


def test_a_file_that_was_changed_is_kept_until_asked(tmp_path: Path) -> None:
    asked = ("quadlet", "--variant", "intel", "--output", str(tmp_path))
    first = bundle(*asked)
    assert (first.returncode, len(first.stdout.splitlines())) == (0, 3)
    (tmp_path / "plex.container").write_text("mine")
    second = bundle(*asked)
    assert second.returncode == 1
    assert "plex.container (--force changes them)" in second.stderr
    assert (tmp_path / "plex.container").read_text() == "mine"
    assert bundle(*asked, "--force").stdout == f"{tmp_path}/plex.container\n"
    assert "AddDevice=/dev/dri\n" in (tmp_path / "plex.container").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("quadlet", "--variant", "voodoo"), "there is auto, generic, nvidia, intel, amd"),
        (("quadlet", "--name", "a\nb", "--variant", "generic"), "a name is made of"),
        (("quadlet", "--media", "movies", "--variant", "generic"), "an absolute path"),
        (("nowhere",), "'nowhere' is not one of"),
    ],
)
def test_wrong_usage_is_one_line(arguments: tuple[str, ...], message: str) -> None:
    done = bundle(*arguments)
    assert done.returncode == 2
    assert message in done.stderr.splitlines()[-1]
