"""What the server is busy with."""

from vitascope.api.call import Call
from vitascope.api.describe import Answer
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.library.activities import Activity

routes = Routes()


def _context(section_id: int) -> Node:
    return Node("Context", {"librarySectionID": str(section_id)}, single=True)


def _concerns(call: Call, activity: Activity) -> bool:
    return call.viewer.is_owner or activity.person_id == call.person_id


@routes.get("/activities", policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def activities(call: Call) -> Reply:
    """What the server is busy with: to the owner everything, to others what is theirs."""
    children = [
        Node(
            "Activity",
            {
                "uuid": activity.uuid,
                "type": activity.type,
                "cancellable": activity.cancellable,
                "userID": activity.person_id,
                "title": activity.title,
                "subtitle": activity.subtitle,
                "progress": activity.progress,
            },
            [] if activity.section_id is None else [_context(activity.section_id)],
        )
        for activity in call.house.board.activities()
        if _concerns(call, activity)
    ]
    return call.reply(Container({"size": len(children)}, list(children)))


@routes.delete("/activities/{uuid}", policy=Policy.SIGNED_IN, answers=Answer.NOTHING)
async def cancel_activity(call: Call) -> Reply:
    """Asks an activity to stop: the owner any, others their own."""
    board = call.house.board
    found = board.get(call.param("uuid"))
    if found is None or not _concerns(call, found):
        raise NotFoundError
    if not board.cancel(found.uuid):
        raise BadRequestError("this cannot be stopped")
    return Reply()
