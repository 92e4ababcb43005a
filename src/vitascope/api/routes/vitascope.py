"""What only this server has: what the command line talks to, and what the owner should know."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from vitascope.accounts import household
from vitascope.accounts.errors import HouseholdError
from vitascope.api.call import Call
from vitascope.api.describe import PAGING, Answer, integer, text
from vitascope.api.errors import BadRequestError
from vitascope.api.listing import paging_headers
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.events import AccountChanged
from vitascope.library.scanner import RunningScan
from vitascope.store.files import unreadable
from vitascope.store.sections import list_sections, locations
from vitascope.store.writer import Writer

routes = Routes()

P = ParamSpec("P")
T = TypeVar("T")


def _scan(scan: RunningScan) -> Node:
    """How far a scan is, and how fast."""
    seen = scan.progress.seen_files if scan.progress is not None else 0
    return Node(
        "Scan",
        {
            "librarySectionID": str(scan.section_id),
            "uuid": scan.activity_id,
            "waiting": scan.waiting,
            "seenFiles": seen,
            "filesPerSecond": round(seen / scan.duration_s) if scan.duration_s > 0 else 0,
        },
    )


@routes.get("/vitascope/status", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def status(call: Call) -> Reply:
    """The server at a glance."""
    house = call.house
    roots = await house.database.read(locations)
    sections = await house.database.read(list_sections)
    notes = [*house.notes, *house.certificates.state().troubles]
    children = [Node("Note", {"text": note}) for note in notes]
    children += [_scan(scan) for scan in house.scans.running()]
    children += [
        Node(
            "Away",
            {
                "path": root.path.decode("utf-8", "replace"),
                "librarySectionID": root.section_id,
                "reason": root.unavailable_reason,
            },
        )
        for root in roots
        if not root.available
    ]
    attributes: dict[str, Value] = {
        "size": len(children),
        "database": house.database.dialect,
        "sections": len(sections),
        "scans": len(house.scans.running()),
        "playing": len(house.reports.sessions.sessions()),
        "startedAt": house.started_at,
        "claimed": house.gate.ownership.claimed,
        "trustLoopback": house.settings.trust_loopback,
    }
    return call.reply(Container(attributes, list(children)))


@routes.get(
    "/vitascope/unreadable",
    policy=Policy.OWNER,
    takes=(*PAGING, integer("sectionId", "Only files of this section.")),
    answers=Answer.CONTAINER,
)
async def unreadable_files(call: Call) -> Reply:
    """The files that could not be read, and why."""
    window = call.window
    size = 1_000 if window.size is None else window.size
    found, total = await call.house.database.read(unreadable, call.integer("sectionId"), window.start, size)
    children = [
        Node(
            "File",
            {
                "id": file.file_id,
                "librarySectionID": str(file.section_id),
                "path": (file.location_path.rstrip(b"/") + b"/" + file.path).decode("utf-8", "replace"),
                "reason": file.error,
                "at": file.error_at,
            },
        )
        for file in found
    ]
    return call.reply(
        Container({"size": len(children), "totalSize": total, "offset": window.start}, list(children)),
        headers=paging_headers(window.start, total),
    )


# --- people ----------------------------------------------------------------------------------------------------


async def _change(call: Call, change: Callable[Concatenate[Writer, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Changes the household, and forgets what was remembered of its tokens."""
    try:
        return await call.house.database.awrite(lambda tx: change(tx, *args, **kwargs))
    except HouseholdError as error:
        raise BadRequestError(str(error)) from error
    finally:
        call.house.accounts.forget()


@routes.get("/vitascope/people", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def show_people(call: Call) -> Reply:
    """The people and which tokens they have; a token itself is never shown again."""
    found = await call.house.database.read(household.members)
    children = [
        Node(
            "Person",
            {
                "id": member.person.id,
                "name": member.person.name,
                "title": member.person.title,
                "owner": member.person.is_owner,
                "restrictions": member.person.restrictions,
            },
            [
                Node(
                    "Token",
                    {
                        "id": token.id,
                        "label": token.label,
                        "createdAt": token.created_at,
                        "lastUsedAt": token.last_used_at,
                        "revoked": token.revoked_at is not None,
                    },
                )
                for token in member.tokens
            ],
        )
        for member in found
    ]
    return call.reply(Container({"size": len(children)}, list(children)))


@routes.post(
    "/vitascope/people",
    policy=Policy.OWNER,
    takes=(
        text("name", "The person's name.", required=True, example="mia"),
        text("title", "What the person is called on the screen; the name when it is left out."),
        text(
            "section", "A section the person may see, by its title; all when none is named. May be repeated.", many=True
        ),
        text("rating", "An age rating the person may see; all when none is named. May be repeated.", many=True),
        text("excludeLabel", "A label whose items the person may not see. May be repeated.", many=True),
    ),
    answers=Answer.CONTAINER,
)
async def add_person(call: Call) -> Reply:
    """Adds a person."""
    call.refuse_transient()
    person = await _change(
        call,
        household.add,
        call.required("name"),
        call.text("title") or "",
        sections=call.values("section"),
        ratings=call.values("rating"),
        excluded_labels=call.values("excludeLabel"),
    )
    call.house.bus.publish(AccountChanged(person_id=person.id, event="added"))
    return call.reply(Container({"size": 0, "id": person.id, "name": person.name}), status=201)


@routes.delete(
    "/vitascope/people",
    policy=Policy.OWNER,
    takes=(text("name", "The person's name.", required=True, example="mia"),),
    answers=Answer.NOTHING,
)
async def remove_person(call: Call) -> Reply:
    """Removes a person."""
    gone = await _change(call, household.remove, call.required("name"))
    call.house.bus.publish(AccountChanged(person_id=gone.id, event="removed"))
    return Reply()


@routes.post(
    "/vitascope/people/tokens",
    policy=Policy.OWNER,
    takes=(
        text("name", "The person's name.", required=True, example="mia"),
        text("label", "What the token is for, in the owner's words."),
    ),
    answers=Answer.CONTAINER,
)
async def mint_token(call: Call) -> Reply:
    """Makes a token for a person; it is shown this one time."""
    call.refuse_transient()
    token = await _change(call, household.mint, call.required("name"), call.text("label") or "")
    return call.reply(Container({"size": 0, "token": token}), status=201)


@routes.delete(
    "/vitascope/people/tokens",
    policy=Policy.OWNER,
    takes=(
        text("name", "The person's name.", required=True, example="mia"),
        integer("id", "The token's number.", required=True),
    ),
    answers=Answer.NOTHING,
)
async def revoke_token(call: Call) -> Reply:
    """Revokes a person's token."""
    await _change(call, household.revoke, call.required("name"), call.integer("id", 0) or 0)
    return Reply()
