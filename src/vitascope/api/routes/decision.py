"""How something would be played: the decision, with its codes and texts, and the item as the player would get it."""

from vitascope.api.call import Call
from vitascope.api.deciding import Decided, decided
from vitascope.api.describe import Answer, flag
from vitascope.api.listing import LIBRARY, MEDIA_TAGS
from vitascope.api.play_request import TAKES
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows, Value
from vitascope.api.render.decided import decided as as_decided
from vitascope.api.render.items import item_rows
from vitascope.api.render.table import Shape
from vitascope.api.reply import Reply
from vitascope.api.routes.streaming import KINDS, universal
from vitascope.api.routing import Routes
from vitascope.core.playback.decision import Decision, Verdict

routes = Routes()

_SHAPE = Shape(detail=True, guids=True, playing=True)


@routes.get(
    *universal("decision", (*KINDS, "photo", "subtitles")),
    policy=Policy.SIGNED_IN,
    takes=(*TAKES, flag("explain", "Adds each step of the decision with its reason.")),
    answers=Answer.ITEMS,
)
async def decision(call: Call) -> Reply:
    """How an item would be played by this client: as it is, remuxed, converted, or not at all, and why."""
    found = await decided(call)
    return call.reply(as_container(found, explained=call.flag("explain")))


def as_container(found: Decided, *, explained: bool = False) -> Container:
    """A decision as clients read it."""
    item = as_decided(found.shown, found.decision)
    children: list[Node | Rows] = [Rows(item_rows([item], _SHAPE))]
    if explained:
        children += _explained(found)
    return Container(_attributes(found), children)


def verdicts(made: Decision) -> dict[str, Value]:
    """The codes and texts of a decision, and the bandwidth that it was made for."""
    return {
        "availableBandwidth": made.available_kbps,
        **_verdict("directPlay", made.direct_play),
        **_verdict("general", made.general),
        **_verdict("mde", made.mde),
        **_verdict("transcode", made.transcode),
    }


def _verdict(name: str, verdict: Verdict | None) -> dict[str, Value]:
    if verdict is None:
        return {}
    return {f"{name}DecisionCode": int(verdict.code), f"{name}DecisionText": verdict.text}


def _attributes(found: Decided) -> dict[str, Value]:
    made = found.decision
    section = found.shown.section
    return {
        "size": 1,
        "allowSync": True,
        "identifier": LIBRARY,
        "librarySectionID": section.id if section else None,
        "librarySectionTitle": section.title if section else None,
        "librarySectionUUID": section.uuid if section else None,
        **MEDIA_TAGS,
        **verdicts(made),
        "resourceSession": found.asked.session or None,
    }


def _explained(found: Decided) -> list[Node | Rows]:
    """The steps of the decision, and what of the client's profile was left out."""
    made = found.decision
    profile = Node(
        "ClientProfile",
        {"name": found.profile.profile.name, "requiredBandwidth": made.required_kbps},
        [Node("Ignored", {"directive": one.directive, "reason": one.reason}) for one in found.profile.ignored],
        single=True,
    )
    return [profile, *(Node("Reason", {"code": one.why.value, "text": one.says}) for one in made.reasons)]
