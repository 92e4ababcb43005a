"""Whom the server belongs to, passwords, and the servers that are linked to it."""

import pytest
from tests.support.store_world import World

from vitascope.core.model import OWNER_PERSON_ID
from vitascope.store import ownership, people
from vitascope.store.errors import NotFound


def test_a_server_belongs_to_nobody_until_it_is_said(world: World) -> None:
    assert world.read(ownership.ownership_of) is None
    world.write(ownership.set_ownership, "claim")
    again = world.write(ownership.set_ownership, "home", home="https://home.example", home_token="t")
    assert world.read(ownership.ownership_of) == again
    assert (again.way, again.home, again.home_token) == ("home", "https://home.example", "t")


def test_a_password_is_replaced_and_goes_with_its_person(world: World) -> None:
    guest = world.write(people.add_person, "guest")
    assert world.read(ownership.password_of, guest.id) is None
    world.write(ownership.set_password, guest.id, "one")
    world.write(ownership.set_password, guest.id, "two")
    assert world.read(ownership.password_of, guest.id) == "two"
    world.write(people.delete_person, guest.id)
    assert world.read(ownership.password_of, guest.id) is None
    with pytest.raises(NotFound):
        world.write(ownership.set_password, 99, "x")


def test_a_server_linked_again_has_one_token(world: World) -> None:
    first = world.write(ownership.link_server, "abc", "Cellar", "one")
    world.write(ownership.link_server, "def", "Attic", "two")
    again = world.write(ownership.link_server, "abc", "Cellar 2", "three")
    assert (again.id, again.name) == (first.id, "Cellar 2")
    assert [row.client_identifier for row in world.read(ownership.list_servers)] == ["abc", "def"]
    assert world.read(ownership.server_for_token, "one") is None
    assert world.read(ownership.server_for_token, "three") == again
    assert b"three" not in again.token_hash
    assert world.write(ownership.unlink_server, first.id)
    assert not world.write(ownership.unlink_server, first.id)
    assert world.read(ownership.server_for_token, "three") is None


def test_names_stay_unique_and_all_tokens_of_one_person_end_at_once(world: World) -> None:
    world.write(people.ensure_owner)
    guest = world.write(people.add_person, "guest")
    world.write(people.set_name, OWNER_PERSON_ID, "anna")
    world.write(people.set_name, OWNER_PERSON_ID, "anna")
    assert world.read(people.person, OWNER_PERSON_ID).name == "anna"
    with pytest.raises(ValueError, match="guest"):
        world.write(people.set_name, OWNER_PERSON_ID, "guest")
    tokens = [world.write(people.mint_token, OWNER_PERSON_ID) for _ in range(2)]
    theirs = world.write(people.mint_token, guest.id)
    assert world.write(people.revoke_tokens_of, OWNER_PERSON_ID) == 2
    assert [world.read(people.person_for_token, token) for token in (*tokens, theirs)] == [None, None, guest]
