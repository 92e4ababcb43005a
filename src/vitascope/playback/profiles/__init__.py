"""The profiles of clients on disk: those that are shipped, and the owner's own."""

from vitascope.playback.profiles.reading import ProfileError, Written, read_profile
from vitascope.playback.profiles.shelf import Client, Profiles

__all__ = ["Client", "ProfileError", "Profiles", "Written", "read_profile"]
