"""The only place where the parts are put together: one running server.

:mod:`.server` is its life, :mod:`.furnishing` makes the house that endpoints use, :mod:`.gate` what decides whose it
is, and :mod:`.beginning` is what is done first.
"""

import asyncio
import logging
import shlex
import sys
from contextlib import suppress

from vitascope import __version__
from vitascope.app.server import Server
from vitascope.ops.logs import LogFiles
from vitascope.ops.preferences import PreferenceError, Preferences
from vitascope.ops.settings import Settings

__all__ = ["Server", "run"]

_log = logging.getLogger("vitascope.app")


def run(settings: Settings) -> None:
    """Runs a server in this process until a signal ends it."""
    settings.support.make()
    logs = LogFiles(settings.support.logs, kept=_log_files_kept(settings), to_stderr=settings.log_to_stderr)
    logs.open()
    try:
        import uvloop

        def ready(address: str) -> None:
            print(f"Vitascope {__version__} ready at {address}", flush=True)  # the one line that scripts wait for

        def unclaimed(token: str) -> None:
            # To the terminal and never to the log: it opens the server.
            print(f"Claim token: {token}", flush=True)
            print(
                "This server belongs to nobody yet. Enter the token at the address above within 4 minutes to make it "
                f"yours; another one: vitascope claim-token --config {shlex.quote(str(settings.config))}",
                flush=True,
            )

        async def main() -> None:
            await Server(settings).serve(ready, unclaimed)

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main())
    except BaseException:
        if not isinstance(sys.exception(), KeyboardInterrupt | SystemExit):
            _log.exception("the server ended")
        raise
    finally:
        logs.close()


def _log_files_kept(settings: Settings) -> int:
    """How many old log files the preferences want; looked up before anything else, since logging comes first."""
    preferences = Preferences(settings.support.preferences)
    with suppress(PreferenceError):
        preferences.peek()
    return preferences.number("LogNumFiles")
