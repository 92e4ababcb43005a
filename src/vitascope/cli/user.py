"""``vitascope user``: people and their tokens.

The running server is asked, since it is the one writer; when none runs, the database is opened here, which its lock
file allows to one process only.
"""

import getpass
import secrets
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from vitascope.accounts import household, ownership, passwords
from vitascope.accounts.errors import AccountError
from vitascope.cli.client import NoServerError, ServerClient
from vitascope.cli.failure import CommandError
from vitascope.ops.settings import read_secret
from vitascope.store import ownership as kept
from vitascope.store import people
from vitascope.store.engine import Database
from vitascope.store.errors import StoreError
from vitascope.store.writer import Writer

T = TypeVar("T")


def _directly(client: ServerClient, change: Callable[[Writer], T]) -> T:
    """Runs a change on the database itself, for when no server runs."""
    from vitascope.store import migrate  # Alembic takes longer than to ask the server

    client.support.make()
    try:
        migrate.ensure(client.support.database)
        with Database(client.support.database) as database:

            def run(tx: Writer) -> T:
                people.ensure_owner(tx)
                return change(tx)

            return database.write(run).result()
    except (AccountError, StoreError) as error:
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
    Console(emoji=False).print(table, markup=False)


def set_password(config: Path, name: str, file: Path | None) -> None:
    """Gives a person a password, from a file, from a pipe, or typed twice."""
    secret = _read_password(file)
    _give_password(ServerClient(config), name, secret, sign_out=False)
    print(f"{name} has a new password")


def reset(config: Path, file: Path | None, *, sign_out: bool) -> None:
    """Gives the owner a new password: the one in a file, or one made here and printed."""
    secret = read_secret(file, "password file") if file else secrets.token_urlsafe(15)
    client = ServerClient(config)
    _give_password(client, "owner", secret, sign_out=sign_out)
    try:
        name = next(one["name"] for one in client.get("/vitascope/people")["Person"] if one["owner"])
    except NoServerError:
        name = _directly(client, people.ensure_owner).name
    print(f"name: {name}")
    if file is None:
        print(f"password: {secret}")


def _give_password(client: ServerClient, name: str, secret: str, *, sign_out: bool) -> None:
    sent = {"name": name, "password": secret, "signOut": "1" if sign_out else "0"}
    try:
        client.call("PUT", "/vitascope/people/password", body=sent)
        return
    except NoServerError:
        pass
    try:
        encoded = passwords.encode(secret)
    except AccountError as error:
        raise CommandError(str(error)) from error

    def change(tx: Writer) -> None:
        person = household.person_called(tx, name)
        if person.is_owner:
            ownership.reset_owner(tx, encoded, sign_out=sign_out)
        else:
            kept.set_password(tx, person.id, encoded)

    _directly(client, change)


def _read_password(file: Path | None) -> str:
    if file is not None:
        return read_secret(file, "password file")
    if not sys.stdin.isatty():
        return sys.stdin.readline().removesuffix("\n")
    typed = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != typed:
        raise CommandError("these are not the same")
    return typed


def claim_token(config: Path, *, another_server: bool) -> None:
    """Prints a claim token, made by the running server."""
    made = ServerClient(config).call("POST", "/vitascope/claim/token", {"for": "server"} if another_server else ())
    print(made["token"])


def accept(config: Path, number: int | None, name: str) -> None:
    """Accepts the token of a tool, or prints which tools showed one that nobody knows."""
    client = ServerClient(config)
    if number is not None:
        accepted = client.call("POST", f"/vitascope/unknown-tokens/{number}", {"name": name})
        print(f"the token of {accepted['title']} is one of {accepted['name']} now")
        return
    for one in client.get("/vitascope/unknown-tokens").get("UnknownToken", []):
        print(f"{one['id']}: {one['title']}")
