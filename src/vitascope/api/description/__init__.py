"""The server's description of itself: OpenAPI 3.1, generated from the routes and the tables that render them.

Nothing here is written twice: paths, policies and parameters are what the routes declare
(:mod:`vitascope.api.describe`), summaries are the first lines of their endpoints' docstrings, and the schema of an
item is what the renderer's tables say an item has. A route that is added is in the description without another line.
"""

from vitascope.api.description.document import describe

__all__ = ["describe"]
