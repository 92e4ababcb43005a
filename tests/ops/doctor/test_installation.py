"""Check-ups on folders as they are in life: new, sound, broken."""

import sqlite3
from pathlib import Path

import msgspec

from vitascope.media.transcoding.abilities import Ability, Report
from vitascope.ops.doctor import Patient, Verdict, examine
from vitascope.ops.doctor.finding import Finding
from vitascope.ops.doctor.installation import (
    check_conversions,
    check_database,
    check_folders,
    check_preferences,
)
from vitascope.ops.paths import SupportDir
from vitascope.ops.preferences import Preferences
from vitascope.ops.service import Engine


def made(tmp_path: Path) -> SupportDir:
    support = SupportDir.for_config(tmp_path)
    support.make()
    return support


def check_all(support: SupportDir) -> list[Finding]:
    """What the doctor finds of a server that does not run."""
    patient = Patient(
        engine=Engine.VITASCOPE, config=support.root.parents[2], support=support, direct="", is_running=False
    )
    return list(examine(patient))


def test_a_new_folder_is_no_fault(tmp_path: Path) -> None:
    assert Verdict.BAD not in {finding.verdict for finding in check_all(SupportDir.for_config(tmp_path))}


def test_a_sound_installation_is_good(tmp_path: Path) -> None:
    support = made(tmp_path)
    Preferences(support.preferences).load()
    sqlite3.connect(support.database).execute("CREATE TABLE a(b)").connection.close()
    found = {finding.subject: finding.verdict for finding in check_all(support)}
    assert found["support directory"] is Verdict.GOOD
    assert found["preferences"] is Verdict.GOOD
    assert found["database"] is Verdict.GOOD


def test_broken_preferences_are_told_and_left_alone(tmp_path: Path) -> None:
    support = made(tmp_path)
    support.preferences.write_text("<Preferences")
    assert [finding.verdict for finding in check_preferences(support)] == [Verdict.BAD]
    assert support.preferences.read_text() == "<Preferences"


def test_an_open_door_is_told(tmp_path: Path) -> None:
    support = made(tmp_path)
    preferences = Preferences(support.preferences)
    preferences.load()
    preferences.set({"allowedNetworks": "192.168.0.0/16,0.0.0.0/0"})
    assert [finding.subject for finding in check_preferences(support) if finding.verdict is Verdict.BAD] == [
        "allowedNetworks"
    ]


def test_a_broken_database_is_told(tmp_path: Path) -> None:
    support = made(tmp_path)
    support.database.write_bytes(b"SQLite format 3\0" + b"\xff" * 5_000)
    assert [finding.verdict for finding in check_database(support)] == [Verdict.BAD]


def test_free_space_is_shown(tmp_path: Path) -> None:
    (finding,) = check_folders(made(tmp_path))
    assert "GiB free" in finding.message


def test_conversions_are_told_as_they_were_tried(tmp_path: Path) -> None:
    support = SupportDir.for_config(tmp_path)
    assert [one.verdict for one in check_conversions(support)] == [Verdict.REMARK]
    kept = support.cache / "Conversions" / "abilities.json"
    kept.parent.mkdir(parents=True)
    report = Report(
        abilities=(
            Ability(name="h264", program="/a/ffmpeg"),
            Ability(name="tone mapping", reason="No such filter: 'zscale'"),
            Ability(name="h264 nvenc", reason="Cannot load libcuda.so.1"),
            Ability(name="h264 vaapi", program="/b/ffmpeg", device="/dev/dri/renderD128"),
        ),
        confinements={"no_network": True, "files_confined": False},
    )
    kept.write_bytes(msgspec.json.encode(report))
    said = {(one.verdict, one.message) for one in check_conversions(support)}
    assert said == {
        (Verdict.GOOD, "/a/ffmpeg: h264"),
        (Verdict.GOOD, "/b/ffmpeg: h264 vaapi"),
        (Verdict.REMARK, "no nvenc: Cannot load libcuda.so.1"),
        (Verdict.REMARK, "no qsv: not tried"),
        (Verdict.BAD, "no tone mapping: No such filter: 'zscale'"),
        (Verdict.REMARK, "this system does not confine them in every way: not files confined"),
    }
