"""The device that calls, as a player: in its own words, and where it is."""

from vitascope.accounts.locality import parse_address
from vitascope.api.call import Call
from vitascope.playback.sessions import Player

_LONGEST = 200
"""Letters of what a device says of itself."""


def player_of(call: Call) -> Player:
    """The device that calls, in its own words."""
    client = call.scope.get("client")
    address = client[0] if client else ""
    parsed = parse_address(address)

    def said(name: str) -> str:
        return (call.plex(name) or "")[:_LONGEST]

    identifier = said("Client-Identifier")
    return Player(
        client_identifier=identifier or address or "unknown",
        named=bool(identifier),
        title=said("Device-Name") or said("Device") or said("Product"),
        product=said("Product"),
        version=said("Version"),
        platform=said("Platform"),
        platform_version=said("Platform-Version"),
        device=said("Device"),
        model=said("Model"),
        vendor=said("Device-Vendor"),
        profile=said("Client-Profile-Name"),
        address=str(parsed) if parsed else address,
        local=parsed is not None and (parsed.is_private or parsed.is_loopback),
        secure=call.scope.get("scheme") in ("https", "wss"),
    )


def session_identifier(call: Call) -> str:
    """Which of its playbacks a player means, when it has several at once."""
    return (call.plex("Session-Identifier") or "")[:_LONGEST]
