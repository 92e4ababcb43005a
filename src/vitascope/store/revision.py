"""Is a database up to date? Asked at every start, and answered without loading Alembic, which takes a tenth of a
second.

The newest revision is read from the names of the migrations, which begin with it; a test holds that against what
Alembic says.
"""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from vitascope.store.connection import make_engine, parse_url, sqlite_path

_VERSIONS = Path(__file__).parent / "migrations" / "versions"


def newest_revision() -> str:
    """The revision that this program works with."""
    return max(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*_*.py"))


def is_current(url: str | Path) -> bool:
    """Whether the database is there and has that revision. What is not is for :mod:`vitascope.store.migrate`."""
    parsed = parse_url(url)
    path = sqlite_path(parsed)
    if path is not None and not path.exists():
        return False
    engine = make_engine(parsed, size=1, read_only=True)
    try:
        with engine.connect() as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    except DBAPIError:
        return False
    finally:
        engine.dispose()
    return found == [newest_revision()]
