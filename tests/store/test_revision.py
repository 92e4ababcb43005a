"""The quick look at a database's revision says what Alembic says."""

from pathlib import Path

from vitascope.store import migrate
from vitascope.store.revision import is_current, newest_revision


def test_the_newest_revision_is_alembics() -> None:
    assert newest_revision() == migrate.head_revision()


def test_a_migrated_database_is_current(database_url: str) -> None:
    assert is_current(database_url)


def test_no_database_is_not_current(tmp_path: Path, empty_postgres_url: str) -> None:
    assert not is_current(tmp_path / "missing.db")
    assert not (tmp_path / "missing.db").exists()
    assert not is_current(empty_postgres_url)
    (tmp_path / "other.db").write_bytes(b"")
    assert not is_current(tmp_path / "other.db")
