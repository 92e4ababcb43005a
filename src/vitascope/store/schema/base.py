"""What every table is made of: the types that mean the same on both engines."""

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Text
from sqlalchemy.types import TypeEngine

metadata = MetaData()

# SQLite gives a row id to INTEGER PRIMARY KEY only; PostgreSQL needs eight bytes.
Id: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
# Bytewise order on both engines: SQLite's default BINARY, PostgreSQL's "C".
Key: TypeEngine[str] = Text().with_variant(Text(collation="C"), "postgresql")

# SQLite: the rows lie in the primary key itself; half the size and half the work of a table with an index beside it.
clustered: dict[str, Any] = {"sqlite_with_rowid": False}


def pk() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)
