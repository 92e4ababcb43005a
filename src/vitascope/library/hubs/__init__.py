"""Hubs: rows of items for a start page, a section's page, an item's page and the moment after playback.

- ``model``: what a hub is, and what its makers are told (:class:`Look`).
- ``queried``: the hub of a media query: its key is that query, so that it pages like any listing.
- ``movies``, ``shows``, ``music``, ``photos``: the hubs of a section, by its kind.
- ``catalogue``: which hubs a section has, in their order, and where they are shown unless the owner says otherwise.
- ``managed``: what the owner says.
- ``home``: hubs across sections. ``related``: hubs of an item.
- ``shelves``: puts them together, and keeps what it made as long as nothing changed.

Whatever a hub holds comes from cached positions, an index read from its end, or a bounded number of candidates. A hub
of chance is chosen by the day and the person, so it stays the same while somebody looks at it.
"""

from vitascope.library.hubs.model import DeckRules, Hub, Look
from vitascope.library.hubs.shelves import Shelves

__all__ = ["DeckRules", "Hub", "Look", "Shelves"]
