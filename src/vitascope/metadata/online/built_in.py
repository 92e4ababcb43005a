"""What a provider that is part of this server does: the same questions as to registered ones, answered by asking a
service in that service's own words.

It stands in the list of providers, and in a section's group, like any other, and only because an owner put it there:
until then nobody asks it anything.
"""

from typing import Protocol

from vitascope.core.book_chapters import BookChapters
from vitascope.egress import Reach
from vitascope.metadata.online.answers import ProviderItem
from vitascope.metadata.online.questions import Manner, MatchQuery


class BuiltIn(Protocol):
    """All of it raises :class:`~vitascope.metadata.online.errors.ProviderError` and nothing else."""

    @property
    def identifier(self) -> str:
        """One of :data:`vitascope.core.agents.BUILT_IN`."""

    async def match(self, query: MatchQuery, manner: Manner) -> list[ProviderItem]:
        """What an item may be, each with its ``score``."""

    async def metadata(self, rating_key: str, manner: Manner) -> ProviderItem | None:
        """All that is known of an item; ``None`` when there is none."""

    async def chapters(self, rating_key: str, manner: Manner) -> BookChapters | None:
        """The chapters of a book; ``None`` when none are known."""

    def reach(self, url: str) -> Reach:
        """How far the server may go for a picture that an answer names."""
