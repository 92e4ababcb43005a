"""Which plug-ins are there, and what becomes of them; never a byte of them is run."""

import os
import plistlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vitascope.core.agents import AUDIOBOOKS
from vitascope.ops.doctor.bundles import check_plugins
from vitascope.ops.doctor.finding import Verdict
from vitascope.ops.paths import SupportDir
from vitascope.ops.plugins import Plugin, named_in, plugins

AUDIOBOOKS_BUNDLE: dict[str, Any] = {
    "CFBundleIdentifier": "com.plexapp.agents.audiobooks",
    "CFBundleVersion": "1.0",
    "PlexFrameworkVersion": "2",
    "PlexPluginClass": "Agent",
    "PlexPluginMode": "AlwaysOn",
}


def support_of(tmp_path: Path) -> SupportDir:
    return SupportDir.for_config(tmp_path / "config")


def write_bundle(folder: Path, said: dict[str, Any] | bytes, fmt: plistlib.PlistFormat = plistlib.FMT_XML) -> Path:
    """A bundle with code in it that must never run."""
    (folder / "Contents" / "Code").mkdir(parents=True)
    (folder / "Contents" / "Code" / "__init__.py").write_text("raise SystemExit('the code of a bundle was run')")
    data = said if isinstance(said, bytes) else plistlib.dumps(said, fmt=fmt)
    (folder / "Contents" / "Info.plist").write_bytes(data)
    return folder


def only(support: SupportDir, *named: Path) -> Plugin:
    (found,) = plugins(support, named)
    return found


@pytest.mark.parametrize("fmt", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_the_audiobook_bundle(fmt: plistlib.PlistFormat, tmp_path: Path) -> None:
    support = support_of(tmp_path)
    folder = write_bundle(support.plugins / "Audiobooks.bundle", AUDIOBOOKS_BUNDLE, fmt)
    assert only(support) == Plugin(
        name="Audiobooks.bundle", path=folder, identifier="com.plexapp.agents.audiobooks", mapped_to=AUDIOBOOKS
    )


@pytest.mark.parametrize(
    "place",
    [
        "Audiobooks.bundle-9b1de6b66cd8fe11c7d27623d8579f43df9f8b86",
        "unpacked/Audiobooks.bundle-9b1de6b66cd8fe11c7d27623d8579f43df9f8b86",
    ],
)
def test_as_an_archive_unpacks_it(place: str, tmp_path: Path) -> None:
    support = support_of(tmp_path)
    write_bundle(support.plugins / place, AUDIOBOOKS_BUNDLE)
    assert only(support).mapped_to == AUDIOBOOKS


def test_what_the_environment_names(tmp_path: Path) -> None:
    support = support_of(tmp_path)
    one = write_bundle(tmp_path / "store" / "xyz-Audiobooks.bundle", AUDIOBOOKS_BUNDLE)
    other = write_bundle(tmp_path / "more" / "Other.bundle", {"CFBundleIdentifier": "com.example.other"})
    named = named_in({"PLEX_PLUGINS": f"{one}:{other.parent}::relative:/not/there"})
    assert named == (one, other.parent, Path("/not/there"))
    assert [(each.name, each.mapped_to) for each in plugins(support, named)] == [
        ("Other.bundle", None),
        ("xyz-Audiobooks.bundle", AUDIOBOOKS),
    ]
    support.plugins.mkdir(parents=True)
    (support.plugins / "Audiobooks.bundle").symlink_to(one)  # as the unit of NixOS links it
    assert len(plugins(support, named)) == 2
    assert named_in({}) == ()


@pytest.mark.parametrize(
    "said",
    [
        {"CFBundleIdentifier": "com.plexapp.agents.somethingelse", "PlexPluginClass": "Agent"},
        {"CFBundleIdentifier": "com.plexapp.agents.audiobooks", "PlexPluginClass": "Content"},
        {"CFBundleIdentifier": "com.plexapp.agents.audiobooks"},
    ],
)
def test_what_nothing_stands_in_for(said: dict[str, Any], tmp_path: Path) -> None:
    support = support_of(tmp_path)
    write_bundle(support.plugins / "X.bundle", said)
    assert (only(support).mapped_to, only(support).problem) == (None, "")


XML = b'<?xml version="1.0"?><!DOCTYPE plist [%s]><plist version="1.0">%s</plist>'
HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "no plist": b"\x7fELF" + b"\x00" * 100,
    "cut off": plistlib.dumps(AUDIOBOOKS_BUNDLE)[:200],
    "entities": XML % (b'<!ENTITY a "b">', b"<dict><key>CFBundleIdentifier</key><string>&a;</string></dict>"),
    "a file of the machine": XML
    % (b'<!ENTITY a SYSTEM "file:///etc/passwd">', b"<dict><key>CFBundleIdentifier</key><string>&a;</string></dict>"),
    "laughs": XML
    % (
        b'<!ENTITY a "' + b"x" * 1000 + b'"><!ENTITY b "' + b"&a;" * 1000 + b'">',
        b"<array>" + b"<string>&b;</string>" * 100 + b"</array>",
    ),
    "deep": b'<plist version="1.0">' + b"<array>" * 5_000 + b"</array>" * 5_000 + b"</plist>",
    "a list": plistlib.dumps(["com.plexapp.agents.audiobooks"]),
    "an odd type": plistlib.dumps({"CFBundleIdentifier": 7}),
    "a path": plistlib.dumps({"CFBundleIdentifier": "../../etc"}),
    "a long one": plistlib.dumps({"CFBundleIdentifier": "a" * 5_000}),
    "escapes": plistlib.dumps({"CFBundleIdentifier": "com.x\u202ey"}),
    "a number without end": b'<plist version="1.0"><integer>' + b"9" * 10_000 + b"</integer></plist>",
    "a date": b'<plist version="1.0"><date>soon</date></plist>',
    "many objects": b"bplist00" + b"\x00" * 24 + b"\x00" * 6 + b"\x08\x08" + b"\xff" * 8 + b"\x00" * 8 + b"\x00" * 8,
    "too large": plistlib.dumps(AUDIOBOOKS_BUNDLE) + b" " * 70_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_lists(name: str, tmp_path: Path) -> None:
    support = support_of(tmp_path)
    write_bundle(support.plugins / "Bad.bundle", HOSTILE[name])
    write_bundle(support.plugins / "Good.bundle", AUDIOBOOKS_BUNDLE)
    bad, sound = plugins(support)
    assert bad.problem.startswith("Info.plist ")
    assert (bad.identifier, bad.mapped_to) == ("", None)
    assert sound.mapped_to == AUDIOBOOKS


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    at=st.integers(0, 200),
    noise=st.binary(min_size=1, max_size=12),
    fmt=st.sampled_from([plistlib.FMT_XML, plistlib.FMT_BINARY]),
)
def test_no_damage_raises(at: int, noise: bytes, fmt: plistlib.PlistFormat, tmp_path: Path) -> None:
    support = support_of(tmp_path)
    data = bytearray(plistlib.dumps(AUDIOBOOKS_BUNDLE, fmt=fmt))
    data[at : at + len(noise)] = noise
    (support.plugins / "X.bundle" / "Contents").mkdir(parents=True, exist_ok=True)
    (support.plugins / "X.bundle" / "Contents" / "Info.plist").write_bytes(bytes(data))
    assert len(plugins(support)) == 1


def test_what_is_no_file(tmp_path: Path) -> None:
    support = support_of(tmp_path)
    for name in ("A", "B", "C", "D"):
        (support.plugins / name / "Contents").mkdir(parents=True)
    os.mkfifo(support.plugins / "A" / "Contents" / "Info.plist")  # a reader that waits would wait for ever
    (support.plugins / "B" / "Contents" / "Info.plist").mkdir()
    (support.plugins / "C" / "Contents" / "Info.plist").symlink_to("/dev/zero")
    (support.plugins / "D" / "Contents" / "Info.plist").symlink_to("Info.plist")
    assert [each.problem != "" for each in plugins(support)] == [True] * 4
    (support.plugins / "loop").symlink_to(support.plugins)
    (support.plugins / "a file").write_text("")
    assert len(plugins(support)) == 4


def test_a_folder_with_very_many(tmp_path: Path) -> None:
    support = support_of(tmp_path)
    for number in range(130):
        write_bundle(support.plugins / f"{number:03}.bundle", AUDIOBOOKS_BUNDLE)
    assert len(plugins(support)) == 100


_WATCHED = """
import sys
from pathlib import Path
from vitascope.ops.paths import SupportDir
from vitascope.ops.plugins import plugins

touched = []
def watch(event, arguments):
    if event in ("open", "exec", "compile", "import", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"):
        touched.append((event, str(arguments[0])))

sys.addaudithook(watch)
found = plugins(SupportDir(Path(sys.argv[1])))
touched = list(touched)
print(len(found))
print(*sorted({f"{event} {what}" for event, what in touched if sys.argv[1] in what or event != "open"}), sep="\\n")
"""


def test_nothing_but_the_list_is_opened_and_nothing_is_run(tmp_path: Path) -> None:
    support = support_of(tmp_path)
    write_bundle(support.plugins / "Audiobooks.bundle", AUDIOBOOKS_BUNDLE)
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, str(support.root)], capture_output=True, text=True, check=True
    )
    number, *touched = done.stdout.splitlines()
    assert number == "1"
    assert touched == [f"open {support.plugins / 'Audiobooks.bundle' / 'Contents' / 'Info.plist'}"]


def test_what_the_doctor_says(tmp_path: Path) -> None:
    support = support_of(tmp_path)
    assert list(check_plugins(support)) == []
    write_bundle(support.plugins / "Audiobooks.bundle", AUDIOBOOKS_BUNDLE)
    write_bundle(support.plugins / "Bad.bundle", b"<plist")
    other = write_bundle(tmp_path / "Other.bundle", {"CFBundleIdentifier": "com.example.other"})
    found = {each.subject: each for each in check_plugins(support, [other])}
    audiobooks = found["plug-in Audiobooks.bundle"]
    assert audiobooks.verdict is Verdict.GOOD
    assert AUDIOBOOKS in audiobooks.message
    assert found["plug-in Bad.bundle"].verdict is found["plug-in Other.bundle"].verdict is Verdict.REMARK
