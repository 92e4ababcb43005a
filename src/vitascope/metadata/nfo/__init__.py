"""Kodi's NFO files, read tolerantly and never over the network.

What they may hold: one or several elements (``movie``, ``tvshow``, ``season``, ``episodedetails``, ``musicvideo``,
``artist``, ``album``), or only the address of a page at IMDb, TMDb, TVDb or MusicBrainz, or both. Pictures that are
named by address are ignored; trailers too.
"""

from msgspec import Struct, structs

from vitascope.metadata import external_ids
from vitascope.metadata.nfo import _music, _video
from vitascope.metadata.nfo._document import Document, NfoProblem, read_document
from vitascope.metadata.record import MetadataRecord

_READERS = dict.fromkeys(("movie", "musicvideo", "tvshow", "season", "episodedetails", "video"), _video.read_video) | {
    "artist": _music.read_artist,
    "album": _music.read_album,
}

__all__ = ["Nfo", "NfoProblem", "read_nfo"]


class Nfo(Struct, frozen=True, kw_only=True):
    """What one file says.

    ``kind`` is the name of its first element, or ``"ids"`` when it holds only addresses, or ``""`` when it holds
    nothing of use. Several records come from several ``episodedetails`` in one file.
    """

    kind: str
    records: tuple[MetadataRecord, ...] = ()
    problems: tuple[NfoProblem, ...] = ()

    def episode(self, season: int | None, episode: int | None) -> MetadataRecord | None:
        """The record for one episode: the one that says so, or the only one there is."""
        for record in self.records:
            if record.episode == episode and (record.season is None or season is None or record.season == season):
                return record
        return self.records[0] if len(self.records) == 1 else None


def read_nfo(data: bytes, file: str) -> Nfo:
    """Read the bytes of an NFO; ``file`` is how problems name it. Never raises."""
    document = read_document(data, file)
    kinds: list[str] = []
    records: list[MetadataRecord] = []
    for root in document.roots:
        kind = str(root.tag).lower()
        reader = _READERS.get(kind)
        record = reader(root) if reader else MetadataRecord()
        if record != MetadataRecord():
            kinds.append(kind)
            records.append(record)
    return _with_addresses(document, kinds, records, file)


def _with_addresses(document: Document, kinds: list[str], records: list[MetadataRecord], file: str) -> Nfo:
    guids = external_ids.from_text(document.loose_text)
    if not records:
        if guids:
            return Nfo(kind="ids", records=(MetadataRecord(guids=guids),), problems=document.problems)
        problems = document.problems or (NfoProblem(file=file, message="holds nothing that is understood"),)
        return Nfo(kind="", problems=problems)
    if guids and len(records) == 1:
        records = [structs.replace(records[0], guids=external_ids.united(records[0].guids, guids))]
    return Nfo(kind=kinds[0], records=tuple(records), problems=document.problems)
