"""Our own: the webhooks that the owner registered. The original keeps them at its cloud service; here they are at home.

An address may hold a secret, so it is sent in a body and shown to the owner alone.
"""

from vitascope.api.call import Call
from vitascope.api.describe import Answer
from vitascope.api.errors import BadRequestError, ConflictError
from vitascope.api.forms import form, needed
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.egress import EgressError, parse_url
from vitascope.store import webhooks
from vitascope.store.rows import WebhookRow

routes = Routes()

_LONGEST_URL = 2_000


async def _node(call: Call, row: WebhookRow) -> Node:
    waiting = await call.house.database.read(webhooks.waiting, row.id)
    return Node(
        "Webhook",
        {
            "id": row.id,
            "url": row.url,
            "createdAt": row.created_at,
            "deliveredAt": row.delivered_at,
            "status": row.status,
            "error": row.error,
            "waiting": waiting,
        },
    )


@routes.get("/vitascope/webhooks", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def listed(call: Call) -> Reply:
    """The webhooks, and how each last answered."""
    rows = await call.house.database.read(webhooks.list_webhooks)
    enabled = call.house.preferences.flag("WebHooksEnabled")
    children = [await _node(call, row) for row in rows]
    return call.reply(Container({"size": len(children), "enabled": enabled}, list(children)))


@routes.post(
    "/vitascope/webhooks",
    policy=Policy.OWNER,
    answers=Answer.CONTAINER,
    body="`url`: where to send what happens, as JSON or a form.",
)
async def add(call: Call) -> Reply:
    """Registers a webhook: an address, in the own network too, that is told what happens here."""
    url = needed(await form(call), "url").strip()
    if len(url) > _LONGEST_URL:
        raise BadRequestError(f"url: an address of more than {_LONGEST_URL} characters")
    try:
        parse_url(url)
    except EgressError as error:
        raise BadRequestError(f"url: {error}") from error
    try:
        row = await call.house.database.awrite(webhooks.add_webhook, url)
    except ValueError as error:
        raise ConflictError(str(error)) from error
    await call.house.webhooks.renew()
    return call.reply(Container({"size": 1}, [await _node(call, row)]), status=201)


@routes.delete("/vitascope/webhooks/{webhook_id:int}", policy=Policy.OWNER, answers=Answer.NOTHING)
async def remove(call: Call) -> Reply:
    """Forgets a webhook, and what was on its way to it."""
    await call.house.database.awrite(webhooks.remove_webhook, call.number("webhook_id"))
    await call.house.webhooks.renew()
    return Reply()


@routes.post("/vitascope/webhooks/{webhook_id:int}/test", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def test(call: Call) -> Reply:
    """Sends a webhook the event `vitascope.test` at once, and says how it answered."""
    tried = await call.house.webhooks.test(call.number("webhook_id"))
    return call.reply(Container({"size": 0, "ok": tried.ok, "status": tried.status, "error": tried.error}))
