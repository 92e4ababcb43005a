"""What is known of the backups in a folder."""

from pathlib import Path

import pytest
from tests.ops.backup.conftest import Key, fill

from vitascope.ops.backup.create import Made, Order, create
from vitascope.ops.backup.drill import drill
from vitascope.ops.backup.errors import BadArchive, NotHere
from vitascope.ops.backup.records import FILE, find_backups, newest_facts, pick, read_records, remove_old
from vitascope.ops.backup.retention import Keep
from vitascope.ops.backup.verify import verify_and_note
from vitascope.ops.paths import SupportDir


def test_they_are_found_by_their_names_newest_first(made: Made, backups: Path) -> None:
    older = backups / "plex-20200101T030000Z-0.0.1+x.tar.zst"
    older.write_bytes(b"x")
    for other in ("plex-2020-0.1.tar.zst.age", "x.tar.zst.age", "plex-20209901T030000Z-0.1.tar.zst.age"):
        (backups / other).write_bytes(b"x")
    found = find_backups(backups)
    assert [one.path for one in found] == [made.path, older]
    assert [one.encrypted for one in found] == [True, False]
    assert found[1].version == "0.0.1+x"
    assert pick(backups, older.name).path == older
    assert pick(backups).path == made.path
    with pytest.raises(NotHere):
        pick(backups, "../x")
    assert find_backups(backups / "nowhere") == []


def test_what_was_verified_is_remembered(made: Made, support: SupportDir, key: Key, backups: Path) -> None:
    facts = newest_facts(backups)
    assert facts is not None
    assert (facts.verified_at, facts.drill_ok) == (None, None)
    verify_and_note(made.path, key.identities, support, now=lambda: 5.0)
    facts = newest_facts(backups)
    assert facts is not None
    assert facts.verified_at == 5.0
    assert facts.taken_at == made.manifest.made_at


def test_without_a_key_nothing_is_remembered(made: Made, support: SupportDir, backups: Path) -> None:
    verify_and_note(made.path, (), support)
    assert not (backups / FILE).exists()


def test_a_bad_one_is_remembered_as_bad(made: Made, support: SupportDir, key: Key, backups: Path) -> None:
    verify_and_note(made.path, key.identities, support)
    made.path.write_bytes(made.path.read_bytes()[:-1])
    with pytest.raises(BadArchive):
        verify_and_note(made.path, key.identities, support)
    facts = newest_facts(backups)
    assert facts is not None
    assert facts.verified_at is None
    assert "damaged" in facts.message


def test_a_drill_restores_the_newest_and_touches_nothing(
    made: Made, support: SupportDir, key: Key, backups: Path, sqlite_template: Path
) -> None:
    fill(support, sqlite_template, 2)
    before = {path: path.read_bytes() for path in support.root.rglob("*") if path.is_file()}
    done = drill(backups, key.identities, support)
    assert done.ok, done.message
    assert done.name == made.path.name
    assert {path: path.read_bytes() for path in support.root.rglob("*") if path.is_file()} == before
    facts = newest_facts(backups)
    assert facts is not None
    assert facts.drill_ok is True
    assert facts.verified_at is not None


def test_a_drill_that_fails_says_why(made: Made, support: SupportDir, key: Key, other_key: Key, backups: Path) -> None:
    assert not drill(backups, other_key.identities, support).ok
    made.path.write_bytes(made.path.read_bytes()[:-1])
    done = drill(backups, key.identities, support)
    assert not done.ok
    facts = newest_facts(backups)
    assert facts is not None
    assert facts.drill_ok is False
    assert "cannot be restored" in facts.message
    with pytest.raises(NotHere):
        drill(backups / "nowhere", key.identities, support)


def test_a_broken_record_is_no_obstacle(made: Made, support: SupportDir, key: Key, backups: Path) -> None:
    (backups / FILE).write_text("{")
    assert newest_facts(backups) is not None
    verify_and_note(made.path, key.identities, support)
    assert read_records(backups).looks[made.path.name].ok


def test_old_ones_are_removed_and_the_newest_good_one_is_not(support: SupportDir, backups: Path, key: Key) -> None:
    order = Order(support=support, folder=backups, recipients=key.recipients)
    day = 86_400.0
    made = [create(order, now=lambda at=at: at).path for at in (day, 2 * day, 3 * day, 4 * day)]  # type: ignore[misc]
    verify_and_note(made[1], key.identities, support)
    assert remove_old(backups, Keep(days=1, weeks=0, months=0)) == [made[0].name, made[2].name]
    assert [one.path for one in find_backups(backups)] == [made[3], made[1]]
    assert newest_facts(backups / "nowhere") is None
