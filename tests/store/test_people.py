"""People, tokens and devices."""

import pytest
from sqlalchemy import select
from tests.support.store_world import World

from vitascope.core.model import OWNER_PERSON_ID
from vitascope.store import people, schema
from vitascope.store.errors import NotFound


def test_the_owner_is_person_one_and_made_once(world: World) -> None:
    owner = world.write(people.ensure_owner)
    assert (owner.id, owner.is_owner) == (OWNER_PERSON_ID, True)
    assert world.write(people.ensure_owner) == owner
    guest = world.write(people.add_person, "guest", "A guest")
    assert [row.id for row in world.read(people.list_people)] == [owner.id, guest.id]
    with pytest.raises(ValueError, match="guest"):
        world.write(people.add_person, "guest")
    assert world.read(people.person_by_name, "guest") == guest


def test_a_token_opens_until_it_is_revoked_and_is_never_kept(world: World) -> None:
    guest = world.write(people.add_person, "guest")
    token = world.write(people.mint_token, guest.id, "phone")
    other = world.write(people.mint_token, guest.id)
    assert world.read(people.person_for_token, token) == guest
    assert world.read(people.person_for_token, token + "x") is None
    with world.db.reader() as r:
        assert all(token.encode() not in bytes(row) for row in r.scalars(select(schema.tokens.c.token_hash)))
    kept = world.read(people.tokens_of, guest.id)[0]
    assert world.write(people.revoke_token, kept.id)
    assert not world.write(people.revoke_token, kept.id)
    assert world.read(people.person_for_token, token) is None
    assert world.write(people.revoke_token_text, other)
    assert world.read(people.person_for_token, other) is None


def test_deleting_a_person_ends_their_tokens(world: World) -> None:
    guest = world.write(people.add_person, "guest")
    token = world.write(people.mint_token, guest.id)
    world.write(people.delete_person, guest.id)
    assert world.read(people.person_for_token, token) is None
    with pytest.raises(NotFound):
        world.read(people.person, guest.id)
    with pytest.raises(ValueError, match="owner"):
        world.write(people.delete_person, OWNER_PERSON_ID)


def test_a_device_keeps_what_it_said_before(world: World) -> None:
    first = world.write(people.touch_device, client_identifier="abc", name="Phone", product="App", version="1")
    again = world.write(people.touch_device, client_identifier="abc", version="2")
    assert (again.id, again.name, again.version) == (first.id, "Phone", "2")
    assert world.read(people.list_devices) == [again]
    assert world.read(people.devices_by_id, [first.id, 99]) == {first.id: again}
