"""The variables of the original container, and that writing them again changes nothing."""

from pathlib import Path

import pytest
from lxml import etree

from vitascope.ops.preferences import Preferences
from vitascope.ops.variables import ContainerSettings


def load(path: Path) -> Preferences:
    made = Preferences(path)
    made.load()
    return made


def attributes(path: Path) -> dict[str, str]:
    return {str(name): str(value) for name, value in etree.fromstring(path.read_bytes()).attrib.items()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A taken-over file with something in it that nobody here knows."""
    path = tmp_path / "Preferences.xml"
    path.write_text('<Preferences MachineIdentifier="m" Unknown="kept" customConnections="http://old:1/"/>')
    return path


def test_addresses_and_networks_reach_the_preferences_once(path: Path) -> None:
    container = ContainerSettings.from_environment(
        {"ADVERTISE_IP": "http://100.64.0.7:32400/", "ALLOWED_NETWORKS": "10.89.0.0/24"}
    )
    for _ in range(2):
        preferences = load(path)
        container.apply(preferences)
        assert preferences.text("customConnections") == "http://100.64.0.7:32400/"
        assert preferences.text("allowedNetworks") == "10.89.0.0/24"
        assert attributes(path)["Unknown"] == "kept"
        assert attributes(path)["MachineIdentifier"] == "m"
    before = path.read_bytes()
    container.apply(load(path))
    assert path.read_bytes() == before


def test_what_the_owner_sets_stays_until_the_variable_changes(path: Path) -> None:
    ContainerSettings(advertise_ip="http://100.64.0.7:32400/").apply(load(path))
    load(path).set({"customConnections": "https://mine.example"})
    ContainerSettings(advertise_ip="http://100.64.0.7:32400/").apply(load(path))
    assert load(path).text("customConnections") == "https://mine.example"
    ContainerSettings(advertise_ip="http://100.64.0.8:32400/").apply(load(path))
    assert load(path).text("customConnections") == "http://100.64.0.8:32400/"


def test_a_missing_variable_takes_nothing_away(path: Path) -> None:
    ContainerSettings.from_environment({"ADVERTISE_IP": "", "ALLOWED_NETWORKS": ""}).apply(load(path))
    assert load(path).text("customConnections") == "http://old:1/"


def test_conversions_go_to_the_volume_in_the_container_only(path: Path, tmp_path: Path) -> None:
    volume = tmp_path / "transcode"
    inside = {"PLEX_MEDIA_SERVER_INFO_VENDOR": "Docker"}
    assert ContainerSettings.from_environment(inside, transcode=volume).transcode is None, "no such volume"
    volume.mkdir()
    assert ContainerSettings.from_environment({}, transcode=volume).transcode is None
    ContainerSettings.from_environment(inside, transcode=volume).apply(load(path))
    assert attributes(path)["TranscoderTempDirectory"] == str(volume)
    load(path).set({"TranscoderTempDirectory": "/mnt/fast"})
    ContainerSettings.from_environment(inside, transcode=volume).apply(load(path))
    assert load(path).text("TranscoderTempDirectory") == "/mnt/fast"


def test_claim_tokens_are_read_and_never_written(path: Path) -> None:
    container = ContainerSettings.from_environment({"PLEX_CLAIM": " claim-x \n", "PLEX_CLAIM_FILE": "/run/claim"})
    assert (container.claim, container.claim_file) == ("claim-x", Path("/run/claim"))
    container.apply(load(path))
    assert "claim-x" not in path.read_text()
