"""Tags, pictures and search texts of items."""

from msgspec import Struct


class TagRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    type: int
    tag: str
    folded: str
    thumb: str | None = None


class TaggingRow(Struct, frozen=True, array_like=True, gc=False):
    item_id: int
    tag_id: int
    tag_type: int
    ordering: int = 0
    text: str | None = None


class PortraitRow(Struct, frozen=True, array_like=True, gc=False):
    tag_id: int
    provider: str
    url: str
    cache_key: str | None = None


class ArtworkRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    item_id: int
    kind: str
    source: str
    file_id: int | None = None
    cache_key: str | None = None
    ordering: int = 0
    selected: bool = False


class SearchTextRow(Struct, frozen=True, array_like=True, gc=False):
    item_id: int
    title_tokens: str
    other_tokens: str = ""
    kind: str = ""


class TagWordRow(Struct, frozen=True, array_like=True, gc=False):
    word: str
    tag_id: int


class SearchWordRow(Struct, frozen=True, array_like=True, gc=False):
    deletion: str
    word: str
