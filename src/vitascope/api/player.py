"""The device that calls, as a player: in its own words, and where it is."""

from functools import lru_cache

from vitascope.accounts.locality import Address, Network, is_within, parse_address, parse_networks
from vitascope.api.call import Call
from vitascope.api.secure import is_secure
from vitascope.playback.bandwidth import Delivery
from vitascope.playback.sessions import Player

_LONGEST = 200
"""Letters of what a device says of itself."""


@lru_cache(maxsize=8)
def _networks(text: str) -> tuple[Network, ...]:
    return parse_networks(text)


def _is_local(address: Address | None, networks: str) -> bool:
    """Whether a player is in the own network: that says how far its stream goes, and gives no rights."""
    if address is None:
        return False
    if not networks.strip() or address.is_loopback:
        return address.is_private or address.is_loopback
    return is_within(address, _networks(networks))


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
        local=_is_local(parsed, call.house.preferences.text("LanNetworksBandwidth")),
        secure=is_secure(call.scope),
    )


def session_identifier(call: Call) -> str:
    """Which of its playbacks a player means, when it has several at once."""
    return (call.plex("Session-Identifier") or "")[:_LONGEST]


def delivery_to(call: Call) -> Delivery:
    """Counts what is sent to the caller, for the statistics of bandwidth."""
    player = player_of(call)
    return call.house.bandwidth.delivery(
        person_id=call.person_id,
        device_id=call.house.devices.id_of(player.client_identifier) if player.named else None,
        lan=player.local,
    )
