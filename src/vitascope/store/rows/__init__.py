"""One typed row for each table: what the store hands out, and what the scan process sends to the writer.

They are msgspec structs encoded as arrays, in the order of the table's columns, so that a row crosses a pipe and enters
``executemany`` without being taken apart. Meanings and units: :mod:`vitascope.store.schema`. They hold plain values, so
the garbage collector has nothing to look for in them (``gc=False``).
"""

from vitascope.store.rows.deeds import (
    BandwidthRow,
    HistoryRow,
    ProgressRow,
    RememberedStreamsRow,
    StateRow,
    StreamChoiceRow,
)
from vitascope.store.rows.downloads import DownloadQueueRow, DownloadRow
from vitascope.store.rows.identity import (
    EditRow,
    IdentityKeyRow,
    IdentityMergeRow,
    IdentityRow,
    ItemMergeRow,
    ItemPreferenceRow,
)
from vitascope.store.rows.items import (
    ItemDetailRow,
    ItemGuidRow,
    ItemRatingRow,
    ItemReviewRow,
    ItemRow,
    MarkerRow,
    MediaRow,
    PartRow,
    StreamRow,
)
from vitascope.store.rows.keepsakes import (
    AddedExtraRow,
    DerivedRow,
    KeyFramesRow,
    LoudnessRow,
    MarkRow,
    RememberedOffsetRow,
    StreamOffsetRow,
    UploadRow,
)
from vitascope.store.rows.lists import (
    CollectionMemberRow,
    CollectionRow,
    MembershipRow,
    PlaylistRow,
    PlayQueueRow,
    QueueItemRow,
)
from vitascope.store.rows.matching import (
    GroupItemRow,
    GroupRow,
    MatchRow,
    ProviderRecordRow,
    ProviderRow,
    SectionProvidersRow,
)
from vitascope.store.rows.optimised import ConversionRow, GeneratorRow
from vitascope.store.rows.people import DeviceRow, LinkedServerRow, OwnershipRow, PasswordRow, PersonRow, TokenRow
from vitascope.store.rows.setup import FileRow, LocationRow, ManagedHubRow, SectionRow
from vitascope.store.rows.tags import (
    ArtworkRow,
    PortraitRow,
    SearchTextRow,
    SearchWordRow,
    TaggingRow,
    TagRow,
    TagWordRow,
)
from vitascope.store.rows.work import EventRow, JobRow, WebhookDeliveryRow, WebhookRow

__all__ = [
    "AddedExtraRow",
    "ArtworkRow",
    "BandwidthRow",
    "CollectionMemberRow",
    "CollectionRow",
    "ConversionRow",
    "DerivedRow",
    "DeviceRow",
    "DownloadQueueRow",
    "DownloadRow",
    "EditRow",
    "EventRow",
    "FileRow",
    "GeneratorRow",
    "GroupItemRow",
    "GroupRow",
    "HistoryRow",
    "IdentityKeyRow",
    "IdentityMergeRow",
    "IdentityRow",
    "ItemDetailRow",
    "ItemGuidRow",
    "ItemMergeRow",
    "ItemPreferenceRow",
    "ItemRatingRow",
    "ItemReviewRow",
    "ItemRow",
    "JobRow",
    "KeyFramesRow",
    "LinkedServerRow",
    "LocationRow",
    "LoudnessRow",
    "ManagedHubRow",
    "MarkRow",
    "MarkerRow",
    "MatchRow",
    "MediaRow",
    "MembershipRow",
    "OwnershipRow",
    "PartRow",
    "PasswordRow",
    "PersonRow",
    "PlayQueueRow",
    "PlaylistRow",
    "PortraitRow",
    "ProgressRow",
    "ProviderRecordRow",
    "ProviderRow",
    "QueueItemRow",
    "RememberedOffsetRow",
    "RememberedStreamsRow",
    "SearchTextRow",
    "SearchWordRow",
    "SectionProvidersRow",
    "SectionRow",
    "StateRow",
    "StreamChoiceRow",
    "StreamOffsetRow",
    "StreamRow",
    "TagRow",
    "TagWordRow",
    "TaggingRow",
    "TokenRow",
    "UploadRow",
    "WebhookDeliveryRow",
    "WebhookRow",
]
