"""Pictures of items."""

from vitascope.api.routing import Routes

routes = Routes()
