"""Webhooks and what waits to be delivered to them: a short queue for each, in the database so that a restart loses
nothing."""

from sqlalchemy import bindparam, delete, func, select, update

from vitascope.store import bulk
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader
from vitascope.store.rows import WebhookDeliveryRow, WebhookRow
from vitascope.store.schema import webhook_deliveries, webhooks
from vitascope.store.writer import Writer

MOST_WAITING = 500
"""For one webhook; of more, the oldest are dropped."""
MOST_WEBHOOKS = 50

_all = select(webhooks).order_by(webhooks.c.id)
_one = select(webhooks).where(webhooks.c.id == bindparam("id"))
_by_url = select(webhooks).where(webhooks.c.url == bindparam("url"))
_d = webhook_deliveries.c
_due = (
    select(webhook_deliveries)
    .where(_d.webhook_id == bindparam("webhook_id"), _d.run_after <= bindparam("now"))
    .order_by(_d.run_after, _d.id)
    .limit(1)
)
_soonest = select(func.min(_d.run_after))
_waiting = select(func.count()).where(_d.webhook_id == bindparam("webhook_id"))
_oldest = select(_d.id).where(_d.webhook_id == bindparam("webhook_id")).order_by(_d.id).limit(bindparam("surplus"))
_old = delete(webhook_deliveries).where(_d.created_at < bindparam("before"))
_later = (
    update(webhook_deliveries)
    .where(_d.id == bindparam("delivery_id"))
    .values(attempts=bindparam("tried"), run_after=bindparam("after"))
)
_took = (
    update(webhooks)
    .where(webhooks.c.id == bindparam("hook_id"))
    .values(delivered_at=bindparam("at"), status=bindparam("code"), error=None)
)
_refused = (
    update(webhooks)
    .where(webhooks.c.id == bindparam("hook_id"))
    .values(status=bindparam("code"), error=bindparam("why"))
)


def list_webhooks(r: Reader) -> list[WebhookRow]:
    """All webhooks, the oldest first."""
    return r.rows(WebhookRow, _all)


def get_webhook(r: Reader, webhook_id: int) -> WebhookRow:
    """One webhook; :class:`NotFound` when there is none."""
    found = r.row(WebhookRow, _one, {"id": webhook_id})
    if found is None:
        raise NotFound(f"no webhook {webhook_id}")
    return found


def add_webhook(tx: Writer, url: str) -> WebhookRow:
    """A new webhook. ``ValueError`` when there is one with this address, or too many."""
    if tx.row(WebhookRow, _by_url, {"url": url}) is not None:
        raise ValueError("there is a webhook with this address already")
    if len(list_webhooks(tx)) >= MOST_WEBHOOKS:
        raise ValueError(f"there are {MOST_WEBHOOKS} webhooks already")
    row = WebhookRow(id=tx.id("webhooks"), url=url, created_at=tx.now)
    bulk.insert_rows(tx, webhooks, [row])
    return row


def remove_webhook(tx: Writer, webhook_id: int) -> None:
    """Forget a webhook and what waits for it."""
    get_webhook(tx, webhook_id)
    bulk.delete_where(tx, webhook_deliveries, "webhook_id", [webhook_id])
    bulk.delete_where(tx, webhooks, "id", [webhook_id])


def enqueue(tx: Writer, event: str, payload: str, item_id: int | None) -> int:
    """Something to deliver to every webhook; how many there are."""
    hooks = list_webhooks(tx)
    rows = [
        WebhookDeliveryRow(
            id=number,
            webhook_id=hook.id,
            event=event,
            payload=payload,
            item_id=item_id,
            run_after=tx.now,
            created_at=tx.now,
        )
        for hook, number in zip(hooks, tx.ids("webhook_deliveries", len(hooks)), strict=True)
    ]
    bulk.insert_rows(tx, webhook_deliveries, rows)
    for hook in hooks:
        surplus = int(tx.scalar(_waiting, {"webhook_id": hook.id})) - MOST_WAITING
        if surplus > 0:
            dropped = tx.scalars(_oldest, {"webhook_id": hook.id, "surplus": surplus})
            bulk.delete_where(tx, webhook_deliveries, "id", dropped)
    return len(hooks)


def due(r: Reader, webhook_id: int, now: int) -> WebhookDeliveryRow | None:
    """What to deliver to a webhook next."""
    return r.row(WebhookDeliveryRow, _due, {"webhook_id": webhook_id, "now": now})


def soonest(r: Reader) -> int | None:
    """When the next delivery may be tried, epoch seconds; ``None`` when nothing waits."""
    found = r.scalar(_soonest)
    return None if found is None else int(found)


def waiting(r: Reader, webhook_id: int) -> int:
    """How many deliveries wait for a webhook."""
    return int(r.scalar(_waiting, {"webhook_id": webhook_id}))


def delivered(tx: Writer, delivery: WebhookDeliveryRow, status: int) -> None:
    """A webhook took a delivery."""
    bulk.delete_where(tx, webhook_deliveries, "id", [delivery.id])
    tx.conn.execute(_took, {"hook_id": delivery.webhook_id, "at": tx.now, "code": status})


def failed(tx: Writer, delivery: WebhookDeliveryRow, status: int | None, why: str, again_after_s: int | None) -> None:
    """A delivery came to nothing: it is tried again after a while, or (``None``) given up."""
    if again_after_s is None:
        bulk.delete_where(tx, webhook_deliveries, "id", [delivery.id])
    else:
        tx.conn.execute(
            _later, {"delivery_id": delivery.id, "tried": delivery.attempts + 1, "after": tx.now + again_after_s}
        )
    tx.conn.execute(_refused, {"hook_id": delivery.webhook_id, "code": status, "why": why})


def drop_old(tx: Writer, before: int) -> int:
    """Forget deliveries from before a time: nobody wants to be told of yesterday's pause."""
    return tx.conn.execute(_old, {"before": before}).rowcount
