"""A library of any size without files: films, shows, music and photos with media, streams, tags and watch states.

    python -m benchmarks.seed_library vitascope.db --items 1000000

Rows are made up from a seed and written the way a scan writes them (``store.changes.apply`` in batches), so the result
has all counts, search texts and progress. Shares of the items, about: 5 % films, 30 % episodes with their shows and
seasons, 60 % tracks with their artists and albums, 5 % photos.
"""

import argparse
import random
import re
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import msgspec

from vitascope.core.model import ItemType, StreamInfo, StreamType, TagType
from vitascope.core.naming.search_text import search_tokens
from vitascope.core.naming.titles import fold, sort_key
from vitascope.store import changes, known_keys, migrate, people, sections
from vitascope.store.batches import Changes, Rows
from vitascope.store.bulk import insert_rows
from vitascope.store.engine import Database
from vitascope.store.rollups import containers_above, recount_progress
from vitascope.store.rows import (
    FileRow,
    IdentityKeyRow,
    IdentityRow,
    ItemDetailRow,
    ItemGuidRow,
    ItemRow,
    MediaRow,
    PartRow,
    SearchTextRow,
    SectionRow,
    StateRow,
    StreamRow,
    TaggingRow,
    TagRow,
)
from vitascope.store.schema import states
from vitascope.store.writer import Writer

EPOCH = 1_700_000_000
BATCH = 1_000
_FIRST = re.findall(
    r"\w+",
    "Silent Golden Broken Hidden Last First Lonely Crimson Electric Winter Summer Midnight Burning Frozen "
    "Secret Wild Distant Endless Paper Iron Velvet Hollow Bright Lost Little Great Quiet Stolen Sacred "
    "Falling ",
)
_SECOND = re.findall(
    r"\w+",
    "River Garden Mountain City Ocean Machine Letter Promise Shadow Mirror Engine Harbour Kingdom Station "
    "Theatre Orchard Bridge Lantern Forest Island Signal Window Circus Desert Castle Highway Melody "
    "Voyage Harvest Horizon ",
)
_SYLLABLES = re.findall(
    r"\w+",
    "ka ro mi ten sol va ne li dor pe ra shu on gar bel ix tu mar qua len ost fi ",
)
_GENRES = re.findall(
    r"\w+",
    "Drama Comedy Action Thriller Documentary Animation Crime Romance Horror Adventure Fantasy Mystery "
    "War Western Family Music ",
)
_RATINGS = (("G", 0), ("PG", 10), ("PG-13", 13), ("R", 17))


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def _info(**values: object) -> str:
    return msgspec.json.encode(StreamInfo(**values)).decode()  # type: ignore[arg-type]


_VIDEO = _info(type=StreamType.VIDEO, index=0, codec="h264", width=1920, height=1080, bitrate_kbps=8000)
_AUDIO = [_info(type=StreamType.AUDIO, index=1, codec="aac", language_code=code, channels=2) for code in ("eng", "ger")]
_SUBTITLE = _info(type=StreamType.SUBTITLE, index=2, codec="srt", language_code="eng")
_FLAC = _info(type=StreamType.AUDIO, index=0, codec="flac", channels=2, sampling_rate=44100)


@dataclass
class _Ids:
    """Blocks of ids, fetched from the writer now and then."""

    db: Database
    free: dict[str, deque[range]] = field(default_factory=dict)

    def take(self, table: str, n: int = 1) -> int:
        block = self.free.get(table)
        if not block or len(block[0]) < n:
            size = max(n, 20_000)
            block = self.free[table] = deque([self.db.write(Writer.ids, table, size).result()])
        first = block[0][0]
        block[0] = block[0][n:]
        return first


class Seeder:
    """Makes the rows of one library."""

    def __init__(self, db: Database, seed: int) -> None:
        self.db = db
        self.dice = random.Random(seed)
        self.ids = _Ids(db)
        self.rows = Rows()
        self.tags: dict[tuple[int, str], int] = {}
        self.leaves: list[int] = []
        self.made = 0
        self.people = [self._name() for _ in range(5_000)]

    # --- words ---

    def _name(self) -> str:
        dice = self.dice
        return " ".join("".join(dice.choices(_SYLLABLES, k=dice.randint(2, 3))).title() for _ in range(2))

    def _title(self) -> str:
        dice = self.dice
        title = f"{dice.choice(_FIRST)} {dice.choice(_SECOND)}"
        if dice.random() < 0.6:
            title = (
                f"The {title}" if dice.random() < 0.3 else f"{title} {''.join(dice.choices(_SYLLABLES, k=3)).title()}"
            )
        return title

    # --- rows ---

    def tag(self, tag_type: TagType, text: str) -> int:
        found = self.tags.get((tag_type, text))
        if found is None:
            found = self.tags[tag_type, text] = self.ids.take("tags")
            self.rows.tags.append(TagRow(found, int(tag_type), text, fold(text)))
        return found

    def item(
        self,
        section: SectionRow,
        location_id: int,
        item_type: ItemType,
        title: str,
        tags: Sequence[tuple[TagType, str]] = (),
        **columns: object,
    ) -> ItemRow:
        rows = self.rows
        identity_id, item_id = self.ids.take("identities"), self.ids.take("items")
        folded = fold(title)
        row = ItemRow(
            id=item_id,
            section_id=section.id,
            type=int(item_type),
            identity_id=identity_id,
            location_id=location_id,
            title=title,
            sort_key=sort_key(title),
            title_folded=folded,
            added_at=EPOCH + self.made * 7 % 50_000_000,
            updated_at=EPOCH,
            **columns,  # type: ignore[arg-type]
        )
        rows.items.append(row)
        rows.identities.append(IdentityRow(identity_id, f"{identity_id * 2654435761 % 2**96:024x}", EPOCH))
        rows.identity_keys.append(
            known_keys.key_row(
                known_keys.Key(known_keys.KeyKind.NAME, f"{int(item_type)}|{folded}|{item_id}"), identity_id
            )
        )
        rows.item_details.append(
            ItemDetailRow(item_id, summary=f"{title} is a story about {self.dice.choice(_SECOND)}.")
        )
        rows.search_texts.append(SearchTextRow(item_id, " ".join(search_tokens(title))))
        for ordering, (tag_type, text) in enumerate(dict.fromkeys(tags)):
            rows.taggings.append(TaggingRow(item_id, self.tag(tag_type, text), int(tag_type), ordering))
        self.made += 1
        if len(rows.items) >= BATCH:
            self.flush()
        return row

    def file(self, item: ItemRow, location_id: int, path: str, *, video: bool, duration_ms: int) -> None:
        rows = self.rows
        file_id, media_id, part_id = self.ids.take("files"), self.ids.take("media"), self.ids.take("parts")
        raw = path.encode()
        folder = path.rpartition("/")[0]
        size = duration_ms * (1000 if video else 125)
        rows.files.append(
            FileRow(
                id=file_id,
                location_id=location_id,
                path=raw,
                path_hash=_digest(path),
                dir_hash=_digest(folder),
                file_class="video" if video else "audio",
                size_bytes=size,
                mtime_ns=EPOCH * 10**9,
                fingerprint=_digest(f"content {path}"),
                probe_version=1,
                added_at=EPOCH,
            )
        )
        rows.identity_keys.append(
            IdentityKeyRow(_digest(f"4|{path}|{item.id}"), known_keys.KeyKind.PATH, item.identity_id, path)
        )
        container = "mkv" if video else "flac"
        rows.media.append(
            MediaRow(
                id=media_id,
                item_id=item.id,
                duration_ms=duration_ms,
                bitrate_kbps=8000 if video else 1000,
                width=1920 if video else None,
                height=1080 if video else None,
                aspect_ratio=1.78 if video else None,
                container=container,
                video_codec="h264" if video else None,
                video_resolution="1080" if video else None,
                video_frame_rate="24p" if video else None,
                audio_codec="aac" if video else "flac",
                audio_channels=2,
            )
        )
        rows.parts.append(
            PartRow(
                part_id,
                media_id,
                item.id,
                file_id,
                duration_ms=duration_ms,
                size_bytes=size,
                container=container,
                stamp=EPOCH,
            )
        )
        stream_id = self.ids.take("streams", 3)
        if video:
            rows.streams.append(StreamRow(stream_id, part_id, item.id, 1, 0, codec="h264", info=_VIDEO))
            language = self.dice.randrange(2)
            rows.streams.append(
                StreamRow(
                    stream_id + 1, part_id, item.id, 2, 1, None, "aac", ("eng", "ger")[language], 2, _AUDIO[language]
                )
            )
            rows.streams.append(StreamRow(stream_id + 2, part_id, item.id, 3, 2, None, "srt", "eng", None, _SUBTITLE))
        else:
            rows.streams.append(StreamRow(stream_id, part_id, item.id, 2, 0, None, "flac", None, 2, _FLAC))
        self.leaves.append(item.identity_id)

    def flush(self) -> None:
        rows, self.rows = self.rows, Rows()
        # what belongs to the last item may still be coming: it opens the next batch. No overlap with the writer: two
        # busy threads of one process only take the interpreter from each other, row by row.
        self.db.write(changes.apply, Changes(insert=rows), urgent=False).result()

    # --- kinds ---

    def movies(self, count: int) -> None:
        section, location = self._section("movie", "Movies")
        for number in range(count):
            title, year = self._title(), self.dice.randint(1930, 2025)
            rating, age = self.dice.choice(_RATINGS)
            tags = [(TagType.GENRE, genre) for genre in self.dice.sample(_GENRES, 2)]
            tags.append((TagType.DIRECTOR, self.dice.choice(self.people)))
            tags += [(TagType.ROLE, name) for name in self.dice.sample(self.people, 3)]
            minutes = self.dice.randint(70, 180)
            item = self.item(
                section,
                location,
                ItemType.MOVIE,
                title,
                tags,
                year=year,
                available_at=f"{year}-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
                duration_ms=minutes * 60_000,
                content_rating=rating,
                content_rating_age=age,
                rating=self.dice.randint(10, 100) / 10,
                media_count=1,
                height=1080,
                bitrate_kbps=8000,
            )
            self.rows.item_guids.append(ItemGuidRow(item.id, f"tmdb://{number}"))
            self.file(
                item, location, f"{title} ({year}) {number}/{title}.mkv", video=True, duration_ms=minutes * 60_000
            )

    def shows(self, count: int) -> None:
        """``count`` items: of 101, one show, four seasons, 96 episodes."""
        section, location = self._section("show", "TV Shows")
        made = 0
        while made < count:
            name, year = self._title(), self.dice.randint(1960, 2024)
            tags = [(TagType.GENRE, genre) for genre in self.dice.sample(_GENRES, 2)]
            show = self.item(section, location, ItemType.SHOW, name, tags, year=year, content_rating="PG")
            made += 1
            for season_number in range(1, 5):
                season = self.item(
                    section,
                    location,
                    ItemType.SEASON,
                    f"Season {season_number}",
                    parent_id=show.id,
                    index_number=season_number,
                )
                made += 1
                for number in range(1, 25):
                    if made >= count:
                        return
                    episode = self.item(
                        section,
                        location,
                        ItemType.EPISODE,
                        self._title(),
                        parent_id=season.id,
                        grandparent_id=show.id,
                        index_number=number,
                        parent_index=season_number,
                        year=year + season_number,
                        available_at=f"{year + season_number}-{number % 12 + 1:02d}-01",
                        duration_ms=2_700_000,
                        media_count=1,
                        height=1080,
                    )
                    path = f"{name} {show.id}/Season {season_number}/{name} s{season_number:02d}e{number:02d}.mkv"
                    self.file(episode, location, path, video=True, duration_ms=2_700_000)
                    made += 1

    def music(self, count: int) -> None:
        """``count`` items: of 67, one artist, six albums, 60 tracks."""
        section, location = self._section("artist", "Music")
        made = 0
        while made < count:
            name = self._name()
            artist = self.item(section, location, ItemType.ARTIST, name, [(TagType.GENRE, self.dice.choice(_GENRES))])
            made += 1
            for number in range(6):
                title, year = self._title(), self.dice.randint(1960, 2025)
                tags = [(TagType.GENRE, self.dice.choice(_GENRES)), (TagType.MOOD, self.dice.choice(_FIRST))]
                album = self.item(section, location, ItemType.ALBUM, title, tags, parent_id=artist.id, year=year)
                made += 1
                for track_number in range(1, 11):
                    if made >= count:
                        return
                    track = self.item(
                        section,
                        location,
                        ItemType.TRACK,
                        self._title(),
                        [(TagType.MOOD, self.dice.choice(_FIRST))],
                        parent_id=album.id,
                        grandparent_id=artist.id,
                        index_number=track_number,
                        parent_index=1,
                        duration_ms=200_000,
                        media_count=1,
                    )
                    path = f"{name} {artist.id}/{title} {number}/{track_number:02d}.flac"
                    self.file(track, location, path, video=False, duration_ms=200_000)
                    made += 1

    def photos(self, count: int) -> None:
        """``count`` items: of 101, one album, 100 photos."""
        section, location = self._section("photo", "Photos")
        made = 0
        while made < count:
            album = self.item(section, location, ItemType.PHOTO_ALBUM, self._title())
            made += 1
            for number in range(100):
                if made >= count:
                    return
                title = f"IMG {made:06d}"
                day = f"20{made % 25:02d}-{made % 12 + 1:02d}-{made % 28 + 1:02d}"
                self.item(
                    section, location, ItemType.PHOTO, title, parent_id=album.id, index_number=number, available_at=day
                )
                made += 1

    def _section(self, kind: str, title: str) -> tuple[SectionRow, int]:
        path = f"/seeded/{title}".encode()
        row = self.db.write(
            sections.create_section,
            uuid=f"seeded-{kind}",
            kind=kind,
            title=title,
            paths=[path],
            agent="com.plexapp.agents.none",
            scanner="Plex Movie",
            language="en-US",
        ).result()
        return row, self.db.read_sync(sections.locations, row.id)[0].id

    def finish(self) -> None:
        self.flush()

    def states(self, share: float, per_write: int = 2_000) -> None:
        """Let the owner have watched some leaves, and be in the middle of a few."""
        chosen = self.dice.sample(self.leaves, int(len(self.leaves) * share))
        for some in _chunks(chosen, per_write):
            self.db.write(self._watch, some, urgent=False).result()

    def _watch(self, tx: Writer, identity_ids: Sequence[int]) -> None:
        rows = []
        for identity_id in identity_ids:
            at = EPOCH + self.dice.randrange(50_000_000)
            started = self.dice.random() < 0.01
            rows.append(StateRow(1, identity_id, 0 if started else 1, 300_000 if started else None, at, updated_at=at))
        insert_rows(tx, states, rows, "replace")
        recount_progress(tx, containers_above(tx, identity_ids))
        tx.touch_person(1)


def _chunks(values: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def seed(url: str | Path, items: int, *, seed: int = 1, watched: float = 0.02) -> int:
    """Make the database, which must not have seeded sections yet; returns how many items were written."""
    migrate.ensure(url)
    with Database(url, cache_kib=262_144) as db:
        db.write(people.ensure_owner).result()
        seeder = Seeder(db, seed)
        seeder.movies(items * 5 // 100)
        seeder.shows(items * 30 // 100)
        seeder.music(items * 60 // 100)
        seeder.photos(items - seeder.made)
        seeder.finish()
        seeder.states(watched)
        return seeder.made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", help="path or postgresql: URL")
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    started = time.perf_counter()
    made = seed(arguments.database, arguments.items, seed=arguments.seed)
    took = time.perf_counter() - started
    sys.stdout.write(f"{made} items in {took:.1f} s, {made / took:.0f} items/s\n")


if __name__ == "__main__":
    main()
