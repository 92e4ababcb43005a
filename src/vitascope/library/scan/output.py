"""Collects the rows of one batch, and gives tags their ids."""

import secrets
from collections.abc import Iterable

import msgspec

from vitascope.core.model import ItemType, StreamType, TagType
from vitascope.core.naming.titles import fold
from vitascope.library.key_frames import JOB as KEY_FRAMES_JOB
from vitascope.library.key_frames import subject
from vitascope.library.scan import build
from vitascope.library.scan.commit import Link
from vitascope.library.scan.known import Known
from vitascope.library.scan.media_rows import MediaPlan
from vitascope.library.scan.protocol import Attach
from vitascope.library.scan.records import tags_of
from vitascope.library.scan.resolve import Claim
from vitascope.metadata import MetadataRecord
from vitascope.store import reviews
from vitascope.store.batches import Changes
from vitascope.store.known_keys import Key
from vitascope.store.rows import ArtworkRow, FileRow, IdentityRow, ItemRow, JobRow, TagRow

PICTURE_JOB = "pictures"
_CACHED_TAGS = 100_000
_PICTURED = frozenset(
    {
        ItemType.MOVIE,
        ItemType.SHOW,
        ItemType.SEASON,
        ItemType.EPISODE,
        ItemType.ARTIST,
        ItemType.ALBUM,
        ItemType.CLIP,
        ItemType.PHOTO_ALBUM,
        ItemType.PHOTO,
    }
)


class Output:
    """One batch in the making."""

    def __init__(self, known: Known, link: Link) -> None:
        self._known = known
        self._link = link
        self.articles = known.articles()
        self._tags: dict[tuple[TagType, str], int] = {}
        self.now = 0
        self._changes = Changes()
        self._written: set[int] = set()
        self.claims: list[Claim] = []
        """Whose keys are in the batch."""

    def begin(self, now: int) -> None:
        self.now = now
        self._changes = Changes(articles=self.articles)
        self.claims = []
        self._written = set()

    def end(self, section_id: int) -> Changes:
        self._changes.touch = [section_id]
        return self._changes

    def attach(self) -> list[Attach]:
        """Keys that the store has to settle once the batch is written."""
        return [
            Attach(claim.identity_id, [Key(key.kind, key.text) for key in claim.proven])
            for claim in self.claims
            if claim.proven
        ]

    # --- tags --------------------------------------------------------------------------------------------------

    def want_tags(self, said: Iterable[MetadataRecord]) -> None:
        """Make sure that every tag of these records has an id."""
        if len(self._tags) > _CACHED_TAGS:
            self._tags.clear()
        wanted: dict[TagType, set[str]] = {}
        for record in said:
            for kind, tag, _ in tags_of(record):
                if (kind, tag) not in self._tags:
                    wanted.setdefault(kind, set()).add(tag)
        for kind, texts in wanted.items():
            for row in self._known.tags(kind, texts):
                self._tags[kind, row.tag] = row.id
            for tag in sorted(texts):
                if (kind, tag) not in self._tags:
                    tag_id = self._tags[kind, tag] = self._link.ids("tags")
                    self._changes.insert.tags.append(TagRow(id=tag_id, type=int(kind), tag=tag, folded=fold(tag)))

    def tag_id(self, kind: TagType, tag: str) -> int:
        return self._tags[kind, tag]

    # --- rows --------------------------------------------------------------------------------------------------

    def item(self, row: ItemRow, extra: dict[str, object], record: MetadataRecord, claim: Claim) -> bool:
        """An item's row with everything that hangs on it but media and pictures; whether it is new to the batch.

        Two names of one container (it was merged with another) meet here: the first says what it is."""
        self._claim(claim)
        if row.id in self._written:
            return False
        self._written.add(row.id)
        old = claim.old
        target = self._changes.insert if old is None else self._changes.update
        target.items.append(row)
        target.item_details.append(build.detail_row(row.id, record, extra, old.detail if old else None))
        search = build.search_row(row.id, ItemType(row.type), record)
        if search is not None:
            target.search_texts.append(search)
        if old is not None:
            self._changes.clear.item_guids.append(row.id)
            self._changes.clear.item_ratings.append(row.id)
            self._changes.clear.item_reviews.append(row.id)
            self._changes.clear.taggings.append(row.id)
        self._changes.insert.item_guids += build.guid_rows(row.id, record)
        self._changes.insert.item_ratings += build.rating_rows(row.id, record)
        self._changes.insert.item_reviews += reviews.rows_of(row.id, record.reviews)
        self._changes.insert.taggings += build.tagging_rows(row.id, record, self._tags)
        return True

    def _claim(self, claim: Claim) -> None:
        self.claims.append(claim)
        if claim.fresh:
            self._changes.insert.identities.append(
                IdentityRow(id=claim.identity_id, uuid=secrets.token_hex(12), created_at=self.now)
            )
        self._changes.insert.identity_keys += [key.row(claim.identity_id) for key in claim.new_keys]
        self._changes.update.identity_keys += [key.row(claim.identity_id) for key in claim.moved_keys]

    def media(self, plan: MediaPlan) -> None:
        insert, update = self._changes.insert, self._changes.update
        for medium in plan.media:
            (insert if ("media", medium.id) in plan.new else update).media.append(medium)
        for part in plan.parts:
            (insert if ("parts", part.id) in plan.new else update).parts.append(part)
        for stream in plan.streams:
            (insert if ("streams", stream.id) in plan.new else update).streams.append(stream)
        file_of = {part.id: part.file_id for part in plan.parts}
        for stream in plan.streams:
            is_new = ("streams", stream.id) in plan.new
            if is_new and stream.type == StreamType.VIDEO and stream.index_number is not None:
                self._key_frames_job(file_of[stream.part_id], stream.index_number)
        self._changes.delete.media += plan.gone_media
        self._changes.delete.parts += plan.gone_parts
        self._changes.delete.streams += plan.gone_streams

    def drop(self, item_id: int, media_ids: set[int], *, is_last: bool) -> None:
        """These media are another item's now; ``is_last`` when the item has no others."""
        if is_last:
            self._changes.delete.items.append(item_id)
        else:
            self._changes.delete.media += sorted(media_ids)

    def pictures(self, item_id: int, rows: list[ArtworkRow], *, changed: bool, is_new: bool) -> None:
        if is_new:
            self._changes.insert.artworks += rows
        elif changed:
            self._changes.clear.artworks.append(item_id)
            self._changes.insert.artworks += rows

    def file(self, row: FileRow, *, is_new: bool) -> None:
        (self._changes.insert if is_new else self._changes.update).files.append(row)

    def _key_frames_job(self, file_id: int, stream_index: int) -> None:
        """Have the index of a new film looked at before somebody plays it; after all pictures."""
        self._changes.insert.jobs.append(
            JobRow(
                id=self._link.ids("jobs"),
                kind=KEY_FRAMES_JOB,
                subject=subject(file_id, stream_index),
                payload="{}",
                priority=-1,
                run_after=self.now,
                created_at=self.now,
            )
        )

    def picture_job(self, item_id: int, item_type: ItemType) -> None:
        """Have pictures, colours and hashes made once this is committed."""
        if item_type in _PICTURED:
            self._changes.insert.jobs.append(
                JobRow(
                    id=self._link.ids("jobs"),
                    kind=PICTURE_JOB,
                    subject=str(item_id),
                    payload=msgspec.json.encode({"type": int(item_type)}).decode(),
                    # containers are made of the pictures of what is below them
                    priority=1 if item_type in (ItemType.SEASON, ItemType.PHOTO_ALBUM) else 0,
                    run_after=self.now,
                    created_at=self.now,
                )
            )
