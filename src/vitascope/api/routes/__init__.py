"""The endpoint families. :data:`FAMILIES` is what the server answers."""

from vitascope.api.routes import (
    art,
    browse,
    claim,
    collections,
    events,
    hubs,
    metadata,
    parts,
    prefs,
    search,
    sections,
    server,
    sessions,
    state,
    streams,
    values,
    vitascope,
    web,
)
from vitascope.api.routing import Routes

FAMILIES: tuple[Routes, ...] = (
    server.routes,
    prefs.routes,
    sections.routes,
    search.routes,
    metadata.routes,
    collections.routes,
    hubs.routes,
    values.routes,
    art.routes,
    parts.routes,
    streams.routes,
    browse.routes,
    state.routes,
    sessions.routes,
    events.routes,
    claim.routes,
    vitascope.routes,
    web.routes,
)
