"""What identities are by the word of a provider or of a person, and what providers say about them.

A match hangs on the identity, so it survives whatever happens to the files. One by a person is never changed by a
provider: ``guid`` holds what the person said it is, and is NULL when the person said that it is nothing known.
"""

from collections.abc import Collection, Sequence
from enum import IntEnum

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import and_, bindparam, func, or_, select, update

from vitascope.core.agents import BUILT_IN
from vitascope.core.model import ItemType
from vitascope.store import bulk, identities
from vitascope.store.known_keys import Key
from vitascope.store.reader import Reader, any_of, chunks
from vitascope.store.rows import ItemRow, MatchRow, ProviderRecordRow
from vitascope.store.schema import items, matches, provider_groups, provider_records, section_providers
from vitascope.store.writer import Writer


class State(IntEnum):
    """Where the asking of providers stands."""

    SETTLED = 0
    ASK = 1
    """Providers are to be asked."""
    MERGE = 2
    """What is said has changed: the items are to be written anew."""


class Told(Struct, frozen=True, kw_only=True):
    """What a provider says about one identity."""

    identity_id: int
    guid: str
    """Empty: the provider has no item of its own for it."""
    record: str
    pictures: str = "[]"


_TOPS = (int(ItemType.MOVIE), int(ItemType.SHOW), int(ItemType.ARTIST))
_with_books = select(section_providers.c.section_id).join(
    provider_groups,
    and_(
        provider_groups.c.id == section_providers.c.group_id,
        provider_groups.c.primary_identifier.in_(sorted(BUILT_IN)),
    ),
)
# what providers are asked about by itself: the outermost, and books, which their author says nothing of
_by_itself = or_(
    items.c.type.in_(_TOPS), and_(items.c.type == int(ItemType.ALBUM), items.c.section_id.in_(_with_books))
)
_matches = select(matches).where(any_of(matches.c.identity_id, "ids"))
_said_by_people = select(matches.c.identity_id).where(matches.c.by_person)
_records = (
    select(provider_records)
    .where(any_of(provider_records.c.identity_id, "ids"))
    .order_by(provider_records.c.identity_id, provider_records.c.provider)
)
_waiting = (
    select(matches)
    .where(matches.c.state == bindparam("state"), matches.c.run_after <= bindparam("now"))
    .order_by(matches.c.run_after, matches.c.identity_id)
    .limit(bindparam("size"))
)
_soonest = select(func.min(matches.c.run_after)).where(matches.c.state == bindparam("state"))
_how_many = select(func.count()).select_from(matches).where(matches.c.state == int(State.ASK))
_listed = and_(
    items.c.section_id == bindparam("section_id"),
    _by_itself,
    items.c.extra_type.is_(None),
    items.c.deleted_at.is_(None),
)
_unasked = (
    select(items.c.identity_id)
    .outerjoin(matches, matches.c.identity_id == items.c.identity_id)
    .where(_listed, matches.c.identity_id.is_(None))
    .distinct()
    .limit(bindparam("size"))
)
_tops_after = (
    select(items.c.identity_id)
    .where(_listed, items.c.identity_id > bindparam("after"))
    .distinct()
    .order_by(items.c.identity_id)
    .limit(bindparam("size"))
)
# matched, and something came to it since; or nothing was found, and that is long ago
_outdated = (
    select(matches)
    .join(items, items.c.identity_id == matches.c.identity_id)
    .where(
        _listed,
        matches.c.state == int(State.SETTLED),
        matches.c.fetched_at.is_not(None),
        or_(
            and_(matches.c.guid.is_not(None), items.c.latest_leaf_added_at > matches.c.fetched_at),
            and_(matches.c.guid.is_(None), ~matches.c.by_person, matches.c.fetched_at < bindparam("before")),
        ),
    )
    .limit(bindparam("size"))
)
_longest_ago = (
    select(matches.c.identity_id)
    .join(items, items.c.identity_id == matches.c.identity_id)
    .join(section_providers, section_providers.c.section_id == items.c.section_id)
    .where(
        matches.c.state == int(State.SETTLED),
        matches.c.run_after < bindparam("before"),
        matches.c.guid.is_not(None),
        _by_itself,
        items.c.extra_type.is_(None),
        items.c.deleted_at.is_(None),
    )
    .order_by(matches.c.run_after, matches.c.identity_id)
    .limit(bindparam("size"))
)
_of_identities = select(items).where(any_of(items.c.identity_id, "ids"), items.c.extra_type.is_(None))
_items_by_id = select(items).where(any_of(items.c.id, "ids"))
_one_item = select(items).where(items.c.id == bindparam("id"))
_below = select(items).where(
    or_(any_of(items.c.parent_id, "ids"), any_of(items.c.grandparent_id, "ids")), items.c.extra_type.is_(None)
)
_with_group = (
    select(section_providers.c.section_id).where(section_providers.c.section_id == bindparam("section_id")).limit(1)
)
_asks_about_albums = _with_books.where(section_providers.c.section_id == bindparam("section_id")).limit(1)
_defer = (
    update(matches)
    .where(any_of(matches.c.identity_id, "ids"), matches.c.state == int(State.ASK))
    .values(run_after=bindparam("until"))
)
_defer_all = (
    update(matches)
    .where(matches.c.state == int(State.ASK), matches.c.run_after < bindparam("until"))
    .values(run_after=bindparam("until"))
)
_come_back = (
    update(matches)
    .where(any_of(matches.c.identity_id, "ids"), matches.c.state == int(State.SETTLED), matches.c.guid.is_not(None))
    .values(state=int(State.ASK), run_after=bindparam("now"), attempts=0)
)
_again = (
    update(matches)
    .where(any_of(matches.c.identity_id, "ids"))
    .values(state=int(State.ASK), run_after=bindparam("now"), attempts=0)
)


# --- reading ---------------------------------------------------------------------------------------------------


def matches_of(r: Reader, identity_ids: Collection[int]) -> dict[int, MatchRow]:
    found: dict[int, MatchRow] = {}
    for some in chunks(identity_ids, 1000):
        found.update((row.identity_id, row) for row in r.rows(MatchRow, _matches, {"ids": list(some)}))
    return found


def records_of(r: Reader, identity_ids: Collection[int]) -> dict[int, list[ProviderRecordRow]]:
    """What providers say, by identity."""
    found: dict[int, list[ProviderRecordRow]] = {}
    for some in chunks(identity_ids, 1000):
        for row in r.rows(ProviderRecordRow, _records, {"ids": list(some)}):
            found.setdefault(row.identity_id, []).append(row)
    return found


def by_people(r: Reader) -> frozenset[int]:
    """All identities of which a person said what they are."""
    return frozenset(r.scalars(_said_by_people))


def waiting(r: Reader, state: State, now: int, size: int) -> list[MatchRow]:
    """What is to be asked or merged now, the longest waiting first."""
    return r.rows(MatchRow, _waiting, {"state": int(state), "now": now, "size": size})


def soonest(r: Reader) -> int | None:
    """When something may be done next (epoch seconds); ``None`` when nothing waits."""
    times = [r.scalar(_soonest, {"state": int(state)}) for state in (State.ASK, State.MERGE)]
    return min((int(time) for time in times if time is not None), default=None)


def how_many_wait(r: Reader) -> int:
    """How many identities providers are to be asked about."""
    return int(r.scalar(_how_many))


def items_of(r: Reader, identity_ids: Sequence[int]) -> list[ItemRow]:
    """The items of these identities, in whatever section."""
    return r.rows(ItemRow, _of_identities, {"ids": list(identity_ids)})


def items_below(r: Reader, item_ids: Sequence[int]) -> list[ItemRow]:
    """Everything one and two levels below these items, but extras."""
    return r.rows(ItemRow, _below, {"ids": list(item_ids)})


def items_by_id(r: Reader, item_ids: Sequence[int]) -> list[ItemRow]:
    return r.rows(ItemRow, _items_by_id, {"ids": list(item_ids)})


def item(r: Reader, item_id: int) -> ItemRow | None:
    return r.row(ItemRow, _one_item, {"id": item_id})


def uses_providers(r: Reader, section_id: int) -> bool:
    return bool(r.tuples(_with_group, {"section_id": section_id}))


def asks_about_albums(r: Reader, section_id: int) -> bool:
    """Whether albums of a section are asked about by themselves, and not with their artist."""
    return bool(r.tuples(_asks_about_albums, {"section_id": section_id}))


# --- wanting ---------------------------------------------------------------------------------------------------


def to_ask(r: Reader, section_id: int, *, retry_before: int, size: int = 500) -> list[int]:
    """Identities of a section that providers were not asked about, to which something came since, or of which they knew
    nothing before ``retry_before``; at most ``size`` of each kind. Looks through the whole section: never for the
    writer to do."""
    fresh = r.scalars(_unasked, {"section_id": section_id, "size": size})
    old = r.rows(MatchRow, _outdated, {"section_id": section_id, "before": retry_before, "size": size})
    return list(dict.fromkeys([*fresh, *(row.identity_id for row in old)]))


def longest_ago(r: Reader, before: int, size: int) -> list[int]:
    """Identities that providers know and were not asked about since ``before``, those of longest ago first."""
    return list(dict.fromkeys(r.scalars(_longest_ago, {"before": before, "size": size})))


def want_all(tx: Writer, section_id: int, after: int, size: int = 500) -> int | None:
    """Have providers asked again about the next items of a section behind this identity; the last of them, ``None``
    when there are no more."""
    found = tx.scalars(_tops_after, {"section_id": section_id, "after": after, "size": size})
    want(tx, found)
    return found[-1] if found else None


def want(tx: Writer, identity_ids: Sequence[int]) -> None:
    """Have providers asked about these, now, whatever they said before."""
    known = matches_of(tx, identity_ids)
    bulk.insert_rows(tx, matches, [blank(i, tx.now) for i in dict.fromkeys(identity_ids) if i not in known], "ignore")
    _ask_again(tx, list(known))


def have_come_back(tx: Writer, rows: Sequence[ItemRow]) -> None:
    """Items were made anew for what was matched before, as in a section that was made anew: providers are asked again,
    since what they name (pictures) is not in the library's own files."""
    books = {row.section_id for row in rows if row.type == ItemType.ALBUM}
    books = {section_id for section_id in books if asks_about_albums(tx, section_id)}
    tops = [
        row.identity_id
        for row in rows
        if row.extra_type is None and (row.type in _TOPS or (row.type == ItemType.ALBUM and row.section_id in books))
    ]
    if tops:
        tx.conn.execute(_come_back, {"ids": tops, "now": tx.now})


def _ask_again(tx: Writer, identity_ids: Sequence[int]) -> None:
    if identity_ids:
        tx.conn.execute(_again, {"ids": list(identity_ids), "now": tx.now})


def blank(identity_id: int, now: int) -> MatchRow:
    """A match that says nothing yet: providers are to be asked."""
    return MatchRow(
        identity_id=identity_id, guid=None, by_person=False, matched_at=now, state=int(State.ASK), run_after=now
    )


# --- answers ---------------------------------------------------------------------------------------------------


def postpone(tx: Writer, asked: MatchRow, why: str, wait_s: int) -> None:
    """It did not work: again after a while. A person's word in the meantime stands."""
    now = _unchanged(tx, asked)
    if now is not None:
        row = replace(now, attempts=min(now.attempts + 1, 30_000), run_after=tx.now + wait_s, problem=why[:500])
        bulk.update_rows(tx, matches, [row])


def defer(tx: Writer, identity_ids: Sequence[int], wait_s: int) -> None:
    """Not asked now, through no fault of theirs: again after a while."""
    tx.conn.execute(_defer, {"ids": list(identity_ids), "until": tx.now + wait_s})


def defer_all(tx: Writer, wait_s: int) -> None:
    """A person stopped the asking: everything that waits goes on after a while."""
    tx.conn.execute(_defer_all, {"until": tx.now + wait_s})


def settle(tx: Writer, asked: MatchRow, problem: str | None = None, *, nothing_found: bool = False) -> None:
    """Nothing is to be asked or merged any more. ``nothing_found``: nobody knows it."""
    now = _unchanged(tx, asked)
    if now is None:
        return
    row = replace(now, state=int(State.SETTLED), attempts=0, problem=problem[:500] if problem else None)
    if nothing_found:
        row = replace(row, fetched_at=tx.now)
    bulk.update_rows(tx, matches, [row])


def keep_answers(
    tx: Writer, asked: MatchRow, guid: str, answers: dict[str, list[Told]], external: Sequence[Key]
) -> bool:
    """Write down what providers (by identifier, the primary one first) say about an identity and what lies below it;
    ``external`` are the keys it is recognised by from now on. Whether it was still wanted."""
    now = _unchanged(tx, asked)
    if now is None:
        return False
    top = now.identity_id
    spoken_of = matches_of(tx, [told.identity_id for found in answers.values() for told in found])
    theirs = {i for i, row in spoken_of.items() if row.by_person and i != top}
    answers = {name: [each for each in found if each.identity_id not in theirs] for name, found in answers.items()}
    told_of = {told.identity_id for found in answers.values() for told in found} | {top}
    forget_records(tx, sorted(told_of))
    rows = [
        ProviderRecordRow(told.identity_id, provider, told.guid, told.record, told.pictures, tx.now)
        for provider, found in answers.items()
        for told in {each.identity_id: each for each in found}.values()
    ]
    bulk.insert_rows(tx, provider_records, rows, "replace")
    primary = next(iter(answers.values()), [])
    below = [
        MatchRow(told.identity_id, told.guid, False, tx.now, int(State.SETTLED), 0, fetched_at=tx.now)
        for told in primary
        if told.identity_id != top and told.guid
    ]
    mine = replace(
        now,
        guid=now.guid if now.by_person and now.guid is not None else guid,
        state=int(State.MERGE),
        run_after=tx.now,
        attempts=0,
        fetched_at=tx.now,
        problem=None,
    )
    bulk.insert_rows(tx, matches, [*below, mine], "replace")
    identities.attach(tx, top, external)
    for section_id in {row.section_id for row in items_of(tx, [top])}:
        tx.touch(section_id)
    return True


def forget_records(tx: Writer, identity_ids: Sequence[int]) -> None:
    """Drop what providers said about these identities."""
    for some in chunks(identity_ids, 1000):
        bulk.delete_where(tx, provider_records, "identity_id", list(some))


def set_pictures(tx: Writer, row: ProviderRecordRow, pictures: str) -> None:
    """Note what became of the pictures of a record."""
    bulk.update_rows(tx, provider_records, [replace(row, pictures=pictures)])


def merged(tx: Writer, rows: Sequence[MatchRow]) -> None:
    """The items of these were written anew; what changed meanwhile is not settled by that."""
    for row in rows:
        settle(tx, row, row.problem)


def _unchanged(tx: Writer, asked: MatchRow) -> MatchRow | None:
    """The row, if nobody decided otherwise since it was read."""
    now = tx.row(MatchRow, _matches, {"ids": [asked.identity_id]})
    if now is None or (now.guid, now.by_person, now.matched_at, now.state) != (
        asked.guid,
        asked.by_person,
        asked.matched_at,
        asked.state,
    ):
        return None
    return now
