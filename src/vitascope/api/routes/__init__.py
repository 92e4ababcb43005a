"""The endpoint families. :data:`FAMILIES` is what the server answers."""

from vitascope.api.routes import (
    art,
    events,
    hubs,
    metadata,
    parts,
    prefs,
    sections,
    server,
    sessions,
    state,
    vitascope,
    web,
)
from vitascope.api.routing import Routes

FAMILIES: tuple[Routes, ...] = (
    server.routes,
    prefs.routes,
    sections.routes,
    metadata.routes,
    hubs.routes,
    art.routes,
    parts.routes,
    state.routes,
    sessions.routes,
    events.routes,
    vitascope.routes,
    web.routes,
)
