"""What one provider knows about one item of ours: recognising it, and gathering what is said of it and all below it."""

from collections.abc import Callable, Collection
from dataclasses import replace

from msgspec.structs import replace as changed

from vitascope.core.matching import SURE, Facts, score
from vitascope.core.model import ItemType
from vitascope.metadata.online import Manner, MatchQuery, Provider, ProviderClient, ProviderItem
from vitascope.metadata.online.answers import rating_key_of
from vitascope.store import matches
from vitascope.store.reader import Reader
from vitascope.store.rows import ItemRow

MannerOf = Callable[[Reader, ItemRow], Manner]
"""How providers are asked about an item: what its own preferences and those of its section say."""
MATCHED_TYPES = frozenset({ItemType.MOVIE, ItemType.SHOW, ItemType.ARTIST, ItemType.ALBUM})
"""What is matched by itself; what lies below goes with it."""
ASIN = "asin://"
_MOST_ALBUMS = 100
_MOST_SEASONS = 200


def facts_of(item: ItemRow, guids: Collection[str]) -> Facts:
    """What is known of an item of ours."""
    titles = [title for title in (item.title, item.original_title) if title]
    return Facts(titles=titles, year=item.year, guids=guids)


def facts_said(found: ProviderItem) -> Facts:
    """What a provider says of an item of its own."""
    record = found.record
    titles = [title for title in (record.title, record.original_title) if title]
    return Facts(titles=titles, year=record.year, guids=record.guids)


def artist_of(r: Reader, item: ItemRow) -> str | None:
    """Whose album it is; ``None`` for anything but an album."""
    above = matches.item(r, item.parent_id) if item.type == ItemType.ALBUM and item.parent_id is not None else None
    return above.title if above is not None else None


async def recognise(
    client: ProviderClient,
    provider: Provider,
    item: ItemRow,
    guids: Collection[str],
    manner: Manner,
    *,
    parent_title: str | None = None,
) -> str | None:
    """The provider's rating key for an item, when that is sure: by ids both may know, else by title and year.

    An album is recognised by its ids alone: many are called alike, and its artist is asked about anyway. A built-in
    provider knows albums (books) by title and artist as well, but where an ASIN is said only by that.
    """
    wanted = facts_of(item, guids)
    query = MatchQuery(type=ItemType(item.type), title=item.title, year=item.year, parent_title=parent_title)
    asked: list[str | None] = [*sorted(guids, key=_usefulness)[:2]]
    if provider.built_in:
        asked = [next((guid for guid in guids if guid.startswith(ASIN)), None)]
    elif item.type != ItemType.ALBUM:
        asked.append(None)
    for guid in asked:
        found = await client.match(provider, replace(query, guid=guid), manner)
        if item.type == ItemType.ALBUM and not provider.built_in:
            found = [each for each in found if guid in each.record.guids]
        best = max(found, key=lambda each: points(wanted, each), default=None)
        if best is not None and points(wanted, best) >= SURE:
            return best.rating_key
    return None


def points(wanted: Facts, found: ProviderItem) -> int:
    """How well an answer fits: by its provider's word, where that judges itself."""
    return score(wanted, facts_said(found)) if found.score is None else found.score


def _usefulness(guid: str) -> int:
    """Which ids providers know most often."""
    order = ("imdb", "tmdb", "tvdb", "mbid")
    scheme = guid.partition("://")[0]
    return order.index(scheme) if scheme in order else len(order)


async def gather(client: ProviderClient, provider: Provider, key: str, manner: Manner) -> ProviderItem | None:
    """An item with everything below it as ``children``; ``None`` when the provider does not know it (any more)."""
    found = await client.metadata(provider, key, manner)
    if found is None:
        return None
    match found.type:
        case ItemType.SHOW:
            return changed(found, children=await _seasons(client, provider, found, manner))
        case ItemType.ARTIST:
            return changed(found, children=await _albums(client, provider, found, manner))
        case ItemType.ALBUM if not found.children:
            return changed(found, children=tuple(await client.below(provider, key, manner, what="children")))
        case _:
            return found


async def _seasons(
    client: ProviderClient, provider: Provider, show: ProviderItem, manner: Manner
) -> tuple[ProviderItem, ...]:
    seasons = show.children or tuple(await client.below(provider, show.rating_key, manner, what="children"))
    episodes = await client.below(provider, show.rating_key, manner, what="grandchildren")
    by_season: dict[int | None, list[ProviderItem]] = {}
    for episode in episodes:
        by_season.setdefault(episode.parent_index, []).append(episode)
    whole: list[ProviderItem] = []
    for season in seasons[:_MOST_SEASONS]:
        children = season.children or tuple(by_season.get(season.index, ()))
        if not children and not episodes:  # one that knows no grandchildren
            children = tuple(await client.below(provider, season.rating_key, manner, what="children"))
        whole.append(changed(season, children=tuple(_of_season(each, season) for each in children)))
    return tuple(whole)


def _of_season(episode: ProviderItem, season: ProviderItem) -> ProviderItem:
    return episode if episode.parent_index is not None else changed(episode, parent_index=season.index)


async def _albums(
    client: ProviderClient, provider: Provider, artist: ProviderItem, manner: Manner
) -> tuple[ProviderItem, ...]:
    albums = artist.children or tuple(await client.below(provider, artist.rating_key, manner, what="children"))
    whole: list[ProviderItem] = []
    for album in albums[:_MOST_ALBUMS]:
        tracks = album.children or tuple(await client.below(provider, album.rating_key, manner, what="children"))
        whole.append(changed(album, children=tracks))
    return tuple(whole)


def key_of(guid: str | None, provider: Provider) -> str | None:
    """The rating key in a guid, when it is this provider's."""
    return rating_key_of(guid, provider.identifier) if guid is not None else None
