"""What is left out of a database that is given away: every table is looked at once, by whoever adds one."""

from vitascope.ops.diagnostics import BLANKED, EMPTIED
from vitascope.store.schema import metadata

_SUSPICIOUS = ("token", "secret", "password", "uri", "url", "encoded")
_HARMLESS = {("play_queues", "source_uri"), ("portraits", "url")}


def test_what_is_named_is_there() -> None:
    assert set(EMPTIED) <= metadata.tables.keys()
    assert all(column in metadata.tables[table].c for table, column in BLANKED)


def test_no_column_that_sounds_like_a_secret_is_forgotten() -> None:
    found = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if any(word in column.name.split("_") for word in _SUSPICIOUS)
    }
    assert {(table, column) for table, column in found if table not in EMPTIED} - _HARMLESS - set(BLANKED) == set()
