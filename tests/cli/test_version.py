"""``vitascope --version``, from a wheel and in an image."""

from pathlib import Path

import pytest

from vitascope import __version__
from vitascope.cli.version import version_line


def test_an_image_says_what_it_was_built_from(tmp_path: Path) -> None:
    build = tmp_path / "build.json"
    build.write_text('{"version": "1.2.3", "commit": "abc1234", "date": "2030-01-01T00:00:00Z"}')
    assert version_line(build) == "Vitascope 1.2.3 (commit abc1234, built 2030-01-01T00:00:00Z)"


@pytest.mark.parametrize("text", [None, "", "{}", "[]", "null"])
def test_without_a_readable_build_file_it_is_the_release(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "build.json").write_text(text)
    assert version_line(tmp_path / "build.json") == f"Vitascope {__version__}"
