"""What a built-in provider says of a book beside its record: its chapters, laid over the tracks.

They are asked for only where they are wanted: most books bring their own, and the service is run by volunteers.
What it does not answer to changes nothing of what was learned before.
"""

import logging
from collections.abc import Sequence

import msgspec

from vitascope.core.book_chapters import BookChapters, ToldChapters, laid_over
from vitascope.core.model import ItemType
from vitascope.metadata import MetadataRecord
from vitascope.metadata.online import ChaptersFrom, Manner, Provider, ProviderClient, ProviderError, ProviderItem
from vitascope.store import chapters, matches
from vitascope.store.engine import Database
from vitascope.store.matches import Told
from vitascope.store.reader import Reader
from vitascope.store.rows import ItemRow

log = logging.getLogger(__name__)

_NO_GUID = ""
_LAST = 1_000_000


async def told_of_tracks(
    database: Database,
    client: ProviderClient,
    provider: Provider,
    said: ProviderItem,
    books: Sequence[ItemRow],
    manner: Manner,
) -> list[Told]:
    """What is told about the tracks of these books, which are one book: their chapters."""
    if not provider.built_in or said.type is not ItemType.ALBUM:
        return []
    found = None
    if manner.chapters is not ChaptersFrom.FILES:
        asks = manner.chapters is ChaptersFrom.SERVICE or await database.read(
            chapters.are_lacking, [book.id for book in books]
        )
        if not asks:
            return []
        try:
            found = await client.chapters(provider, said.rating_key, manner)
        except ProviderError as error:
            if error.wait_s:  # it wants to be left alone: the whole book is asked about again then
                raise
            log.info("No chapters of %r: %s", said.record.title, error)
            return []
    return await database.read(_laid, books, found, preferred=manner.chapters is ChaptersFrom.SERVICE)


def _laid(r: Reader, books: Sequence[ItemRow], found: BookChapters | None, *, preferred: bool) -> list[Told]:
    told: dict[int, Told] = {}
    for book in books:
        tracks = sorted((each for each in matches.items_below(r, [book.id]) if each.deleted_at is None), key=_place)
        laid = None if found is None else laid_over(found, [track.duration_ms or 0 for track in tracks])
        known = matches.records_of(r, [track.identity_id for track in tracks])
        for at, track in enumerate(tracks):
            mine = laid[at] if laid is not None else ()
            if mine:
                length = track.duration_ms or 0
                record = MetadataRecord(chapters=ToldChapters(of_ms=length, chapters=mine, preferred=preferred))
            elif track.identity_id in known:
                record = MetadataRecord()  # what was told before is no more
            else:
                continue
            text = msgspec.json.encode(record).decode()
            told[track.identity_id] = Told(identity_id=track.identity_id, guid=_NO_GUID, record=text)
    return list(told.values())


def _place(track: ItemRow) -> tuple[int, int, str, int]:
    number = track.index_number if track.index_number is not None else _LAST
    return track.parent_index or 1, number, track.title_folded, track.id
