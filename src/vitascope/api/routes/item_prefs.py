"""Setting preferences of single items."""

from vitascope.api.call import Call
from vitascope.api.describe import Answer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.ids import ids_of
from vitascope.api.policy import Policy
from vitascope.api.reply import Reply
from vitascope.api.routes.collections import set_preferences_of
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType
from vitascope.ops import item_prefs
from vitascope.ops.setting import PreferenceValueError
from vitascope.store import edits
from vitascope.store.item_preferences import set_preferences
from vitascope.store.items import get_items
from vitascope.store.writer import Writer

routes = Routes()

_MOST_IDS = 200


@routes.put(
    "/library/metadata/{ids}/prefs",
    policy=Policy.OWNER,
    takes=(text("*", "Any preference of the item, by its id: `episodeSort=1`."),),
    answers=Answer.NOTHING,
)
async def set_item_preferences(call: Call) -> Reply:
    """Sets preferences of items; those that their type does not have are passed over."""
    ids = ids_of(call.param("ids"))
    if len(ids) > _MOST_IDS:
        raise BadRequestError(f"preferences of at most {_MOST_IDS} items are set at once")
    found = await call.house.database.read(get_items, ids, call.viewer)
    if len(found) < len(ids):
        raise NotFoundError
    asked = {name: value for name, value in call.pairs if not name.startswith("X-Plex-")}
    try:
        changes = {item.id: item_prefs.checked(ItemType(item.type), asked) for item in found}
    except PreferenceValueError as error:
        raise BadRequestError(str(error)) from error

    def write(tx: Writer) -> None:
        for item_id, changed in changes.items():
            title = set_preferences(tx, item_id, changed) if changed else None
            if title is not None:
                edits.retitle(tx, item_id, title)

    await call.house.database.awrite(write)
    for item in found:
        if item.type == ItemType.COLLECTION:
            await set_preferences_of(call, item)
    asked_otherwise = [item for item in found if changes[item.id].keys() & item_prefs.ASKED_BY]
    if asked_otherwise:
        await call.house.online.refresh(asked_otherwise)
    await call.house.editing.told([item.id for item in found])
    return Reply()
