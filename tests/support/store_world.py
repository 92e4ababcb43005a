"""A small library drawn by hand, for every test of the store."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import count
from typing import Any, TypeVar

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.core.naming.search_text import search_tokens
from vitascope.core.naming.titles import fold, sort_key, sort_title
from vitascope.store import changes, sections
from vitascope.store.batches import Changes, Rows
from vitascope.store.engine import Database
from vitascope.store.items import get_item
from vitascope.store.rows import (
    FileRow,
    IdentityKeyRow,
    IdentityRow,
    ItemDetailRow,
    ItemRow,
    LocationRow,
    MediaRow,
    PartRow,
    SearchTextRow,
    SectionRow,
    StreamRow,
    TaggingRow,
    TagRow,
)
from vitascope.store.writer import Writer

T = TypeVar("T")
OWNER = Viewer(is_owner=True)


def digest(*parts: object) -> bytes:
    return blake2b(repr(parts).encode(), digest_size=16).digest()


@dataclass(kw_only=True)
class World:
    """Adds items with all that belongs to them, by way of :func:`changes.apply`."""

    db: Database
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    tag_ids: dict[tuple[int, str], int] = field(default_factory=dict)

    def write(self, fn: Callable[..., T], *args: object, **kwargs: Any) -> T:
        return self.db.write(fn, *args, **kwargs).result(30)

    def read(self, fn: Callable[..., T], *args: object, **kwargs: object) -> T:
        with self.db.reader() as r:
            return fn(r, *args, **kwargs)

    def section(self, kind: str = "movie", title: str = "Films", paths: Sequence[bytes] = (b"/media",)) -> SectionRow:
        return self.write(
            sections.create_section,
            uuid=f"uuid-{next(self.numbers)}",
            kind=kind,
            title=title,
            paths=paths,
            agent="agent",
            scanner="scanner",
            language="en",
        )

    def location(self, section: SectionRow) -> LocationRow:
        return self.read(sections.locations, section.id)[0]

    def add(
        self,
        section: SectionRow,
        item_type: ItemType,
        title: str,
        *,
        parent: ItemRow | None = None,
        identity_id: int | None = None,
        tags: Iterable[tuple[TagType, str]] = (),
        with_file: bool = False,
        keys: Sequence[str] = (),
        **columns: object,
    ) -> ItemRow:
        """One item, written at once; with ``with_file`` it has a media, a part, a file and two streams."""

        def write(tx: Writer) -> ItemRow:
            rows = Rows()
            identity = identity_id
            if identity is None:
                identity = tx.id("identities")
                rows.identities.append(IdentityRow(identity, f"{identity:024x}", tx.now))
                rows.identity_keys.extend(IdentityKeyRow(digest(2, key), 2, identity, key) for key in keys)
            location = sections.locations(tx, section.id)[0]
            item = ItemRow(
                id=tx.id("items"),
                section_id=section.id,
                type=int(item_type),
                identity_id=identity,
                parent_id=parent.id if parent else None,
                grandparent_id=parent.parent_id if parent else None,
                location_id=location.id,
                title=title,
                sort_key=sort_key(sort_title(title)),
                title_folded=fold(title),
                media_count=int(with_file),
                **columns,  # type: ignore[arg-type]
            )
            rows.items.append(item)
            rows.item_details.append(ItemDetailRow(item.id, summary=f"About {title}"))
            rows.search_texts.append(SearchTextRow(item.id, " ".join(search_tokens(title))))
            for ordering, (tag_type, tag) in enumerate(tags):
                if (tag_type, tag) not in self.tag_ids:
                    self.tag_ids[tag_type, tag] = tx.id("tags")
                    rows.tags.append(TagRow(self.tag_ids[tag_type, tag], int(tag_type), tag, fold(tag)))
                rows.taggings.append(TaggingRow(item.id, self.tag_ids[tag_type, tag], int(tag_type), ordering))
            if with_file:
                self._file(tx, rows, item, location)
            changes.apply(tx, Changes(insert=rows, touch=[section.id]))
            return item

        return self.write(write)

    def _file(self, tx: Writer, rows: Rows, item: ItemRow, location: LocationRow) -> None:
        path = f"{item.title}.mkv".encode()
        file = FileRow(
            id=tx.id("files"),
            location_id=location.id,
            path=path,
            path_hash=digest(path, item.id),
            dir_hash=digest(b""),
            file_class="video",
            size_bytes=1000,
            mtime_ns=0,
        )
        medium = MediaRow(id=tx.id("media"), item_id=item.id, container="mkv")
        part = PartRow(id=tx.id("parts"), media_id=medium.id, item_id=item.id, file_id=file.id)
        rows.files.append(file)
        rows.media.append(medium)
        rows.parts.append(part)
        for number, stream_id in enumerate(tx.ids("streams", 2)):
            rows.streams.append(StreamRow(stream_id, part.id, item.id, number + 1, number, info="{}"))

    def show(
        self, section: SectionRow, title: str, seasons: int = 2, episodes: int = 3
    ) -> tuple[ItemRow, list[ItemRow]]:
        """A show with its episodes, in order."""
        top = self.add(section, ItemType.SHOW, title)
        leaves = []
        for number in range(1, seasons + 1):
            season = self.add(section, ItemType.SEASON, f"Season {number}", parent=top, index_number=number)
            leaves += [
                self.add(
                    section,
                    ItemType.EPISODE,
                    f"{title} {number}x{episode}",
                    parent=season,
                    index_number=episode,
                    parent_index=number,
                    added_at=100 * number + episode,
                    available_at=f"20{number:02d}-01-{episode:02d}",
                )
                for episode in range(1, episodes + 1)
            ]
        return top, leaves

    def item(self, item_id: int) -> ItemRow:
        found = self.read(get_item, item_id, OWNER)
        assert found is not None
        return found
