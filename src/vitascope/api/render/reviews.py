"""The table of Review, which ``includeReviews`` adds to a full item."""

from vitascope.api.render.table import Table, number, text
from vitascope.core.reviews import Review

REVIEW: Table[tuple[int, Review]] = Table(
    "Review",
    (
        number("id", lambda pair: pair[0]),
        text("tag", lambda pair: pair[1].tag, key=True),
        text("text", lambda pair: pair[1].text),
        text("image", lambda pair: pair[1].image),
        text("link", lambda pair: pair[1].link),
        text("source", lambda pair: pair[1].source),
    ),
)
