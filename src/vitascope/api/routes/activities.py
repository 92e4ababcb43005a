"""What the server is busy with."""

from vitascope.api.call import Call
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes

routes = Routes()


def _context(section_id: int) -> Node:
    return Node("Context", {"librarySectionID": str(section_id)}, single=True)


@routes.get("/activities", policy=Policy.SIGNED_IN)
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
        if call.viewer.is_owner or activity.person_id == call.person_id
    ]
    return call.reply(Container({"size": len(children)}, list(children)))


@routes.delete("/activities/{uuid}", policy=Policy.OWNER)
async def cancel_activity(call: Call) -> Reply:
    """Asks an activity to stop."""
    board = call.house.board
    if board.get(call.param("uuid")) is None:
        raise NotFoundError
    if not board.cancel(call.param("uuid")):
        raise BadRequestError("this cannot be stopped")
    return Reply()
