"""The household: what is done with people and tokens, the same for the API and for a command line without a server.

All functions run inside a write transaction of the store.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from vitascope.accounts.directory import Restrictions
from vitascope.accounts.errors import HouseholdError
from vitascope.core.model import OWNER_PERSON_ID
from vitascope.store import people
from vitascope.store.reader import Reader
from vitascope.store.rows import PersonRow, SectionRow, TokenRow
from vitascope.store.sections import list_sections
from vitascope.store.writer import Writer

_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person with their tokens."""

    person: PersonRow
    tokens: tuple[TokenRow, ...]


def members(r: Reader) -> list[Member]:
    """Everyone, the owner first."""
    return [Member(person=row, tokens=tuple(people.tokens_of(r, row.id))) for row in people.list_people(r)]


def _section_id(sections: Sequence[SectionRow], wanted: str) -> int:
    for row in sections:
        if wanted == str(row.id) or wanted.casefold() == row.title.casefold():
            return row.id
    raise HouseholdError(f"there is no section {wanted!r}")


def person_called(r: Reader, name: str) -> PersonRow:
    """The person with this name; ``owner`` is also the owner whatever their name. Raises :class:`HouseholdError`."""
    found = people.person_by_name(r, name)
    if found is None and name == "owner":
        return people.person(r, OWNER_PERSON_ID)
    if found is None:
        raise HouseholdError(f"there is no person {name!r}")
    return found


def checked_name(name: str) -> str:
    """A name that somebody may have, without blanks around it. Raises :class:`HouseholdError`."""
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or "/" in name:
        raise HouseholdError("a name has 1 to 64 printable characters and no slash")
    return name


def add(
    tx: Writer,
    name: str,
    title: str = "",
    *,
    sections: Sequence[str] = (),
    ratings: Sequence[str] = (),
    excluded_labels: Sequence[str] = (),
) -> PersonRow:
    """Adds a person. Sections are titles or numbers; none means all, and so with ratings."""
    name = checked_name(name)
    if name == "owner":
        raise HouseholdError("'owner' is the owner's name")
    known = list_sections(tx)
    limits = Restrictions(
        sections=[_section_id(known, wanted) for wanted in sections] if sections else None,
        content_ratings=list(ratings) if ratings else None,
        excluded_labels=list(excluded_labels),
    )
    try:
        return people.add_person(tx, name, title or None, restrictions=msgspec.json.encode(limits).decode())
    except ValueError as error:
        raise HouseholdError(str(error)) from error


def mint(tx: Writer, name: str, label: str = "") -> str:
    """A new token for a person, readable this one time."""
    return people.mint_token(tx, person_called(tx, name).id, label)


def revoke(tx: Writer, name: str, token_id: int) -> None:
    """Revokes one of a person's tokens."""
    if token_id not in {token.id for token in people.tokens_of(tx, person_called(tx, name).id)}:
        raise HouseholdError(f"{name} has no token {token_id}")
    people.revoke_token(tx, token_id)


def remove(tx: Writer, name: str) -> PersonRow:
    """Removes a person with tokens and watch states, and says who it was."""
    gone = person_called(tx, name)
    try:
        people.delete_person(tx, gone.id)
    except ValueError as error:
        raise HouseholdError(str(error)) from error
    return gone
