"""Whether who began something that lasts may still have it.

The addresses of a stream hold a key and no token, since players send none with them. So the key must not be worth more
than the right it was given for: when a token is revoked, a person is removed, or what is played is withdrawn from them
(its library is removed, or it gets a label that they may not see), the stream ends with it.
"""

from collections.abc import Awaitable, Callable

from vitascope.api.call import Call
from vitascope.store import items


def may_still_play(call: Call, part_id: int) -> Callable[[], Awaitable[bool]]:
    """Whether the caller may still have a part, as often as it is asked."""
    house, evidence, person_id = call.house, call.evidence, call.viewer.person_id

    async def is_permitted() -> bool:
        if evidence is None:
            return True
        viewer = (await house.accounts.resolve(evidence)).viewer
        if viewer is None or viewer.person_id != person_id:
            return False
        return await house.database.read(items.part_for_delivery, part_id, viewer) is not None

    return is_permitted
