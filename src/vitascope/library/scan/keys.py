"""The keys an identity is found by (design rule 1), as texts: external ids, parsed names, content and paths.

An item may be found by any of its keys, so each says all that makes the item what it is: type and edition are part of
names and external ids, an episode's carry those of its show. Texts are folded, hence independent of case and accents.
"""

from typing import NamedTuple

from vitascope.core.model import ItemType
from vitascope.core.naming.titles import fold
from vitascope.store.known_keys import KeyKind, key_hash
from vitascope.store.rows import IdentityKeyRow


def movie(title: str, year: int | None, edition: str | None) -> str:
    return f"movie|{fold(title)}|{year or ''}|{fold(edition or '')}"


def show(title: str, year: int | None, edition: str | None) -> str:
    return f"show|{fold(title)}|{year or ''}|{fold(edition or '')}"


def season(show_key: str, number: int) -> str:
    return f"{show_key}|s{number}"


def episode(show_key: str, season_number: int, number: int | None, air_date: str | None) -> str:
    return f"{show_key}|s{season_number}|{f'e{number}' if number is not None else f'd{air_date}'}"


def artist(name: str) -> str:
    return f"artist|{fold(name)}"


def album(artist_key: str, title: str) -> str:
    return f"{artist_key}|album|{fold(title)}"


def track(album_key: str, disc: int | None, number: int | None, title: str) -> str:
    return f"{album_key}|{disc or 1}|{number or 0}|{fold(title)}"


def external(item_type: ItemType, guid: str, edition: str | None, place: str = "") -> str:
    """``place`` is ``/season/episode`` below the guid of a show."""
    return f"{item_type.value}|{guid}{place}|{fold(edition or '')}"


def path_key(absolute: bytes, item_type: ItemType, place: str = "") -> str:
    """``place`` tells apart the episodes in one file. Bytes that are no text are written as ``\\xNN``."""
    return f"{item_type.value}|{absolute.decode('utf-8', 'backslashreplace')}|{place}"


def content(fingerprint: bytes, item_type: ItemType, place: str = "") -> str:
    return f"{item_type.value}|{fingerprint.hex()}|{place}"


def split_off(text: str) -> str:
    """Of a path's or a content's key: that of the same file as something a person split off."""
    return f"split|{text}"


class Key(NamedTuple):
    """One key of an identity. ``digest`` is what the database finds it by."""

    kind: int
    text: str
    digest: bytes

    def row(self, identity_id: int) -> IdentityKeyRow:
        return IdentityKeyRow(key_hash=self.digest, kind=self.kind, identity_id=identity_id, key=self.text)


SPLIT = KeyKind.SPLIT
EXTERNAL, NAME, CONTENT, PATH = KeyKind.EXTERNAL, KeyKind.NAME, KeyKind.FINGERPRINT, KeyKind.PATH


def key(kind: int, text: str) -> Key:
    text = text.encode("utf-8", "backslashreplace").decode()
    return Key(kind, text, key_hash(kind, text))
