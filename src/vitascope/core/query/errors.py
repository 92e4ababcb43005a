"""The one error of this room."""


class QueryError(ValueError):
    """A query that cannot be understood; the message names the parameter. The API answers 400 with it."""
