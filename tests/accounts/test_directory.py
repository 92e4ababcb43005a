"""Who is who: tokens, restrictions and what they become, devices; on both engines."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from vitascope.accounts import household
from vitascope.accounts.devices import ClientDevice, Devices
from vitascope.accounts.directory import Directory, viewer_of
from vitascope.accounts.errors import HouseholdError
from vitascope.accounts.locality import Trust
from vitascope.accounts.requester import Evidence
from vitascope.core.model import OWNER_PERSON_ID, Viewer
from vitascope.store import people
from vitascope.store.engine import Database
from vitascope.store.rows import PersonRow
from vitascope.store.sections import create_section
from vitascope.store.writer import Writer

LOCAL = {"host": "localhost"}


def evidence(token: str | None = None, *, peer: str = "127.0.0.1", own_socket: bool = False) -> Evidence:
    return Evidence(token=token, peer=peer, headers=LOCAL, own_socket=own_socket)


@pytest.fixture
def database(database_url: str) -> "Database":
    return Database(database_url)


def run(database: Database, change: Callable[[Writer], object]) -> object:
    return database.write(change).result()


def test_tokens_decide(database: Database) -> None:
    with database:
        run(database, people.ensure_owner)
        run(database, lambda tx: household.add(tx, "anna"))
        token = str(run(database, lambda tx: household.mint(tx, "anna", "phone")))
        directory = Directory(database, Trust)

        async def resolved(shown: Evidence) -> Viewer | None:
            return (await directory.resolve(shown)).viewer

        assert asyncio.run(resolved(evidence(token))) == Viewer(person_id=2)
        assert asyncio.run(resolved(evidence("wrong"))) is None
        assert asyncio.run(resolved(evidence(""))) == Viewer(person_id=OWNER_PERSON_ID, is_owner=True)
        assert asyncio.run(resolved(evidence(peer="8.8.8.8"))) is None
        assert asyncio.run(resolved(evidence(peer="8.8.8.8", own_socket=True))) == Viewer(
            person_id=OWNER_PERSON_ID, is_owner=True
        )
        (member,) = [one for one in database.read_sync(household.members) if one.person.name == "anna"]
        run(database, lambda tx: household.revoke(tx, "anna", member.tokens[0].id))
        assert asyncio.run(resolved(evidence(token))) is not None, "answers are remembered"
        directory.forget()
        assert asyncio.run(resolved(evidence(token))) is None


def test_a_token_is_kept_as_a_hash_only(database: Database) -> None:
    with database:
        run(database, people.ensure_owner)
        token = str(run(database, lambda tx: household.mint(tx, "owner")))
        (row,) = database.read_sync(people.tokens_of, OWNER_PERSON_ID)
        assert token.encode() not in row.token_hash
        assert len(row.token_hash) == 32


def test_restrictions_become_what_a_viewer_may_see(database: Database) -> None:
    with database:
        run(database, people.ensure_owner)
        values = {"kind": "movie", "agent": "a", "scanner": "s", "language": "en"}
        section = run(database, lambda tx: create_section(tx, uuid="u", title="Films", paths=[b"/films"], **values))
        person = run(
            database,
            lambda tx: household.add(tx, "kid", sections=["films"], ratings=["G", "PG"], excluded_labels=["scary"]),
        )
        assert isinstance(person, PersonRow)
        assert viewer_of(person) == Viewer(
            person_id=person.id,
            sections=frozenset({section.id}),  # type: ignore[attr-defined]  # a SectionRow
            allowed_content_ratings=frozenset({"G", "PG"}),
            excluded_labels=frozenset({"scary"}),
        )


@pytest.mark.parametrize("restrictions", ["{", "[]", '{"sections": "all"}', '{"content_ratings": 3}'])
def test_restrictions_that_cannot_be_read_allow_nothing(restrictions: str) -> None:
    viewer = viewer_of(PersonRow(id=2, uuid="u", name="n", title="t", restrictions=restrictions))
    assert not viewer.may_see_section(1)


@pytest.mark.parametrize("name", ["", " ", "a/b", "x" * 65, "line\nbreak"])
def test_names_are_names(database: Database, name: str) -> None:
    with database, pytest.raises(HouseholdError):
        run(database, lambda tx: household.add(tx, name))


def test_what_is_not_there_is_said(database: Database) -> None:
    with database:
        run(database, people.ensure_owner)
        for change in (
            lambda tx: household.mint(tx, "nobody"),
            lambda tx: household.remove(tx, "owner"),
            lambda tx: household.revoke(tx, "owner", 99),
            lambda tx: household.add(tx, "anna", sections=["Nothing"]),
            lambda tx: household.add(tx, "owner"),
        ):
            with pytest.raises(HouseholdError):
                run(database, change)


def test_devices_are_noted_once_in_a_while(database: Database) -> None:
    now = [0.0]
    with database:
        devices = Devices(database, clock=lambda: now[0])
        phone = ClientDevice(client_identifier="p", name="Phone", product="App", version="1")
        for device in (phone, phone, ClientDevice(client_identifier="p", name="Phone", product="App", version="2")):
            devices.note(device)
        database.write(lambda _tx: None, urgent=False).result()
        (row,) = database.read_sync(people.list_devices)
        assert (row.name, row.version) == ("Phone", "2")
        assert devices.id_of("p") == row.id
        assert devices.id_of("q") is None


def test_a_token_revoked_while_it_is_looked_up_is_not_remembered(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database:
        run(database, people.ensure_owner)
        token = str(run(database, lambda tx: household.mint(tx, "owner")))
        (member,) = database.read_sync(household.members)
        directory = Directory(database, Trust)
        read = database.read

        async def slow(*args: Any, **kwargs: Any) -> Any:
            """The answer is on its way when the token is revoked."""
            found = await read(*args, **kwargs)
            await database.awrite(household.revoke, "owner", member.tokens[0].id)
            directory.forget()
            return found

        async def both() -> tuple[Viewer | None, Viewer | None]:
            monkeypatch.setattr(database, "read", slow)
            first = await directory.resolve(evidence(token))
            monkeypatch.undo()
            return first.viewer, (await directory.resolve(evidence(token))).viewer

        before, after = asyncio.run(both())
        assert before is not None
        assert after is None


def test_what_devices_say_of_themselves_is_cut(database: Database) -> None:
    with database:
        devices = Devices(database)
        devices.note(ClientDevice(client_identifier="i" * 60_000, name="n" * 60_000))
        database.write(lambda _tx: None, urgent=False).result()
        (row,) = database.read_sync(people.list_devices)
        assert (len(row.client_identifier), len(row.name or "")) == (200, 200)
        assert devices.id_of("i" * 60_000) == row.id
