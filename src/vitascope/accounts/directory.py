"""The people of a server: found by token, held in memory, changed through the one writer.

Tokens are kept as SHA-256 hashes and looked up by them; a leaked database opens nothing. Every answer about a token is
remembered until somebody changes people or tokens, so a request costs no read of the database.
"""

import hashlib
import logging
from collections.abc import Callable

import msgspec

from vitascope.accounts.locality import Trust, owner_by_address
from vitascope.accounts.requester import NOBODY, Evidence, Requester, owner_viewer
from vitascope.core.model import Viewer
from vitascope.store import people
from vitascope.store.engine import Database
from vitascope.store.rows import PersonRow

_log = logging.getLogger(__name__)
_REMEMBERED = 4_096


class Restrictions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person may see, as it is stored with them."""

    sections: list[int] | None = None
    content_ratings: list[str] | None = None
    excluded_labels: list[str] = []


def viewer_of(person: PersonRow) -> Viewer:
    """The rights of a person. Restrictions that cannot be read allow nothing."""
    if person.is_owner:
        return Viewer(person_id=person.id, is_owner=True)
    try:
        limits = msgspec.json.decode(person.restrictions or "{}", type=Restrictions)
    except msgspec.MsgspecError:
        _log.warning("the restrictions of %s cannot be read; nothing is shown", person.name)
        limits = Restrictions(sections=[])
    return Viewer(
        person_id=person.id,
        sections=None if limits.sections is None else frozenset(limits.sections),
        allowed_content_ratings=None if limits.content_ratings is None else frozenset(limits.content_ratings),
        excluded_labels=frozenset(limits.excluded_labels),
    )


class Directory:
    """Who is who. ``trust`` tells what the server grants to addresses at the moment."""

    def __init__(self, database: Database, trust: Callable[[], Trust]) -> None:
        self._database = database
        self._trust = trust
        self._by_token: dict[bytes, Requester] = {}
        self._changes = 0

    async def resolve(self, evidence: Evidence) -> Requester:
        """Who sent a request."""
        if evidence.token:
            return await self._by(evidence.token)
        if evidence.own_socket or owner_by_address(evidence.peer, evidence.headers, self._trust()):
            return Requester(viewer=owner_viewer(), name="owner")
        return NOBODY

    async def _by(self, token: str) -> Requester:
        key = hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
        known = self._by_token.get(key)
        if known is None:
            changes = self._changes
            person = await self._database.read(people.person_for_token, token)
            known = Requester(viewer=viewer_of(person), name=person.name, token=True) if person else NOBODY
            if len(self._by_token) >= _REMEMBERED:
                self._by_token.clear()
            if changes == self._changes:  # else the answer may be older than a revocation meanwhile
                self._by_token[key] = known
        return known

    def forget(self) -> None:
        """Drops what is remembered of tokens; called after every change of people and tokens."""
        self._changes += 1
        self._by_token.clear()
