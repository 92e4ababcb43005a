"""The switch of a section's own agent, where this server does the agent's work.

Naming such an agent switches it on. Many clients send the agent of a section along with whatever they change, so
naming the one that is there already does not; a section that had its name before (made by an older version, or
switched off by hand) is switched on here, and by nothing else.
"""

from vitascope.api.call import Call
from vitascope.api.describe import Answer
from vitascope.api.errors import BadRequestError
from vitascope.api.policy import Policy
from vitascope.api.reply import Reply
from vitascope.api.routes.sections import section_of
from vitascope.api.routing import Routes
from vitascope.core.model import SectionKind
from vitascope.library.online.agents import UnfitAgent, group_of_agent
from vitascope.store import providers

routes = Routes()

_PATH = "/vitascope/sections/{section_id:int}/agent"


async def _use(call: Call, *, on: bool) -> Reply:
    section = await section_of(call)
    try:
        group = await group_of_agent(call.house.database, section.agent, SectionKind(section.kind))
    except UnfitAgent as error:
        raise BadRequestError(f"agent: {error}") from error
    if group is None:
        raise BadRequestError(f"agent: {section.agent} is a name alone: nobody is asked for it")
    await call.house.database.awrite(providers.use_group, section.id, group if on else None)
    call.house.online.scan_ended(section.id)
    return Reply()


@routes.put(_PATH, policy=Policy.OWNER, answers=Answer.NOTHING)
async def switch_on(call: Call) -> Reply:
    """Lets the agent of a section look up what is in it."""
    return await _use(call, on=True)


@routes.delete(_PATH, policy=Policy.OWNER, answers=Answer.NOTHING)
async def switch_off(call: Call) -> Reply:
    """Has the agent of a section ask nobody any more; what was learned stays."""
    return await _use(call, on=False)
