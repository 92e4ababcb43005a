"""The people of a server: found by token, held in memory, changed through the one writer.

Tokens are kept as SHA-256 hashes and looked up by them; a leaked database opens nothing. Every answer about a token is
remembered until somebody changes people or tokens, so a request costs no read of the database. Wrong tokens are
remembered apart from good ones, so that a flood of them displaces none.

The ``PlexOnlineToken`` of a taken-over preferences file is the owner's: scripts read it there and use it here.
"""

import hmac
import logging
from collections.abc import Callable
from dataclasses import replace

import msgspec

from vitascope.accounts.bad_tokens import BadTokens
from vitascope.accounts.locality import Trust, owner_by_address, passable_host
from vitascope.accounts.requester import NOBODY, THROTTLED, Evidence, Requester, owner_viewer
from vitascope.accounts.transient import TransientTokens
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
    """Who is who.

    Args:
        database: where people and tokens are.
        trust: tells what the server grants to addresses at the moment.
        inherited: tells the token of a taken-over preferences file; empty when there is none.
    """

    def __init__(
        self, database: Database, trust: Callable[[], Trust], *, inherited: Callable[[], str] = lambda: ""
    ) -> None:
        self._database = database
        self._trust = trust
        self._inherited = inherited
        self._wrong: set[bytes] = set()
        self._bad = BadTokens()
        self._by_token: dict[bytes, Requester] = {}
        self._changes = 0
        self.transient = TransientTokens()

    async def resolve(self, evidence: Evidence) -> Requester:
        """Who sent a request."""
        if evidence.token:
            return await self._by(evidence.token, evidence.peer)
        if evidence.own_socket or owner_by_address(evidence.peer, evidence.headers, self._trust()):
            return Requester(viewer=owner_viewer(), name="owner")
        return NOBODY

    def may_call(self, host: str | None) -> bool:
        """Whether requests may call the server by this ``Host``."""
        return passable_host(host, self._trust())

    async def _by(self, token: str, peer: str | None) -> Requester:
        key = people.hash_token(token)
        parent = self.transient.parent_of(key)
        known = await self._known(key if parent is None else parent)
        if known is None:
            return THROTTLED if self._bad.note(peer, key) else NOBODY
        return known if parent is None else replace(known, transient=True)

    async def _known(self, key: bytes) -> Requester | None:
        """Whose token it is that hashes to ``key``."""
        known = self._by_token.get(key)
        if known is not None:
            return known
        inherited = self._inherited()
        if inherited and hmac.compare_digest(people.hash_token(inherited), key):
            return Requester(viewer=owner_viewer(), name="owner", token=True)
        return None if key in self._wrong else await self._look_up(key)

    async def _look_up(self, key: bytes) -> Requester | None:
        changes = self._changes
        person = await self._database.read(people.person_for_token_hash, key)
        known = Requester(viewer=viewer_of(person), name=person.name, token=True) if person else None
        if changes != self._changes:  # the answer may be older than a revocation meanwhile
            return known
        if len(self._by_token) >= _REMEMBERED:
            self._by_token.clear()
        if len(self._wrong) >= _REMEMBERED:
            self._wrong.clear()
        if known is None:
            self._wrong.add(key)
        else:
            self._by_token[key] = known
        return known

    def forget(self) -> None:
        """Drops what is remembered of tokens; called after every change of people and tokens."""
        self._changes += 1
        self._by_token.clear()
        self._wrong.clear()
