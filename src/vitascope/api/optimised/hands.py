"""How versions for later are made: the decision of playback, asked by the server itself in the owner's name.

A version is made of the best original, for a player that plays nothing but the target. Where the original is that
already nothing is made. No subtitles are burned in or put into the file: those that lie beside the original count for
its versions too.
"""

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec
from starlette.types import Message

from vitascope.accounts.requester import Requester, owner_viewer
from vitascope.api.call import Call
from vitascope.api.deciding import DETAIL, facts_of, owner_limits
from vitascope.api.house import House
from vitascope.api.listing import shown_items
from vitascope.api.render.shown import MediaShown
from vitascope.api.routes.starting import described, source_of
from vitascope.core.model import Viewer
from vitascope.core.playback import targets
from vitascope.core.playback.decision import PlayRequest, Protocol, SubtitleMode, decide
from vitascope.core.playback.targets import MediaSettings
from vitascope.library.optimised import wishes
from vitascope.library.optimised.places import NoPlace
from vitascope.media.transcoding.gather_tasks import FORMATS
from vitascope.media.workers import TaskError
from vitascope.playback.offline.optimiser import Impossible
from vitascope.playback.offline.plans import Plan
from vitascope.store import items as store_items
from vitascope.store import optimised as store
from vitascope.store.reader import Reader
from vitascope.store.rows import ConversionRow, GeneratorRow, ItemRow
from vitascope.store.sections import section_by_uuid

_SCAN_SECONDS = 0.25
_OUTPUTS = frozenset(("http", container) for container in FORMATS)
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(MediaSettings)


def written(settings: MediaSettings) -> str:
    """Settings as the database keeps them."""
    return _encoder.encode(settings).decode()


def settings_of(row: GeneratorRow) -> MediaSettings:
    """The settings of a generator."""
    return _decoder.decode(row.settings)


def item_of(r: Reader, identity_id: int, section_uuid: str, viewer: Viewer) -> ItemRow | None:
    """The item of an identity, that of the section first where several have it."""
    found = store_items.by_identity(r, [identity_id], viewer).get(identity_id, [])
    rows = [row for row in store_items.get_items(r, found, viewer) if row.deleted_at is None]
    section = section_by_uuid(r, section_uuid)
    return next((row for row in rows if section is not None and row.section_id == section.id), next(iter(rows), None))


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


async def _nowhere(_: Message) -> None:
    return


class LibraryHands:
    """What the optimiser leaves to those who know the library."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._viewer = owner_viewer()

    def _call(self) -> Call:
        """A request of the server to itself, as its owner."""
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
        return Call(scope, _nothing, _nowhere, self._house, {}, Requester(viewer=self._viewer), {})

    async def mend(self) -> None:
        """Files that were whole when the server ended get their names."""
        await self._house.shelf.mend()

    async def look(self, generator_id: int | None = None) -> None:
        """Write down what a generator, or each, is about now."""
        database = self._house.database
        for row in await database.read(store.all_generators):
            if generator_id not in (None, row.id):
                continue
            found = await database.read(wishes.wanted, self._house.positions, row, self._viewer)
            known = await database.read(store.conversions_of, [row.id])
            made = [one for one in known if one.status == store.Status.DONE and one.path is not None]
            if made:
                await self._house.shelf.give_back(row, made, partial(self._found, row))
            waiting = {one.identity_id for one in known if one.status == store.Status.WAITING}
            if set(found) - {one.identity_id for one in known} or waiting - set(found):
                await database.awrite(store.want, row.id, found)

    async def _found(self, generator: GeneratorRow, row: ConversionRow) -> ItemRow | None:
        return await self._house.database.read(item_of, row.identity_id, generator.section_uuid, self._viewer)

    async def _item(self, row: ConversionRow, generator: GeneratorRow) -> ItemRow:
        found = await self._found(generator, row)
        if found is None:
            raise Impossible("the item is not in the library any more", "sourceFileUnavailable")
        return found

    async def title(self, row: ConversionRow) -> str:
        """What people call it."""
        found = await self._house.database.read(item_of, row.identity_id, "", self._viewer)
        return "" if found is None else found.title

    async def plan(self, row: ConversionRow, generator: GeneratorRow) -> Plan | None:
        """How a version is made; ``None`` when the original is as wanted. Raises :class:`Impossible`."""
        await self._house.tried()  # it stays, so it is not made with less than this machine can
        item = await self._item(row, generator)
        call = self._call()
        shown = await shown_items(call, [item.id], DETAIL)
        if not shown:
            raise Impossible("the item is not in the library any more", "sourceFileUnavailable")
        versions = [media for media in shown[0].media if isinstance(media, MediaShown)]
        place = next((at for at, media in enumerate(versions) if media.media.target is None), None)
        if place is None:
            raise Impossible("it has no original any more", "sourceFileUnavailable")
        if len(versions[place].parts) != 1:
            raise Impossible("it lies in several files", "cannotTranscode")
        settings = settings_of(generator)
        request = PlayRequest(
            media_index=place,
            protocol=Protocol.HTTP,
            direct_play=True,
            bitrate_kbps=settings.kbps,
            resolution=settings.resolution,
            subtitles=SubtitleMode.NONE,
            kept=True,
        )
        abilities = replace(self._house.abilities(), outputs=_OUTPUTS, subtitles_inside=False)
        made = decide(
            await facts_of(call, shown[0]),
            targets.profile(generator.profile),
            request,
            limits=owner_limits(call),
            abilities=abilities,
        )
        if made.means is None:
            reason = " ".join([made.general.text, *(one.says for one in made.reasons[-1:])])
            raise Impossible(reason, "cannotTranscode")
        part, shown_part = made.parts[0], versions[place].parts[0]
        if part.direct:
            return None
        if made.delivery is None:
            raise Impossible("there is no way to make it", "cannotTranscode")
        return Plan(
            source=source_of(shown_part),
            source_bytes=shown_part.part.size_bytes,
            conversion=described(made.delivery, part, shown_part, context="static"),
            kbps=made.delivery.kbps,
            video=part.video[0] if part.video else None,
            audio=part.audio[0] if part.audio else None,
        )

    async def put(self, row: ConversionRow, generator: GeneratorRow, plan: Plan, made: Path) -> None:
        """Bring a finished file to its place. Raises :class:`Impossible` and ``OutOfSpace``."""
        item = await self._item(row, generator)
        while self._house.scans.is_scanning(item.section_id):  # which may have read the item already
            await asyncio.sleep(_SCAN_SECONDS)
            item = await self._item(row, generator)
        try:
            await self._house.shelf.put(row, generator, item, plan.source.path, made)
        except NoPlace as error:
            raise Impossible(str(error), "ioError") from error
        except TaskError as error:
            raise Impossible(str(error), "mediaAnalysisError") from error
