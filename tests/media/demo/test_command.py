"""``vitascope demo``: what it says, and its exit codes."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from vitascope.cli.demo import demo
from vitascope.media import demo as room
from vitascope.media.demo import DemoReport, NoSpaceError


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.command()(demo)
    return app


def report(directory: Path, *, made: int, kept: tuple[str, ...] = ()) -> DemoReport:
    return DemoReport(
        directory=directory,
        made=tuple(f"Movies/{number}.mp4" for number in range(made)),
        present=0,
        kept=kept,
        total_bytes=220_400_000,
        seconds=41.2,
    )


def test_it_says_what_it_made(app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(directory: Path, **_: object) -> DemoReport:
        return report(directory, made=3, kept=("Movies/[b]mine[/b].mp4",))

    monkeypatch.setattr(room, "make", make)
    result = CliRunner().invoke(app, [str(tmp_path)])
    assert result.exit_code == 0
    assert f"Made 3 files in 41 s; the library is 220 MB in {tmp_path}" in result.output
    assert "left alone, not one of its own files: Movies/[b]mine[/b].mp4" in result.output


def test_a_complete_library_is_said_to_be_complete(
    app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "make", lambda directory, **_: report(directory, made=0))
    result = CliRunner().invoke(app, [str(tmp_path)])
    assert result.exit_code == 0
    assert "Nothing to make" in result.output


def test_a_failure_is_one_line_and_exit_code_1(
    app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(directory: Path, **_: object) -> DemoReport:
        raise NoSpaceError(f"{directory} has 5 MB free, and 300 MB are needed")

    monkeypatch.setattr(room, "make", make)
    result = CliRunner().invoke(app, [str(tmp_path)])
    assert result.exit_code == 1
    assert result.output.strip() == f"vitascope demo: {tmp_path} has 5 MB free, and 300 MB are needed"


def test_an_interruption_says_how_to_go_on(app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(_: Path, **__: object) -> DemoReport:
        raise KeyboardInterrupt

    monkeypatch.setattr(room, "make", make)
    result = CliRunner().invoke(app, [str(tmp_path)])
    assert result.exit_code == 130
    assert "run it again" in result.output
