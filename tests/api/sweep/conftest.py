"""The sweep over python-plexapi uses the drawn library of the endpoint families."""

from tests.api.families.conftest import drawn_media, golden, home

__all__ = ["drawn_media", "golden", "home"]
