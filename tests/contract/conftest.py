"""A server for whoever sends what a description allows: on a copy of the drawn library, which it may ruin."""

from tests.api.families.conftest import drawn_media, golden, home

__all__ = ["drawn_media", "golden", "home"]
