"""People, their devices and tokens, and whose the server is."""

from msgspec import Struct


class PersonRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    uuid: str
    name: str
    title: str
    is_owner: bool = False
    created_at: int = 0
    restrictions: str = "{}"


class DeviceRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    client_identifier: str
    name: str = ""
    product: str = ""
    version: str = ""
    platform: str = ""
    platform_version: str = ""
    model: str = ""
    created_at: int = 0
    last_seen_at: int = 0


class TokenRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    person_id: int
    token_hash: bytes
    label: str = ""
    created_at: int = 0
    last_used_at: int | None = None
    revoked_at: int | None = None


class PasswordRow(Struct, frozen=True, array_like=True, gc=False):
    person_id: int
    encoded: str
    changed_at: int = 0


class OwnershipRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    way: str
    """How the server came to its owner: ``claim``, ``settings``, ``home``, ``reset``."""
    claimed_at: int = 0
    home: str = ""
    home_token: str = ""


class LinkedServerRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    client_identifier: str
    name: str
    token_hash: bytes
    linked_at: int = 0
