"""How the image's build is told where pip finds packages on this machine."""

from pathlib import Path

import pytest
from tools import build_image


def test_what_pip_reads_from_disk_is_mounted(tmp_path: Path) -> None:
    for name in ("wheels", "index/simple", "index/files"):
        (tmp_path / name).mkdir(parents=True)
    settings = {
        "index-url": "https://packages.invalid/simple",
        "extra-index-url": f"file://{tmp_path}/index/simple https://more.invalid/simple",
        "find-links": f"{tmp_path}/wheels {tmp_path}/gone",
    }
    assert build_image.local_folders(settings) == [tmp_path / "index", tmp_path / "wheels"]


def test_settings_of_finding_are_handed_on_and_no_others() -> None:
    settings = {"index-url": "https://packages.invalid/simple", "cert": "/etc/mine.pem", "user": "true", "proxy": ""}
    text = build_image.pip_conf(settings, bundle=True)
    assert text == "[global]\nindex-url = https://packages.invalid/simple\ncert = /run/secrets/ca.pem\n"
    assert "cert" not in build_image.pip_conf(settings, bundle=False)


def test_the_environment_wins_over_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_text("[global]\nfind-links = /from/file\nretries = 3\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setenv("PIP_FIND_LINKS", "/from/environment")
    found = build_image.pip_settings()
    assert (found["find-links"], found["retries"]) == ("/from/environment", "3")


def test_a_builder_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUILDER", "no-such-builder")
    with pytest.raises(build_image.BuildError, match="no-such-builder"):
        build_image.builder()
