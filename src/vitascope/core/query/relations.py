"""How types of items belong together: an episode to its season, a season to its show."""

from vitascope.core.model import ItemType

DIRECT_PARENT = {
    ItemType.EPISODE: ItemType.SEASON,
    ItemType.SEASON: ItemType.SHOW,
    ItemType.TRACK: ItemType.ALBUM,
    ItemType.ALBUM: ItemType.ARTIST,
    ItemType.PHOTO: ItemType.PHOTO_ALBUM,
    ItemType.CLIP: ItemType.PHOTO_ALBUM,
}


def ancestors(item_type: ItemType) -> tuple[ItemType, ...]:
    """The types above one, nearest first."""
    found = []
    parent = DIRECT_PARENT.get(item_type)
    while parent is not None:
        found.append(parent)
        parent = DIRECT_PARENT.get(parent)
    return tuple(found)


def related(listed: ItemType, scope: ItemType) -> bool:
    """Whether a condition on ``scope`` can be asked of an item of type ``listed``."""
    return listed == scope or scope in ancestors(listed) or listed in ancestors(scope)
