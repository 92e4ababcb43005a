"""What apps of people want to have as files."""

from msgspec import Struct


class DownloadQueueRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    person_id: int
    client_identifier: str
    created_at: int


class DownloadRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    queue_id: int
    item_id: int
    part_id: int | None
    asked: str
    status: str
    verdict: str
    plan: str | None
    error: str | None
    size_bytes: int = 0
    used_at: int = 0
    fetched_at: int | None = None
