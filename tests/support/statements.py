"""What a reader asks its database, by whichever way a statement goes there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event

from vitascope.store.prepared import Prepared
from vitascope.store.reader import Reader


@contextmanager
def noted(r: Reader) -> Iterator[list[str]]:
    """The texts of the statements that are run inside."""
    ran: list[str] = []
    fetch = Prepared.fetch

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        ran.append(statement)

    def noting(self: Prepared, conn: Connection, params: Mapping[str, Any] | None) -> list[tuple[Any, ...]]:
        ran.append(self.text)
        return fetch(self, conn, params)

    event.listen(r.conn, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Prepared, "fetch", noting)
            yield ran
    finally:
        event.remove(r.conn, "before_cursor_execute", note)
