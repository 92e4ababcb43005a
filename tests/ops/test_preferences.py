"""Preferences: merged and never rewritten whole, repaired from the kept copy, typed, and live."""

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from tests.support.examples import examples

from vitascope.ops.atomic import write_atomically
from vitascope.ops.catalogue import CATALOGUE
from vitascope.ops.preferences import PreferenceError, Preferences, processed_identifier
from vitascope.ops.setting import PreferenceValueError, SettingKind, SettingValue


def attributes(path: Path) -> dict[str, str]:
    return {str(name): str(value) for name, value in etree.fromstring(path.read_bytes()).attrib.items()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "Preferences.xml"


@pytest.fixture
def preferences(path: Path) -> Preferences:
    made = Preferences(path)
    made.load()
    return made


def test_a_new_file_has_the_identifiers_and_nothing_else(path: Path, preferences: Preferences) -> None:
    found = attributes(path)
    assert set(found) == {"MachineIdentifier", "ProcessedMachineIdentifier", "AnonymousMachineIdentifier"}
    assert found["ProcessedMachineIdentifier"] == processed_identifier(found["MachineIdentifier"])
    assert re.fullmatch(r"[0-9a-f]{40}", preferences.machine_identifier)


def test_the_identifier_is_made_as_the_original_makes_it() -> None:
    private = "01234567-89ab-cdef-0123-456789abcdef"
    # sha1 of "<private>- Plex Media Server", worked out with sha1sum
    assert processed_identifier(private) == "e607d3c140130245bcea67529d8713bba1f9d05b"


def test_a_file_taken_over_keeps_its_identity_and_what_nobody_knows(path: Path) -> None:
    path.write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<Preferences MachineIdentifier="m" ProcessedMachineIdentifier="p" '
        'Unheard="of &amp; kept" FriendlyName="Attic"/>'
    )
    preferences = Preferences(path)
    preferences.load()
    assert preferences.machine_identifier == "p"
    assert preferences.text("FriendlyName") == "Attic"
    preferences.set({"FriendlyName": "Cellar"})
    assert attributes(path)["Unheard"] == "of & kept"
    assert attributes(path)["FriendlyName"] == "Cellar"


def test_what_another_program_wrote_meanwhile_survives(path: Path, preferences: Preferences) -> None:
    text = path.read_text("utf-8").replace("<Preferences ", '<Preferences TranscoderTempDirectory="/transcode" ')
    path.write_text(text)
    preferences.set({"FriendlyName": "x"})
    assert attributes(path)["TranscoderTempDirectory"] == "/transcode"
    assert preferences.text("TranscoderTempDirectory") == "/transcode"


def test_only_what_differs_from_its_default_is_written(path: Path, preferences: Preferences) -> None:
    assert preferences.set({"OnDeckWindow": "99", "autoEmptyTrash": "1"}) == ["OnDeckWindow"]
    assert attributes(path)["OnDeckWindow"] == "99"
    assert "autoEmptyTrash" not in attributes(path)
    preferences.set({"OnDeckWindow": "16"})
    assert "OnDeckWindow" not in attributes(path)


def test_listeners_hear_of_changes_only(preferences: Preferences) -> None:
    heard: list[tuple[str, SettingValue]] = []
    preferences.listen(lambda name, value: heard.append((name, value)))
    preferences.set({"friendlyName": "x", "autoEmptyTrash": "true", "NoSuchSetting": "1"})
    assert heard == [("FriendlyName", "x")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("OnDeckWindow", "many"),
        ("autoEmptyTrash", "perhaps"),
        ("ButlerStartHour", "24"),
        ("TranscoderH264MinimumCRF", ""),
    ],
)
def test_a_value_that_does_not_fit_changes_nothing(preferences: Preferences, name: str, text: str) -> None:
    with pytest.raises(PreferenceValueError):
        preferences.set({"FriendlyName": "y", name: text})
    assert preferences.text("FriendlyName") == ""


def test_a_value_in_the_file_that_does_not_fit_is_its_default(path: Path) -> None:
    path.write_text('<Preferences OnDeckWindow="soon" FriendlyName="z"/>')
    preferences = Preferences(path)
    preferences.load()
    assert preferences.get("OnDeckWindow") == 16
    assert preferences.text("FriendlyName") == "z"
    assert attributes(path)["OnDeckWindow"] == "soon"


@pytest.mark.parametrize("broken", ["<Preferences FriendlyName=", "", "<Other/>", "\0\0\0", "not xml"])
def test_a_broken_file_is_put_right_from_the_kept_copy(path: Path, preferences: Preferences, broken: str) -> None:
    preferences.set({"FriendlyName": "Attic"})
    identifier = preferences.machine_identifier
    path.write_text(broken)
    again = Preferences(path)
    again.load()
    assert again.repaired
    assert again.text("FriendlyName") == "Attic"
    assert again.machine_identifier == identifier
    assert (path.parent / "Preferences.broken.xml").read_text() == broken


def test_a_broken_file_without_a_copy_is_not_replaced(path: Path) -> None:
    path.write_text("<Preferences FriendlyName=")
    with pytest.raises(PreferenceError):
        Preferences(path).load()
    assert path.read_text() == "<Preferences FriendlyName="


def test_a_broken_file_stays_where_it_cannot_be_put_right(
    path: Path, preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    preferences.set({"FriendlyName": "Attic"})
    identifier = preferences.machine_identifier

    def full(written: Path, data: bytes) -> None:
        if written.name == path.name:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write_atomically(written, data)

    path.write_text("<Preferences FriendlyName=")
    with monkeypatch.context() as patched, pytest.raises(PreferenceError, match="No space left"):
        patched.setattr("vitascope.ops.preferences.write_atomically", full)
        Preferences(path).load()
    assert path.read_text() == "<Preferences FriendlyName=", "without a file the next start would make a new server"
    again = Preferences(path)
    again.load()
    assert again.machine_identifier == identifier


@examples(30, fuzz=500)
@given(data=st.data())
def test_no_damage_costs_the_identity(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("support", numbered=True) / "Preferences.xml"
    preferences = Preferences(path)
    preferences.load()
    preferences.set({"FriendlyName": "Attic é"})
    identifier = preferences.machine_identifier
    good = path.read_bytes()
    begin = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(begin, len(good)))
    path.write_bytes(good[:begin] + data.draw(st.binary(max_size=20)) + good[end:])
    damaged = path.read_bytes()
    again = Preferences(path)
    again.load()
    if again.repaired:
        assert again.machine_identifier == identifier
        assert again.text("FriendlyName") == "Attic é"
        assert (path.parent / "Preferences.broken.xml").read_bytes() == damaged
    again.set({"FriendlyName": "Cellar"})
    Preferences(path).load()


def test_entities_are_not_followed(path: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    path.write_text(
        f'<!DOCTYPE p [<!ENTITY x SYSTEM "file://{secret}">]><Preferences FriendlyName="a"><b>&x;</b></Preferences>'
    )
    preferences = Preferences(path)
    preferences.load()
    assert "s3cret" not in path.read_text("utf-8")


def test_a_folder_that_cannot_be_written_is_said(path: Path) -> None:
    preferences = Preferences(path / "no" / "such" / "Preferences.xml")
    with pytest.raises(PreferenceError):
        preferences.load()


def test_a_new_file_is_private_and_an_old_one_keeps_its_mode(path: Path, preferences: Preferences) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    preferences.set({"FriendlyName": "x"})
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(file.name for file in path.parent.iterdir()) == ["Preferences.kept.xml", "Preferences.xml"]


def test_the_catalogue_is_sound() -> None:
    assert len(CATALOGUE) >= 155
    for name, setting in CATALOGUE.items():
        assert setting.id == name
        assert isinstance(setting.default, bool) == (setting.kind is SettingKind.BOOL)
        setting.check(setting.default)
        assert setting.hidden or setting.label, f"{name} is shown and has no label"


def test_a_name_is_found_with_either_first_letter(preferences: Preferences) -> None:
    for name in ("friendlyName", "FriendlyName"):
        found = preferences.find(name)
        assert found is not None
        assert found.id == "FriendlyName"
    assert preferences.find("AutoEmptyTrash") is CATALOGUE["autoEmptyTrash"]
    assert preferences.find("nothing") is None


def test_a_file_that_was_just_taken_over_has_a_copy_at_once(path: Path) -> None:
    names = ("MachineIdentifier", "ProcessedMachineIdentifier", "AnonymousMachineIdentifier")
    identity = " ".join([f"{name}='{name}'" for name in names])
    path.write_text(f"<Preferences {identity} PlexOnlineToken='t' Odd='1'/>")
    before = path.read_bytes()
    Preferences(path).load()
    assert path.read_bytes() == before, "the file itself is not touched"
    for half in (b"", before[: len(before) // 2]):
        path.write_bytes(half)
        again = Preferences(path)
        again.load()
        assert again.repaired is not None
        assert attributes(path)["PlexOnlineToken"] == "t"
        assert attributes(path)["Odd"] == "1"
        assert again.machine_identifier == "ProcessedMachineIdentifier"


_WRITER = """
import sys
from pathlib import Path
from vitascope.ops.preferences import Preferences

preferences = Preferences(Path(sys.argv[1]))
preferences.load()
print("ready", flush=True)
number = 0
while True:
    number += 1
    preferences.set({"FriendlyName": f"name {number} " + "x" * (number % 2000)})
"""


def test_killed_while_it_writes_the_file_is_whole_and_the_identity_stays(path: Path) -> None:
    path.write_text('<Preferences Odd="1" PlexOnlineToken="t"/>')
    first = Preferences(path)
    first.load()
    for round_ in range(12):
        process = subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        written = path.stat().st_ino
        while path.stat().st_ino == written:  # it writes
            pass
        process.stdout.close()
        # somewhere else in the work each time
        for _ in range(round_ * 2_000):
            pass
        process.kill()
        process.wait()
        again = Preferences(path)
        again.load()
        assert again.repaired is None
        assert again.machine_identifier == first.machine_identifier
        assert attributes(path)["Odd"] == "1"
        assert attributes(path)["PlexOnlineToken"] == "t"
        assert again.text("FriendlyName").startswith("name ")


_SOURCE = Path(__file__).resolve().parents[2] / "src" / "vitascope"
_FOR_CLIENTS = {"ButlerUpdateChannel", "allowedHostNames"}
"""Shown because tools read it, and one that is named in single quotes."""


def test_what_is_shown_is_honoured_and_what_is_honoured_is_shown() -> None:
    catalogues = ("catalogue.py", "unhonoured.py")
    source = "\n".join(path.read_text("utf-8") for path in _SOURCE.rglob("*.py") if path.name not in catalogues)
    read = {name for name in CATALOGUE if f'"{name}"' in source}
    assert {name for name, one in CATALOGUE.items() if one.listed} == read | _FOR_CLIENTS


@pytest.mark.parametrize("name", CATALOGUE)
def test_clients_can_take_a_choice_apart(name: str) -> None:
    for value, text in CATALOGUE[name].choices:
        assert not set(":|") & set(value + text), "value:name|value:name"
