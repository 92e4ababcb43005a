"""Pictures of people: where they lie, as metadata providers say it, and which of them were fetched.

A person is their tags (one for each part somebody had), as everywhere else. What clients read is ``tags.thumb``, an
address on this server; the provider's own address stays here.
"""

from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace
from sqlalchemy import select

from vitascope.core.model import TagType
from vitascope.store import bulk
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import PortraitRow, TagRow
from vitascope.store.schema import portraits, tags
from vitascope.store.writer import Writer

_PARTS = (int(TagType.ROLE), int(TagType.DIRECTOR), int(TagType.WRITER), int(TagType.PRODUCER))
_people = select(tags).where(any_of(tags.c.tag, "names", text=True), tags.c.type.in_(_PARTS))
_of_tags = select(portraits).where(any_of(portraits.c.tag_id, "ids"))


def portrait(r: Reader, tag_id: int) -> PortraitRow | None:
    """The picture of a person; ``None`` when nobody named one."""
    return r.row(PortraitRow, _of_tags, {"ids": [tag_id]})


def name_portraits(
    tx: Writer, provider: str, urls: Mapping[str, str], *, before: Sequence[str], section_ids: Collection[int]
) -> None:
    """A provider says where the pictures of people lie, by name. What one of those ``before`` it said stands."""
    people = tx.rows(TagRow, _people, {"names": list(urls)})
    known = {row.tag_id: row for row in tx.rows(PortraitRow, _of_tags, {"ids": [row.id for row in people]})}
    fresh: list[TagRow] = []
    for row in people:
        old = known.get(row.id)
        if old is None or (old.url != urls[row.tag] and old.provider not in before):
            fresh.append(row)
    if not fresh:
        return
    bulk.insert_rows(tx, portraits, [PortraitRow(row.id, provider, urls[row.tag]) for row in fresh], "replace")
    shown = [replace(row, thumb=f"/library/people/{row.id}/thumb/{tx.now}") for row in fresh]
    bulk.update_rows(tx, tags, shown)
    for section_id in section_ids:
        tx.touch(section_id)


def keep_portrait(tx: Writer, row: PortraitRow, cache_key: str) -> None:
    """A picture was fetched; one that was named anew meanwhile is fetched anew."""
    now = portrait(tx, row.tag_id)
    if now is not None and now.url == row.url:
        bulk.update_rows(tx, portraits, [replace(now, cache_key=cache_key)])
