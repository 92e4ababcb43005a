"""Streams in one piece, as they are made: bytes from a pipe, no faster than they are taken.

ffmpeg writes into a pipe of the kernel; while the reader does not take, it waits. It ends when the reader is gone.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Self

from vitascope.core.playback.commands import CommandError, Hardware, VideoTools, Wanted, stream_command
from vitascope.media.transcoding.converting import Machine, failure_of
from vitascope.media.transcoding.launcher.client import Child, Launcher, LauncherError
from vitascope.media.transcoding.launcher.messages import Order
from vitascope.media.transcoding.production import ProductionError, RunStatus, Source, Unplayable
from vitascope.media.transcoding.reading import reading_of
from vitascope.media.transcoding.settings import ConversionSettings
from vitascope.media.transcoding.texts import Texts

_CHUNK_BYTES = 1 << 16
_HELD_BYTES = 1 << 18


class ProgressiveStream:
    """A stream that has begun: its first bytes are there. Close it, or iterate to its end."""

    def __init__(
        self, child: Child, reader: asyncio.StreamReader, transport: asyncio.ReadTransport, begun: RunStatus
    ) -> None:
        self._child, self._reader, self._transport = child, reader, transport
        self._begun = begun
        self._first = b""
        self._closed = False
        self.size_bytes = 0
        """How much of it was taken."""

    @classmethod
    async def begin(cls, launcher: Launcher, order: Order, begun: RunStatus) -> Self:
        """Starts it and waits for the first bytes; ``begun`` is where it begins, and by what. Raises
        :class:`ProductionError`."""
        read, write = os.pipe()
        reader = asyncio.StreamReader(limit=_HELD_BYTES)
        try:
            transport, _ = await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read, "rb", buffering=0)
            )
            try:
                child = await launcher.run(order, pipe=write)
            except BaseException:  # also when nobody waits for it any more
                transport.close()
                raise
        except LauncherError as error:
            raise ProductionError(str(error)) from error
        finally:
            os.close(write)
        stream = cls(child, reader, transport, begun)
        try:
            stream._first = await reader.read(_CHUNK_BYTES)
            if not stream._first:
                ended = await child.wait()
                raise failure_of(ended) if ended.code else Unplayable("there is nothing from there on")
        except BaseException:
            await stream.close()
            raise
        return stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The bytes. Raises :class:`ProductionError` after the last ones when that is not all: it failed on the way, or
        was closed."""
        try:
            data, self._first = self._first, b""
            while data:
                self.size_bytes += len(data)
                yield data
                data = await self._reader.read(_CHUNK_BYTES)
            if self._closed:
                raise ProductionError("the stream was ended")
            ended = await self._child.wait()
            if ended.code or ended.failure:
                raise failure_of(ended)
        finally:
            await self.close()

    @property
    def status(self) -> RunStatus:
        """How it is doing. It is held up while its reader takes nothing."""
        progress = self._child.progress
        return replace(
            self._begun,
            made_us=self._begun.made_us + progress.made_us,
            speed=round(progress.made_us / 1e6 / progress.time_s, 2) if progress.time_s else 0.0,
            held=not self.ended and not self._transport.is_reading(),
        )

    @property
    def ended(self) -> bool:
        """Nothing of it runs any more."""
        return self._child.ended is not None

    @property
    def complete(self) -> bool:
        """All of it was made."""
        ended = self._child.ended
        return ended is not None and ended.code == 0 and not ended.failure

    async def close(self) -> None:
        """Ends it, wherever it is; harmless when it has ended."""
        self._closed = True
        self._transport.close()
        await self._child.end()


class ProgressiveProducer:
    """Makes streams in one piece on this machine."""

    def __init__(
        self, launcher: Launcher, machine: Machine, settings: Callable[[], ConversionSettings], texts: Texts
    ) -> None:
        self._launcher, self._machine, self._settings, self._texts = launcher, machine, settings, texts

    async def stream(self, source: Source, wanted: Wanted, folder: Path) -> ProgressiveStream:
        """Starts a stream; ``folder`` is for what it needs beside the file. Raises :class:`ProductionError`."""
        tools, program = self._with(wanted)
        order = await self._order(source, wanted, folder, tools, program)
        begun = RunStatus(made_us=wanted.offset_us, hardware=tools.hardware.value)
        try:
            return await ProgressiveStream.begin(self._launcher, order, begun)
        except Unplayable:
            if not tools.hardware:
                raise
        plain = VideoTools(preset=tools.preset, quality=tools.quality, tone_mapping=tools.tone_mapping)
        codec = wanted.video.codec if wanted.video is not None else None
        program = self._machine.program(codec) if codec is not None else program
        order = await self._order(source, wanted, folder, plain, program)
        return await ProgressiveStream.begin(self._launcher, order, replace(begun, hardware=""))

    def _with(self, wanted: Wanted) -> tuple[VideoTools, str]:
        if wanted.video is not None and wanted.video.codec is not None:
            tools = self._machine.tools(self._settings(), wanted.video.codec, ten_bit=wanted.video.ten_bit)
            return tools, self._machine.program(wanted.video.codec, tools.hardware)
        if wanted.audio is not None and wanted.audio.codec is not None:
            return VideoTools(), self._machine.program(wanted.audio.codec)
        return VideoTools(), self._machine.copier()

    async def _order(self, source: Source, wanted: Wanted, folder: Path, tools: VideoTools, program: str) -> Order:
        begin = await self._texts.beginnings.of(source)
        text = None
        reading = reading_of(source, begin.start_us)
        files = [*reading.readable]
        if wanted.video is not None and wanted.video.burned is not None and not wanted.video.burned.image:
            text = await self._texts.whole(source, wanted.video.burned, folder)
            files.append(str(folder))
        streams = {one.index: one for one in source.streams if one.index is not None}
        try:
            arguments = stream_command(
                reading.input,
                streams,
                wanted,
                tools,
                text=text,
            )
        except KeyError as error:
            raise Unplayable(f"the file has no stream {error.args[0]}") from error
        except CommandError as error:
            raise ProductionError(str(error)) from error
        return Order(
            program=program,
            arguments=arguments,
            source=reading.source,
            readable=tuple(files),
            devices=tools.hardware is not Hardware.NONE,
            pipe=True,
        )
