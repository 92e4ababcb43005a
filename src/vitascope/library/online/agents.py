"""A section's agent as the owner's switch of a built-in provider.

Naming the agent for a section puts the provider into the list of providers, and the section into a group of it, as the
owner could do by hand; naming another one takes the section out again, and what was learned stays. Nothing else ever
does: a server on which nobody named such an agent asks nobody.
"""

import msgspec

from vitascope.core.agents import AUDIOBOOK_AGENTS, AUDIOBOOKS
from vitascope.core.model import SectionKind
from vitascope.metadata import audiobooks
from vitascope.store import providers
from vitascope.store.engine import Database

GROUP = "Audiobooks"
AUDIOBOOKS_DESCRIBED = providers.Described(
    identifier=AUDIOBOOKS,
    title=audiobooks.TITLE,
    uri=audiobooks.SERVICE_ADDRESS,
    types=msgspec.json.encode([int(kind) for kind in audiobooks.TYPES]).decode(),
    match_path="/",
    metadata_path="/",
)


class UnfitAgent(Exception):
    """The agent is for another kind of section; the text is for the owner."""


def is_built_in(agent: str | None) -> bool:
    """Whether an agent switches a built-in provider on."""
    return agent in AUDIOBOOK_AGENTS


async def group_of_agent(database: Database, agent: str, kind: SectionKind) -> int | None:
    """The group that a section gets with its agent; ``None`` for an agent that is a name alone.

    Raises :class:`UnfitAgent`.
    """
    if not is_built_in(agent):
        return None
    if kind is not SectionKind.ARTIST:
        raise UnfitAgent(f"{agent} is for music sections, which hold audiobooks")
    return await database.awrite(providers.use_built_in, AUDIOBOOKS_DESCRIBED, GROUP)


async def is_left(database: Database, section_id: int, agent: str) -> bool:
    """Whether a section that asks a built-in provider gets an agent that is none."""
    return not is_built_in(agent) and await database.read(providers.is_of, section_id, AUDIOBOOKS)
