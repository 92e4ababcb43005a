"""What the settings of this moment grant to addresses and names."""

import socket
from pathlib import Path

import pytest

from vitascope.ops.preferences import Preferences
from vitascope.ops.trust import LiveTrust, names_in, trust_of


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    made = Preferences(tmp_path / "Preferences.xml")
    made.load()
    return made


@pytest.mark.parametrize(
    ("urls", "names"),
    [
        ("", set()),
        ("http://192.168.1.9:32400/", {"192.168.1.9"}),
        ("https://Media.Example.org, tv.example:8443/plex", {"media.example.org", "tv.example"}),
        ("http://[2001:db8::1]:32400", {"2001:db8::1"}),
        ("http://[broken,https://fine.example", {"fine.example"}),
        ("https://user:secret@host.example/", {"host.example"}),
        (" , ,", set()),
    ],
)
def test_names_in_addresses(urls: str, names: set[str]) -> None:
    assert names_in(urls) == names


def test_names_come_from_the_machine_and_the_settings(preferences: Preferences) -> None:
    preferences.set(
        {
            "customConnections": "https://media.example.org:443",
            "customCertificateDomain": "cert.example",
            "allowedHostNames": "tv.example, .onion, *.lan.example, *, .",
        }
    )
    trust = trust_of(preferences, claimed=True, host_names="more.example,.ts.example")
    assert trust.names == {
        socket.gethostname().lower(),
        "media.example.org",
        "cert.example",
        "tv.example",
        "more.example",
    }
    assert trust.name_ends == (".lan.example", ".onion", ".ts.example")


def test_a_change_counts_at_once(preferences: Preferences) -> None:
    claimed = False
    trust = LiveTrust(preferences, claimed=lambda: claimed, loopback=False)
    assert (trust().claimed, trust().loopback, trust().name_ends) == (False, False, ())
    preferences.set({"allowedHostNames": ".onion"})
    assert trust().name_ends == (".onion",)
    claimed = True
    trust.renew()
    assert trust().claimed
