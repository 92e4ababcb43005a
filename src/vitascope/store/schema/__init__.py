"""The tables, once for both engines.

Made for the budget in ``docs/architecture.md``: rows of ``items`` are narrow (long texts lie in ``item_details``)
so that ordering a million of them reads little; every value that orders or finds (sort keys, folded titles, search
text) is computed in Python by pure functions and compared bytewise, so SQLite and PostgreSQL agree; availability
lives on ``locations``, so a vanished disk changes one row and not a million.

What the person did hangs on ``identities``, not on items: an identity has many keys (external ids, the parsed name,
the content's fingerprint, the path), and whichever of them is found again brings state, edits and memberships back.

Conventions: times are epoch seconds, durations milliseconds, ids positive integers given out by the one writer in
blocks (so the scan process can build finished rows). Paths are bytes relative to their location, because names on
disk need not be text; ``*_hash`` columns are 16 bytes of BLAKE2b, since a path may be longer than an index entry.
Order of columns is that of the row types in :mod:`vitascope.store.rows`; a test compares them.
"""

from vitascope.store.schema.base import metadata
from vitascope.store.schema.deeds import history, progress, remembered_streams, states, stream_choices
from vitascope.store.schema.derived import derived
from vitascope.store.schema.downloads import download_queues, downloads
from vitascope.store.schema.editing import item_merges, item_preferences, item_ratings, item_reviews
from vitascope.store.schema.hubs import managed_hubs
from vitascope.store.schema.identity import edits, identities, identity_keys, identity_merges
from vitascope.store.schema.items import item_details, item_guids, items, markers, media, parts, streams
from vitascope.store.schema.keepsakes import (
    added_extras,
    key_frames,
    loudness,
    marks,
    remembered_offsets,
    stream_offsets,
    uploads,
)
from vitascope.store.schema.lists import collection_members, collections, memberships, playlists
from vitascope.store.schema.matching import (
    matches,
    metadata_providers,
    provider_group_items,
    provider_groups,
    provider_records,
    section_providers,
)
from vitascope.store.schema.optimised import conversions, generators
from vitascope.store.schema.people import devices, linked_servers, ownership, passwords, people, tokens
from vitascope.store.schema.queues import play_queues, queue_items
from vitascope.store.schema.setup import files, locations, meta, sections
from vitascope.store.schema.statistics import bandwidth
from vitascope.store.schema.tags import (
    artworks,
    item_counts,
    portraits,
    search_texts,
    search_words,
    tag_counts,
    tag_words,
    taggings,
    tags,
)
from vitascope.store.schema.webhooks import webhook_deliveries, webhooks
from vitascope.store.schema.work import events, jobs

__all__ = [
    "added_extras",
    "artworks",
    "bandwidth",
    "collection_members",
    "collections",
    "conversions",
    "derived",
    "devices",
    "download_queues",
    "downloads",
    "edits",
    "events",
    "files",
    "generators",
    "history",
    "identities",
    "identity_keys",
    "identity_merges",
    "item_counts",
    "item_details",
    "item_guids",
    "item_merges",
    "item_preferences",
    "item_ratings",
    "item_reviews",
    "items",
    "jobs",
    "key_frames",
    "linked_servers",
    "locations",
    "loudness",
    "managed_hubs",
    "markers",
    "marks",
    "matches",
    "media",
    "memberships",
    "meta",
    "metadata",
    "metadata_providers",
    "ownership",
    "parts",
    "passwords",
    "people",
    "play_queues",
    "playlists",
    "portraits",
    "progress",
    "provider_group_items",
    "provider_groups",
    "provider_records",
    "queue_items",
    "remembered_offsets",
    "remembered_streams",
    "search_texts",
    "search_words",
    "section_providers",
    "sections",
    "states",
    "stream_choices",
    "stream_offsets",
    "streams",
    "tag_counts",
    "tag_words",
    "taggings",
    "tags",
    "tokens",
    "uploads",
    "webhook_deliveries",
    "webhooks",
]
