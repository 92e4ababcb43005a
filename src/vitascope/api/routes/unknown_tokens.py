"""Tokens of tools that nobody here knows, and accepting them."""

from vitascope.accounts import household, unknown_tokens
from vitascope.accounts.unknown_tokens import UnknownToken
from vitascope.api.call import Call
from vitascope.api.describe import Answer, text
from vitascope.api.errors import NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routes.claim import answering
from vitascope.api.routing import Routes

routes = Routes()


def _wanted(call: Call) -> UnknownToken:
    found = call.house.gate.unknown.find(call.number("number"))
    if found is None:
        raise NotFoundError
    return found


@routes.get("/vitascope/unknown-tokens", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def show_unknown_tokens(call: Call) -> Reply:
    """The tools that showed a token nobody here knows."""
    found = await call.house.database.read(unknown_tokens.never_known, call.house.gate.unknown.all())
    children = [
        Node(
            "UnknownToken",
            {
                "id": one.number,
                "title": one.title,
                "product": one.product,
                "device": one.device,
                "address": one.address,
                "behindProxy": one.behind_proxy,
                "lastSeenAt": one.seen_at,
                "times": one.times,
            },
        )
        for one in found
    ]
    return call.reply(Container({"size": len(children)}, list(children)))


@routes.post(
    "/vitascope/unknown-tokens/{number:int}",
    policy=Policy.OWNER,
    takes=(text("name", "The person whose the token shall be; the owner when it is left out."),),
    answers=Answer.NOTHING,
)
async def accept_unknown_token(call: Call) -> Reply:
    """Accepts a tool's token as one of the owner's, or of the person ``name``."""
    call.refuse_transient()
    found = _wanted(call)
    async with answering():
        person = await call.house.database.read(household.person_called, call.text("name") or "owner")
        await call.house.database.awrite(unknown_tokens.accept, found, person.id)
    call.house.gate.unknown.settle(found)
    call.house.accounts.forget()
    return call.reply(Container({"size": 0, "name": person.name, "title": found.client}))


@routes.delete("/vitascope/unknown-tokens/{number:int}", policy=Policy.OWNER, answers=Answer.NOTHING)
async def dismiss_unknown_token(call: Call) -> Reply:
    """Takes a tool off the list until the server starts again."""
    call.house.gate.unknown.dismiss(_wanted(call))
    return Reply()
