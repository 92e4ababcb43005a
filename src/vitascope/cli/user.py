"""``vitascope user``: people and their tokens.

The running server is asked, since it is the one writer; when none runs, the database is opened here, which its lock
file allows to one process only.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from vitascope.accounts import household
from vitascope.accounts.household import HouseholdError
from vitascope.cli.client import NoServerError, ServerClient
from vitascope.cli.failure import CommandError
from vitascope.store import migrate, people
from vitascope.store.engine import Database
from vitascope.store.errors import StoreError
from vitascope.store.writer import Writer

T = TypeVar("T")


def _directly(client: ServerClient, change: Callable[[Writer], T]) -> T:
    """Runs a change on the database itself, for when no server runs."""
    client.support.make()
    try:
        migrate.ensure(client.support.database)
        with Database(client.support.database) as database:

            def run(tx: Writer) -> T:
                people.ensure_owner(tx)
                return change(tx)

            return database.write(run).result()
    except (HouseholdError, StoreError) as error:
        raise CommandError(str(error)) from error


def add(
    config: Path, name: str, title: str, sections: Sequence[str], ratings: Sequence[str], excluded: Sequence[str]
) -> None:
    """Adds a person."""
    client = ServerClient(config)
    query = [("name", name), ("title", title)]
    query += [("section", one) for one in sections]
    query += [("rating", one) for one in ratings]
    query += [("excludeLabel", one) for one in excluded]
    try:
        client.call("POST", "/vitascope/people", query)
    except NoServerError:
        _directly(
            client,
            lambda tx: household.add(tx, name, title, sections=sections, ratings=ratings, excluded_labels=excluded),
        )
    print(f"added {name}")


def token(config: Path, name: str, label: str, revoke: int | None) -> None:
    """Makes a token and prints it, or revokes one."""
    client = ServerClient(config)
    if revoke is not None:
        number = revoke
        try:
            client.call("DELETE", "/vitascope/people/tokens", {"name": name, "id": str(number)})
        except NoServerError:
            _directly(client, lambda tx: household.revoke(tx, name, number))
        print(f"revoked {number}")
        return
    try:
        made = str(client.call("POST", "/vitascope/people/tokens", {"name": name, "label": label})["token"])
    except NoServerError:
        made = _directly(client, lambda tx: household.mint(tx, name, label))
    print(made)


def remove(config: Path, name: str) -> None:
    """Removes a person."""
    client = ServerClient(config)
    try:
        client.call("DELETE", "/vitascope/people", {"name": name})
    except NoServerError:
        _directly(client, lambda tx: household.remove(tx, name))
    print(f"removed {name}")


def show(config: Path) -> None:
    """Prints the people and their tokens (never the tokens themselves)."""
    client = ServerClient(config)
    rows: list[tuple[str, str, str]] = []
    try:
        for person in client.get("/vitascope/people").get("Person", []):
            tokens = [f"{one['id']} {one['label']}".strip() for one in person.get("Token", []) if not one["revoked"]]
            rows.append((person["name"], person["title"], ", ".join(tokens)))
    except NoServerError:
        for member in _directly(client, household.members):
            live = [f"{one.id} {one.label}".strip() for one in member.tokens if one.revoked_at is None]
            rows.append((member.person.name, member.person.title, ", ".join(live)))
    table = Table("name", "shown as", "tokens")
    for row in rows:
        table.add_row(*row)
    Console().print(table, markup=False)
