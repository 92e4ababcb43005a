"""Whose picture lies where: told to the tags of people once the items that a provider spoke of were written."""

from collections.abc import Sequence

from msgspec import Struct

from vitascope.library.online.answers import pictures_of
from vitascope.metadata.online import PERSON
from vitascope.store import matches, portraits, providers
from vitascope.store.engine import Database
from vitascope.store.reader import Reader, chunks

_TOGETHER = 200


class _Faces(Struct, frozen=True, kw_only=True):
    """Of one section: by provider, in the order of the section, the addresses of pictures by name."""

    section_id: int
    urls: dict[str, dict[str, str]]


async def name_faces(database: Database, identity_ids: Sequence[int]) -> None:
    """Have the people of these items, and of what lies below them, known by their pictures."""
    for identity_id in identity_ids:
        for faces in await database.read(_faces, identity_id):
            before: list[str] = []
            for provider, urls in faces.urls.items():
                for names in chunks(list(urls), _TOGETHER):
                    await database.awrite(
                        portraits.name_portraits,
                        provider,
                        {name: urls[name] for name in names},
                        before=tuple(before),
                        section_ids=[faces.section_id],
                        urgent=False,
                    )
                before.append(provider)


def _faces(r: Reader, identity_id: int) -> list[_Faces]:
    tops = matches.items_of(r, [identity_id])
    found: list[_Faces] = []
    for top in tops:
        asked = [row.identifier for row in providers.providers_of_section(r, top.section_id)]
        if not asked:
            continue
        urls: dict[str, dict[str, str]] = {identifier: {} for identifier in asked}
        below = [item.identity_id for item in matches.items_below(r, [top.id])]
        said = matches.records_of(r, [identity_id, *below])
        for each in (identity_id, *below):
            for row in said.get(each, []):
                for picture in pictures_of(row.pictures) if row.provider in urls else ():
                    if picture.kind == PERSON and picture.name is not None:
                        urls[row.provider].setdefault(picture.name, picture.url)
        found.append(_Faces(section_id=top.section_id, urls=urls))
    return found
