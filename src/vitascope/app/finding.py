"""Being found in the local network, as long as the owner wants that."""

import asyncio
import time
from contextlib import AsyncExitStack

from vitascope.api.routes.server import PMS_VERSION, server_name
from vitascope.discovery.gdm import Gdm, ThisServer
from vitascope.ops.preferences import Preferences


async def be_found(stack: AsyncExitStack, preferences: Preferences, port: int) -> None:
    """Answers players that look for servers, and ends and begins to with ``GdmEnabled``."""
    started_at = int(time.time())
    gdm = Gdm(
        lambda: ThisServer(
            name=server_name(preferences),
            port=port,
            machine_identifier=preferences.machine_identifier,
            updated_at=started_at,
            version=PMS_VERSION,
        )
    )
    stack.push_async_callback(gdm.close)
    loop = asyncio.get_running_loop()
    running: set[asyncio.Task[None]] = set()

    def changed(name: str, value: object) -> None:
        if name == "GdmEnabled":
            task = loop.create_task(gdm.switch(bool(value)))
            running.add(task)
            task.add_done_callback(running.discard)

    preferences.listen(changed)
    await gdm.switch(preferences.flag("GdmEnabled"))
