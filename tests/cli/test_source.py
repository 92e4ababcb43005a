"""``vitascope source`` without a server: what is written, what is printed, and where no secret may be."""

import io
import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from vitascope.cli.tree import run as run_line


@dataclass(frozen=True, kw_only=True)
class Done:
    """How a verb ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


Cli = Callable[..., Done]

B2 = ("b2:bucket", "--option", "account=0012", "--no-check")
DOCUMENT = (
    "--allow-other --allow-non-empty --log-level=INFO --buffer-size=50M --drive-acknowledge-abuse --no-modtime "
    "--vfs-cache-mode=full --vfs-cache-max-size=20G --vfs-read-chunk-size=32M --vfs-read-chunk-size-limit=256M"
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a verb for a configuration folder that no server uses; ``typed`` is piped in."""
    monkeypatch.delenv("VITASCOPE_RCLONE", raising=False)

    def call(*arguments: str, typed: str = "") -> Done:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = run_line(["source", *arguments, "--config", str(tmp_path)])
        said = capsys.readouterr()
        return Done(returncode=code, stdout=said.out, stderr=said.err)

    return call


def config(folder: Path) -> Path:
    return folder / "Library/Application Support/Plex Media Server/Sources/rclone.conf"


def test_a_source_is_added_listed_and_removed_and_its_key_shows_nowhere(run: Cli, tmp_path: Path) -> None:
    assert run("list").stdout == "no sources; vitascope source add b2:bucket adds one\n"
    added = run("add", *B2, "--name", "films", "--mount", str(tmp_path / "films"), typed="K001secretKey\n")
    assert (added.returncode, added.stdout) == (0, f"added films: b2:bucket at {tmp_path / 'films'}\n")
    assert "key = K001secretKey" in config(tmp_path).read_text("utf-8")
    assert oct(config(tmp_path).stat().st_mode & 0o777) == "0o600"
    listed, dry = run("list"), run("mount", "films", "--dry-run")
    assert "b2:bucket" in listed.stdout
    assert not any("K001" in done.stdout + done.stderr for done in (added, listed, dry))
    removed = run("remove", "films")
    assert removed.stdout == "removed films; nothing in b2:bucket was touched\n"
    assert "K001" not in config(tmp_path).read_text("utf-8")
    assert run("remove", "films").stderr == "vitascope: there is no source 'films'\n"


def test_dry_run_prints_the_very_command_and_changes_nothing(run: Cli, tmp_path: Path) -> None:
    given = (*B2, "--mount", "/mnt/media", "--flag", "allow-other", "--flag", "allow-non-empty")
    dry = run("add", *given, "--dry-run", typed="K001\n")
    line = shlex.split(dry.stdout)
    assert line[1:4] == ["mount", "b2:bucket", "/mnt/media"]
    assert set(DOCUMENT.split()) <= set(line)
    assert f"--config={config(tmp_path)}" in line
    assert not config(tmp_path).exists()
    added = run("add", *given, typed="K001\n")
    assert added.stderr.count("note: allow-") == 2
    assert run("mount", "bucket", "--dry-run").stdout == dry.stdout


def test_secrets_come_from_a_pipe_or_a_file_and_never_from_arguments(run: Cli, tmp_path: Path) -> None:
    refused = run("add", *B2, "--option", "key=K001")
    assert refused.returncode == 2
    assert refused.stderr.startswith("vitascope: option key is a secret")
    assert "K001" not in refused.stderr
    missing = run("add", *B2)
    assert (missing.returncode, missing.stderr.startswith("vitascope: key is a secret that is needed")) == (1, True)
    file = tmp_path / "key"
    file.write_text("K002\n")
    file.chmod(0o600)
    assert run("add", *B2, "--secret-file", f"key={file}").returncode == 0
    assert "key = K002\n" in config(tmp_path).read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "bucket"), "write it as REMOTE:PATH"),
        (("add", "nothing:x"), "no remotes of type 'nothing'"),
        (("add", *B2, "--flag", "rc-addr=:5572"), "there is none"),
        (("add", *B2, "--mount", "/etc"), "folder of the system"),
        (("add", *B2, "--storage-price", "free"), "is no number"),
        (("add", *B2, "--option", "account"), "write it as NAME=VALUE"),
        (("mount", "nothing", "--dry-run"), "there is no source 'nothing'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(run: Cli, arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments, typed="K001\n")
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_source_is_changed_and_its_key_shows_nowhere(run: Cli, tmp_path: Path) -> None:
    run("add", *B2, typed="K001\n")
    assert run("set", "bucket", "--flag", "buffer-size=1M", "--storage-price", "0.006").stdout == "changed bucket\n"
    assert "--buffer-size=1M" in run("mount", "bucket", "--dry-run").stdout
    changed = run("set", "bucket", "--secret", "key", "--option", "versions=", "--no-check", typed="K002\n")
    assert (changed.returncode, changed.stdout, changed.stderr) == (0, "changed bucket\n", "")
    text = config(tmp_path).read_text("utf-8")
    assert "key = K002\n" in text
    assert "versions" not in text
    noted = run("set", "bucket", "--flag", "allow-other")
    assert noted.stderr.startswith("note: allow-other: every user of this machine")
    for wrong, said in (
        (("set", "nothing", "--flag", "read-only"), "there is no source 'nothing'"),
        (("set", "bucket"), "nothing is to be otherwise"),
        (("set", "bucket", "--option", "key=K003"), "option key is a secret"),
        (("set", "bucket", "--secret", "key"), "key: nothing was typed"),
        (("set", "bucket", "--option", "key=", "--no-check"), "needs key"),
        (("set", "bucket", "--flag", "rc-addr=:5572"), "there is none"),
        (("set", "bucket", "--download-price", "nan"), "between 0 and"),
    ):
        done = run(*wrong, typed="\n")
        assert (done.returncode in (1, 2), said in done.stderr, done.stderr.count("\n")) == (True, True, 1), done
    assert config(tmp_path).read_text("utf-8") == text


def test_without_rclone_it_says_what_to_do(run: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITASCOPE_RCLONE", "no-such-rclone")
    done = run("add", *B2, typed="K001\n")
    assert (done.returncode, done.stderr) == (
        1,
        "vitascope: VITASCOPE_RCLONE names no-such-rclone, and there is no such program\n",
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes for somebody else")
def test_what_root_adds_belongs_to_whom_the_folder_belongs_to(run: Cli, tmp_path: Path) -> None:
    support = config(tmp_path).parents[1]
    support.mkdir(parents=True)
    os.chown(support, 1234, 1234)
    assert run("add", *B2, typed="K001\n").returncode == 0
    for path in (config(tmp_path).parent, config(tmp_path), config(tmp_path).with_name("sources.json")):
        assert path.stat().st_uid == 1234
