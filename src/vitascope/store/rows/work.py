"""What the server has to do, what happened, and whom the owner wants told of it."""

from msgspec import Struct


class JobRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    kind: str
    subject: str
    payload: str = "{}"
    priority: int = 0
    attempts: int = 0
    run_after: int = 0
    error: str | None = None
    created_at: int = 0


class EventRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    at: int
    type: str
    payload: str


class WebhookRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    url: str
    created_at: int = 0
    delivered_at: int | None = None
    status: int | None = None
    error: str | None = None


class WebhookDeliveryRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    webhook_id: int
    event: str
    payload: str
    item_id: int | None = None
    attempts: int = 0
    run_after: int = 0
    created_at: int = 0
