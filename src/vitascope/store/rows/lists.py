"""Collections, playlists and play queues, and what they hold."""

from msgspec import Struct


class MembershipRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    list_id: int
    identity_id: int
    position: float
    added_at: int
    item_id: int | None = None


class PlaylistRow(Struct, frozen=True, array_like=True, gc=False):
    item_id: int
    person_id: int
    kind: str | None = None
    smart: bool = False
    content: str | None = None
    folder_id: int | None = None
    source_path: str | None = None
    revision: int = 0


class PlayQueueRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    person_id: int
    client_identifier: str
    kind: str
    source_uri: str
    seed: int
    shuffled: bool = False
    repeat: bool = False
    continuous: bool = False
    goes_on: bool = False
    version: int = 1
    selected_id: int | None = None
    last_added_id: int | None = None
    created_at: int = 0
    used_at: int = 0


class QueueItemRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    queue_id: int
    item_id: int
    identity_id: int
    position: float
    natural: float
    number: int
    added: bool = False


class CollectionRow(Struct, frozen=True, array_like=True, gc=False):
    identity_id: int
    section_kind: str = ""
    section_title: str = ""
    title: str = ""
    content: str | None = None
    subtype: int | None = None
    mode: int = -1
    sort: int = 0
    filter_by_user: bool = False
    updated_at: int = 0


class CollectionMemberRow(Struct, frozen=True, array_like=True, gc=False):
    list_identity_id: int
    identity_id: int
    position: float
