"""Claiming the server, and signing in to it with a name and a password.

The secrets of these requests (claim token, password) are taken from the body, and nothing here logs them. Answers say
which rule a password breaks, but never whether a name exists.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vitascope.accounts import household
from vitascope.accounts.claims import LIFETIME_SECONDS, ClaimKind
from vitascope.accounts.errors import (
    AccountError,
    AlreadyClaimedError,
    ClaimRefusedError,
    SignInRefusedError,
    TooManyTriesError,
)
from vitascope.accounts.throttle import address_key
from vitascope.api.call import Call
from vitascope.api.describe import Answer, text
from vitascope.api.errors import (
    BadRequestError,
    ConflictError,
    ForbiddenError,
    TooManyRequestsError,
    UnauthorizedError,
)
from vitascope.api.forms import form, needed
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Value
from vitascope.api.reply import Header, Reply
from vitascope.api.routing import Routes
from vitascope.store import ownership, people

routes = Routes()

_NOT_KEPT: list[Header] = [(b"cache-control", b"no-store")]


@asynccontextmanager
async def answering() -> AsyncIterator[None]:
    """What accounts refuse, as answers of HTTP."""
    try:
        yield
    except TooManyTriesError as error:
        raise TooManyRequestsError(str(error), error.seconds) from error
    except AlreadyClaimedError as error:
        raise ConflictError(str(error)) from error
    except ClaimRefusedError as error:
        raise ForbiddenError(str(error)) from error
    except SignInRefusedError as error:
        raise UnauthorizedError(str(error)) from error
    except AccountError as error:
        raise BadRequestError(str(error)) from error


def _peer(call: Call) -> tuple[str | None, str | None]:
    """Where a request comes from, and what a proxy says of that."""
    peer = call.evidence.peer if call.evidence else None
    return peer, call.headers.get("x-forwarded-for")


def _label(call: Call) -> str:
    """What is noted with a token of this client."""
    device = call.plex("Device-Name") or call.plex("Product") or "signed in"
    return device[:64]


@routes.get("/vitascope/claim", policy=Policy.PUBLIC, answers=Answer.CONTAINER)
async def claim_state(call: Call) -> Reply:
    """Whether the server belongs to somebody."""
    return call.reply(Container({"size": 0, "claimed": call.house.gate.ownership.claimed}), headers=_NOT_KEPT)


@routes.post(
    "/vitascope/claim",
    policy=Policy.PUBLIC,
    answers=Answer.CONTAINER,
    body="A form, or a JSON object of texts: `token`, `name` and `password`.",
)
async def claim(call: Call) -> Reply:
    """Makes whoever presents a claim token the owner, with a name and a password."""
    sent = await form(call)
    async with answering():
        token = await call.house.gate.ownership.claim(
            needed(sent, "token"),
            needed(sent, "name"),
            needed(sent, "password"),
            label=_label(call),
            address=address_key(*_peer(call)),
        )
    return call.reply(Container({"size": 0, "token": token}), status=201, headers=_NOT_KEPT)


@routes.post(
    "/vitascope/claim/token",
    policy=Policy.OWNER,
    takes=(
        text("for", "What the token is for: this server while it is left out, or another one.", choices=("server",)),
    ),
    answers=Answer.CONTAINER,
)
async def mint_claim_token(call: Call) -> Reply:
    """Makes a claim token: for this server while it belongs to nobody, with ``for=server`` for another one."""
    call.refuse_transient()
    gate = call.house.gate
    wanted = call.text("for")
    if wanted not in (None, "server"):
        raise BadRequestError("for is server, or left out")
    kind = ClaimKind.ANOTHER_SERVER if wanted else ClaimKind.THIS_SERVER
    if kind is ClaimKind.THIS_SERVER and gate.ownership.claimed:
        raise ConflictError(
            "this server is claimed already; a token for another server is made with for=server (--for-server)"
        )
    if kind is ClaimKind.ANOTHER_SERVER and not gate.ownership.claimed:
        raise ConflictError("this server belongs to nobody yet, so nobody can own another one through it")
    if wanted and not await gate.home.can_vouch():
        raise ConflictError("the owner has no password yet, and could sign in nowhere (vitascope user password owner)")
    attributes: dict[str, Value] = {
        "size": 0,
        "token": gate.desk.mint(kind),
        "seconds": int(LIFETIME_SECONDS),
        "for": kind.value,
    }
    return call.reply(Container(attributes), status=201, headers=_NOT_KEPT)


@routes.post(
    "/vitascope/sign-in",
    policy=Policy.PUBLIC,
    answers=Answer.CONTAINER,
    body="A form, or a JSON object of texts: `name` and `password`.",
)
async def sign_in(call: Call) -> Reply:
    """A token for who knows a name and its password."""
    sent = await form(call)
    peer, forwarded = _peer(call)
    async with answering():
        token = await call.house.gate.sign_in.sign_in(
            needed(sent, "name"), needed(sent, "password"), peer=peer, forwarded=forwarded, label=_label(call)
        )
    return call.reply(Container({"size": 0, "token": token}), status=201, headers=_NOT_KEPT)


@routes.get("/vitascope/sign-in", policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def signed_in(call: Call) -> Reply:
    """Who one is to this server: the name one signs in with, the one that is shown, and whether one is the owner."""
    person = await call.house.database.read(people.person, call.person_id)
    attributes: dict[str, Value] = {
        "size": 0,
        "id": person.id,
        "name": person.name,
        "title": person.title,
        "owner": person.is_owner,
    }
    return call.reply(Container(attributes), headers=_NOT_KEPT)


@routes.delete("/vitascope/sign-in", policy=Policy.SIGNED_IN, answers=Answer.NOTHING)
async def sign_out(call: Call) -> Reply:
    """Ends the token that is named in the body, which must be a token of who asks."""
    sent = await form(call)
    token = needed(sent, "token")
    person = await call.house.database.read(people.person_for_token, token)
    if person is None or person.id != call.person_id:
        raise BadRequestError("this is no token of yours")
    await call.house.database.awrite(people.revoke_token_text, token)
    call.house.accounts.forget()
    return Reply()


@routes.put(
    "/vitascope/people/password",
    policy=Policy.OWNER,
    answers=Answer.CONTAINER,
    body="A form, or a JSON object of texts: `name` and `password`; `signOut=1` ends the owner's tokens too.",
)
async def set_password(call: Call) -> Reply:
    """Gives a person a password; given to the owner, the server is claimed with it."""
    call.refuse_transient()
    sent = await form(call)
    gate = call.house.gate
    async with answering():
        person = await call.house.database.read(household.person_called, needed(sent, "name"))
        encoded = await gate.passwords.encode(needed(sent, "password"))
        if not person.is_owner:
            await call.house.database.awrite(ownership.set_password, person.id, encoded)
            return Reply()
        await gate.ownership.reset(encoded, sign_out=sent.get("signOut") == "1")
    gate.sign_in.forgive()
    call.house.accounts.forget()
    return Reply()
